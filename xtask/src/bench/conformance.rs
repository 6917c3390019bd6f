//! What the TypeScript engine, as configured, takes and refuses of the language: the parser tests of
//! test262, each a program of its own. A script goes through `eval`, a module is the program itself.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use serde_json::{Value, json};
use testkit::{Fixtures, Workspace};

use super::{Effort, Setup, client::Client, report::Section};
use crate::fixtures;

/// The folders of the package, what is in them, and whether it must be refused.
const GROUPS: &[(&str, &str, bool)] = &[
    ("pass", "valid programs", false),
    ("pass-explicit", "the same, fully parenthesised", false),
    ("fail", "programs that the grammar refuses", true),
    ("early", "programs with an early error", true),
];

/// Some are endless loops: they were parsed, which is what is asked.
const MILLISECONDS: u64 = 1_000;

/// In a hurry, one in so many.
const ONE_IN: usize = 20;

const NOTE: &str = "The parser tests of test262 (npm: test262-parser-tests), each a program of its \
    own: whether it ends with a `SyntaxError` is compared with whether it must. Scripts are given to \
    `eval`, modules are the program, and go through the TypeScript parser first. test262 itself, \
    which also judges the library, is in no package registry; the engine's authors run it, and list \
    52 failures in their `test262_errors.txt`.";

#[derive(Debug, Default)]
struct Tally {
    right: usize,
    all: usize,
}

/// The rate of every group, scripts and modules apart.
pub fn measure(setup: &Setup) -> Result<Section> {
    let tests = Fixtures::at(fixtures::ensure_rivals()?).parser_tests();
    let workspace = Workspace::new(&setup.binary.to_string_lossy());
    let mut client = Client::start(workspace.command(&[]))?;
    let mut section = Section::new("Conformance", NOTE, &["what", "as a", "right", "of", "rate"]);
    for &(folder, what, refused) in GROUPS {
        let (mut scripts, mut modules) = (Tally::default(), Tally::default());
        for test in files(&tests.join(folder), setup.effort)? {
            let module = test.to_string_lossy().ends_with(".module.js");
            let source =
                fs::read(&test).with_context(|| format!("cannot read {}", test.display()))?;
            let right =
                is_refused(&mut client, &String::from_utf8_lossy(&source), module)? == refused;
            let tally = if module { &mut modules } else { &mut scripts };
            tally.all += 1;
            tally.right += usize::from(right);
        }
        for (kind, Tally { right, all }) in [("script", scripts), ("module", modules)] {
            let rate = format!("{:.1}%", 100.0 * right as f64 / all.max(1) as f64);
            section.row([what, kind, &right.to_string(), &all.to_string(), &rate]);
        }
    }
    Ok(section)
}

fn files(folder: &Path, effort: Effort) -> Result<Vec<PathBuf>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    let step = if effort == Effort::Quick { ONE_IN } else { 1 };
    Ok(files.into_iter().step_by(step).collect())
}

fn is_refused(client: &mut Client, source: &str, module: bool) -> Result<bool> {
    let code = if module { source.to_owned() } else { format!("(0, eval)({})", json!(source)) };
    let arguments = json!({ "code": code, "timeoutMs": MILLISECONDS });
    client.send("tools/call", &json!({ "name": "executeTypescript", "arguments": arguments }))?;
    let answer: Value = serde_json::from_str(client.receive()?).context("an answer of no JSON")?;
    let outcome = &answer["result"]["structuredContent"];
    // A program may be refused before it is run, and then it has no outcome.
    Ok(outcome.is_null() || outcome["error"]["type"] == "SyntaxError")
}
