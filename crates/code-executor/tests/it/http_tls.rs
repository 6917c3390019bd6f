//! The HTTP server as browsers and proxies meet it: TLS and its certificate, HTTP/2, compression,
//! pages of other origins.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use testkit::{DEFAULT_WAIT, Fixtures, HttpServer, Workspace, run, wait_until};

use crate::support::workspace;

/// A certificate of its own for `localhost`, which clients are told to trust.
fn certify(workspace: &Workspace, name: &str) -> (PathBuf, PathBuf) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a key");
    let key = workspace.write(&format!("{name}.key"), made.signing_key.serialize_pem());
    (workspace.write(&format!("{name}.pem"), made.cert.pem()), key)
}

fn served() -> (Workspace, HttpServer, PathBuf) {
    let workspace = workspace();
    let (cert, key) = certify(&workspace, "own");
    let workspace = workspace.with_setting("server", json!({"tls": {"cert": cert, "key": key}}));
    let server = HttpServer::start(&workspace);
    (workspace, server, cert)
}

/// What a script says of the server: a client that is not ours.
fn asked(server: &HttpServer, cert: &Path, script: &str) -> Value {
    let mut node = Command::new(Fixtures::nearby().node());
    node.args(["--input-type=module", "--eval", script]);
    node.env("PORT", server.address().port().to_string()).env("CERT", cert);
    let finished = run(node, DEFAULT_WAIT);
    assert_eq!(finished.code(), Some(0), "{}", finished.stderr);
    serde_json::from_str(&finished.stdout).expect("JSON")
}

const HTTP2: &str = r"
import http2 from 'node:http2'; import fs from 'node:fs';
const session = http2.connect(`https://localhost:${process.env.PORT}`, { ca: fs.readFileSync(process.env.CERT) });
const ask = (headers, body) => new Promise((done, fail) => {
  const stream = session.request({ 'content-type': 'application/json', ...headers });
  let text = '', status; stream.on('response', (head) => { status = head[':status']; });
  stream.on('data', (piece) => { text += piece; }).on('end', () => done({ status, text })).on('error', fail);
  stream.end(body);
});
const run = (n) => ask({ ':method': 'POST', ':path': '/execute' }, JSON.stringify({ code: `console.log(${n})` }));
const all = await Promise.all(Array.from({ length: 20 }, (_, n) => run(n)));
const forged = await ask({ ':method': 'GET', ':path': '/live', ':authority': 'evil.example' });
console.log(JSON.stringify({
  protocol: session.alpnProtocol,
  outputs: all.map(({ text }) => JSON.parse(text).output.trim()),
  forged: forged.status,
}));
session.close();
";

const CERTIFICATE: &str = r"
import tls from 'node:tls'; import fs from 'node:fs';
const socket = tls.connect({ port: process.env.PORT, host: '127.0.0.1', servername: 'localhost', rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] }, () => {
  console.log(JSON.stringify({ fingerprint: socket.getPeerCertificate().fingerprint256, protocol: socket.getProtocol(), alpn: socket.alpnProtocol }));
  socket.destroy();
});
";

#[test]
fn many_programs_go_through_one_encrypted_connection() {
    let (_workspace, server, cert) = served();
    let answer = asked(&server, &cert, HTTP2);
    assert_eq!(answer["protocol"], "h2");
    let expected: Vec<_> = (0..20).map(|n| n.to_string()).collect();
    assert_eq!(answer["outputs"], json!(expected));
    assert_eq!(answer["forged"], 421, "a name that is not its own");
}

/// Requests that are taken back as soon as they are sent.
const RAPID_RESET: &str = r"
import http2 from 'node:http2'; import fs from 'node:fs';
const session = http2.connect(`https://localhost:${process.env.PORT}`, { ca: fs.readFileSync(process.env.CERT) });
let sent = 0;
session.on('error', () => {});
const told = (why) => { console.log(JSON.stringify({ why, sent })); process.exit(0); };
session.on('goaway', () => told('goaway')).on('close', () => told('close'));
session.on('connect', () => {
  const more = () => {
    for (let n = 0; n < 100 && !session.closed && !session.destroyed; n++, sent++) {
      const stream = session.request({ ':method': 'POST', ':path': '/execute' }, { endStream: false });
      stream.on('error', () => {}); stream.close(http2.constants.NGHTTP2_CANCEL);
    }
    if (session.closed || session.destroyed) return;
    if (sent < 20000) setImmediate(more); else setTimeout(() => told('sent'), 300);
  };
  more();
});
setTimeout(() => told('never'), 15000);
";

#[test]
fn a_flood_of_requests_taken_back_is_survived() {
    let (workspace, server, cert) = served();
    let told = asked(&server, &cert, RAPID_RESET);
    assert_ne!(told["why"], "never", "{told}");
    assert_eq!(asked(&server, &cert, HTTP2)["protocol"], "h2", "it goes on");
    let records = workspace.audit_records();
    assert!(records.len() < 1_000, "{} records of programs nobody wants", records.len());
}

#[test]
fn a_certificate_that_changes_is_taken_and_a_broken_one_is_not() {
    let (workspace, server, cert) = served();
    let first = asked(&server, &cert, CERTIFICATE);
    assert_eq!((&first["protocol"], &first["alpn"]), (&json!("TLSv1.3"), &json!("http/1.1")));
    fs::write(&cert, "no certificate").expect("a file");
    wait_until(DEFAULT_WAIT, "it says so", || server.stderr().contains("stays as it was"));
    assert_eq!(asked(&server, &cert, CERTIFICATE), first);
    certify(&workspace, "own");
    let now = || asked(&server, &cert, CERTIFICATE)["fingerprint"].clone();
    wait_until(DEFAULT_WAIT, "the new one is there", || now() != first["fingerprint"]);
}

