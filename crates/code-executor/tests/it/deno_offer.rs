//! Deno at the fronts: whether it is offered and why not, how it is asked for, and what is refused. What
//! programs mean in it is another topic's.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use testkit::{
    DEFAULT_WAIT, Era, Fixtures, HttpServer, McpProcess, Workspace, run, run_with_input, wait_until,
};
use types::ExecutionOutcome;

use crate::support::{assert_well, output_of, workspace};

/// The machine's own, as the operator would name it.
fn deno() -> PathBuf {
    let deno = Fixtures::locate().deno();
    assert!(deno.exists(), "{} is missing: run `cargo xtask test`", deno.display());
    deno
}

fn with_deno(path: &Path) -> Workspace {
    workspace().with_setting("executors", json!({ "typescript": { "denoPath": path } }))
}

/// A server on whose search path there is nothing.
fn without_deno() -> (Workspace, McpProcess) {
    let workspace = workspace();
    let mut command = workspace.command(&[]);
    command.env("PATH", workspace.home());
    let mut server = McpProcess::spawn(command, Era::Legacy);
    server.initialize();
    (workspace, server)
}

/// An npm package whose executable is a script with this text, as a launcher beside it finds it.
fn packaged(workspace: &Workspace, text: &str) -> PathBuf {
    let architecture = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
    let modules = "home/node_modules";
    let launcher = workspace.write(&format!("{modules}/deno/bin.cjs"), "#!/usr/bin/env node\n");
    let place = format!("{modules}/@deno/linux-{architecture}-glibc/deno");
    let executable = workspace.write(&place, text);
    for file in [&launcher, &executable] {
        fs::set_permissions(file, fs::Permissions::from_mode(0o755)).expect("permissions");
    }
    let link = workspace.path("home/node_modules/deno.link");
    symlink(launcher, &link).expect("a link");
    link
}

/// What `executeTypescript` says of `runtime`.
fn offered(server: &mut McpProcess) -> Option<Value> {
    let listed = server.expect("tools/list", json!({}));
    let tools = listed["tools"].as_array().cloned().unwrap_or_default();
    let tool = tools.into_iter().find(|tool| tool["name"] == "executeTypescript");
    tool.expect("executeTypescript")["inputSchema"]["properties"].get("runtime").cloned()
}

fn in_deno(code: &str) -> Value {
    json!({ "code": code, "runtime": "deno" })
}

/// What a call is refused with.
#[track_caller]
fn refused(server: &mut McpProcess, tool: &str, arguments: Value) -> (String, String) {
    let answer = server.call_tool(tool, arguments);
    assert_eq!(answer["isError"], true, "not refused: {answer}");
    let error = &answer["structuredContent"]["error"];
    let text = |key: &str| error[key].as_str().unwrap_or_default().to_owned();
    (text("type"), text("message"))
}

fn health(server: &mut McpProcess) -> Value {
    let health = server.call_tool("health", json!({}))["structuredContent"].clone();
    let engines = health["engines"].as_array().cloned().unwrap_or_default();
    engines.into_iter().find(|engine| engine["engine"] == "deno").expect("Deno is told of")
}

#[test]
fn where_there_is_none_it_is_not_offered_and_everything_says_why() {
    let (workspace, mut server) = without_deno();
    assert_eq!(offered(&mut server), None);
    let (code, message) = refused(&mut server, "executeTypescript", in_deno("1"));
    assert_eq!(code, "language_unavailable");
    assert!(message.contains("no deno is on the search path"), "{message}");
    assert!(message.contains("executors.typescript.denoPath"), "{message}");
    let health = health(&mut server);
    assert_eq!((&health["available"], &health["language"]), (&json!(false), &json!("typescript")));
    assert!(health["reason"].as_str().is_some_and(|why| why.contains("no deno")), "{health}");
    // Whoever names what they get anyway gets it.
    let outcome = server.execute(json!({ "code": "6 * 7", "runtime": "quickjs" }));
    assert_eq!(outcome.result, Some(json!(42)));
    assert_eq!(outcome.isolation.engine, "quickjs");

    let mut command = workspace.command(&["doctor"]);
    command.env("PATH", workspace.home());
    let shown = run(command, DEFAULT_WAIT).expect_success().stdout;
    assert!(shown.contains("the runtime deno is not available here: no deno"), "{shown}");
}

