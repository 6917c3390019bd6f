//! The repository's documents and examples, held to what they say: programs run, configuration
//! loads, sessions print what is shown, links lead somewhere, names are those of the code.
//!
//! How a fenced block of README.md and docs/ is checked is said by its info string:
//! - `ts` and `py` are run on the demo server and must succeed; `ts fails` and `py fails` must fail;
//!   `ts granted` and `py granted` may write to the directory in which they run.
//! - `json config` is loaded as a configuration, `json servers` and `toml servers` as a list of servers;
//!   `json client` is an agent's entry for us, any other `json` must be JSON.
//! - `console` is a session: see [`session`].
//! - `sh` and `text` are not checked.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use testkit::{DEFAULT_WAIT, Finished, run, run_with_input};

use crate::support::{BINARY, workspace};

mod markdown;
mod session;

use markdown::{Block, Document};

/// The examples: arguments after the file, exit code, and what must be among what is printed.
const EXAMPLES: [(&str, &[&str], i32, &str); 6] = [
    ("tour.ts", &[], 0, "6. checked"),
    ("tour.py", &[], 0, "6. checked"),
    ("discover.ts", &[], 0, "interface SearchNotesResult"),
    ("digest.ts", &[], 0, "\"written\": 201"),
    ("too-slow.ts", &["--timeout", "4s"], 1, "mcp__demo__slow  3 calls, 1 error"),
    ("globals.d.ts", &[], 0, ""),
];

/// What the tour prints fits on a screen.
const A_SCREEN: usize = 40;

fn repository() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().expect("the repository is there")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The names of the files with this ending in a folder of the repository, in order.
fn names(folder: &str, ending: &str) -> Vec<String> {
    let entries = fs::read_dir(repository().join(folder)).expect("the folder is there");
    let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(ending)).collect();
    names.sort();
    names
}

/// Every document; those whose blocks are checked first.
fn documents() -> Vec<Document> {
    let reference = names("docs", ".md").into_iter().map(|name| format!("docs/{name}"));
    let root = ["ARCHITECTURE.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md"];
    let all = ["README.md".to_owned()].into_iter().chain(reference);
    all.chain(root.map(str::to_owned))
        .map(|name| Document::new(&name, read(&repository().join(&name))))
        .collect()
}

fn blocks(language: &str) -> Vec<Block> {
    let checked = documents().into_iter().flat_map(|document| document.blocks());
    checked.filter(|block| block.language == language).collect()
}

#[test]
fn every_block_is_of_a_kind_that_is_known() {
    for block in documents().iter().flat_map(Document::blocks) {
        let marks: &[&str] = match block.language.as_str() {
            "ts" | "py" => &["fails", "granted"],
            "console" => &["fails"],
            "json" => &["config", "servers", "client"],
            "toml" => &["servers"],
            "sh" | "text" => &[],
            other => panic!("{}: a block of the unknown kind `{other}`", block.place),
        };
        for mark in &block.marks {
            assert!(marks.contains(&mark.as_str()), "{}: the unknown mark `{mark}`", block.place);
        }
    }
}

#[test]
fn programs_in_documents_run() {
    let typescript = blocks("ts").into_iter().map(|block| (block, "typescript"));
    for (block, language) in typescript.chain(blocks("py").into_iter().map(|it| (it, "python"))) {
        let mut workspace = workspace();
        let mut arguments = vec!["exec", "-", "--language", language];
        let project = workspace.project().to_string_lossy().into_owned();
        let command = if block.is("granted") {
            arguments.extend(["--allow-write", &project, "--cwd", &project]);
            workspace = workspace.with_security("allowWrite", json!([project]));
            workspace.command(&arguments)
        } else {
            workspace.bare_command(&arguments)
        };
        let finished = run_with_input(command, block.text.as_bytes(), DEFAULT_WAIT);
        let expected = if block.is("fails") { 1 } else { 0 };
        assert_ended(&block.place, &finished, expected);
    }
}

#[test]
fn configuration_in_documents_loads() {
    for block in blocks("json").into_iter().chain(blocks("toml")) {
        let workspace = workspace();
        let servers = workspace.write("home/.config/code-executor/mcp.json", "{}");
        let file = workspace.write(&format!("home/block.{}", block.language), &block.text);
        let file = file.to_string_lossy().into_owned();
        let load = |arguments: &[&str]| {
            let finished = run(workspace.bare_command(arguments), DEFAULT_WAIT);
            // 69: this machine cannot give the isolation that the block asks for.
            assert!(matches!(finished.code(), Some(0 | 69)), "{}: {finished:?}", block.place);
            if finished.code() == Some(0) {
                assert_eq!(finished.stderr, "", "{}: it has something to complain of", block.place);
            }
        };
        match block.marks.first().map(String::as_str) {
            Some("config") => load(&["--config", &file, "doctor", "--skip-upstreams"]),
            Some("servers") => load(&["--mcp-config", &file, "upstreams", "--no-connect"]),
            Some("client") => {
                assert!(servers.exists());
                let entry = our_entry(&block);
                let words = entry["args"].as_array().into_iter().flatten();
                let mut arguments: Vec<&str> = words.filter_map(Value::as_str).collect();
                arguments.extend(["doctor", "--skip-upstreams"]);
                load(&arguments);
            }
            _ => drop(json(&block)),
        }
    }
}

