//! fetch, and files, of programs in Deno: what is granted does what Deno's own does, and what is not
//! says what to ask for.

use std::process::Command;

use serde_json::json;
use testkit::Workspace;

use super::{executable, execute, with_deno};
use crate::grants_typescript::{Site, assert_same, filled, printed};
use crate::support::{error_of, output_of};

/// The real Deno with every right, and a program.
fn theirs(workspace: &Workspace, code: &str) -> Option<Command> {
    let script = workspace.write("program.ts", code);
    let mut command = Command::new(executable()?);
    command.args(["run", "--no-check", "--no-prompt", "--no-config", "--quiet", "-A"]).arg(script);
    command.env("DENO_DIR", workspace.path("deno")).env("DENO_NO_UPDATE_CHECK", "1");
    Some(command)
}

#[test]
fn fetch_does_what_that_of_deno_does() {
    let Some(workspace) = with_deno() else { return };
    let site = Site::start(&workspace);
    let workspace = workspace.with_security("allowNetwork", json!([site.host()]));
    // Deno calls the boundaries of forms otherwise.
    let program = include_str!("../grants_typescript/fetch.mjs");
    let program = program.replace(r"/-+formdata\S+/g", r"/-{4,}\d+/g");
    let code = format!("const B = 'http://{}';\n{program}", site.host());
    let permissions = json!({ "permissions": { "net": [site.host()] } });
    let outcome = execute(&mut workspace.serve(), &code, permissions);
    let Some(command) = theirs(&workspace, &code) else { return };
    assert_same(output_of(&outcome), &printed(command, &workspace.path("")));
}

#[test]
fn fetch_without_a_grant_says_what_to_ask_for() {
    let Some(workspace) = with_deno() else { return };
    let mut server = workspace.serve();
    let outcome = execute(&mut server, "\nawait fetch('http://example.com/x')", json!({}));
    let error = error_of(&outcome);
    assert_eq!(error.kind, "TypeError");
    assert!(error.message.starts_with("fetch failed: example.com:80"), "{}", error.message);
    assert!(error.message.contains("permissions.net"), "{}", error.message);
    assert!(error.message.ends_with("(EgressDenied)"), "{}", error.message);
    assert!(error.stack.as_deref().is_some_and(|it| it.starts_with("    at program.ts:2:")));
    let outcome = execute(
        &mut server,
        "try { await fetch('http://example.com/x'); } catch (error: any) { console.log(error.cause.code); }\n\
         console.log(await (await fetch('data:text/plain,needs no network')).text());",
        json!({}),
    );
    assert_eq!(output_of(&outcome), "EgressDenied\nneeds no network\n");
}

#[test]
fn files_of_a_granted_directory_are_reached_by_deno_itself() {
    let Some(workspace) = with_deno() else { return };
    let folder = filled(&workspace, "granted");
    let other = filled(&workspace, "theirs");
    let workspace = workspace
        .with_security("allowRead", json!([folder]))
        .with_security("allowWrite", json!([folder]));
    let code = "
        const names = [...Deno.readDirSync('d')].map((entry) => entry.name).sort();
        Deno.writeTextFileSync('d/new.txt', 'written');
        console.log(names, Deno.readTextFileSync('d/new.txt'), Deno.statSync('d/a.txt').size);
        Deno.mkdirSync('d/more/deep', { recursive: true });
        Deno.renameSync('d/new.txt', 'd/more/deep/moved.txt');
        console.log([...Deno.readDirSync('d/more/deep')].map((entry) => entry.name));
        try { Deno.readTextFileSync('/etc/hostname'); } catch (error: any) { console.log(error.name !== ''); }
        for (const n of [1, 2, 3, 4, 5, 6, 7, 8]) console.log(n);
    ";
    let granted = json!({ "permissions": { "read": [folder], "write": [folder], "cwd": folder } });
    let outcome = execute(&mut workspace.serve(), code, granted);
    let Some(command) = theirs(&workspace, &code.replace("/etc/hostname", "/nowhere")) else {
        return;
    };
    assert_same(output_of(&outcome), &printed(command, &other));
    assert!(folder.join("d/more/deep/moved.txt").exists());
}

#[test]
fn a_program_has_a_place_of_its_own_that_the_next_one_does_not_see() {
    let Some(workspace) = with_deno() else { return };
    let mut server = workspace.serve();
    let outcome = execute(
        &mut server,
        "Deno.writeTextFileSync('left.txt', 'behind');\n\
         console.log(Deno.cwd(), Deno.readTextFileSync('/workspace/left.txt'), Deno.makeTempDirSync().startsWith('/tmp/'));",
        json!({}),
    );
    assert_eq!(output_of(&outcome), "/workspace behind true\n");
    let outcome =
        execute(&mut server, "console.log([...Deno.readDirSync('.')].length);", json!({}));
    assert_eq!(output_of(&outcome), "0\n");
}
