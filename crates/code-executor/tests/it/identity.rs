//! Who may use the HTTP server: keys as people make and take them back, tokens of a real provider,
//! and everything that is neither.

mod ending;
mod from_zero;
mod proxies;
mod refusals;
mod tokens;

use std::io::{BufRead, BufReader, Read, Write};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use testkit::{Answer, DEFAULT_WAIT, Finished, HttpServer, Workspace, run, wait_until};

use crate::support::workspace;

/// What a key or a token is for.
const PROGRAM: &str = r#"{"code": "'done'"}"#;

fn keys(workspace: &Workspace, arguments: &[&str]) -> Finished {
    let mut all = vec!["keys"];
    all.extend(arguments);
    run(workspace.command(&all), DEFAULT_WAIT)
}

/// A new key of this name.
#[track_caller]
fn key(workspace: &Workspace, name: &str, more: &[&str]) -> String {
    let mut arguments = vec!["create", "--name", name];
    arguments.extend(more);
    keys(workspace, &arguments).expect_success().stdout.trim().to_owned()
}

fn prefix(key: &str) -> &str {
    key.split('_').nth(1).expect("its prefix")
}

fn asked(server: &HttpServer, method: &str, path: &str, credential: &str, body: &str) -> Answer {
    server.request(method, path, &[("Authorization", &format!("Bearer {credential}"))], body)
}

fn tools(server: &HttpServer, credential: &str) -> u16 {
    asked(server, "GET", "/tools", credential, "").status
}

fn execute(server: &HttpServer, credential: &str) -> Answer {
    asked(server, "POST", "/execute", credential, PROGRAM)
}

#[test]
fn a_key_is_made_used_replaced_and_taken_back() {
    let workspace = workspace();
    let server = HttpServer::start(&workspace);
    assert_eq!(server.get("/tools").status, 200, "nothing was said of keys yet");
    let old = key(&workspace, "ci", &["--tenant", "acme", "--role", "dev"]);
    wait_until(DEFAULT_WAIT, "a key is needed", || server.get("/tools").status == 401);
    let executed = execute(&server, &old);
    assert_eq!(executed.status, 200, "{}", executed.body);
    let with_header = server.request("GET", "/tools", &[("X-API-Key", &old)], "");
    assert_eq!(with_header.status, 200);
    let start = workspace.audit_records().into_iter().find(|record| record["event"] == "start");
    let start = start.expect("a record");
    assert_eq!((&start["tenant"], &start["clientId"]), (&json!("acme"), &json!("ci")));
    let rotated = keys(&workspace, &["rotate", prefix(&old), "--overlap", "3s"]);
    let new = rotated.expect_success().stdout.trim().to_owned();
    assert_eq!((tools(&server, &old), tools(&server, &new)), (200, 200), "both hold for a while");
    wait_until(DEFAULT_WAIT, "the old one has ended", || tools(&server, &old) == 401);
    let listed = keys(&workspace, &["list", "--json"]).expect_success().stdout;
    let listed: Value = serde_json::from_str(&listed).expect("JSON");
    assert_eq!(listed.as_array().map(Vec::len), Some(1), "{listed}");
    assert_eq!(listed[0]["replaces"], prefix(&old));
    assert_eq!((&listed[0]["tenant"], &listed[0]["roles"]), (&json!("acme"), &json!(["dev"])));
    keys(&workspace, &["revoke", prefix(&new)]).expect_success();
    wait_until(DEFAULT_WAIT, "it is taken back", || tools(&server, &new) == 401);
    assert_eq!(server.get("/tools").status, 401, "without the last key nobody gets in");
    let again = keys(&workspace, &["revoke", prefix(&new)]);
    assert_eq!(again.code(), Some(1));
    assert!(again.stderr.contains("no key"), "{}", again.stderr);
    let all = keys(&workspace, &["list", "--all"]).expect_success().stdout;
    assert!(all.contains("revoked") && !all.contains(&new[20..]), "{all}");
}