#[test]
fn sessions_in_documents_are_what_is_printed() {
    for block in blocks("console") {
        session::check(&block);
    }
}

#[test]
fn links_and_names_in_documents_lead_somewhere() {
    let reference = Document::new("", read(&repository().join("docs/config-reference.md")));
    let settings = reference.settings();
    for document in documents() {
        for (place, link) in document.links() {
            let (file, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let folder = Path::new(&document.name).parent().unwrap_or(Path::new(""));
            let name =
                if file.is_empty() { PathBuf::from(&document.name) } else { folder.join(file) };
            let path = repository().join(&name);
            assert!(path.exists(), "{place}: {link} is not there");
            if !anchor.is_empty() {
                let target = Document::new("", read(&path));
                assert!(target.anchors().iter().any(|known| known == anchor), "{place}: {link}");
            }
        }
        for (place, word) in document.code_words() {
            if let Some(path) = markdown::repository_path(&word) {
                assert!(repository().join(path).exists(), "{place}: {path} is not there");
            }
            if markdown::looks_like_a_setting(&word) {
                assert!(settings.contains(&word), "{place}: there is no setting {word}");
            }
            if let Some(variable) = markdown::our_variable(&word) {
                assert!(reference.text.contains(variable), "{place}: {variable} means nothing");
            }
        }
    }
}

#[test]
fn every_example_runs() {
    let mut known: Vec<&str> = EXAMPLES.iter().map(|(name, ..)| *name).collect();
    known.sort_unstable();
    let mut there = [names("examples", ".ts"), names("examples", ".py")].concat();
    there.sort_unstable();
    assert_eq!(there, known, "every example is run by this test");
    for (name, arguments, code, part) in EXAMPLES {
        let workspace = workspace();
        let file = repository().join("examples").join(name).to_string_lossy().into_owned();
        let all = [&["exec", &file], arguments].concat();
        let finished = run(workspace.bare_command(&all), DEFAULT_WAIT);
        assert_ended(name, &finished, code);
        let printed = format!("{}{}", finished.stdout, finished.stderr);
        assert!(printed.contains(part), "{name}: `{part}` is missing:\n{printed}");
        assert!(printed.lines().count() < A_SCREEN, "{name} prints more than a screen");
    }
}

#[test]
fn editors_are_told_of_functions_that_are_there() {
    let text = read(&repository().join("examples/globals.d.ts"));
    let declared = |line: &str| {
        let rest = line.strip_prefix("declare function ").or(line.strip_prefix("declare class "))?;
        Some(rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned())
    };
    let names: Vec<String> = text.lines().filter_map(declared).collect();
    assert!(names.len() > 4, "{names:?}");
    let list = names.join(", ");
    let program = format!("[{list}].map((it) => typeof it).join()");
    let workspace = workspace();
    let finished =
        run_with_input(workspace.bare_command(&["exec", "-"]), program.as_bytes(), DEFAULT_WAIT);
    let functions = vec!["function"; names.len()].join(",");
    assert_eq!(finished.expect_success().stdout.trim(), functions);
}

#[test]
fn every_error_code_has_its_line() {
    let code = read(&repository().join("crates/types/src/error_code.rs"));
    let page = read(&repository().join("docs/programs.md"));
    let codes: Vec<&str> = code
        .lines()
        .filter_map(|line| line.split_once("=> \"")?.1.split_once('"'))
        .map(|(code, _)| code)
        .collect();
    assert!(codes.len() > 10, "{codes:?}");
    for code in codes {
        assert!(page.contains(&format!("\n| `{code}` |")), "docs/programs.md lacks {code}");
    }
}

#[track_caller]
fn assert_ended(what: &str, finished: &Finished, code: i32) {
    let Finished { stdout, stderr, .. } = finished;
    assert_eq!(finished.code(), Some(code), "{what}\nstdout:\n{stdout}\nstderr:\n{stderr}");
}

#[track_caller]
fn json(block: &Block) -> Value {
    serde_json::from_str(&block.text).unwrap_or_else(|error| panic!("{}: {error}", block.place))
}

/// Our entry in the file of an agent, whichever of the two dialects it has.
#[track_caller]
fn our_entry(block: &Block) -> Value {
    let file = json(block);
    let servers = file.get("mcpServers").or(file.get("servers"));
    let entry = servers.and_then(|servers| servers.get("code-executor")).cloned();
    let entry = entry.unwrap_or_else(|| panic!("{}: no entry of ours", block.place));
    assert_eq!(entry["command"], "code-executor", "{}", block.place);
    entry
}
