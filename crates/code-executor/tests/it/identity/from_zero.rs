//! An official client that knows nothing but our URL: it is refused, finds out who gives tokens,
//! registers there, has somebody log in, and calls a tool.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use testkit::{Fixtures, HttpServer, Protected};

use crate::support::workspace;

const CLIENT: &str = include_str!("../../clients/from_zero.mjs");

#[test]
fn a_client_of_the_official_sdk_gets_in_from_nothing_but_the_url() {
    let workspace = workspace();
    let fixtures = Fixtures::locate();
    let mut provider = Protected::start(&fixtures, &workspace.path("tmp"), 3_600);
    let issuer = json!({"issuer": provider.issuer, "tenant": "acme"});
    let workspace = workspace.with_setting("auth", json!({"issuers": [issuer]}));
    let server = HttpServer::start(&workspace);
    let url = format!("http://{}/mcp", server.address());
    provider.accept(&url, "RS256");
    let script = workspace.write("tmp/from_zero.mjs", CLIENT);
    let mut client = Command::new(fixtures.node())
        .arg(script)
        .arg(fixtures.oauth_modules())
        .arg(&url)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node starts");
    let mut lines = BufReader::new(client.stdout.take().expect("a pipe")).lines();
    let mut next = || -> Value {
        let line = lines.next().and_then(Result::ok).expect("another line");
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("not JSON: {line}"))
    };
    let page = next()["authorize"].as_str().expect("where to log in").to_owned();
    assert!(
        page.contains("scope=execute") && page.contains("code_challenge_method=S256"),
        "{page}"
    );
    let landed = provider.browse(&page);
    assert!(landed.contains("you may close this"), "{landed}");
    let done = next();
    assert_eq!(done["text"], "4\n", "{done}");
    assert!(done["tools"].as_array().is_some_and(|all| all.len() == 4), "{done}");
    assert!(client.wait().expect("it ends").success());
    let start = workspace.audit_records().into_iter().find(|record| record["event"] == "start");
    let start = start.expect("a record");
    assert_eq!((&start["tenant"], &start["clientId"]), (&json!("acme"), &json!("somebody")));
}
