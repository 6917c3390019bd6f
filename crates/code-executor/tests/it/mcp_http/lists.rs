//! A list of tools that changes with the policy: told to whoever sees another one, and to nobody else.

use std::net::TcpStream;

use serde_json::{Value, json};
use testkit::{DEFAULT_WAIT, HttpServer, Workspace, run};

use super::{LEGACY, STATELESS, initialize, introduce, message, open, post, until};
use crate::support::workspace;

const CHANGED: &str = "notifications/tools/list_changed";
const BOTH: &str = "p, *, *, run, *, allow\n";
/// The same for everybody but one.
const NOT_ADA: &str = "p, *, *, run, *, allow\np, user:ada, *, run, python, deny\n";

fn governed() -> Workspace {
    let workspace = workspace();
    let path = workspace.write("roles.csv", BOTH);
    workspace.with_setting("roles", json!({"file": path}))
}

fn govern(workspace: &Workspace, rules: &str) {
    let draft = workspace.write("draft.csv", rules);
    std::fs::rename(draft, workspace.path("roles.csv")).expect("renaming");
}

fn key(workspace: &Workspace, subject: &str) -> String {
    let made = run(workspace.command(&["keys", "create", "--name", subject]), DEFAULT_WAIT);
    format!("Bearer {}", made.expect_success().stdout.trim())
}

/// Begins a session and listens to what it says by itself.
fn session(server: &HttpServer, key: &str) -> TcpStream {
    let authorization = ("Authorization", key);
    let begun = post(server, &[authorization], &initialize(LEGACY));
    let id = begun.header("mcp-session-id").expect("an id").to_owned();
    let headers = [authorization, ("Mcp-Session-Id", &id), ("MCP-Protocol-Version", LEGACY)];
    let initialized = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    assert_eq!(post(server, &headers, &initialized).status, 202);
    // Messages are taken in their order: with this answer the one before is, too.
    assert_eq!(post(server, &headers, &message(1, "tools/list", json!({}))).status, 200);
    open(server, "GET", &headers, "")
}

/// Subscribes without a session.
fn subscription(server: &HttpServer, key: &str) -> TcpStream {
    let asked = json!({"notifications": {"toolsListChanged": true}});
    let mut request: Value = message(1, "subscriptions/listen", asked);
    introduce(&mut request);
    let headers = [
        ("Authorization", key),
        ("MCP-Protocol-Version", STATELESS),
        ("Mcp-Method", "subscriptions/listen"),
    ];
    let mut stream = open(server, "POST", &headers, &request.to_string());
    until(&mut stream, "notifications/subscriptions/acknowledged");
    stream
}

#[test]
fn whoever_sees_another_list_is_told_and_nobody_else() {
    let workspace = governed();
    let (ada, ben) = (key(&workspace, "ada"), key(&workspace, "ben"));
    let server = HttpServer::start(&workspace);
    let mut told = [session(&server, &ada), subscription(&server, &ada)];
    let mut others = [session(&server, &ben), subscription(&server, &ben)];
    govern(&workspace, NOT_ADA);
    for stream in &mut told {
        until(stream, CHANGED);
    }
    govern(&workspace, BOTH);
    for stream in &mut told {
        until(stream, CHANGED);
    }
    // The first that the others hear is what changes for them: with both before it, it is the third.
    govern(&workspace, "p, *, *, run, typescript, allow\n");
    for stream in told.iter_mut().chain(&mut others) {
        let heard = until(stream, CHANGED);
        assert_eq!(heard.matches(CHANGED).count(), 1, "{heard}");
    }
    server.signal(rustix::process::Signal::TERM);
    for mut stream in others {
        let mut rest = String::new();
        std::io::Read::read_to_string(&mut stream, &mut rest).expect("it ends");
        assert!(!rest.contains(CHANGED), "once is enough: {rest}");
    }
}

#[test]
fn over_stdio_a_change_of_the_policy_is_told_as_well() {
    let workspace = governed();
    let mut server = workspace.serve();
    let listed = |server: &mut testkit::McpProcess| {
        let tools = server.expect("tools/list", json!({}))["tools"].clone();
        tools.as_array().expect("a list").len()
    };
    assert_eq!(listed(&mut server), 4);
    govern(&workspace, "p, *, *, run, typescript, allow\n");
    testkit::wait_until(DEFAULT_WAIT, "a word of the change", || {
        // Whatever comes is read along with an answer.
        server.expect("ping", json!({}));
        server.notifications().any(|it| it["method"] == CHANGED)
    });
    assert_eq!(listed(&mut server), 3);
}
