//! Tools as modules: what `wrappers generate` writes for real servers is what compilers and programs
//! want, it is written once, and nothing else is touched.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use testkit::{DEFAULT_WAIT, Fake, Finished, Fixtures, Workspace, run, wait_until};

use crate::support::workspace;

/// Starting eight real servers, one after another on a busy machine.
const LONG: Duration = Duration::from_secs(120);

fn generate(workspace: &Workspace, more: &[&str]) -> Finished {
    let all = [&["wrappers", "generate", "--out", "out"], more].concat();
    run(workspace.command(&all), LONG)
}

fn real_servers(fixtures: &Fixtures) -> Workspace {
    let mypy = |name: &str| fixtures.mypy_python().with_file_name(name);
    let thinking = fixtures
        .tsc()
        .ancestors()
        .nth(3)
        .expect("modules")
        .join("@modelcontextprotocol/server-sequential-thinking/dist/index.js");
    let workspace = workspace();
    let folder = workspace.project().to_string_lossy().into_owned();
    let database = workspace.path("tmp/notes.db");
    workspace
        .with_server("filesystem", fixtures.npm_server("server-filesystem", &[&folder]))
        .with_server("everything", fixtures.npm_server("server-everything", &[]))
        .with_server("memory", fixtures.npm_server("server-memory", &[]))
        .with_server(
            "sequential-thinking",
            json!({ "command": fixtures.node(), "args": [thinking] }),
        )
        .with_server("time", fixtures.python_server("mcp_server_time", &[]))
        .with_server("git", fixtures.python_server("mcp_server_git", &[]))
        .with_server("fetch", json!({ "command": mypy("mcp-server-fetch") }))
        .with_server(
            "sqlite",
            json!({ "command": mypy("mcp-server-sqlite"), "args": ["--db-path", database] }),
        )
}

/// The output of a compiler or an interpreter, which has to be content.
#[track_caller]
fn content(mut command: Command, folder: &Path) -> String {
    let output = command.current_dir(folder).output().expect("it starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {}\n{text}{errors}", output.status);
    text
}

fn tsc(fixtures: &Fixtures) -> Command {
    let mut tsc = Command::new(fixtures.node());
    tsc.arg(fixtures.tsc()).args(["--strict", "--target", "es2022", "--lib", "es2023"]);
    tsc.args(["--types", "", "--module", "esnext", "--moduleResolution", "bundler"]);
    tsc
}

fn mypy(fixtures: &Fixtures) -> Command {
    let mut mypy = Command::new(fixtures.mypy_python());
    mypy.args(["-m", "mypy", "--strict", "--no-incremental", "--cache-dir", "/dev/null"]);
    mypy
}

#[test]
fn the_modules_of_real_servers_pass_their_compilers_and_are_written_once() {
    let fixtures = Fixtures::locate();
    let workspace = real_servers(&fixtures);
    generate(&workspace, &[]).expect_success();
    let out = workspace.project().join("out");
    fs::write(out.join("program.ts"), include_str!("wrappers/program.ts")).expect("written");
    fs::write(out.join("program.py"), include_str!("wrappers/program.py")).expect("written");
    for folder in ["everything", "fetch", "git", "memory", "sequential_thinking", "sqlite", "time"]
    {
        assert!(out.join("servers").join(folder).join("index.ts").exists(), "{folder} is missing");
    }
    let mut compiler = tsc(&fixtures);
    compiler.args(["--noEmit", "program.ts"]);
    let folders = fs::read_dir(out.join("servers")).expect("it is there").flatten();
    compiler.args(folders.map(|entry| entry.path().join("index.ts")).filter(|it| it.exists()));
    content(compiler, &out);
    let mut checker = mypy(&fixtures);
    checker.arg(".");
    content(checker, &out);

    // One of them is enough for the rest.
    let memory = |more: &[&str]| generate(&workspace, &[&["--server", "memory"], more].concat());
    let again = memory(&["--json"]).expect_success().stdout;
    let again: Value = serde_json::from_str(&again).expect("it is JSON");
    assert_eq!([&again["missing"], &again["stale"], &again["leftOver"]], [&json!([]); 3]);
    assert!(again["unchanged"].as_u64().is_some_and(|count| count > 20), "{again}");
    fs::write(out.join("servers/memory/read_graph.py"), "# Made by code-executor: before.\n")
        .expect("written");
    fs::remove_file(out.join("servers/memory/index.ts")).expect("removed");
    let check = memory(&["--check"]);
    assert_eq!(check.code(), Some(1), "{check:?}");
    for line in ["stale      servers/memory/read_graph.py", "missing    servers/memory/index.ts"] {
        assert!(check.stdout.contains(line), "{}", check.stdout);
    }
    memory(&[]).expect_success();
    memory(&["--check"]).expect_success();
    assert!(out.join("servers/git/index.ts").exists(), "another server's modules are gone");
}

