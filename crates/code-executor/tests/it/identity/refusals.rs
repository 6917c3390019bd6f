//! What is refused before anything is run is on record: who, why, how often, and nothing of what was sent.

use rustix::process::Signal;
use serde_json::{Value, json};
use testkit::{DEFAULT_WAIT, HttpServer, Workspace, wait_until};

use super::{asked, key};
use crate::support::workspace;

fn refused(workspace: &Workspace) -> Vec<Value> {
    let records = workspace.audit_records().into_iter();
    records.filter(|record| record["event"] == "refused").collect()
}

#[test]
fn refusals_are_on_record_and_a_flood_of_them_is_a_sum() {
    let rules = json!({"rules": ["client executions 2/1h"]});
    let workspace = workspace().with_setting("limits", rules);
    let ann = key(&workspace, "ann", &["--tenant", "acme", "--scope", "execute:typescript"]);
    let mut server = HttpServer::start(&workspace);
    let post = |path: &str, body: &Value| asked(&server, "POST", path, &ann, &body.to_string());
    assert_eq!(server.get("/tools").status, 401);
    assert_eq!(post("/execute", &json!({"code": "'hush'", "language": "python"})).status, 403);
    assert_eq!(post("/execute", &json!({"code": "'hush'", "hush": 1})).status, 400);
    let call = json!({"name": "executeTypescript", "arguments": {"code": 5, "hush": "hush"}});
    let call = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call});
    assert_eq!(post("/mcp", &call).status, 406, "it takes no stream");
    for _ in 0..2 {
        assert_eq!(post("/execute", &json!({"code": "1"})).status, 200);
    }
    for _ in 0..30 {
        assert_eq!(post("/execute", &json!({"code": "'hush'"})).status, 429);
    }
    let all = |reason: &str| -> Vec<Value> {
        refused(&workspace).into_iter().filter(|record| record["reason"] == reason).collect()
    };
    wait_until(DEFAULT_WAIT, "the limit on record", || {
        !all("rate_limited").is_empty() || !all("quota_exceeded").is_empty()
    });
    server.signal(Signal::TERM);
    assert_eq!(server.ended(), Some(0), "{}", server.stderr());

    let [missing] = all("missing").try_into().expect("one");
    assert_eq!((&missing["peer"], &missing["clientId"]), (&json!("127.0.0.1"), &Value::Null));
    let [lacking] = all("insufficient_scope").try_into().expect("one");
    assert_eq!((&lacking["tenant"], &lacking["clientId"]), (&json!("acme"), &json!("ann")));
    assert!(!all("invalid_request").is_empty(), "{:?}", refused(&workspace));
    let limited = refused(&workspace);
    let limited = limited.iter().filter(|record| record["executor"] == "typescript");
    let counts: Vec<_> =
        limited.map(|record| record["count"].as_u64().unwrap_or_default()).collect();
    assert_eq!(counts.iter().sum::<u64>(), 30, "{counts:?}");
    assert!(counts.len() <= 10, "the first, and a sum now and then: {counts:?}");
    assert!(!format!("{:?}", refused(&workspace)).contains("hush"));
}
