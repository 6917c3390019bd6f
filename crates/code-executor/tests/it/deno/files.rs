//! Directories that a program in Deno may write to: its functions for files do there what Deno's own do,
//! though the host carries out what changes something; everywhere else they are Deno's own.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use testkit::{McpProcess, Workspace};
use types::ExecutionOutcome;

use super::{executable, execute, with_deno};
use crate::grants_typescript::{assert_same, filled, printed};
use crate::support::{error_of, output_of};

/// A workspace with Deno and a directory that may be read and written, and the way to it.
fn with_files() -> Option<(Workspace, PathBuf)> {
    let workspace = with_deno()?;
    let folder = filled(&workspace, "granted");
    let workspace = workspace
        .with_security("allowRead", json!([folder]))
        .with_security("allowWrite", json!([folder]));
    Some((workspace, folder))
}

/// Runs a program in a directory that it may write to.
fn inside(server: &mut McpProcess, folder: &Path, code: &str) -> ExecutionOutcome {
    execute(server, code, json!({ "permissions": { "write": [folder], "cwd": folder } }))
}

/// What the program prints here, and what the real Deno prints of it with the same permissions.
fn both(code: &str) -> Option<(String, String)> {
    let (workspace, folder) = with_files()?;
    let outcome = inside(&mut workspace.serve(), &folder, code);
    let ours = output_of(&outcome).replace(&folder.display().to_string(), "<here>");
    let other = filled(&workspace, "theirs");
    let script = workspace.write("program.ts", format!("// @ts-nocheck\n{code}"));
    let mut command = Command::new(executable()?);
    command.args(["run", "--no-check", "--no-prompt", "--no-config", "--quiet"]);
    command.args(["--allow-read", "--allow-write", "--allow-env", "--allow-sys"]).arg(script);
    command.env("DENO_DIR", workspace.path("deno")).env("DENO_NO_UPDATE_CHECK", "1");
    Some((ours, printed(command, &other)))
}

#[test]
fn the_files_of_deno_are_its_own() {
    let Some((ours, theirs)) = both(include_str!("../grants_typescript/deno.ts")) else { return };
    assert_same(&ours, &theirs);
}

#[test]
fn node_fs_does_what_that_of_deno_does() {
    let program = include_str!("../grants_typescript/node_files.mjs");
    let Some((ours, theirs)) = both(program) else { return };
    // Node tells of a directory that was made as it was spelled.
    assert_same(&ours, &theirs.replace("null <here>/d/m", "null d/m"));
}

#[test]
fn streams_of_files_are_those_of_deno() {
    let program = include_str!("../grants_typescript/node_streams.mjs");
    let Some((ours, theirs)) = both(program) else { return };
    assert_same(&ours, &theirs);
}

/// A program that tries things one after the other and gives how each failed, or what came of it.
fn attempts(each: &[&str]) -> String {
    let tries: String = each
        .iter()
        .map(|what| {
            format!(
                "try {{ came.push(String({what})); }} catch (error: any) {{ came.push(error.code ?? error.name); }}\n"
            )
        })
        .collect();
    format!(
        "import fs, {{ writeFileSync }} from 'node:fs';\n\
         import {{ appendFile, cp, open }} from 'fs/promises';\n\
         const came: string[] = [];\n{tries}export default came;"
    )
}

#[track_caller]
fn assert_came(outcome: &ExecutionOutcome, pairs: &[(&str, &str)]) {
    let came = outcome.result.as_ref().and_then(Value::as_array);
    let came = came.unwrap_or_else(|| panic!("{:?}", outcome.error));
    assert_eq!(came.len(), pairs.len());
    for (came, (what, wanted)) in came.iter().zip(pairs) {
        assert_eq!(came, wanted, "{what}");
    }
}

#[track_caller]
fn come(server: &mut McpProcess, folder: &Path, pairs: &[(&str, &str)]) {
    let each: Vec<&str> = pairs.iter().map(|(what, _)| *what).collect();
    assert_came(&inside(server, folder, &attempts(&each)), pairs);
}

