//! Programs in `tests/programs/refused/` must fail, each with the words that its first line says a
//! user must see.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::json;
use types::ExecutionOutcome;

use super::corpus::{call, files, folder};
use crate::support::server;

/// More than anybody reads.
const LONGEST: usize = 2_000;

#[test]
fn programs_that_cannot_run_say_why() {
    let (_workspace, mut server) = server();
    let folder = folder().join("refused");
    let mut waiting = BTreeMap::new();
    for ending in ["ts", "py"] {
        for path in files(&folder, ending) {
            let code = fs::read_to_string(&path).expect("a program");
            let (tool, arguments) = call(&path.to_string_lossy(), &code, json!({}));
            let id = server.send("tools/call", json!({ "name": tool, "arguments": arguments }));
            waiting.insert(id, (path, words(&code)));
        }
    }
    assert!(waiting.len() >= 40, "some programs are gone");
    let mut wrong = Vec::new();
    for (id, (path, words)) in waiting {
        wrong.extend(complaint(&path, &words, &server.outcome_of(id)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What the user must see.
fn words(code: &str) -> Vec<String> {
    let head = code.lines().next().unwrap_or_default();
    let (_, words) = head.split_once("; says: ").expect("the first line names the words");
    words.split("; ").map(str::to_owned).collect()
}

fn complaint(path: &Path, words: &[String], outcome: &ExecutionOutcome) -> Option<String> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let Some(error) = outcome.error.as_ref().filter(|_| !outcome.success) else {
        return Some(format!("{name} succeeded"));
    };
    let text = format!("{}: {}", error.kind, error.message);
    let missing: Vec<_> = words.iter().filter(|word| !text.contains(*word)).collect();
    if missing.is_empty() && text.len() < LONGEST {
        return None;
    }
    Some(format!("{name} lacks {missing:?}: {text}"))
}
