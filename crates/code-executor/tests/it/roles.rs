//! Roles as callers meet them: what may be called, run, seen and had, and by which rule.

use std::fs;

use serde_json::{Value, json};
use testkit::{DEFAULT_WAIT, Fake, Finished, HttpServer, Workspace, run, wait_until};

use crate::support::{output_of, workspace};

mod kept;

/// The local user, who is `default` of tenant `local`.
const ALLOWED: &str = "\
p, role:caller, *, run, typescript, allow
p, role:caller, *, call, mcp__fake__*, allow
p, role:caller, *, call, mcp__fake__pid, deny
p, role:caller, *, time, 20s, allow
g, user:default, role:caller, local
";

fn governed(rules: &str) -> Workspace {
    let workspace = workspace().with_fake("fake", Fake::Well).with_fake("hidden", Fake::Well);
    let path = workspace.write("roles.csv", rules);
    workspace.with_setting("roles", json!({"file": path}))
}

fn server(rules: &str) -> (Workspace, HttpServer) {
    let workspace = governed(rules);
    let server = HttpServer::start(&workspace);
    (workspace, server)
}

fn names(answer: &Value) -> Vec<&str> {
    let tools = answer["tools"].as_array().expect("a list").iter();
    tools.map(|tool| tool["name"].as_str().unwrap_or_default()).collect()
}

#[test]
fn a_program_calls_and_sees_what_its_callers_roles_allow() {
    let (workspace, server) = server(ALLOWED);
    let code = "
        console.log(await callMCPTool('mcp__fake__echo', { text: 'heard' }));
        for (const name of ['mcp__fake__pid', 'mcp__hidden__echo', 'mcp__nobody__x']) {
            try { await callMCPTool(name, { text: '' }); console.log('called', name); }
            catch (error) { console.log(error.code, error.message.includes('roles of the caller'), error.server); }
        }
        const seen = await searchTools('', 100);
        console.log(seen.map((hit) => hit.name).sort().join());
        console.log(await getToolSchema('mcp__fake__pid'), await getToolSchema('mcp__hidden__echo'));
        const { listServers } = await import('./servers/discovery.js');
        console.log((await listServers()).join());
        const fake = await import('./servers/fake/index.js');
        console.log(Object.keys(fake).sort().join());
        for (const name of ['./servers/fake/pid.js', './servers/hidden/index.js']) {
            try { await import(name); console.log('imported', name); }
            catch (error) { console.log('none'); }
        }
    ";
    let request = json!({"code": code, "allowedTools": ["mcp__*"]});
    let outcome = server.post("/execute", &request).json();
    let expected = "heard\n\
        tool_not_allowed true undefined\ntool_not_allowed true undefined\ntool_not_allowed true undefined\n\
        mcp__fake__big,mcp__fake__die,mcp__fake__echo,mcp__fake__slow\n\
        null null\n\
        fake\n\
        big,default,die,echo,slow\n\
        none\nnone\n";
    assert_eq!(outcome["output"], expected, "{outcome}");
    let refused = workspace.audit_records().into_iter().filter(|it| it["status"] == "refused");
    assert_eq!(refused.count(), 3, "each is on record");
    let code = "
        for (const name of ['mcp__hidden__echo', 'mcp__nobody__x', 'mcp__fake__big']) {
            try { await callMCPTool(name, {}); } catch (error) { console.log(error.server); }
        }
    ";
    let request = json!({"code": code, "allowedTools": ["mcp__fake__echo"]});
    let outcome = server.post("/execute", &request).json();
    assert_eq!(outcome["output"], "undefined\nundefined\nfake\n", "a hidden server is as none is");

    assert_eq!(names(&server.get("/tools").json()).len(), 4);
    let all = server.get("/tools").json();
    assert_eq!((&all["total"], &all["metrics"]["upFront"]["tools"]), (&json!(4), &json!(4)));
    assert_eq!(names(&server.get("/tools/search?q=pid").json()), Vec::<&str>::new());
    assert_eq!(server.get("/tools/info/fake/echo").status, 200);
    for path in ["/tools/info/fake/pid", "/tools/info/hidden/echo"] {
        assert_eq!(server.get(path).status, 404, "{path}");
    }
}