#[test]
fn every_way_to_a_function_leads_to_what_writes() {
    let Some((workspace, folder)) = with_files() else { return };
    let mut server = workspace.serve();
    let pairs = [
        ("writeFileSync('named', '1')", "undefined"),
        ("require('fs').appendFileSync('named', '2')", "undefined"),
        ("await require('node:fs/promises').appendFile('named', '3')", "undefined"),
        ("await appendFile(new URL('file://' + Deno.cwd() + '/named'), '4')", "undefined"),
        ("await new Promise((done) => fs.appendFile('named', '5', done))", "null"),
        ("await Deno.writeTextFile('named', '6', { append: true })", "undefined"),
        ("Deno.readTextFileSync('named')", "123456"),
        (
            "(() => { using it = Deno.createSync('made'); return it instanceof Deno.FsFile && it.writeSync(new Uint8Array(3)); })()",
            "3",
        ),
        (
            "await (async () => { const it = await Deno.open('piped', { write: true, create: true }); await new Response('body').body!.pipeTo(it.writable); return Deno.readTextFile('piped'); })()",
            "body",
        ),
        ("await Deno.writeFile('streamed', new Response('whole').body!)", "undefined"),
        (
            "await (async () => { const it = await open('handle', 'w+'); await it.writeFile('abc'); const out = it.createWriteStream({ start: 1 }); out.end('de'); await new Promise((done) => out.on('close', done)); return fs.readFileSync('handle', 'utf8'); })()",
            "ade",
        ),
        (
            "(() => { const it = fs.openSync('number', 'a'); fs.writeSync(it, 'on'); fs.writeFileSync(it, 'e'); fs.closeSync(it); return fs.readFileSync('number', 'utf8'); })()",
            "one",
        ),
        (
            "(() => { const it = fs.openSync('/workspace/number', 'w'); fs.writeSync(it, 'own'); fs.closeSync(it); return fs.readFileSync('/workspace/number', 'utf8'); })()",
            "own",
        ),
        ("(await Deno.makeTempDir({ dir: '.' })).length > 2", "true"),
        ("fs.existsSync(await Deno.makeTempFile())", "true"),
        ("fs.accessSync('.', fs.constants.W_OK)", "undefined"),
        (
            "(Deno.mkdirSync('below'), Deno.chdir('below'), Deno.writeTextFileSync('x', 'y'), Deno.realPathSync('x').endsWith('/granted/below/x'))",
            "true",
        ),
    ];
    come(&mut server, &folder, &pairs);
    let read = |name: &str| fs::read_to_string(folder.join(name)).expect("it was written");
    assert_eq!(read("named"), "123456");
    assert_eq!(
        (read("streamed"), read("handle"), read("below/x")),
        ("whole".into(), "ade".into(), "y".into())
    );
}

#[test]
fn what_is_a_programs_own_is_copied_to_where_it_may_write() {
    let Some((workspace, folder)) = with_files() else { return };
    let mut server = workspace.serve();
    let pairs = [
        (
            "(fs.mkdirSync('/workspace/tree/in', { recursive: true }), writeFileSync('/workspace/tree/in/a', 'A', { mode: 0o640 }))",
            "undefined",
        ),
        ("await Deno.copyFile('/workspace/tree/in/a', 'copied')", "undefined"),
        ("fs.copyFileSync('copied', 'again')", "undefined"),
        ("await cp('/workspace/tree', 'tree', { recursive: true })", "undefined"),
        ("fs.cpSync('tree', '/workspace/back', { recursive: true })", "undefined"),
        ("fs.readFileSync('/workspace/back/in/a', 'utf8')", "A"),
        ("await Deno.copyFile('/workspace/none', 'copied')", "ENOENT"),
        ("fs.copyFileSync('/workspace/none', 'copied')", "ENOENT"),
        ("await Deno.copyFile('/workspace/tree', 'copied')", "EINVAL"),
        ("fs.renameSync('/workspace/tree/in/a', 'moved')", "EXDEV"),
        ("await Deno.rename('copied', '/workspace/moved')", "EXDEV"),
    ];
    come(&mut server, &folder, &pairs);
    for name in ["copied", "again", "tree/in/a"] {
        assert_eq!(fs::read_to_string(folder.join(name)).expect("it was copied"), "A", "{name}");
    }
    assert!(!folder.join("moved").exists());
}

