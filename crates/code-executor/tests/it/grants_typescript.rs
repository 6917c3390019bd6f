//! Files and hosts as TypeScript programs meet them: what is granted, what is not, and that the
//! functions of Node, Deno and the web do what those do. Programs in `grants_typescript/` are run
//! here and by the real Node and Deno, and have to print the same.
//!
//! What differs on purpose: `fs.chmod` is refused, `fs.link` and watching are not there,
//! credentials of a URL are not repeated in the error that refuses them, the errors of `JSON.parse`
//! are the engine's, and what a rule of ours refuses says so behind Node's text.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use testkit::{DEFAULT_WAIT, Fixtures, McpProcess, Workspace, run};
use types::ExecutionOutcome;

use crate::support::{error_of, output_of, workspace};

/// A workspace with a directory that holds a file, a directory and a link to itself, which may be
/// read and written, and the way to it.
fn with_files() -> (Workspace, PathBuf) {
    let workspace = workspace();
    let folder = filled(&workspace, "granted");
    let workspace = workspace
        .with_security("allowRead", json!([folder]))
        .with_security("allowWrite", json!([folder]));
    (workspace, folder)
}

pub fn filled(workspace: &Workspace, name: &str) -> PathBuf {
    workspace.write(&format!("{name}/d/a.txt"), "hi\n");
    let folder = workspace.path(name).canonicalize().expect("it was made");
    fs::create_dir(folder.join("d/sub")).expect("a directory");
    symlink("loop", folder.join("d/loop")).expect("a link");
    folder
}

fn execute(server: &mut McpProcess, code: &str, permissions: &Value) -> ExecutionOutcome {
    server.execute(json!({ "code": code, "permissions": permissions, "timeoutMs": 20_000 }))
}

/// What a real runtime prints of a program in a directory.
pub fn printed(mut command: Command, folder: &Path) -> String {
    command.current_dir(folder).env("NO_COLOR", "1");
    let printed = run(command, DEFAULT_WAIT).expect_success().stdout;
    printed.replace(&folder.display().to_string(), "<here>")
}

/// What the program prints here, its directory granted whole.
fn ours(workspace: &Workspace, folder: &Path, code: &str) -> String {
    let granted = json!({ "read": [folder], "write": [folder], "cwd": folder });
    let outcome = execute(&mut workspace.serve(), code, &granted);
    output_of(&outcome).replace(&folder.display().to_string(), "<here>")
}

fn node(script: &Path) -> Command {
    let mut command = Command::new(Fixtures::locate().node());
    command.arg(script);
    command
}

#[track_caller]
pub fn assert_same(ours: &str, theirs: &str) {
    assert!(theirs.lines().count() > 10, "{theirs}");
    for (ours, theirs) in ours.lines().zip(theirs.lines()) {
        assert_eq!(ours, theirs);
    }
    assert_eq!(ours.lines().count(), theirs.lines().count(), "{ours}\n{theirs}");
}

fn prints_what_node_prints(code: &str) {
    let (workspace, folder) = with_files();
    let theirs = filled(&workspace, "theirs");
    let script = workspace.write("program.mjs", code);
    assert_same(&ours(&workspace, &folder, code), &printed(node(&script), &theirs));
}

#[test]
fn node_fs_does_what_node_does() {
    prints_what_node_prints(include_str!("grants_typescript/node_files.mjs"));
}

#[test]
fn streams_of_files_are_those_of_node() {
    prints_what_node_prints(include_str!("grants_typescript/node_streams.mjs"));
}

#[test]
fn node_fs_fails_as_node_does() {
    prints_what_node_prints(include_str!("grants_typescript/node_errors.mjs"));
}

#[test]
fn requests_that_cannot_be_sent_fail_as_in_node() {
    prints_what_node_prints(include_str!("grants_typescript/web_errors.mjs"));
}