#[test]
fn keys_of_one_server_see_and_do_different_things() {
    let rules = "\
        p, role:reader, *, run, typescript, allow\n\
        p, role:reader, *, call, mcp__fake__echo, allow\n\
        p, role:writer, acme, call, mcp__hidden__*, allow\n\
        g, role:writer, role:reader, acme\n";
    let workspace = governed(rules);
    let key = |name: &str, tenant: &str, role: &str| {
        let arguments = ["keys", "create", "--name", name, "--tenant", tenant, "--role", role];
        let made = run(workspace.command(&arguments), DEFAULT_WAIT).expect_success();
        format!("Bearer {}", made.stdout.trim())
    };
    let (reader, writer) = (key("r", "acme", "reader"), key("w", "acme", "writer"));
    let elsewhere = key("e", "globex", "writer");
    let server = HttpServer::start(&workspace);
    let asked = |key: &str, method: &str, path: &str, body: &str| {
        server.request(method, path, &[("Authorization", key)], body)
    };
    let seen = |key: &str| names(&asked(key, "GET", "/tools", "").json()).len();
    assert_eq!((seen(&reader), seen(&writer), seen(&elsewhere)), (1, 6, 0));
    let code = "await callMCPTool('mcp__hidden__echo', { text: 'in' })";
    let program = json!({"code": code, "allowedTools": ["mcp__*"]}).to_string();
    let run = |key: &str| asked(key, "POST", "/execute", &program);
    assert_eq!(run(&writer).json()["result"], "in");
    assert_eq!(run(&reader).json()["success"], false);
    assert_eq!(run(&elsewhere).status, 403, "not even its language");
    let claims =
        json!({"code": code, "allowedTools": ["mcp__*"], "tenant": "acme", "roles": ["writer"]});
    let claimed = asked(&elsewhere, "POST", "/execute", &claims.to_string());
    assert_eq!(claimed.status, 400, "who asks is no part of what is asked: {}", claimed.body);
    let servers = |key: &str| asked(key, "GET", "/health", "").json()["servers"].clone();
    assert_eq!((servers(&reader), servers(&writer)), (json!(1), json!(2)));
}

#[test]
fn a_program_is_not_run_where_roles_do_not_allow_its_language_or_its_time() {
    let (_workspace, server) = server(ALLOWED);
    let python = server.post("/execute", &json!({"code": "1", "language": "python"}));
    assert_eq!((python.status, &python.json()["code"]), (403, &json!("forbidden")));
    let long = server.post("/execute", &json!({"code": "1", "timeoutMs": 60_000}));
    assert_eq!(long.status, 403, "{}", long.body);
    let detail = long.json()["detail"].to_string();
    assert!(detail.contains("60000") && detail.contains("20000"), "{detail}");
    assert_eq!(server.post("/execute", &json!({"code": "1", "timeoutMs": 20_000})).status, 200);
    // The server's own 30 seconds are more than the roles allow.
    assert_eq!(server.post("/execute", &json!({"code": "1"})).status, 200);
}

