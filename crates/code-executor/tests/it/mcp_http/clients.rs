//! The official clients over HTTP, in both eras: they list, call, are told of progress and cancel.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use testkit::{
    DEFAULT_WAIT, Fixtures, HttpServer, VERSION_LEGACY, VERSION_STATELESS, run_with_input,
    wait_until,
};

use super::{recorded, wait_for_the_end};
use crate::support::{OUR_TOOLS, workspace};

const PATIENCE: Duration = Duration::from_secs(90);

/// A client and a mode.
#[track_caller]
fn assert_served(client: &str, mode: &str, version: Option<&str>) {
    let workspace = workspace().with_demo();
    let server = HttpServer::start(&workspace);
    let slow = "console.log('on its way'); await new Promise((done) => setTimeout(done, 300)); 7";
    let program = |code: &str| json!({"code": code});
    let typescript = |code: &str| json!({"name": "executeTypescript", "arguments": program(code)});
    let mut told = typescript(slow);
    told["told"] = json!(true);
    let mut abandoned = typescript("console.log('begun'); for (;;) {}");
    abandoned["abandoned"] = json!(true);
    let calls = json!([
        typescript("(await discoverMCPTools({ server: 'demo' })).length > 0"),
        {"name": "executePython", "arguments": program("raise ValueError('on purpose')")},
        {"name": "searchTools", "arguments": {"query": "note"}},
        told,
        abandoned,
        {"name": "health", "arguments": {}},
    ]);
    let seen = drive(client, mode, &server, &calls);
    assert_eq!(seen["tools"], json!(OUR_TOOLS));
    assert_eq!(seen["server"], "code-executor");
    if let Some(version) = version {
        assert_eq!(seen["protocolVersion"], version);
    }
    let results = &seen["results"];
    assert_eq!(results[0]["structuredContent"]["result"], true, "{seen}");
    assert_eq!(results[1]["structuredContent"]["error"]["message"], "on purpose");
    assert!(results[2].to_string().contains("mcp__demo__"), "{seen}");
    assert_eq!(results[3]["structuredContent"]["result"], 7, "{seen}");
    assert!(results[3]["progress"].to_string().contains("running"), "{seen}");
    assert_eq!(results[4]["cancelled"], true, "{seen}");
    assert_eq!(results[5]["structuredContent"]["healthy"], true);
    wait_for_the_end(&workspace, &server);
    wait_until(DEFAULT_WAIT, "its program is on record", || recorded(&workspace, "Cancelled"));
}

fn drive(client: &str, mode: &str, server: &HttpServer, calls: &Value) -> Value {
    let fixtures = Fixtures::locate();
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients");
    let mut command = match client {
        "python" => {
            let mut command = Command::new(fixtures.python());
            command.arg(scripts.join("python_client.py"));
            command
        }
        name => {
            let mut command = Command::new(fixtures.node());
            command.arg(scripts.join(format!("{name}.mjs")));
            command.env("FIXTURES_PACKAGE", fixtures.node_modules().join("package.json"));
            command
        }
    };
    command.env("NO_PROXY", "*");
    let url = format!("http://{}/mcp", server.address());
    let plan = json!({"url": url, "mode": mode, "calls": calls});
    let finished = run_with_input(command, plan.to_string().as_bytes(), PATIENCE).expect_success();
    serde_json::from_str(&finished.stdout).expect("the client prints JSON")
}

#[test]
fn the_python_client_of_its_own_accord() {
    assert_served("python", "auto", Some(VERSION_STATELESS));
}

#[test]
fn the_python_client_the_old_way() {
    assert_served("python", "legacy", Some(VERSION_LEGACY));
}

#[test]
fn the_npm_client_of_its_own_accord() {
    assert_served("node_client", "auto", Some(VERSION_STATELESS));
}

#[test]
fn the_npm_client_the_old_way() {
    assert_served("node_client", "legacy", Some(VERSION_LEGACY));
}

#[test]
fn the_npm_sdk_of_the_generation_before() {
    assert_served("node_sdk", "legacy", None);
}
