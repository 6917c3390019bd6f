//! Python at the fronts: whether it is offered and why not, how it is chosen, and what is its own.
//! What programs mean is in the table of both languages, `semantics`.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use testkit::{
    DEFAULT_WAIT, Era, Fixtures, McpProcess, PackageIndex, Wheel, Workspace, run, run_with_input,
    wait_until,
};
use types::ExecutionOutcome;

use crate::support::{OUR_TOOLS, assert_well, error_of, output_of, server, workspace};

const WITHOUT_PYTHON: [&str; 3] = ["executeTypescript", "searchTools", "health"];

fn with_python(settings: Value) -> Workspace {
    workspace().with_setting("executors", json!({ "python": settings }))
}

fn offered(server: &mut McpProcess) -> Vec<String> {
    let listed = server.expect("tools/list", json!({}));
    let tools = listed["tools"].as_array().cloned().unwrap_or_default();
    tools.iter().filter_map(|tool| tool["name"].as_str().map(str::to_owned)).collect()
}

fn engine(server: &mut McpProcess, language: &str) -> Value {
    let health = server.call_tool("health", json!({}))["structuredContent"].clone();
    let engines = health["engines"].as_array().cloned().unwrap_or_default();
    engines.into_iter().find(|engine| engine["language"] == language).unwrap_or_default()
}

/// What a call of `executePython` is refused with.
#[track_caller]
fn refusal(server: &mut McpProcess, code: &str) -> (String, String) {
    let answer = server.call_tool("executePython", json!({ "code": code }));
    assert_eq!(answer["isError"], true, "not refused: {answer}");
    let error = &answer["structuredContent"]["error"];
    let text = |key: &str| error[key].as_str().unwrap_or_default().to_owned();
    (text("type"), text("message"))
}

/// Its exit code, what it printed, and what it complained of.
fn doctor(workspace: &Workspace, arguments: &[&str]) -> (Option<i32>, String, String) {
    let finished = run(workspace.command(&[&["doctor"], arguments].concat()), DEFAULT_WAIT);
    (finished.code(), finished.stdout, finished.stderr)
}

