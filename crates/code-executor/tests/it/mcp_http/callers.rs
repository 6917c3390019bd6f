//! Who asks: a session is its caller's alone, and each request has the rights of its own key.

use serde_json::{Value, json};
use testkit::{Answer, DEFAULT_WAIT, HttpServer, Workspace, run};

use super::{LEGACY, answered, execute, initialize, message, post};
use crate::support::workspace;

/// A key of this subject with these scopes.
fn key(workspace: &Workspace, name: &str, subject: &str, scopes: &[&str]) -> String {
    let mut arguments = vec!["keys", "create", "--json", "--name", name, "--subject", subject];
    arguments.extend(scopes.iter().flat_map(|scope| ["--scope", scope]));
    let created = run(workspace.command(&arguments), DEFAULT_WAIT).expect_success().stdout;
    let created: Value = serde_json::from_str(&created).expect("JSON");
    format!("Bearer {}", created["key"].as_str().expect("the key"))
}

/// Somebody in a session.
struct Caller<'a> {
    server: &'a HttpServer,
    key: &'a str,
    session: String,
}

impl<'a> Caller<'a> {
    fn begin(server: &'a HttpServer, key: &'a str) -> Self {
        let answer = post(server, &[("Authorization", key)], &initialize(LEGACY));
        let session = answer.header("mcp-session-id").expect("an id").to_owned();
        Self { server, key, session }
    }

    fn post(&self, message: &Value) -> Answer {
        let headers = [("Authorization", self.key), ("Mcp-Session-Id", self.session.as_str())];
        post(self.server, &headers, message)
    }

    fn delete(&self) -> Answer {
        let headers = [("Authorization", self.key), ("Mcp-Session-Id", self.session.as_str())];
        self.server.request("DELETE", "/mcp", &headers, "")
    }

    fn tools(&self) -> Vec<String> {
        let listed = answered(&self.post(&message(1, "tools/list", json!({}))));
        let tools = listed["result"]["tools"].as_array().cloned().unwrap_or_default();
        tools.iter().map(|tool| tool["name"].as_str().unwrap_or_default().to_owned()).collect()
    }
}

#[test]
fn a_session_is_its_callers_alone() {
    let workspace = workspace();
    let ada = key(&workspace, "ada", "ada", &["execute:typescript"]);
    let ben = key(&workspace, "ben", "ben", &["execute:typescript"]);
    let server = HttpServer::start(&workspace);
    let nobody = post(&server, &[], &initialize(LEGACY));
    assert_eq!((nobody.status, nobody.header("mcp-session-id")), (401, None), "{}", nobody.body);
    assert!(nobody.header("www-authenticate").is_some_and(|it| it.contains("Bearer")));
    let hers = Caller::begin(&server, &ada);
    let taken = Caller { key: &ben, session: hers.session.clone(), ..hers };
    for answer in [taken.post(&execute(1, "1")), taken.delete()] {
        assert_eq!(answer.status, 404, "as if there were none: {}", answer.body);
    }
    let without = Caller { key: "Bearer nothing", session: hers.session.clone(), ..hers };
    assert_eq!(without.post(&execute(1, "1")).status, 401);
    assert!(hers.post(&execute(1, "console.log('hers')")).body.contains("hers"));
}

#[test]
fn each_request_has_the_rights_of_its_own_key() {
    let workspace = workspace();
    let wide = key(&workspace, "wide", "ada", &["execute:typescript", "execute:python"]);
    let narrow = key(&workspace, "narrow", "ada", &["execute:python", "tools:read"]);
    let server = HttpServer::start(&workspace);
    let session = Caller::begin(&server, &wide);
    assert_eq!(session.tools(), ["executeTypescript", "executePython", "health"]);
    assert!(session.post(&execute(1, "console.log('may')")).body.contains("may"));
    // The same session, by the same caller with another key.
    let later = Caller { key: &narrow, session: session.session.clone(), ..session };
    assert_eq!(later.tools(), ["executePython", "searchTools", "health"]);
    let refused = later.post(&execute(2, "1"));
    assert_eq!(refused.status, 403, "{}", refused.body);
    let challenge = refused.header("www-authenticate").unwrap_or_default();
    assert!(challenge.contains("insufficient_scope"), "{challenge}");
    assert!(challenge.contains("execute:typescript"), "{challenge}");
}
