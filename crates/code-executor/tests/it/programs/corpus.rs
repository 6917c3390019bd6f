//! Programs of the kind that agents write, in `tests/programs/`, print here what the real Node, Deno
//! and CPython print: `tests/programs/generate.py` made the expected outputs. What does not is named,
//! with a reason, in `known-misses.txt`, and a name there that is no longer true is a failure too.
//! Our console shows values four levels deep on purpose; where that matters, what Node prints when it is
//! told to is in `name.four.out`.
//!
//! How many pass, by what they are about, is written to `target/programs/table.md`.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use testkit::{DEFAULT_WAIT, Era, McpProcess, Workspace, run};
use types::ExecutionOutcome;

use crate::support::workspace;

/// Programs that are under way at once.
const AT_ONCE: usize = 8;

/// What made the outputs of Python programs: texts of errors differ from version to version.
const CPYTHON: &str = "3.11";

/// Longer than any program takes on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// Lines of a difference that are shown.
const LINES_SHOWN: usize = 6;

/// One program, and what the real thing prints of it.
struct Program {
    name: String,
    code: String,
    features: Vec<String>,
    needs_files: bool,
    expected: String,
}

#[test]
fn programs_that_agents_write_print_what_they_print_elsewhere() {
    let programs = programs();
    let count = |language| programs.iter().filter(|each| each.name.starts_with(language)).count();
    assert!(count("typescript/") >= 100 && count("python/") >= 60, "some programs are gone");
    let mut programs = programs;
    if version_of_python() != CPYTHON {
        eprintln!("the outputs are of CPython {CPYTHON}: Python programs are not compared here");
        programs.retain(|each| each.name.starts_with("typescript"));
    }
    let mut known = known_misses();
    known.retain(|name, _| programs.iter().any(|each| each.name == *name));
    let misses = run_all(&programs);
    let table = table(&programs, &misses);
    eprintln!("{table}");
    keep(&table);
    let mut wrong = String::new();
    for (name, what) in &misses {
        if !known.contains_key(name) {
            writeln!(wrong, "{name}\n{what}").expect("a text takes a line");
        }
    }
    for name in known.keys().filter(|name| !misses.contains_key(*name)) {
        writeln!(wrong, "{name} is in known-misses.txt, and passes").expect("a text takes a line");
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Where the programs are.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/programs")
}

/// The files of a folder that end so, in order.
pub fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the programs are there");
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|found| found == ending));
    files.sort();
    files
}

/// The tool that runs a program of this name, and the program as its argument.
pub fn call(name: &str, code: &str, mut arguments: Value) -> (&'static str, Value) {
    let python = Path::new(name).extension().is_some_and(|ending| ending == "py");
    let tool = if python { "executePython" } else { "executeTypescript" };
    arguments["code"] = json!(code);
    arguments["timeoutMs"] = json!(60_000);
    (tool, arguments)
}

fn programs() -> Vec<Program> {
    let mut programs = Vec::new();
    for (language, ending) in [("typescript", "ts"), ("python", "py")] {
        for path in files(&folder().join(language), ending) {
            programs.push(program(language, &path));
        }
    }
    programs
}

fn program(language: &str, path: &Path) -> Program {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let read = |path: &Path| match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => panic!("{}: {error}; run tests/programs/generate.py", path.display()),
    };
    let code = read(path);
    let deeper = path.with_extension("four.out");
    let head = code.lines().next().unwrap_or_default();
    let (_, head) = head.split_once("features: ").expect("the first line names the features");
    let features = head.split(';').next().unwrap_or_default();
    Program {
        name: format!("{language}/{name}"),
        features: features.split(", ").map(str::to_owned).collect(),
        needs_files: head.contains("needs: files"),
        expected: read(&if deeper.exists() { deeper } else { path.with_extension("out") }),
        code,
    }
}

fn version_of_python() -> String {
    let mut command = Command::new("python3");
    command.args(["-c", "import sys; print('%d.%d' % sys.version_info[:2])"]);
    run(command, DEFAULT_WAIT).expect_success().stdout.trim().to_owned()
}

/// Names and reasons: a line each, `typescript/name.ts: why`.
fn known_misses() -> HashMap<String, String> {
    let text = fs::read_to_string(folder().join("known-misses.txt")).expect("the list is there");
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| match line.split_once(": ") {
            Some((name, reason)) if !reason.is_empty() => (name.to_owned(), reason.to_owned()),
            _ => panic!("known-misses.txt: a line without a reason: {line}"),
        })
        .collect()
}