#[test]
fn what_cannot_be_asked_for_is_refused_with_what_can() {
    let (_workspace, mut server) = without_deno();
    for wrong in [json!("node"), json!("Deno"), json!("")] {
        let arguments = json!({ "code": "1", "runtime": wrong });
        let (code, message) = refused(&mut server, "executeTypescript", arguments);
        assert_eq!(code, "invalid_request");
        assert_eq!(message, "`runtime` must be quickjs or deno");
    }
    let (_, message) =
        refused(&mut server, "executeTypescript", json!({ "code": "1", "runtime": 1 }));
    assert!(message.contains("`runtime` must be a string"), "{message}");
    let session = json!({ "code": "1", "runtime": "deno", "sessionId": "notes" });
    let (code, message) = refused(&mut server, "executeTypescript", session);
    assert_eq!(code, "invalid_request");
    assert!(message.contains("sessions run in the embedded engine"), "{message}");
    let (_, message) = refused(&mut server, "executePython", in_deno("1"));
    assert!(message.contains("executePython has no argument `runtime`"), "{message}");
    assert_well(&mut server);
}

#[test]
fn an_executable_that_is_of_no_use_is_told_of_and_no_longer_offered() {
    let python = fs::canonicalize("/usr/bin/python3").expect("a Python");
    let said = |words: &str| format!("#!/bin/sh\necho '{words}'\n");
    let (old, broken) = (workspace(), workspace());
    for (path, words) in [
        (python, "is not Deno: asked for its version it says \"Python 3."),
        (
            packaged(&old, &said("deno 1.46.3 (stable, release)")),
            "is Deno 1.46.3, which is too old; 2.0 and newer are supported",
        ),
        (packaged(&broken, "#!/bin/sh\nexit 127\n"), "ends with exit status: 127 and says nothing"),
    ] {
        let workspace = with_deno(&path);
        let mut server = workspace.serve();
        // That it is there is all that was looked at.
        assert!(offered(&mut server).is_some(), "{}", path.display());
        let (code, message) = refused(&mut server, "executeTypescript", in_deno("1"));
        assert_eq!(code, "language_unavailable");
        assert!(message.contains(words), "{message}");
        assert_eq!(offered(&mut server), None, "{}", path.display());
        let health = health(&mut server);
        assert!(health["reason"].as_str().is_some_and(|why| why.contains(words)), "{health}");
        assert_well(&mut server);
        let finished = run(workspace.command(&["doctor", "--skip-upstreams"]), DEFAULT_WAIT);
        assert_eq!(finished.code(), Some(69), "{}", finished.stdout);
        assert!(
            finished.stdout.contains("the runtime deno cannot be run: "),
            "{}",
            finished.stdout
        );
    }
}

#[test]
fn a_launcher_that_hides_it_is_told_with_where_to_look() {
    let shim = workspace();
    let script = shim.write("home/shims/deno", "#!/bin/sh\nexec manager exec deno \"$@\"\n");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("permissions");
    let mut server = with_deno(&script).serve();
    assert_eq!(offered(&mut server), None);
    let (_, message) = refused(&mut server, "executeTypescript", in_deno("1"));
    assert!(message.contains("is a script that starts Deno, not Deno itself"), "{message}");
    assert!(message.contains("Deno.execPath()"), "{message}");
    let (_, message) = refused(
        &mut with_deno(Path::new("/nonexistent/deno")).serve(),
        "executeTypescript",
        in_deno("1"),
    );
    assert!(message.contains("denoPath names /nonexistent/deno, which is no file"), "{message}");
}

#[test]
fn the_operator_can_do_without_it() {
    let off = json!({ "typescript": { "denoPath": deno(), "deno": { "enabled": false } } });
    let workspace = workspace().with_setting("executors", off);
    let mut server = workspace.serve();
    assert_eq!(offered(&mut server), None);
    let (code, message) = refused(&mut server, "executeTypescript", in_deno("1"));
    assert_eq!(code, "language_unavailable");
    assert!(message.contains("executors.typescript.deno.enabled"), "{message}");
    assert_well(&mut server);
    // Nor does it run where nothing holds it.
    let workspace = with_deno(&deno()).with_setting("sandbox", json!({ "namespaces": false }));
    let mut server = workspace.serve();
    let (code, message) = refused(&mut server, "executeTypescript", in_deno("1"));
    assert_eq!(code, "language_unavailable");
    assert!(message.contains("Deno is only run in namespaces of its own"), "{message}");
    assert_eq!(offered(&mut server), None);
    assert_well(&mut server);
}