#[test]
fn a_file_that_changes_counts_for_the_next_call_of_a_program_under_way() {
    let (workspace, server) = server(ALLOWED);
    let file = workspace.path("roles.csv");
    let health = || server.get("/health").json()["roles"].clone();
    assert_eq!(health(), json!({"rules": 4}));
    let code = "
        for (;;) {
            try { await callMCPTool('mcp__fake__echo', { text: '' }); }
            catch (error) { console.log(error.code); break; }
        }
    ";
    let request = json!({"code": code, "allowedTools": ["mcp__fake__echo"]});
    let outcome = std::thread::scope(|scope| {
        let running = scope.spawn(|| server.post("/execute", &request).json());
        let called = || workspace.audit_records().iter().any(|it| it["tool"] == "mcp__fake__echo");
        wait_until(DEFAULT_WAIT, "a call", called);
        let denied = format!("{ALLOWED}p, *, *, call, mcp__fake__echo, deny\n");
        fs::write(workspace.path("new.csv"), denied).expect("a file");
        fs::rename(workspace.path("new.csv"), &file).expect("renaming");
        running.join().expect("an answer")
    });
    assert_eq!(outcome["output"], "tool_not_allowed\n", "{outcome}");
    assert_eq!(health(), json!({"rules": 5}));

    fs::write(&file, "p, everybody, may, do, everything\n").expect("a file");
    wait_until(DEFAULT_WAIT, "a broken file in health", || health()["error"].is_string());
    let health_now = server.get("/health");
    assert_eq!(
        (health_now.status, health()["rules"].as_u64()),
        (200, Some(5)),
        "the last good one"
    );
    assert!(!health_now.body.contains("everybody"), "{}", health_now.body);
    let still = server.post("/execute", &request).json();
    assert_eq!(still["output"], "tool_not_allowed\n");

    fs::write(&file, ALLOWED).expect("a file");
    wait_until(DEFAULT_WAIT, "a good file in force", || health() == json!({"rules": 4}));
}

#[test]
fn directories_are_cut_down_to_what_roles_allow() {
    let workspace = governed("");
    for name in ["data/team", "data/secret"] {
        fs::create_dir_all(workspace.path(name)).expect("a directory");
    }
    let root = workspace.path("data").canonicalize().expect("a path");
    let path = |name: &str| root.join(name).to_string_lossy().into_owned();
    let rules = format!(
        "{ALLOWED}p, *, *, read, {}, allow\np, *, *, read, {}, deny\n",
        path("team"),
        path("secret")
    );
    workspace.write("roles.csv", rules);
    let workspace = workspace.with_security("allowRead", json!([root]));
    let server = HttpServer::start(&workspace);
    let asked = json!({"code": "1", "permissions": {"read": [path("team"), path("secret")]}});
    let grants = server.post("/execute", &asked).json()["grants"].clone();
    assert_eq!(grants["read"], json!([path("team")]), "{grants}");
    assert_eq!(grants["denied"][0]["entry"], json!(path("secret")));
    assert!(grants["denied"][0]["reason"].to_string().contains("roles"), "{grants}");
}

#[test]
fn over_stdio_and_on_the_command_line_the_local_user_is_one_like_others() {
    let workspace = governed(ALLOWED);
    let mut server = workspace.serve();
    let offered = server.request("tools/list", json!({})).expect("a list");
    assert_eq!(names(&offered), ["executeTypescript", "searchTools", "health"]);
    let refused = server.call_tool("executePython", json!({"code": "1"}));
    assert!(refused.to_string().contains("roles of the caller"), "{refused}");
    assert_eq!(output_of(&server.run("console.log('run')")), "run\n");
    let stranger = governed("p, role:nobody, *, run, *, allow\n");
    stranger.write("a.ts", "1");
    let file = stranger.path("a.ts");
    let finished = run(stranger.command(&["exec", &file.to_string_lossy()]), DEFAULT_WAIT);
    assert_eq!(finished.code(), Some(2), "{finished:?}");
    assert!(finished.stderr.contains("forbidden"), "{finished:?}");
}

#[test]
fn a_server_does_not_start_with_a_file_that_cannot_be_used() {
    let workspace = governed("p, role:caller, *, call, everything, allow\n");
    let finished = run(workspace.command(&["serve"]), DEFAULT_WAIT);
    assert_eq!(finished.code(), Some(64), "{finished:?}");
    assert!(finished.stderr.contains("line 1: \"everything\" is no tool"), "{finished:?}");
}