/// Runs them all in one server and says what is wrong with those that miss.
fn run_all(programs: &[Program]) -> BTreeMap<String, String> {
    let places = workspace();
    let granted = places.path("granted");
    fs::create_dir_all(&granted).expect("a folder for files");
    let granted = granted.canonicalize().expect("it was made");
    let places = places
        .with_security("allowRead", json!([granted]))
        .with_security("allowWrite", json!([granted]));
    let mut server = serve(&places);
    let mut under_way = VecDeque::new();
    let mut misses = BTreeMap::new();
    let mut end = |server: &mut McpProcess, (program, id): (&Program, u64)| {
        let outcome = outcome_of(server, id);
        if let Some(what) = miss(program, &outcome) {
            misses.insert(program.name.clone(), what);
        }
    };
    for program in programs {
        if under_way.len() == AT_ONCE
            && let Some(oldest) = under_way.pop_front()
        {
            end(&mut server, oldest);
        }
        under_way.push_back((program, send(&mut server, program, &granted)));
    }
    for oldest in under_way {
        end(&mut server, oldest);
    }
    misses
}

/// A server whose programs see the time zone that the outputs were made in.
fn serve(places: &Workspace) -> McpProcess {
    let mut command = places.command(&[]);
    command.env("TZ", "UTC");
    let mut server = McpProcess::spawn(command, Era::Legacy);
    server.initialize();
    server
}

fn send(server: &mut McpProcess, program: &Program, granted: &Path) -> u64 {
    let permissions = if program.needs_files {
        let own = granted.join(program.name.replace('/', "-"));
        fs::create_dir(&own).expect("a folder of its own");
        json!({ "permissions": { "read": [own], "write": [own], "cwd": own } })
    } else {
        json!({})
    };
    let (tool, arguments) = call(&program.name, &program.code, permissions);
    server.send("tools/call", json!({ "name": tool, "arguments": arguments }))
}

fn outcome_of(server: &mut McpProcess, id: u64) -> ExecutionOutcome {
    let answer = server.wait_for(id, PATIENCE).expect("an answer");
    serde_json::from_value(answer["structuredContent"].clone()).expect("an outcome")
}

fn miss(program: &Program, outcome: &ExecutionOutcome) -> Option<String> {
    if outcome.success && outcome.output == program.expected {
        return None;
    }
    let mut what = difference(&program.expected, &outcome.output);
    if let Some(error) = &outcome.error {
        writeln!(what, "    ended with {}: {}", error.kind, error.message).expect("a text");
    }
    Some(what)
}

/// The first lines that differ, ours below theirs.
fn difference(expected: &str, printed: &str) -> String {
    let (mut theirs, mut ours) = (expected.lines(), printed.lines());
    let mut text = String::new();
    let mut shown = 0;
    loop {
        let pair = (theirs.next(), ours.next());
        if pair == (None, None) || shown == LINES_SHOWN {
            return text;
        }
        if pair.0 != pair.1 {
            shown += 1;
            for (sign, line) in [('-', pair.0), ('+', pair.1)] {
                let Some(line) = line else { continue };
                let line: String = line.chars().take(200).collect();
                writeln!(text, "    {sign}{line}").expect("a text takes a line");
            }
        }
    }
}

fn table(programs: &[Program], misses: &BTreeMap<String, String>) -> String {
    let mut features: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for program in programs {
        let passed = usize::from(!misses.contains_key(&program.name));
        let language = program.name.split('/').next().unwrap_or_default();
        let all = ["(all)", language].into_iter();
        for feature in all.chain(program.features.iter().map(String::as_str)) {
            let (passes, count) = features.entry(feature).or_default();
            *passes += passed;
            *count += 1;
        }
    }
    let mut text = String::from("| about | pass | of |\n|---|---:|---:|\n");
    for (feature, (passes, count)) in features {
        writeln!(text, "| {feature} | {passes} | {count} |").expect("a text takes a line");
    }
    text
}

fn keep(table: &str) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("../programs");
    fs::create_dir_all(&folder).expect("a folder for the table");
    fs::write(folder.join("table.md"), table).expect("the table");
}