#[test]
fn nothing_is_written_but_where_that_was_granted() {
    let Some((workspace, folder)) = with_files() else { return };
    let outside = workspace.write("outside.txt", "as it was");
    symlink(&outside, folder.join("out")).expect("a link");
    fs::hard_link(&outside, folder.join("twin")).expect("another name");
    fs::create_dir(folder.join(".git")).expect("a directory");
    let mut server = workspace.serve();
    let pairs = [
        ("writeFileSync('out', 'x')", "EACCES"),
        ("Deno.writeTextFileSync('out', 'x')", "NotCapable"),
        ("await appendFile('twin', 'x')", "EPERM"),
        ("await Deno.mkdir('d/.git')", "NotCapable"),
        ("writeFileSync('.git/config', 'x')", "EACCES"),
        ("fs.symlinkSync('/etc', 'etc')", "EACCES"),
        ("fs.rmSync(Deno.cwd(), { recursive: true })", "EACCES"),
        ("Deno.linkSync('d/a.txt', 'hard')", "ERR_METHOD_NOT_IMPLEMENTED"),
        ("fs.truncateSync('d/a.txt', 2 ** 31)", "EFBIG"),
        ("writeFileSync('/etc/new', 'x')", "EROFS"),
        ("await Deno.writeTextFile('/etc/new', 'x')", "EROFS"),
        ("Deno.mkdirSync('/guest/new')", "EROFS"),
    ];
    come(&mut server, &folder, &pairs);
    inside(&mut server, &folder, "Deno.writeTextFileSync('../outside.txt', 'x')");
    assert_eq!(fs::read_to_string(&outside).expect("it is there"), "as it was");
    assert_eq!(fs::read_to_string(folder.join("d/a.txt")).expect("it is there"), "hi\n");
}

#[test]
fn what_may_not_be_written_says_why() {
    let Some((workspace, folder)) = with_files() else { return };
    let mut server = workspace.serve();
    let file = json!(folder.join("d/a.txt"));
    let (read, write) = (json!({ "read": [folder] }), json!({ "write": [folder] }));
    for (permissions, code, kind, part) in [
        (&read, format!("Deno.writeTextFileSync({file}, 'x')"), "Error", "permissions.write"),
        (&read, format!("await Deno.remove({file})"), "Error", "permissions.write"),
        (&read, format!("require('fs').unlinkSync({file})"), "Error", "permissions.write"),
        (
            &write,
            format!("await Deno.mkdir({}, {{ recursive: true }})", json!(folder.join(".git/x"))),
            "NotCapable",
            "files of version control",
        ),
        (
            &write,
            format!("require('fs').mkdirSync({})", json!(folder.join("none/x"))),
            "Error",
            "ENOENT: no such file or directory, mkdir '",
        ),
    ] {
        let outcome = execute(&mut server, &code, json!({ "permissions": permissions }));
        let error = error_of(&outcome);
        assert_eq!(error.kind, kind, "{code}");
        assert!(error.message.contains(part), "{code}: {}", error.message);
        let stack = error.stack.as_deref().unwrap_or_default();
        assert!(stack.contains("program.ts:1:"), "{code}: {stack}");
    }
    assert_eq!(fs::read_to_string(folder.join("d/a.txt")).expect("it is there"), "hi\n");
}