#[test]
fn without_a_certificate_that_fits_it_does_not_start() {
    let workspace = workspace();
    let (cert, key) = certify(&workspace, "own");
    let (_, foreign) = certify(&workspace, "other");
    for (tls, said) in [
        (json!({"cert": cert, "key": foreign}), "is not the key of the certificate"),
        (json!({"cert": key, "key": key}), "server.tls.cert"),
        (json!({"cert": cert, "key": "/nowhere/key.pem"}), "/nowhere/key.pem"),
        (json!({"cert": cert}), "`server.tls.key` is not"),
    ] {
        let workspace = crate::support::workspace().with_setting("server", json!({"tls": tls}));
        let finished = run(workspace.command(&["serve", "--http", "127.0.0.1:0"]), DEFAULT_WAIT);
        assert_ne!(finished.code(), Some(0), "{}", finished.stderr);
        assert!(finished.stderr.contains(said), "{said}: {}", finished.stderr);
        assert!(!finished.stderr.contains("PRIVATE"), "{}", finished.stderr);
    }
}

#[test]
fn who_speaks_no_tls_is_cut_off() {
    let (_workspace, server, _) = served();
    let answer = server.raw(b"GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!(answer.status, 0, "{answer:?}");
    let mut silent = server.connect();
    let mut nothing = Vec::new();
    silent.read_to_end(&mut nothing).expect("it is closed");
}

#[test]
fn long_answers_are_compressed_for_who_takes_that() {
    let workspace = workspace();
    let server = HttpServer::start(&workspace);
    let body = json!({"code": "console.log('a line of text\\n'.repeat(1000))"}).to_string();
    let asked =
        |accept: &str| server.request("POST", "/execute", &[("Accept-Encoding", accept)], &body);
    let (plain, packed) = (asked("identity"), asked("gzip"));
    assert_eq!(plain.header("content-encoding"), None);
    assert_eq!(packed.header("content-encoding"), Some("gzip"), "{}", packed.head);
    assert!(packed.body.len() * 4 < plain.body.len(), "{} bytes", packed.body.len());
    let stream = [("Accept-Encoding", "gzip"), ("Accept", "text/event-stream")];
    let stream = server.request("POST", "/execute", &stream, &body);
    assert_eq!(stream.header("content-encoding"), None, "events leave as they come");
}

#[test]
fn pages_of_other_origins_ask_where_the_operator_lets_them() {
    let ask = |server: &HttpServer, method: &str, origin: &str| {
        let headers = [("Origin", origin), ("Access-Control-Request-Method", "POST")];
        server.request(method, "/execute", &headers, "")
    };
    let origins =
        |answer: &testkit::Answer| answer.header("access-control-allow-origin").map(str::to_owned);
    let closed = HttpServer::start(&workspace());
    for origin in ["https://tools.example", "null", "http://localhost.evil.example"] {
        let answer = ask(&closed, "OPTIONS", origin);
        assert_eq!((answer.status, origins(&answer)), (403, None), "{origin}");
    }
    let workspace =
        workspace().with_setting("server", json!({"origins": ["https://tools.example"]}));
    let open = HttpServer::start(&workspace);
    let answer = ask(&open, "OPTIONS", "https://tools.example");
    assert_eq!(answer.status, 204, "{answer:?}");
    assert_eq!(origins(&answer).as_deref(), Some("https://tools.example"));
    assert!(answer.header("access-control-allow-methods").is_some_and(|it| it.contains("POST")));
    let taken = answer.header("access-control-allow-headers").unwrap_or_default();
    for header in ["authorization", "x-api-key", "x-priority", "x-request-id", "mcp-session-id"] {
        assert!(taken.contains(header), "{taken}");
    }
    let shown = answer.header("access-control-expose-headers").unwrap_or_default();
    for header in ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset", "retry-after"] {
        assert!(shown.contains(header), "{shown}");
    }
    assert_eq!(answer.header("access-control-allow-credentials"), None);
    let answer = open.request("GET", "/live", &[("Origin", "https://tools.example")], "");
    assert_eq!(origins(&answer).as_deref(), Some("https://tools.example"));
    assert_eq!(ask(&open, "OPTIONS", "https://evil.example").status, 403);
}

#[test]
fn requests_that_two_could_read_differently_are_refused() {
    let workspace = workspace();
    let server = HttpServer::start(&workspace);
    let body = "0\r\n\r\nGET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for head in [
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding : chunked",
        "Transfer-Encoding: chunked, identity",
        "Content-Length: +5",
        "Content-Length: 5, 5",
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 99999999999999999999",
    ] {
        let text = format!(
            "POST /execute HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n{head}\r\n\r\n{body}"
        );
        let answer = server.raw(text.as_bytes());
        assert!(matches!(answer.status, 0 | 400 | 413), "{head}: {answer:?}");
        assert!(!answer.body.contains("HTTP/1.1 200"), "{head}: {answer:?}");
    }
    for line in
        ["TRACE /live", "CONNECT localhost:80", "DEBUG /live", "GET http://evil.example/live"]
    {
        let answer = server.raw(
            format!("{line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").as_bytes(),
        );
        assert!(matches!(answer.status, 400 | 404 | 405 | 421), "{line}: {answer:?}");
    }
}
