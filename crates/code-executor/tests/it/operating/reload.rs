//! A configuration that changes, or breaks, while a server runs.

use rustix::process::Signal;
use serde_json::{Value, json};
use testkit::{DEFAULT_WAIT, Fake, HttpServer, Workspace, wait_until};

use super::value;
use crate::support::workspace;

/// The tool by which a program asks how we are.
const OWN_HEALTH: &str = "mcp__code-executor__health";

fn servers_of(server: &HttpServer) -> Vec<String> {
    let health = server.get("/health").json();
    let all = health["upstreams"].as_array().cloned().unwrap_or_default();
    all.iter().map(|one| one["server"].as_str().unwrap_or_default().to_owned()).collect()
}

fn is_current(server: &HttpServer) -> bool {
    server.get("/health").json()["configuration"]["current"] == true
}

/// Which process a server of tools is.
fn pid_of(server: &HttpServer, upstream: &str) -> Value {
    let code = format!("console.log(await callMCPTool('mcp__{upstream}__pid', {{}}))");
    let outcome = server.post("/execute", &json!({"code": code, "allowedTools": ["*"]})).json();
    assert_eq!(outcome["success"], true, "{outcome}");
    outcome["output"].clone()
}

fn entry(workspace: &Workspace, name: &str) -> Value {
    let text = std::fs::read_to_string(workspace.servers_path()).expect("it is written");
    let all: Value = serde_json::from_str(&text).expect("it is JSON");
    all["mcpServers"][name].clone()
}

#[test]
fn servers_come_and_go_and_those_that_stay_keep_running() {
    let workspace = workspace().with_fake("kept", Fake::Well).with_fake("gone", Fake::Well);
    let server = HttpServer::start(&workspace);
    let (kept, _gone) = (pid_of(&server, "kept"), pid_of(&server, "gone"));
    let fake = entry(&workspace, "kept");
    let lists = json!({"mcpServers": {"kept": fake, "new": fake}});
    workspace.write("mcp.json", lists.to_string());
    wait_until(DEFAULT_WAIT, "the change is seen", || servers_of(&server) == ["kept", "new"]);
    assert_eq!(pid_of(&server, "kept"), kept, "it was not started anew");
    assert_ne!(pid_of(&server, "new"), kept);
    let code = "await callMCPTool('mcp__gone__pid', {})";
    let outcome = server.post("/execute", &json!({"code": code, "allowedTools": ["*"]})).json();
    assert_eq!(outcome["success"], false, "{outcome}");
    let scraped = server.get("/metrics").body;
    let applied = value(&scraped, "code_executor_config_reloads_total", &[("result", "applied")]);
    assert_eq!(applied, Some(1.0), "{scraped}");
}

#[test]
fn a_program_keeps_the_servers_that_it_began_with() {
    let workspace = workspace().with_fake("gone", Fake::Well);
    let server = HttpServer::start(&workspace);
    let code = "
        const pid = () => callMCPTool('mcp__gone__pid', {});
        const first = await pid();
        console.log('begun');
        const names = async () =>
            (await callMCPTool('OWN', {})).upstreams.map((upstream) => upstream.server);
        while ((await names()).includes('gone')) await new Promise((next) => setTimeout(next, 50));
        console.log(first === (await pid()) ? 'still there' : 'another');
    ";
    let code = code.replace("OWN", OWN_HEALTH);
    let outcome = std::thread::scope(|scope| {
        let running = scope.spawn(|| {
            server.post("/execute", &json!({"code": code, "allowedTools": ["*"]})).json()
        });
        let called = || {
            let records = workspace.audit_records();
            records.iter().any(|record| record.to_string().contains("mcp__gone__pid"))
        };
        wait_until(DEFAULT_WAIT, "the program has begun", called);
        workspace.write("mcp.json", json!({"mcpServers": {}}).to_string());
        running.join().expect("an answer")
    });
    assert_eq!(outcome["output"], "begun\nstill there\n", "{outcome}");
    assert!(servers_of(&server).is_empty());
}

#[test]
fn a_broken_configuration_changes_nothing_until_it_is_mended() {
    let workspace = workspace().with_fake("fake", Fake::Well);
    let server = HttpServer::start(&workspace);
    let good = std::fs::read_to_string(workspace.config_path()).expect("it is written");
    assert!(is_current(&server));
    for broken in
        ["{", "{\"version\": 1, \"security\": {\"maxTimeoutMs\": -1}}", "{\"unknown\": 1}"]
    {
        workspace.write("config.json", broken);
        server.signal(Signal::HUP);
        wait_until(DEFAULT_WAIT, "it is refused", || !is_current(&server));
        assert_eq!(servers_of(&server), ["fake"], "the one before goes on");
        assert_eq!(server.post("/execute", &json!({"code": "1"})).json()["success"], true);
        assert_eq!(server.get("/ready").status, 200, "it serves");
        workspace.write("config.json", &good);
        server.signal(Signal::HUP);
        wait_until(DEFAULT_WAIT, "it is mended", || is_current(&server));
    }
    let said = server.stderr();
    assert!(said.contains("is refused; the one before goes on"), "{said}");
    assert!(said.contains("config.json"), "where it is wrong: {said}");
    let told = server.get("/health").body;
    assert!(!told.contains("config.json"), "who only asks for health is not told of files: {told}");
}

#[test]
fn limits_change_live_and_what_cannot_is_named() {
    let workspace = workspace();
    let server = HttpServer::start(&workspace);
    let change = |key: &str, section: Value| {
        let text = std::fs::read_to_string(workspace.config_path()).expect("it is written");
        let mut config: Value = serde_json::from_str(&text).expect("it is JSON");
        config[key] = section;
        workspace.write("config.json", config.to_string());
    };
    let long = json!({"code": format!("console.log('{}')", "x".repeat(5_000))});
    assert_eq!(server.post("/execute", &long).json()["truncated"], false);
    change("limits", json!({"outputBytes": 1024, "maxConcurrent": 3}));
    let cut = || server.post("/execute", &long).json()["truncated"] == true;
    wait_until(DEFAULT_WAIT, "the limit holds", cut);
    assert_eq!(server.get("/health").json()["connectionPool"]["max"], 3);
    change("sandbox", json!({"spares": 3}));
    let named = || server.stderr().contains("sandbox.spares waits for the next start");
    wait_until(DEFAULT_WAIT, "what waits for the next start is named", named);
}
