//! Programs of the kind that agents write, in `tests/programs/`, print in our sandbox what the same Deno
//! prints of them outside.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::json;
use testkit::Workspace;

use super::{executable, with_deno};
use crate::programs::corpus::{files, folder};

/// Of the programs that are about nothing of Deno's, every how many-th is run.
const EVERY: usize = 4;

/// Programs that print something else here, each with the reason.
const DIFFERENT: [(&str, &str); 4] = [
    ("commonjs-require", "`require` is global here, as in the embedded engine"),
    ("node-util", "ticks of the top level come before jobs, as in every module that is imported"),
    ("process-habits", "ticks of the top level come before jobs"),
    (
        "structured-clone",
        "the text of a function is as it is written, and Deno's is without blanks",
    ),
];

/// What prints now this, now that in Deno itself.
const RACING: &str = "event-loop-order";

/// What makes decorators mean what they mean here.
const CONFIG: &str = r#"{ "compilerOptions": { "experimentalDecorators": true } }"#;

#[test]
fn programs_print_what_the_same_deno_prints_outside() {
    let (Some(deno), Some(workspace)) = (executable(), with_deno()) else { return };
    let config = workspace.write("outside/deno.json", CONFIG);
    let mut server = workspace.serve();
    let mut wrong = Vec::new();
    let mut compared = 0;
    for (at, path) in files(&folder().join("typescript"), "ts").into_iter().enumerate() {
        let code = fs::read_to_string(&path).expect("a program");
        let head = code.lines().next().unwrap_or_default().to_owned();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let is_different = DIFFERENT.iter().any(|(different, _)| *different == name);
        if head.contains("needs: files")
            || name == RACING
            || !(head.contains("deno 2.9") || at % EVERY == 0 || is_different)
        {
            continue;
        }
        let arguments = json!({ "code": code, "runtime": "deno", "timeoutMs": 60_000 });
        let id = server.send_program(arguments);
        let theirs = outside(&workspace, &deno, &config, &path);
        let outcome = server.outcome_of(id);
        compared += 1;
        if (outcome.output == theirs) == is_different {
            wrong.push(format!(
                "{name}: {:?}\nhere:\n{}\nthere:\n{theirs}",
                outcome.error, outcome.output
            ));
        }
    }
    assert!(compared >= 25, "some programs are gone: {compared}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What Deno prints of a program with every right, to either stream.
fn outside(workspace: &Workspace, deno: &Path, config: &Path, path: &Path) -> String {
    let copy = workspace.write("outside/program.ts", fs::read(path).expect("a program"));
    let all = workspace.path("outside/printed.txt");
    let output = fs::File::create(&all).expect("a file");
    let mut command = Command::new(deno);
    command.args(["run", "--no-check", "--no-prompt", "--no-lock", "--quiet", "-A", "--config"]);
    command.arg(config).arg(copy).current_dir(workspace.path("outside"));
    command.env("DENO_DIR", workspace.path("deno")).env("DENO_NO_UPDATE_CHECK", "1");
    command.env("NO_COLOR", "1").env("TZ", "UTC").env("HOME", workspace.home());
    command.stdin(Stdio::null()).stdout(output.try_clone().expect("a file")).stderr(output);
    command.status().expect("Deno starts");
    fs::read_to_string(all).expect("what it printed")
}