#[test]
fn a_key_does_what_its_scopes_say() {
    let workspace = workspace();
    let reader = key(&workspace, "reader", &["--scope", "tools:read"]);
    let server = HttpServer::start(&workspace);
    assert_eq!(tools(&server, &reader), 200);
    let refused = execute(&server, &reader);
    assert_eq!((refused.status, &refused.json()["code"]), (403, &json!("insufficient_scope")));
    let challenge = refused.header("www-authenticate").expect("a challenge");
    assert!(challenge.contains("error=\"insufficient_scope\""), "{challenge}");
    assert!(challenge.contains("scope=\"execute:typescript\""), "{challenge}");
    for member in ["tenant", "principal", "roles", "scopes"] {
        let body = json!({"code": "1", member: "acme"}).to_string();
        let answer = asked(&server, "POST", "/execute", &reader, &body);
        assert!(matches!(answer.status, 400 | 403), "who asks is not said in a body: {member}");
    }
    let bare = keys(&workspace, &["create", "--name", "x", "--scope", "everything"]);
    assert_eq!(bare.code(), Some(2), "{}", bare.stderr);
    for name in ["", "local"] {
        assert_eq!(keys(&workspace, &["create", "--name", name]).code(), Some(2));
    }
    let short = key(&workspace, "short", &["--expires", "2s"]);
    wait_until(DEFAULT_WAIT, "it has ended", || tools(&server, &short) == 401);
}

#[test]
fn what_is_not_a_key_letter_by_letter_is_refused() {
    let workspace = workspace();
    let good = key(&workspace, "ci", &[]);
    let other = key(&workspace, "other", &[]);
    let server = HttpServer::start(&workspace);
    assert_eq!(tools(&server, &good), 200);
    let (_, secret) = good.rsplit_once('_').expect("a secret");
    let mixed = format!("cex_{}_{secret}", prefix(&other));
    let cases = [
        server.get("/tools"),
        asked(&server, "GET", "/tools", &mixed, ""),
        asked(&server, "GET", "/tools", prefix(&good), ""),
        asked(&server, "GET", "/tools", &format!(" {good}"), ""),
        asked(&server, "GET", "/tools", &good.to_uppercase(), ""),
        server.request("GET", "/tools", &[("Authorization", &format!("Basic {good}"))], ""),
        server.request("GET", "/tools", &[("Authorization", &good)], ""),
        server.request("GET", &format!("/tools?access_token={good}"), &[], ""),
        server.request("GET", "/tools", &[("Cookie", &format!("token={good}"))], ""),
        server.request("GET", "/tools", &[("X-API-Key", &good), ("X-API-Key", &other)], ""),
        server.request(
            "GET",
            "/tools",
            &[("Authorization", &format!("Bearer {good}")), ("X-API-Key", &other)],
            "",
        ),
        server.request("POST", "/mcp", &[("Accept", "application/json, text/event-stream")], "{}"),
    ];
    for (n, answer) in cases.iter().enumerate() {
        assert_eq!(answer.status, 401, "case {n}: {}", answer.body);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "case {n}");
        let challenge = answer.header("www-authenticate").unwrap_or_default();
        assert!(challenge.starts_with("Bearer realm="), "case {n}: {challenge}");
        assert!(!challenge.contains("resource_metadata"), "there is no issuer: {challenge}");
    }
    let records = workspace.audit_records();
    let unreadable = records.iter().filter(|record| record["reason"] == "unreadable").count();
    assert_eq!(unreadable, 5, "they are wrong credentials too");
    assert_eq!(server.get("/.well-known/oauth-protected-resource").status, 404);
    assert_eq!(server.get("/live").status, 200, "that it lives is no secret");
    let secret = &good[good.len() - 20..];
    assert!(!server.stderr().contains(secret), "no key is in a log");
    let mut state = Vec::new();
    for entry in std::fs::read_dir(workspace.home().join(".local/state/code-executor")).expect("it")
    {
        let mut file = std::fs::File::open(entry.expect("an entry").path()).expect("it is there");
        let _ = file.read_to_end(&mut state);
    }
    assert!(!state.is_empty(), "the database and its log");
    assert!(!String::from_utf8_lossy(&state).contains(secret), "no key is kept");
}

