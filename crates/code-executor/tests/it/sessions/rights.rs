//! Rights that are taken away end the sessions that were begun with them.

use std::fs;

use serde_json::{Value, json};
use testkit::{Answer, DEFAULT_WAIT, Fake, HttpServer, Workspace, run as run_command, wait_until};

use crate::support::workspace;

fn keys(workspace: &Workspace, arguments: &[&str]) -> String {
    let mut all = vec!["keys"];
    all.extend(arguments);
    let finished = run_command(workspace.command(&all), DEFAULT_WAIT);
    finished.expect_success().stdout.trim().to_owned()
}

fn asked(server: &HttpServer, method: &str, path: &str, key: &str, body: &str) -> Answer {
    server.request(method, path, &[("Authorization", &format!("Bearer {key}"))], body)
}

fn sessions(server: &HttpServer, key: &str) -> usize {
    let listed = asked(server, "GET", "/sessions", key, "").json();
    listed["sessions"].as_array().map_or(0, Vec::len)
}

#[test]
fn a_key_that_is_taken_back_takes_its_sessions_along() {
    let workspace = workspace();
    let of_ann = |name: &str| keys(&workspace, &["create", "--name", name, "--subject", "ann"]);
    let (first, second) = (of_ann("first"), of_ann("second"));
    let server = HttpServer::start(&workspace);
    for (key, id) in [(&first, "a"), (&second, "b")] {
        let body = json!({"code": "globalThis.n = 1", "sessionId": id}).to_string();
        assert_eq!(asked(&server, "POST", "/execute", key, &body).json()["success"], true);
    }
    // Both keys are of one client, who has both sessions.
    assert_eq!((sessions(&server, &first), sessions(&server, &second)), (2, 2));
    keys(&workspace, &["revoke", first.split('_').nth(1).expect("its prefix")]);
    wait_until(DEFAULT_WAIT, "the one used with it last has ended", || {
        sessions(&server, &second) == 1
    });
    let body = json!({"code": "1", "sessionId": "a"}).to_string();
    let lost = asked(&server, "POST", "/execute", &second, &body);
    assert_eq!((lost.status, &lost.json()["code"]), (409, &json!("session_lost")));
    assert!(lost.body.contains("key or token"), "{}", lost.body);
    let kept = json!({"code": "console.log(n)", "sessionId": "b"}).to_string();
    let kept = asked(&server, "POST", "/execute", &second, &kept).json();
    assert_eq!(kept["output"], "1\n");
}

const ROLES: &str = "\
p, role:caller, *, run, *, allow
p, role:caller, *, call, mcp__fake__*, allow
p, role:caller, *, time, 20s, allow
g, user:default, role:caller, local
";

/// The rules with this one more, put in force.
fn put(workspace: &Workspace, rules: &str) {
    workspace.write("roles.csv", rules);
}

#[test]
fn each_call_is_decided_anew_and_changed_roles_end_the_session() {
    let workspace = workspace().with_fake("fake", Fake::Well);
    let path = workspace.write("roles.csv", ROLES);
    let workspace = workspace.with_setting("roles", json!({"file": path}));
    let server = HttpServer::start(&workspace);
    let call = json!({
        "code": "console.log(await callMCPTool('mcp__fake__echo', {text: 'x'}).catch((it) => it.code))",
        "sessionId": "a", "allowedTools": ["mcp__fake__*"],
    });
    let output = |body: &Value| server.post("/execute", body).json()["output"].clone();
    assert_eq!(output(&call), "x\n");
    // A rule of a tool holds from the next call on, in the same session.
    put(&workspace, &format!("{ROLES}p, role:caller, *, call, mcp__fake__echo, deny\n"));
    wait_until(DEFAULT_WAIT, "the rule is in force", || output(&call) == "tool_not_allowed\n");
    let one = server.get("/sessions/a").json();
    assert!(one["calls"].as_u64().is_some_and(|calls| calls > 1), "{one}");
    // Another role is another caller.
    put(&workspace, &format!("{ROLES}g, user:default, role:more, local\n"));
    wait_until(DEFAULT_WAIT, "it has ended", || server.get("/sessions/a").status == 404);
    let lost = server.post("/execute", &call);
    assert_eq!((lost.status, lost.body.contains("its roles")), (409, true), "{}", lost.body);
    assert_eq!(output(&call), "x\n", "and begins anew with those of now");
    put(&workspace, &ROLES.replace("run, *, allow", "run, python, allow"));
    wait_until(DEFAULT_WAIT, "nothing of its language may run", || {
        server.get("/sessions/a").status == 404
    });
    assert_eq!(server.post("/execute", &call).json()["code"], "forbidden");
}

