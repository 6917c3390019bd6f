//! The HTTP API is what its description says: attacked by schemathesis, which reads that and nothing
//! else.

use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use testkit::{Fake, Fixtures, HttpServer, run};

use crate::support::workspace;

/// The run is a few seconds long; its start takes as long on a busy machine.
const PATIENCE: Duration = Duration::from_secs(180);

#[test]
fn the_description_is_served_and_is_the_one_in_the_documentation() {
    let server = HttpServer::start(&workspace());
    let served = server.get("/openapi.json");
    assert_eq!(served.header("content-type"), Some("application/json"));
    let described = served.json();
    assert_eq!(described["openapi"], "3.1.0");
    let kept = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let kept = std::fs::read_to_string(kept).expect("a file");
    assert_eq!(described, serde_json::from_str::<Value>(&kept).expect("JSON"));
    let page = server.get("/docs");
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    let policy = page.header("content-security-policy").unwrap_or_default();
    assert!(policy.contains("default-src 'none'"), "{policy}");
    for path in described["paths"].as_object().expect("paths").keys() {
        assert!(page.body.contains(path), "{path}");
    }
}

#[test]
fn each_code_has_a_page_that_its_problem_names() {
    let server = HttpServer::start(&workspace());
    for path in ["/nothing", "/tools/search", "/tools/info/nobody/nothing"] {
        let problem = server.get(path).json();
        let page = server.get(problem["type"].as_str().expect("a link"));
        assert_eq!(page.status, 200, "{problem}");
        assert!(page.body.contains("What to do"), "{}", page.body);
        assert!(page.body.contains(problem["code"].as_str().expect("a code")), "{}", page.body);
    }
    assert_eq!(server.get("/errors/%3Cscript%3E").json()["code"], "not_found");
}

#[test]
fn schemathesis_finds_nothing() {
    // That an engine is missing is an error of the server.
    let deno = json!({ "typescript": { "denoPath": Fixtures::nearby().deno() } });
    let workspace = workspace().with_fake("fake", Fake::Well).with_setting("executors", deno);
    let server = HttpServer::start(&workspace);
    let mut attack = Command::new(Fixtures::nearby().schemathesis());
    attack.arg("run").arg(format!("http://{}/openapi.json", server.address()));
    attack.args(["--max-examples", "10", "--seed", "7", "--continue-on-failure"]);
    attack.args(["--warnings", "off", "--no-color"]);
    attack.current_dir(workspace.project()).env("HOME", workspace.home());
    let finished = run(attack, PATIENCE);
    assert_eq!(finished.code(), Some(0), "{}\n{}", finished.stdout, finished.stderr);
    assert_eq!(server.get("/live").status, 200, "it goes on");
}