/// 10,000 wrong keys from one place: few are looked at, all are counted, and who was here before
/// goes on.
#[test]
fn guessing_is_slowed_down_and_recorded() {
    let workspace = workspace();
    let good = key(&workspace, "ci", &[]);
    let server = HttpServer::start(&workspace);
    assert_eq!(tools(&server, &good), 200);
    let flood = |n: usize| {
        let mut stream = BufReader::new(server.connect());
        let (mut refused, mut throttled) = (0, 0);
        for _ in 0..n {
            // A secret of the right form.
            let key = format!("cex_{}_{}", prefix(&good), "0".repeat(52));
            let request = format!(
                "GET /tools HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n\r\n"
            );
            stream.get_mut().write_all(request.as_bytes()).expect("it listens");
            match status(&mut stream) {
                401 => refused += 1,
                429 => throttled += 1,
                other => panic!("{other}"),
            }
        }
        (refused, throttled)
    };
    let begun = Instant::now();
    let (mut refused, mut throttled) = (0, 0);
    std::thread::scope(|scope| {
        let floods: Vec<_> = (0..4).map(|_| scope.spawn(|| flood(2_500))).collect();
        for (one, other) in floods.into_iter().filter_map(|flood| flood.join().ok()) {
            (refused, throttled) = (refused + one, throttled + other);
        }
    });
    assert_eq!(refused + throttled, 10_000);
    // 20 at once, and one each 3 s.
    let most = 21 + begun.elapsed().as_secs() / 3;
    assert!(refused <= most, "{refused} were looked at");
    assert_eq!(tools(&server, &good), 200, "who was here before goes on");
    let late = key(&workspace, "late", &[]);
    wait_until(DEFAULT_WAIT, "a good key gets in", || tools(&server, &late) == 200);
    // A guess may have become free meanwhile: it is used up first.
    let mut guesses = (0..20).map(|_| asked(&server, "GET", "/tools", "cex_another", ""));
    let other = guesses.find(|answer| answer.status != 401).expect("guessing is slowed down");
    assert_eq!((other.status, &other.json()["code"]), (429, &json!("rate_limited")));
    assert!(other.header("retry-after").and_then(|it| it.parse::<u64>().ok()) >= Some(1));
    let counted = || -> u64 {
        let records = workspace.audit_records();
        let refusals = records.iter().filter(|record| record["event"] == "refused");
        refusals.filter_map(|record| record["count"].as_u64()).sum()
    };
    wait_until(DEFAULT_WAIT, "all are on record", || counted() >= 10_000);
    let records = workspace.audit_records();
    let refusals: Vec<_> = records.iter().filter(|it| it["event"] == "refused").collect();
    assert!(refusals.len() < 60, "{} records", refusals.len());
    assert_eq!(refusals[0]["key"], prefix(&good));
    assert_eq!(
        (&refusals[0]["peer"], &refusals[0]["reason"]),
        (&json!("127.0.0.1"), &json!("wrong_secret"))
    );
}

/// Reads an answer with a length, and gives its status.
fn status(stream: &mut BufReader<std::net::TcpStream>) -> u16 {
    let (mut line, mut length, mut status) = (String::new(), 0, 0);
    while stream.read_line(&mut line).is_ok_and(|read| read > 2) {
        let lower = line.to_ascii_lowercase();
        if let Some(rest) = lower.strip_prefix("http/1.1 ") {
            status = rest.split(' ').next().and_then(|it| it.parse().ok()).unwrap_or_default();
        }
        if let Some(rest) = lower.strip_prefix("content-length: ") {
            length = rest.trim().parse().unwrap_or_default();
        }
        line.clear();
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).expect("a body");
    status
}

#[test]
fn others_can_reach_it_once_everybody_needs_a_credential() {
    let workspace = workspace();
    let refused = run(workspace.command(&["serve", "--http", "0.0.0.0:0"]), DEFAULT_WAIT);
    assert_eq!(refused.code(), Some(64), "{}", refused.stderr);
    for word in ["code-executor keys create", "auth.issuers", "listen on 127.0.0.1"] {
        assert!(refused.stderr.contains(word), "{}", refused.stderr);
    }
    let key = key(&workspace, "ci", &[]);
    let server = HttpServer::of(workspace.command(&["serve", "--http", "0.0.0.0:0"]));
    assert_eq!((server.get("/tools").status, tools(&server, &key)), (401, 200));
    assert!(server.stderr().contains("unencrypted"), "{}", server.stderr());
}