#[test]
fn what_may_no_longer_run_when_its_turn_has_come_does_not() {
    let workspace = workspace().with_setting("limits", json!({"maxConcurrent": 1}));
    let rules = ROLES.replace("20s", "10m");
    let path = workspace.write("roles.csv", &rules);
    let workspace = workspace.with_setting("roles", json!({"file": path}));
    let server = &HttpServer::start(&workspace);
    std::thread::scope(|scope| {
        let holds = scope.spawn(|| {
            let code = "import time\ntime.sleep(600)";
            let body = json!({
                "code": code, "language": "python", "sessionId": "a", "timeoutMs": 120_000,
            });
            server.post("/execute", &body)
        });
        let is = |what: &str| server.get("/health").json()["connectionPool"][what] == 1;
        wait_until(DEFAULT_WAIT, "the only place is taken", || is("active"));
        let waits = scope.spawn(|| {
            let body = json!({"code": "1", "language": "typescript", "maxWaitMs": 120_000});
            server.post("/execute", &body)
        });
        wait_until(DEFAULT_WAIT, "it waits", || is("waiting"));
        put(&workspace, &rules.replace("run, *, allow", "run, python, allow"));
        let body = json!({"code": "1", "language": "typescript", "maxWaitMs": 1});
        wait_until(DEFAULT_WAIT, "the rule is in force", || {
            server.post("/execute", &body).json()["code"] == "forbidden"
        });
        assert_eq!(server.request("DELETE", "/sessions/a", &[], "").status, 204);
        let late = waits.join().expect("an answer");
        assert_eq!(
            (late.status, &late.json()["code"]),
            (403, &json!("forbidden")),
            "{}",
            late.body
        );
        assert_eq!(holds.join().expect("an answer").json()["success"], false);
    });
}

#[test]
fn a_directory_that_is_no_longer_allowed_ends_the_sessions_that_have_it() {
    let workspace = workspace();
    let (data, more) = (workspace.path("data"), workspace.path("more"));
    for directory in [&data, &more] {
        fs::create_dir_all(directory).expect("it is ours");
        fs::write(directory.join("file.txt"), "content").expect("it is ours");
    }
    let workspace = workspace.with_security("allowRead", json!([data, more]));
    let server = HttpServer::start(&workspace);
    let file = data.join("file.txt");
    let typescript =
        format!("console.log(await (await import('node:fs/promises')).readFile({file:?}, 'utf8'))");
    let python = format!("print(open({file:?}).read())");
    let programs = [("typescript", typescript), ("python", python)];
    let run = |language: &str, code: &str, permissions: Value| {
        let body = json!({
            "code": code, "language": language, "sessionId": "a", "permissions": permissions,
        });
        server.post("/execute", &body)
    };
    let asked = json!({"read": [data]});
    for (language, code) in &programs {
        assert_eq!(run(language, code, asked.clone()).json()["output"], "content\n");
        // Left out, they are the same; others are refused.
        assert_eq!(run(language, code, Value::Null).json()["output"], "content\n");
        let other = run(language, code, json!({"read": [more]}));
        assert_eq!((other.status, &other.json()["code"]), (409, &json!("session_mismatch")));
    }
    // What is taken away is none of theirs.
    let workspace = workspace.with_security("allowRead", json!([data]));
    workspace.write_configuration();
    let is_allowed = |permissions: Value| {
        let body = json!({"code": "1", "permissions": permissions});
        server.post("/execute", &body).json()["grants"]["denied"].is_null()
    };
    wait_until(DEFAULT_WAIT, "the change is in force", || !is_allowed(json!({"read": [more]})));
    for (language, code) in &programs {
        assert_eq!(run(language, code, Value::Null).json()["output"], "content\n");
    }
    let workspace = workspace.with_security("allowRead", json!([more]));
    workspace.write_configuration();
    wait_until(DEFAULT_WAIT, "both have ended", || {
        server.get("/sessions").json()["sessions"] == json!([])
    });
    for (language, code) in &programs {
        let lost = run(language, code, asked.clone());
        assert_eq!(
            (lost.status, &lost.json()["code"]),
            (409, &json!("session_lost")),
            "{language}"
        );
        assert!(lost.body.contains("directories or hosts"), "{}", lost.body);
    }
}