#[test]
fn the_files_of_deno_are_those_of_deno() {
    let deno = Fixtures::locate().deno();
    if !deno.exists() {
        eprintln!("no Deno for this architecture: nothing is compared");
        return;
    }
    let code = include_str!("grants_typescript/deno.ts");
    let (workspace, folder) = with_files();
    let theirs = filled(&workspace, "theirs");
    let script = workspace.write("program.ts", code);
    let mut command = Command::new(deno);
    command.args(["run", "--no-check", "--no-prompt", "--no-config", "--quiet", "-A"]).arg(script);
    command.env("DENO_DIR", workspace.path("deno")).env("DENO_NO_UPDATE_CHECK", "1");
    assert_same(&ours(&workspace, &folder, code), &printed(command, &theirs));
}

/// A server of Node, which ends with us.
pub struct Site {
    process: Child,
    port: u16,
}

impl Site {
    pub fn start(workspace: &Workspace) -> Self {
        let script = include_str!("grants_typescript/server.mjs");
        let mut command = node(&workspace.write("server.mjs", script));
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("Node starts");
        let mut line = String::new();
        let output = process.stdout.take().expect("its output is ours");
        BufReader::new(output).read_line(&mut line).expect("it prints its port");
        Self { process, port: line.trim().parse().expect("a port") }
    }