/// A key that is deleted with its tenant still closes the door, and so does a database that is lost
/// while we run.
#[test]
fn that_there_were_keys_is_not_forgotten() {
    let workspace = workspace();
    let server = HttpServer::start(&workspace);
    assert_eq!(keys(&workspace, &["revoke", "0000000000000"]).code(), Some(1));
    run(workspace.command(&["state", "purge", "--tenant", "acme"]), DEFAULT_WAIT);
    let restarted = HttpServer::start(&workspace);
    assert_eq!(restarted.get("/tools").status, 200, "there never was a key");
    drop(restarted);
    key(&workspace, "ci", &["--tenant", "acme"]);
    wait_until(DEFAULT_WAIT, "a key is needed", || server.get("/tools").status == 401);
    run(workspace.command(&["state", "purge", "--tenant", "acme"]), DEFAULT_WAIT).expect_success();
    let restarted = HttpServer::start(&workspace);
    assert_eq!(restarted.get("/tools").status, 401, "there was a key");
    drop(restarted);
    let state = workspace.home().join(".local/state/code-executor");
    for file in ["state.db", "state.db-wal", "state.db-shm"] {
        let _ = std::fs::remove_file(state.join(file));
    }
    let new = key(&workspace, "new", &[]);
    wait_until(DEFAULT_WAIT, "it sees the new database", || tools(&server, &new) == 200);
    for file in ["state.db", "state.db-wal", "state.db-shm"] {
        let _ = std::fs::remove_file(state.join(file));
    }
    wait_until(DEFAULT_WAIT, "it sees the empty one", || tools(&server, &new) == 401);
    // Twice the time in which it looks for changes.
    let until = Instant::now() + Duration::from_secs(2);
    while Instant::now() < until {
        assert_eq!(server.get("/tools").status, 401, "a lost database lets nobody in");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_credential_can_be_asked_for_while_there_is_none() {
    let workspace = workspace().with_setting("auth", json!({"required": true}));
    let server = HttpServer::start(&workspace);
    assert_eq!(server.get("/tools").status, 401);
    let key = key(&workspace, "first", &[]);
    assert_eq!(tools(&server, &key), 200);
}

/// A database that cannot be read lets nobody in who is not known.
#[test]
fn without_its_database_it_knows_nobody_new() {
    let workspace = workspace();
    let good = key(&workspace, "ci", &[]);
    let late = key(&workspace, "late", &[]);
    let server = HttpServer::start(&workspace);
    assert_eq!(tools(&server, &good), 200);
    let database = workspace.home().join(".local/state/code-executor/state.db");
    let lock = format!(
        "import sqlite3,sys;c=sqlite3.connect({database:?},isolation_level=None);\
                        c.execute('PRAGMA locking_mode=EXCLUSIVE');c.execute('BEGIN EXCLUSIVE');\
                        print('held',flush=True);sys.stdin.read()"
    );
    let mut holder = std::process::Command::new("python3")
        .args(["-c", &lock])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("python3 starts");
    let mut said = String::new();
    let out = holder.stdout.take().expect("a pipe");
    BufReader::new(out).read_line(&mut said).expect("it says so");
    let answer = asked(&server, "GET", "/tools", &late, "");
    // In WAL others may go on reading; if not, it says that it cannot know.
    assert!(matches!(answer.status, 200 | 503), "{} {}", answer.status, answer.body);
    assert_eq!(server.get("/tools").status, 401, "nobody without a key");
    assert_eq!(tools(&server, &good), 200, "who is known goes on");
    drop(holder.stdin.take());
    holder.wait().expect("it ends");
    let begun = Instant::now();
    while tools(&server, &late) != 200 {
        assert!(begun.elapsed() < DEFAULT_WAIT, "it does not come back");
        std::thread::sleep(Duration::from_millis(20));
    }
}