/// A folder on whose `PATH` there is no Python, but everything else that tests need.
fn bare_path(workspace: &Workspace) -> PathBuf {
    let folder = workspace.path("bin");
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

#[test]
fn without_an_interpreter_it_is_not_offered_and_everything_says_why() {
    let workspace = workspace();
    let mut command = workspace.command(&[]);
    command.env("PATH", bare_path(&workspace));
    let mut server = McpProcess::spawn(command, Era::Legacy);
    server.initialize();
    assert_eq!(offered(&mut server), WITHOUT_PYTHON);
    let (code, message) = refusal(&mut server, "1");
    assert_eq!(code, "language_unavailable");
    assert!(message.contains("no python3"), "{message}");
    let engine = engine(&mut server, "python");
    assert_eq!(engine["available"], false, "{engine}");
    assert!(engine["reason"].as_str().is_some_and(|why| why.contains("no python3")), "{engine}");
    assert_well(&mut server);

    let mut command = workspace.command(&["doctor"]);
    command.env("PATH", bare_path(&workspace));
    let finished = run(command, DEFAULT_WAIT).expect_success();
    assert!(finished.stdout.contains("python is not available here: "), "{}", finished.stdout);

    let mut command = workspace.command(&["exec", "-", "--language", "python"]);
    command.env("PATH", bare_path(&workspace));
    let finished = run_with_input(command, b"1", DEFAULT_WAIT);
    assert_eq!(finished.code(), Some(69), "{}", finished.stderr);
}

#[test]
fn switched_off_it_is_not_offered_and_nothing_is_started() {
    let workspace = with_python(json!({ "enabled": false }));
    let mut server = workspace.serve();
    assert_eq!(offered(&mut server), WITHOUT_PYTHON);
    let (code, message) = refusal(&mut server, "1");
    assert_eq!(code, "language_unavailable");
    assert!(message.contains("executors.python.enabled"), "{message}");
    assert_well(&mut server);
    let is_python = |process: &testkit::ProcessId| process.command.contains("python");
    assert!(!server.descendants().iter().any(is_python), "{:?}", server.descendants());
}

#[test]
fn alone_it_is_all_that_is_offered() {
    let workspace =
        workspace().with_setting("executors", json!({ "typescript": { "enabled": false } }));
    let mut server = workspace.serve();
    assert_eq!(offered(&mut server), ["executePython", "searchTools", "health"]);
    assert_eq!(output_of(&server.run_python("print(6 * 7)")), "42\n");
    let (code, _, _) = doctor(&workspace, &[]);
    assert_eq!(code, Some(0));
}

#[test]
fn an_interpreter_that_is_of_no_use_leaves_the_list_and_clients_are_told() {
    let old = "#!/bin/sh\nexec sleep 0.2\n";
    let workspace = workspace();
    let interpreter = workspace.write("home/python3", old);
    fs::set_permissions(&interpreter, fs::Permissions::from_mode(0o755)).expect("executable");
    let workspace = workspace.with_setting(
        "executors",
        json!({ "python": { "pythonPath": interpreter.to_string_lossy() } }),
    );
    let mut server = workspace.serve();
    wait_until(DEFAULT_WAIT, "the tool stays on the list", || {
        offered(&mut server) == WITHOUT_PYTHON
    });
    let changed = |told: &Value| told["method"] == "notifications/tools/list_changed";
    wait_until(DEFAULT_WAIT, "nobody was told", || {
        server.call_tool("health", json!({}));
        server.notifications().any(changed)
    });
    let (code, message) = refusal(&mut server, "1");
    assert_eq!(code, "language_unavailable");
    assert!(message.contains("home/python3"), "{message}");
    assert_well(&mut server);
}

#[test]
fn it_is_looked_at_before_the_first_program_and_started_with_it() {
    let (_workspace, mut server) = server();
    assert_eq!(offered(&mut server), OUR_TOOLS);
    wait_until(DEFAULT_WAIT, "it is not looked at", || {
        engine(&mut server, "python").get("version").is_some()
    });
    let found = engine(&mut server, "python");
    assert_eq!((&found["available"], &found["engine"]), (&json!(true), &json!("cpython")));
    assert!(found["version"].as_str().is_some_and(|version| version.starts_with("3.")), "{found}");
    // Its process is large, and a session that never runs Python is spared it.
    assert!(found.get("level").is_none(), "{found}");
    assert_eq!(output_of(&server.run_python("print(1)")), "1\n");
    assert!(engine(&mut server, "python").get("level").is_some());
    assert!(engine(&mut server, "typescript").get("level").is_some());
}

#[test]
fn the_doctor_tells_of_both_languages() {
    let workspace = workspace();
    let (code, shown, complaints) = doctor(&workspace, &[]);
    assert_eq!((code, complaints.as_str()), (Some(0), ""), "{shown}");
    for word in ["quickjs", "cpython 3.", "/", "on   landlock"] {
        assert!(shown.contains(word), "{word} is missing: {shown}");
    }
    let (_, shown, _) = doctor(&workspace, &["--json"]);
    let shown: Value = serde_json::from_str(&shown).expect("JSON");
    for (at, name) in ["quickjs", "cpython"].into_iter().enumerate() {
        assert_eq!(shown["engines"][at]["isolation"]["engine"], name, "{shown}");
    }
}

#[test]
fn a_program_on_the_command_line_is_python_by_its_name_or_by_request() {
    let workspace = workspace();
    let file = workspace.write("project/hello.py", "who = 'world'\nprint(f'hello {who}')\n6 * 7");
    let path = file.to_string_lossy();
    let finished = run(workspace.command(&["exec", &path]), DEFAULT_WAIT).expect_success();
    assert_eq!(finished.stdout, "hello world\n42\n");
    for language in ["python", "py"] {
        let command = workspace.command(&["exec", "-", "--language", language, "--json"]);
        let finished = run_with_input(command, b"None or [1]", DEFAULT_WAIT).expect_success();
        let outcome: ExecutionOutcome = serde_json::from_str(&finished.stdout).expect("JSON");
        assert_eq!(outcome.result, Some(json!([1])));
    }
    let failing = workspace.write("project/fail.py", "print('kept')\nraise KeyError('x')");
    let finished = run(workspace.command(&["exec", &failing.to_string_lossy()]), DEFAULT_WAIT);
    assert_eq!((finished.code(), finished.stdout.as_str()), (Some(1), "kept\n"));
    assert!(finished.stderr.contains("KeyError"), "{}", finished.stderr);
}

#[test]
fn a_virtual_environment_and_preloaded_modules_are_the_operators_to_give() {
    let workspace = workspace();
    let venv = workspace.path("venv");
    let mut make = Command::new("python3");
    make.args(["-m", "venv", "--without-pip"]).arg(&venv);
    run(make, Duration::from_secs(60)).expect_success();
    let library = fs::read_dir(venv.join("lib")).expect("lib").flatten().next().expect("one");
    let module = library.path().join("site-packages/of_the_operator.py");
    fs::write(module, "WORD = 'from the venv'\n").expect("a module");
    // A link in /tmp is covered by the program's own /tmp.
    let link = workspace.path("link");
    symlink(&venv, &link).expect("a link");
    let mut workspace = workspace;
    for place in [venv, link] {
        workspace = workspace.with_setting(
            "executors",
            json!({ "python": { "venv": place, "preload": ["xml.dom.minidom"] } }),
        );
        let outcome = workspace.serve().run_python(
            "import sys\nbefore = 'xml.dom.minidom' in sys.modules\nimport of_the_operator\n\
             [before, of_the_operator.WORD]",
        );
        assert_eq!(outcome.result, Some(json!([true, "from the venv"])), "{:?}", outcome.error);
    }
}

#[test]
fn a_program_that_breaks_its_interpreter_breaks_nothing_else() {
    let (_workspace, mut server) = server();
    let outcome = server.run_python("import ctypes\nctypes.string_at(0)");
    let error = error_of(&outcome);
    assert_eq!(error.kind, "EngineCrash");
    assert!(error.message.contains("the interpreter crashed (SIGSEGV)"), "{error:?}");
    let outcome = server.run_python("import os\nos._exit(3)");
    assert_eq!(error_of(&outcome).kind, "SystemExit");
    let outcome = server.run_python("import posix\nposix._exit(3)");
    assert_eq!(error_of(&outcome).kind, "SystemExit");
    // As the first process of its namespace it does not mind SIGABRT, and crashes a step later.
    let outcome = server.run_python("import os\nos.abort()");
    assert_eq!(error_of(&outcome).kind, "EngineCrash");
    assert_eq!(output_of(&server.run_python("print('well')")), "well\n");
    assert_well(&mut server);
}

#[test]
fn chance_differs_between_programs() {
    let (_workspace, mut server) = server();
    let draw =
        "import random, secrets, uuid\n[random.random(), secrets.token_hex(8), str(uuid.uuid4())]";
    let draws: Vec<_> = (0..3).map(|_| server.run_python(draw).result).collect();
    for n in 0..3 {
        assert_ne!(draws[0].as_ref().map(|draw| &draw[n]), draws[1].as_ref().map(|draw| &draw[n]));
        assert_ne!(draws[1].as_ref().map(|draw| &draw[n]), draws[2].as_ref().map(|draw| &draw[n]));
    }
}

#[test]
fn programs_of_both_languages_count_together() {
    let workspace =
        workspace().with_setting("limits", json!({ "maxConcurrent": 1, "waitTimeoutMs": 200 }));
    let mut server = workspace.serve();
    let arguments = json!({ "code": "import time\ntime.sleep(60)", "timeoutMs": 60_000 });
    let params = json!({ "name": "executePython", "arguments": arguments });
    let running = server.send("tools/call", params);
    wait_until(DEFAULT_WAIT, "the program never started", || {
        let health = server.call_tool("health", json!({}));
        health["structuredContent"]["connectionPool"]["active"] == 1
    });
    let busy = server.refusal(json!({ "code": "1" }));
    assert!(busy.contains("busy"), "{busy}");
    server.notify("notifications/cancelled", json!({ "requestId": running, "reason": "done" }));
    wait_until(DEFAULT_WAIT, "the program was not stopped", || {
        let health = server.call_tool("health", json!({}));
        health["structuredContent"]["connectionPool"]["active"] == 0
    });
    assert_well(&mut server);
}

#[test]
fn declared_packages_are_installed_while_the_client_is_told() {
    let index = PackageIndex::start(&[Wheel::new("greeting", "1.0", "WORD = 'hello'")], &[]);
    let workspace = workspace();
    // A link in /tmp is covered by the program's own /tmp.
    let (kept, cache) = (workspace.path("kept"), workspace.path("cache"));
    fs::create_dir(&kept).expect("a folder");
    symlink(&kept, &cache).expect("a link");
    let uv = Fixtures::locate().uv();
    let dependencies =
        json!({ "mode": "allowlist", "allow": ["greeting"], "uv": uv, "cache": cache });
    let workspace =
        workspace.with_setting("executors", json!({ "python": { "dependencies": dependencies } }));
    let mut command = workspace.command(&[]);
    command.env("PIP_INDEX_URL", index.url()).env("PIP_CONFIG_FILE", "/dev/null");
    let mut server = McpProcess::spawn(command, Era::Legacy);
    server.initialize();
    let code = "# /// script\n# dependencies = [\"greeting\"]\n# ///\nimport greeting\n\
                greeting.WORD";
    let run = |server: &mut McpProcess| {
        let params = json!({
            "name": "executePython",
            "arguments": { "code": code, "timeoutMs": 5_000 },
            "_meta": { "progressToken": "packages" },
        });
        let id = server.send("tools/call", params);
        server.outcome_of(id)
    };
    let outcome = run(&mut server);
    assert_eq!(outcome.result, Some(json!("hello")), "{:?}", outcome.error);
    let told: Vec<_> = server
        .notifications()
        .filter(|told| told["method"] == "notifications/progress")
        .map(|told| told["params"]["message"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert!(told.iter().any(|message| message.contains("resolving")), "{told:?}");
    assert!(told.iter().any(|message| message.contains("1 package")), "{told:?}");
    assert_eq!(run(&mut server).result, Some(json!("hello")));

    let other = "# /// script\n# dependencies = [\"other\"]\n# ///\n1";
    let (code, message) = refusal(&mut server, other);
    assert_eq!(code, "dependency_refused");
    assert!(message.contains("other"), "{message}");
    // What one program declared is nobody else's.
    let outcome = server.run_python("import greeting");
    assert_eq!(error_of(&outcome).kind, "ModuleNotFoundError");
}

#[test]
fn declared_packages_are_refused_unless_the_operator_allows_them() {
    let (workspace, mut server) = server();
    let declaring = "# /// script\n# dependencies = [\"six\"]\n# ///\nimport six\n";
    let (code, message) = refusal(&mut server, declaring);
    assert_eq!(code, "dependency_refused");
    assert!(message.contains("six"), "{message}");
    assert!(message.contains("executors.python.dependencies.mode"), "{message}");
    let (code, _) = refusal(&mut server, "# /// script\n# index-url = \"x\"\n# ///\n");
    assert_eq!(code, "invalid_request");
    let old = "# /// script\n# requires-python = \"<3\"\n# ///\n1";
    assert_eq!(refusal(&mut server, old).0, "dependency_refused");
    let none = "# /// script\n# dependencies = []\n# requires-python = \">=3.9\"\n# ///\n1 + 1";
    assert_eq!(server.run_python(none).result, Some(json!(2)));
    drop(server);

    let file = workspace.write("project/declares.py", declaring);
    let finished = run(workspace.command(&["exec", &file.to_string_lossy()]), DEFAULT_WAIT);
    assert_eq!(finished.code(), Some(2), "{}", finished.stderr);
}