#[test]
fn a_program_that_asks_for_it_is_run_by_it() {
    let workspace = with_deno(&deno()).with_demo();
    let mut server = workspace.serve();
    let schema = offered(&mut server).expect("it is offered");
    assert_eq!(schema["enum"], json!(["quickjs", "deno"]));
    let before = health(&mut server);
    assert_eq!(before["available"], true, "{before}");
    // Nothing of it is started, nor asked, before somebody wants it.
    assert!(before.get("version").is_none() && before.get("level").is_none(), "{before}");
    assert_eq!(server.run("1").isolation.engine, "quickjs");
    let outcome = server.execute(in_deno("console.log(typeof WebAssembly); Deno.version.deno"));
    assert_eq!(output_of(&outcome), "object\n");
    assert_eq!(outcome.isolation.engine, "deno");
    let after = health(&mut server);
    assert_eq!(after["version"], outcome.result.expect("a version"), "{after}");
    assert_eq!(after["level"], json!(outcome.isolation.level), "{after}");
    assert!(after["executable"].as_str().is_some_and(|path| path.ends_with("/deno")), "{after}");
    let tools = json!({
        "code": "await callMCPTool('mcp__demo__list_notes', {})",
        "runtime": "deno", "allowedTools": ["mcp__demo__*"],
    });
    let outcome = server.execute(tools);
    assert_eq!((outcome.success, outcome.tool_calls_made.len()), (true, 1), "{outcome:?}");
    let of_it = |record: &&Value| record["executionId"] == json!(outcome.execution_id);
    let records = workspace.audit_records();
    let runtimes: Vec<_> =
        records.iter().filter(of_it).map(|it| (&it["event"], &it["runtime"])).collect();
    let (deno, unsaid) = (json!("deno"), Value::Null);
    assert_eq!(
        runtimes,
        [(&json!("start"), &deno), (&json!("call"), &unsaid), (&json!("end"), &deno)]
    );
    assert_well(&mut server);
}

#[test]
fn it_is_asked_for_over_http_and_on_the_command_line() {
    let workspace = with_deno(&deno());
    let server = HttpServer::start(&workspace);
    let outcome = server.post("/execute", &in_deno("console.log(Deno.build.os)")).json();
    assert_eq!(
        (&outcome["output"], &outcome["success"]),
        (&json!("linux\n"), &json!(true)),
        "{outcome}"
    );
    assert_eq!(outcome["isolation"]["engine"], "deno");
    for (body, words) in [
        (json!({ "code": "1", "runtime": "bun" }), "`runtime` must be quickjs or deno"),
        (
            json!({ "code": "1", "runtime": "deno", "language": "python" }),
            "leave it out for Python",
        ),
        (
            json!({ "code": "1", "runtime": "deno", "sessionId": "a" }),
            "sessions run in the embedded engine",
        ),
    ] {
        let answer = server.post("/execute", &body);
        assert_eq!(answer.status, 400, "{}", answer.body);
        assert!(answer.body.contains(words), "{}", answer.body);
    }
    let command = workspace.command(&["exec", "-", "--runtime", "deno", "--json"]);
    let finished =
        run_with_input(command, b"const n: number = 6; n * 7", DEFAULT_WAIT).expect_success();
    let outcome: ExecutionOutcome = serde_json::from_str(&finished.stdout).expect("JSON");
    assert_eq!((outcome.result, outcome.isolation.engine.as_str()), (Some(json!(42)), "deno"));
    let command = workspace.command(&["exec", "-", "--runtime", "deno", "--language", "python"]);
    let finished = run_with_input(command, b"1", DEFAULT_WAIT);
    assert_ne!(finished.code(), Some(0));
    assert!(finished.stderr.contains("leave it out for Python"), "{}", finished.stderr);
}