#[test]
fn an_answer_on_the_spot_keeps_those_that_are_awaited() {
    let Some((workspace, folder)) = with_files() else { return };
    let code = "
        import fs from 'node:fs';
        const order: unknown[] = [];
        const all = Array.from({ length: 20 }, (_, at) => Deno.writeTextFile(`f${at}`, String(at)).then(() => order.push(at)));
        const tool = searchTools('anything').then(() => order.push('tool'));
        for (let at = 0; at < 20; at++) fs.appendFileSync('log', '.');
        if (order.length !== 0) throw new Error('it was told in between');
        await Promise.all([...all, tool]);
        // Answers on the spot leave their signals behind; those that are awaited come all the same.
        for (let at = 0; at < 5000; at++) fs.writeFileSync('log', '.');
        await searchTools('anything');
        export default [order.length, fs.readFileSync('f19', 'utf8'), fs.statSync('log').size];
    ";
    let outcome = inside(&mut workspace.serve(), &folder, code);
    assert_eq!(outcome.result, Some(json!([21, "19", 1])), "{:?}", outcome.error);
}

#[test]
fn a_worker_has_modules_of_node_and_writes_in_places_of_its_own() {
    let Some((workspace, folder)) = with_files() else { return };
    let code = "
        const text = `
            import fs, { writeFileSync } from 'node:fs';
            const told = [];
            for (const path of ['/workspace/x', ${JSON.stringify(Deno.cwd() + '/x')}]) {
                try { writeFileSync(path, 'own'); told.push(fs.readFileSync(path, 'utf8')); } catch (error) { told.push(error.code); }
            }
            postMessage(told);
        `;
        const worker = new Worker(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })), { type: 'module' });
        const told = await new Promise((resolve, reject) => {
            worker.onmessage = (event) => resolve(event.data);
            worker.onerror = (event) => reject(new Error(event.message));
        });
        worker.terminate();
        export default told;
    ";
    let outcome = inside(&mut workspace.serve(), &folder, code);
    assert_eq!(outcome.result, Some(json!(["own", "EROFS"])), "{:?}", outcome.error);
    assert!(!folder.join("x").exists());
}

#[test]
fn a_file_larger_than_one_request_is_written_whole() {
    let Some((workspace, folder)) = with_files() else { return };
    let code = "
        import fs from 'node:fs';
        const bytes = new Uint8Array(20 << 20).map((_, at) => at % 251);
        fs.writeFileSync('large', bytes);
        await Deno.writeFile('larger', bytes);
        const back = await fs.promises.readFile('large');
        export default [back.length, back.every((byte, at) => byte === at % 251), Deno.statSync('larger').size];
    ";
    let outcome = inside(&mut workspace.serve(), &folder, code);
    assert_eq!(outcome.result, Some(json!([20 << 20, true, 20 << 20])), "{:?}", outcome.error);
}

#[test]
fn what_was_granted_and_what_was_not_is_in_the_outcome() {
    let Some((workspace, folder)) = with_files() else { return };
    // Deno is loaded from below it.
    let workspace = workspace.with_security("allowRead", json!([folder, "/usr"]));
    let permissions = json!({ "read": ["/usr"], "write": [folder], "cwd": folder });
    let code = "Deno.writeTextFileSync('new', 'x'); export default Deno.cwd();";
    let mut server = workspace.serve();
    let outcome = execute(&mut server, code, json!({ "permissions": permissions }));
    assert_eq!(outcome.result, Some(json!(folder)), "{:?}", outcome.error);
    let grants = outcome.grants.expect("something was granted");
    assert_eq!(
        (&grants.write, &grants.cwd),
        (&vec![folder.display().to_string()], &Some(folder.display().to_string()))
    );
    for denied in &grants.denied {
        assert_eq!(denied.entry, "/usr");
        assert!(denied.reason.contains("Deno"), "{}", denied.reason);
    }
    drop(server);
    let records = workspace.audit_records();
    let start = records.iter().find(|record| record["event"] == "start").expect("a start");
    assert_eq!(start["granted"]["write"], json!([folder]));
    assert!(folder.join("new").exists());
}