fn explained(tenant: &str, arguments: &[&str]) -> Finished {
    let workspace = governed(ALLOWED);
    let command = ["policy", "explain", "--tenant", tenant];
    run(workspace.command(&[&command, arguments].concat()), DEFAULT_WAIT)
}

#[test]
fn the_rule_that_decides_is_printed() {
    let denied = explained("local", &["--as", "default", "--tool", "mcp__fake__pid"]);
    assert_eq!(denied.code(), Some(1), "{denied:?}");
    assert_eq!(
        denied.stdout,
        "denied: default of tenant local may not call mcp__fake__pid\n  \
         by line 3: p, role:caller, *, call, mcp__fake__pid, deny\n  \
         user:default is in role:caller by line 5: g, user:default, role:caller, local\n  \
         which overrules line 2: p, role:caller, *, call, mcp__fake__*, allow\n  \
         roles: role:caller\n"
    );
    let allowed =
        explained("any", &["--as", "x", "--role", "caller", "--run", "typescript", "--json"]);
    let report: Value = serde_json::from_str(&allowed.expect_success().stdout).expect("JSON");
    assert_eq!((&report["allowed"], &report["rule"]["line"]), (&json!(true), &json!(1)));
    assert_eq!(report["path"], json!([{"role": "role:caller", "line": null}]));
    let elsewhere = explained("acme", &["--as", "default", "--tool", "mcp__fake__echo"]);
    assert_eq!(elsewhere.code(), Some(1));
    assert!(elsewhere.stdout.contains("no rule speaks of it"), "{elsewhere:?}");
    assert_eq!(explained("local", &["--as", "default", "--time", "20s"]).code(), Some(0));
    assert_eq!(explained("local", &["--as", "default", "--time", "21s"]).code(), Some(1));
    assert_eq!(explained("local", &["--as", "default"]).code(), Some(2), "nothing is asked about");
    let ruby = explained("local", &["--as", "default", "--run", "ruby"]);
    assert!(ruby.code() == Some(2) && ruby.stderr.contains("python/cpython"), "{ruby:?}");
}

#[test]
fn a_file_is_checked_before_it_is_put_in_force() {
    let workspace = governed(ALLOWED);
    let good = run(workspace.command(&["policy", "check"]), DEFAULT_WAIT).expect_success();
    assert!(good.stdout.ends_with("roles.csv: 4 rules, 1 membership\n"), "{good:?}");
    let wrong = workspace.write("wrong.csv", "p, role:a, *, run, ruby, allow\nwhat\n");
    let wrong = wrong.to_string_lossy();
    let finished = run(workspace.command(&["policy", "check", &wrong]), DEFAULT_WAIT);
    assert_eq!(finished.code(), Some(1), "{finished:?}");
    assert!(finished.stdout.contains("line 1: \"ruby\" is no language"), "{finished:?}");
    assert!(finished.stdout.contains("line 2: "), "{finished:?}");
    let none = crate::support::workspace();
    let finished = run(none.command(&["policy", "check"]), DEFAULT_WAIT);
    assert_eq!(finished.code(), Some(64), "{finished:?}");
}

#[test]
fn the_example_is_what_is_documented() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let read = |name: &str| fs::read_to_string(root.join(name)).expect("a file");
    let (page, example) = (read("docs/roles.md"), read("examples/roles.csv"));
    assert!(page.contains(&example), "docs/roles.md shows another file");
    let workspace = workspace();
    workspace.write("project/roles.csv", &example);
    let file = workspace.path("project/roles.csv");
    let workspace = workspace.with_setting("roles", json!({"file": file}));
    let asked = "policy explain --as alice --tenant acme --tool mcp__github__delete_repo";
    for line in ["policy check roles.csv", asked] {
        let mut command = workspace.command(&line.split(' ').collect::<Vec<_>>());
        command.current_dir(workspace.project());
        let printed = run(command, DEFAULT_WAIT).stdout;
        let session = format!("$ code-executor {line}\n{printed}");
        assert!(page.contains(&session), "docs/roles.md lacks:\n{session}");
    }
}