#[test]
fn roles_tell_it_from_the_embedded_engine() {
    let rules = "p, role:caller, *, run, typescript/quickjs, allow\n\
        p, role:caller, *, time, 20s, allow\ng, user:default, role:caller, local\n";
    let workspace = with_deno(&deno());
    let path = workspace.write("roles.csv", rules);
    let workspace = workspace.with_setting("roles", json!({ "file": path }));
    let mut server = workspace.serve();
    let (code, message) = refused(&mut server, "executeTypescript", in_deno("1"));
    assert_eq!(code, "forbidden");
    assert!(message.contains("with the runtime deno"), "{message}");
    assert_well(&mut server);
}

#[test]
fn the_doctor_starts_it_and_tries_its_walls() {
    let finished = run(
        with_deno(&deno()).command(&["doctor", "--json", "--skip-upstreams"]),
        4 * DEFAULT_WAIT,
    )
    .expect_success();
    let report: Value = serde_json::from_str(&finished.stdout).expect("JSON");
    let engine = &report["engines"][2];
    assert_eq!(
        (&engine["engine"], &engine["available"]),
        (&json!("deno"), &json!(true)),
        "{engine}"
    );
    let probes = engine["probes"].as_array().expect("probes");
    assert_eq!(probes.len(), 16, "{engine}");
    for probe in probes {
        assert_ne!(probe["held"], false, "{probe}");
        let tried = probe["held"] == true;
        let stopped = probe["heldBy"].as_array().is_some_and(|walls| !walls.is_empty());
        assert!(tried || stopped || probe["possible"] == false, "{probe}");
    }
    let held: Vec<&str> = probes
        .iter()
        .filter(|probe| probe["held"] == true)
        .filter_map(|probe| probe["name"].as_str())
        .collect();
    for name in ["read-file", "write-file", "connect-tcp", "exec", "signal-host"] {
        assert!(held.contains(&name), "{name} was not tried: {held:?}");
    }
}

#[test]
fn no_program_may_write_to_what_is_run_outside() {
    let workspace = workspace();
    let link = packaged(&workspace, "#!/bin/sh\necho 'deno 2.9.6'\n");
    let written = workspace.path("home/node_modules/@deno");
    let workspace = workspace
        .with_setting("executors", json!({ "typescript": { "denoPath": link } }))
        .with_security("allowWrite", json!([written]));
    let finished = run_with_input(workspace.command(&["exec", "-"]), b"1", DEFAULT_WAIT);
    assert_eq!(finished.code(), Some(64), "{}", finished.stderr);
    assert!(finished.stderr.contains("which is run outside of the sandbox"), "{}", finished.stderr);
}

#[test]
fn one_that_was_put_right_is_tried_again_and_clients_are_told() {
    let workspace = workspace();
    let link = packaged(&workspace, "#!/bin/sh\nexit 1\n");
    let executable = fs::canonicalize(&link).expect("a launcher");
    let modules = executable.parent().and_then(Path::parent).expect("a folder").to_owned();
    let workspace =
        workspace.with_setting("executors", json!({ "typescript": { "denoPath": link } }));
    let mut server = workspace.serve();
    let (_, message) = refused(&mut server, "executeTypescript", in_deno("1"));
    assert!(message.contains("says nothing"), "{message}");
    assert_eq!(offered(&mut server), None);
    let changed = |server: &McpProcess| {
        server
            .notifications()
            .filter(|told| told["method"] == "notifications/tools/list_changed")
            .count()
    };
    wait_until(DEFAULT_WAIT, "nobody is told that it is gone", || {
        server.call_tool("health", json!({}));
        changed(&server) == 1
    });
    let place = deno().strip_prefix(Fixtures::locate().node_modules()).expect("in it").to_owned();
    let place = modules.join(place);
    fs::remove_file(&place).expect("the broken one");
    symlink(deno(), &place).expect("a link");
    // What is wrong is remembered for a moment.
    wait_until(DEFAULT_WAIT, "it is not tried again", || {
        let answer = server.call_tool("executeTypescript", in_deno("6 * 7"));
        answer["structuredContent"]["result"] == 42
    });
    assert!(offered(&mut server).is_some());
    wait_until(DEFAULT_WAIT, "nobody is told that it is there", || {
        server.call_tool("health", json!({}));
        changed(&server) == 2
    });
}