#[test]
fn modules_give_what_servers_answer() {
    let fixtures = Fixtures::locate();
    let workspace = workspace().with_demo();
    generate(&workspace, &[]).expect_success();
    let out = workspace.project().join("out");
    let mut compiler = tsc(&fixtures);
    compiler.args(["--outDir", "out/servers", "--rootDir", "servers"]);
    compiler.args(["servers/demo/index.ts", "servers/discovery.ts"]);
    content(compiler, &out);
    fs::write(out.join("out/package.json"), r#"{"type": "module"}"#).expect("written");
    fs::write(out.join("guest.mjs"), include_str!("wrappers/guest.mjs")).expect("written");
    fs::write(out.join("guest.py"), include_str!("wrappers/guest.py")).expect("written");
    let mut node = Command::new(fixtures.node());
    node.arg("guest.mjs");
    assert_eq!(content(node, &out), "as it should be\n");
    let mut python = Command::new(fixtures.python());
    python.args(["-B", "guest.py"]);
    assert_eq!(content(python, &out), "as it should be\n");
}

#[test]
fn a_server_that_is_down_keeps_its_modules_and_one_that_is_gone_loses_them() {
    let both = workspace().with_demo().with_fake("other", Fake::Well);
    generate(&both, &["--lang", "ts"]).expect_success();
    let servers = both.project().join("out/servers");
    fs::write(servers.join("other/mine.ts"), "// mine\n").expect("written");
    both.write("mcp.json", json!({"mcpServers": {}}).to_string());

    let down = both.with_fake("other", Fake::ExitOnStart);
    let finished = generate(&down, &[]);
    assert_eq!(finished.code(), Some(69), "{finished:?}");
    assert!(finished.stderr.contains("other"), "{}", finished.stderr);
    assert!(servers.join("other/echo.ts").exists() && !servers.join("__init__.py").exists());

    let mut gone = down.command(&["wrappers", "generate", "--out", "out"]);
    let entry = json!({"command": down.binary(), "args": ["demo-server"]});
    down.write("mcp.json", json!({"mcpServers": {"demo": entry}}).to_string());
    gone.current_dir(down.project());
    run(gone, DEFAULT_WAIT).expect_success();
    let left: Vec<_> =
        fs::read_dir(servers.join("other")).expect("it is there").flatten().collect();
    assert_eq!(left.len(), 1, "{left:?}");
    assert!(servers.join("other/mine.ts").exists());
}

#[test]
fn what_somebody_else_made_is_in_the_way() {
    let workspace = workspace().with_demo();
    let folder = workspace.project().join("out/servers/demo");
    fs::create_dir_all(&folder).expect("made");
    fs::write(folder.join("get_note.ts"), "export {};\n").expect("written");
    let finished = generate(&workspace, &[]);
    assert_eq!(finished.code(), Some(2), "{finished:?}");
    assert!(finished.stderr.contains("servers/demo/get_note.ts"), "{}", finished.stderr);
    assert_eq!(fs::read_dir(&folder).expect("it is there").count(), 1, "something was written");
    let unknown = generate(&workspace, &["--server", "nobody"]);
    assert_eq!(unknown.code(), Some(2), "{unknown:?}");
}

#[test]
fn a_watch_follows_lists_of_tools_and_the_configuration() {
    let workspace = workspace();
    let script = workspace.write("changing.py", include_str!("wrappers/changing.py"));
    let list = workspace.write("tools.txt", "one two");
    let entry = json!({ "command": "python3", "args": [script, list] });
    let workspace = workspace.with_server("changing", entry.clone());
    let arguments = ["wrappers", "generate", "--out", "out", "--lang", "ts", "--watch", "--json"];
    let mut command = workspace.command(&arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::null()).stdin(Stdio::null());
    let mut watching = command.spawn().expect("it starts");
    let servers = workspace.project().join("out/servers");
    let there = |path: &str| servers.join(path).exists();
    wait_until(LONG, "the first modules", || there("changing/two.ts") && there(".wrappers.json"));
    workspace.write("tools.txt", "one three");
    wait_until(LONG, "a changed list", || there("changing/three.ts") && !there("changing/two.ts"));
    let servers_file = json!({"mcpServers": {"changing": entry, "more": entry}});
    workspace.write("mcp.json", servers_file.to_string());
    wait_until(LONG, "another server", || there("more/three.ts"));
    let pid = Pid::from_child(&watching);
    kill_process(pid, Signal::INT).expect("it runs");
    let output = watching.wait().expect("it ends");
    assert!(output.success(), "{output:?}");
}