    pub fn host(&self) -> String {
        format!("localhost:{}", self.port)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A workspace whose operator grants a server, and the server.
fn with_site() -> (Workspace, Site) {
    let workspace = workspace();
    let site = Site::start(&workspace);
    let workspace = workspace.with_security("allowNetwork", json!([site.host()]));
    (workspace, site)
}

#[test]
fn fetch_does_what_that_of_node_does() {
    let (workspace, site) = with_site();
    let program = include_str!("grants_typescript/fetch.mjs");
    let code = format!("const B = 'http://{}';\n{program}", site.host());
    let outcome = execute(&mut workspace.serve(), &code, &json!({ "net": [site.host()] }));
    let script = workspace.write("program.mjs", &code);
    let theirs = printed(node(&script), &workspace.path(""));
    assert_same(output_of(&outcome), &theirs);
    let requests = outcome.requests;
    assert!(
        requests.iter().any(|it| it.method == "POST" && it.status == Some(200)),
        "{requests:?}"
    );
}

#[test]
fn fetch_without_a_grant_says_what_to_ask_for() {
    let (workspace, site) = with_site();
    let mut server = workspace.serve();
    let code = format!("await fetch('http://{}/json')", site.host());
    for (permissions, part) in [
        (json!({}), "permissions.net"),
        (json!({ "net": ["example.com"] }), "security.allowNetwork"),
    ] {
        let outcome = execute(&mut server, &code, &permissions);
        let error = error_of(&outcome);
        assert_eq!(error.kind, "TypeError");
        assert!(error.message.starts_with("fetch failed: localhost:"), "{}", error.message);
        assert!(error.message.contains("EgressDenied"), "{}", error.message);
        assert!(error.message.contains(part), "{}", error.message);
        assert!(error.stack.as_deref().is_some_and(|it| it.starts_with("    at program.ts:1:")));
        let [request] = &outcome.requests[..] else { panic!("{:?}", outcome.requests) };
        assert_eq!(request.host.as_deref(), Some(site.host().as_str()));
        assert_eq!((&*request.method, request.error.as_deref()), ("GET", Some("EgressDenied")));
    }
}

#[test]
fn a_request_that_is_given_up_leaves_the_program_free() {
    let (workspace, site) = with_site();
    let code = format!(
        "const controller = new AbortController();\n\
         const slow = fetch('http://{0}/slow', {{ signal: controller.signal }});\n\
         const quick = await (await fetch('http://{0}/json')).json();\n\
         controller.abort();\n\
         const [{{ reason }}] = await Promise.allSettled([slow]);\n\
         [quick.a.length, reason.name, reason instanceof DOMException]",
        site.host()
    );
    let outcome = execute(&mut workspace.serve(), &code, &json!({ "net": true }));
    assert_eq!(outcome.result, Some(json!([2, "AbortError", true])), "{:?}", outcome.error);
}

/// A program that tries one thing and says how that failed: the code, or what came of it.
fn attempt(what: &str) -> String {
    format!(
        "import fs from 'node:fs';\n\
         let came;\n\
         try {{ came = String({what}); }} catch (error) {{ came = error.code ?? error.name; }}\n\
         came"
    )
}

#[test]
fn nothing_is_read_but_what_was_granted() {
    let (workspace, folder) = with_files();
    let outside = workspace.write("outside/secret.txt", "secret");
    let outside = outside.canonicalize().expect("it was made");
    let inside = |name: &str| folder.join(name).display().to_string();
    symlink(&outside, folder.join("out")).expect("a link");
    symlink("/proc/self/environ", folder.join("magic")).expect("a link");
    symlink("../outside/secret.txt", folder.join("up")).expect("a link");
    assert!(Command::new("mkfifo").arg(folder.join("pipe")).status().is_ok_and(|it| it.success()));
    let workspace = workspace.with_security("allowRead", json!([folder, outside.parent()]));
    let mut server = workspace.serve();
    let granted = json!({ "read": [folder] });
    for (path, came) in [
        (inside("d/a.txt"), "hi\n"),
        (inside("d/../d/a.txt"), "hi\n"),
        (inside("d/none"), "ENOENT"),
        (inside("out"), "EACCES"),
        (inside("magic"), "EACCES"),
        (inside("up"), "EACCES"),
        (inside("../outside/secret.txt"), "EACCES"),
        (inside("pipe"), "EACCES"),
        (inside("d"), "EISDIR"),
        (outside.display().to_string(), "EACCES"),
        ("/etc/passwd".to_owned(), "EACCES"),
        ("/proc/self/environ".to_owned(), "EACCES"),
        ("/workspace/x".to_owned(), "EACCES"),
        ("d/a.txt".to_owned(), "EACCES"),
        (inside(&"long".repeat(2_000)), "ENAMETOOLONG"),
        (inside(&"\u{1}".repeat(50_000)), "ENAMETOOLONG"),
    ] {
        let code = attempt(&format!("fs.readFileSync({}, 'utf8')", json!(path)));
        let outcome = execute(&mut server, &code, &granted);
        assert_eq!(outcome.result, Some(json!(came)), "{path}: {:?}", outcome.error);
        let code = attempt(&format!("await Deno.readTextFile({})", json!(path)));
        let outcome = execute(&mut server, &code, &granted);
        let came = if came == "EACCES" { "NotCapable" } else { came };
        assert_eq!(outcome.result, Some(json!(came)), "{path}: {:?}", outcome.error);
    }
}

#[test]
fn nothing_is_written_but_where_that_was_granted() {
    let (workspace, folder) = with_files();
    let outside = workspace.write("outside.txt", "as it was");
    let inside = |name: &str| folder.join(name).display().to_string();
    symlink(&outside, folder.join("out")).expect("a link");
    fs::hard_link(&outside, folder.join("twin")).expect("another name");
    fs::create_dir(folder.join(".git")).expect("a directory");
    let mut server = workspace.serve();
    let all = json!({ "write": [folder] });
    for (permissions, what, came) in [
        (json!({}), format!("fs.writeFileSync({:?}, 'x')", inside("new")), "EACCES"),
        (
            json!({ "read": [folder] }),
            format!("fs.writeFileSync({:?}, 'x')", inside("new")),
            "EACCES",
        ),
        (json!({ "read": [folder] }), format!("fs.rmSync({:?})", inside("d/a.txt")), "EACCES"),
        (all.clone(), format!("fs.writeFileSync({:?}, 'x')", inside("new")), "undefined"),
        (all.clone(), format!("fs.readFileSync({:?}, 'utf8')", inside("new")), "x"),
        (all.clone(), format!("fs.writeFileSync({:?}, 'x')", inside("out")), "EACCES"),
        (all.clone(), format!("fs.writeFileSync({:?}, 'x')", inside("../outside.txt")), "EACCES"),
        (all.clone(), format!("fs.appendFileSync({:?}, 'x')", inside("twin")), "EPERM"),
        (all.clone(), format!("fs.writeFileSync({:?}, 'x')", inside(".git/config")), "EACCES"),
        (all.clone(), format!("fs.mkdirSync({:?})", inside("d/.git")), "EACCES"),
        (
            all.clone(),
            format!("fs.renameSync({:?}, {:?})", inside("new"), inside("../new")),
            "EACCES",
        ),
        (all.clone(), format!("fs.symlinkSync('/etc', {:?})", inside("etc")), "EACCES"),
        (
            all,
            format!("fs.rmSync({:?}, {{ recursive: true }})", folder.display().to_string()),
            "EACCES",
        ),
    ] {
        let outcome = execute(&mut server, &attempt(&what), &permissions);
        assert_eq!(outcome.result, Some(json!(came)), "{what}: {:?}", outcome.error);
    }
    assert_eq!(fs::read_to_string(&outside).expect("it is there"), "as it was");
    assert!(folder.join("d/a.txt").exists());
}

#[test]
fn what_is_not_granted_says_what_to_ask_for() {
    let (workspace, folder) = with_files();
    let mut server = workspace.serve();
    let read = json!({ "read": [folder] });
    let file = json!(folder.join("d/a.txt"));
    for (permissions, code, kind, part) in [
        (json!({}), format!("require('fs').readFileSync({file})"), "Error", "permissions.read"),
        (json!({}), format!("await Deno.readFile({file})"), "NotCapable", "permissions.read"),
        (read.clone(), format!("require('fs').unlinkSync({file})"), "Error", "permissions.write"),
        (read.clone(), format!("Deno.removeSync({file})"), "NotCapable", "Requires write access"),
        (read, "Deno.readTextFileSync('d/a.txt')".to_owned(), "NotCapable", "permissions.cwd"),
    ] {
        let outcome = execute(&mut server, &code, &permissions);
        let error = error_of(&outcome);
        assert_eq!(error.kind, kind, "{code}");
        assert!(error.message.contains(part), "{code}: {}", error.message);
        assert!(
            error.stack.as_deref().is_some_and(|stack| stack.contains("program.ts:1:")),
            "{code}"
        );
    }
}

#[test]
fn files_larger_than_one_request_are_read_and_written_whole() {
    let (workspace, folder) = with_files();
    let file = json!(folder.join("large"));
    let code = format!(
        "import fs from 'node:fs';\n\
         const bytes = new Uint8Array(20 << 20).map((_, at) => at % 251);\n\
         fs.writeFileSync({file}, bytes);\n\
         const back = await fs.promises.readFile({file});\n\
         [back.length, back.every((byte, at) => byte === at % 251)]"
    );
    let outcome = execute(&mut workspace.serve(), &code, &json!({ "write": [folder] }));
    assert_eq!(outcome.result, Some(json!([20 << 20, true])), "{:?}", outcome.error);
}

#[test]
fn waiting_for_one_answer_keeps_the_others() {
    let (workspace, folder) = with_files();
    let file = json!(folder.join("d/a.txt"));
    let code = format!(
        "import fs from 'node:fs';\n\
         const order = [];\n\
         const all = Array.from({{ length: 20 }}, (_, at) => fs.promises.readFile({file}, 'utf8').then(() => order.push(at)));\n\
         const tool = searchTools('anything').then(() => order.push('tool'));\n\
         for (let at = 0; at < 20; at++) if (fs.readFileSync({file}, 'utf8') !== 'hi\\n') throw new Error('another answer');\n\
         if (order.length !== 0) throw new Error('it was told in between');\n\
         await Promise.all([...all, tool]);\n\
         order.length"
    );
    let outcome = execute(&mut workspace.serve(), &code, &json!({ "read": [folder] }));
    assert_eq!(outcome.result, Some(json!(21)), "{:?}", outcome.error);
}
