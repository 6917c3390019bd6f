//! The official conformance suite against our server side, in every revision that has a part in it.
//! What is not passed, and why, is in `docs/mcp-http.md`: here is checked that there is no other reason.

use std::path::Path;
use std::process::Command;
use std::time::Duration;
use std::{fs, thread};

use serde_json::Value;
use testkit::{Fixtures, HttpServer, run};

use crate::support::workspace;

/// How each revision's part is asked for.
const PARTS: [(&str, &[&str]); 4] = [
    ("2025-03-26", &["--suite", "all", "--spec-version", "2025-03-26"]),
    ("2025-06-18", &["--suite", "all", "--spec-version", "2025-06-18"]),
    ("2025-11-25", &["--requirements", "2025-11-25"]),
    ("2026-07-28", &["--requirements", "2026-07-28"]),
];

/// What is passed whole, but for what is of an extension.
const PASSED: &str = "\
2025-03-26 server-session-lifecycle
2025-06-18 completion-complete ping resources-list server-initialize server-session-lifecycle tools-list
2025-11-25 completion-complete dns-rebinding-protection ping resources-list server-initialize server-session-lifecycle server-sse-multiple-streams tools-list
2026-07-28 completion-complete dns-rebinding-protection http-header-validation resources-list sep-2164-resource-not-found server-sse-multiple-streams tools-list
";

/// Why a check may fail: the words of its error, and what they come from.
const REASONS: [(&str, &str); 8] = [
    ("there is no tool `", "a tool of the suite's own server"),
    ("server does not list the diagnostic tool", "a tool of the suite's own server"),
    ("' not found. Available tools: ", "a tool of the suite's own server"),
    ("no tool with x-mcp-header annotations", "a tool of the suite's own server"),
    ("InputRequiredResult with", "a tool of the suite's own server"),
    ("prompts/", "there are no prompts"),
    ("resources/", "there are no resources"),
    ("logging/setLevel", "there is no logging"),
];

/// What a scenario's results are named with at the end.
const TIME: &str = "-2026-01-02T03-04-05-678Z";

#[test]
fn the_official_suite_passes_but_for_what_we_do_not_have() {
    let workspace = workspace();
    let server = HttpServer::start(&workspace);
    let folder = workspace.path("suite");
    let passed: Vec<String> = thread::scope(|scope| {
        let run = |(revision, arguments): (&'static str, &'static [&'static str])| {
            let (folder, server) = (folder.join(revision), &server);
            scope.spawn(move || part(server, revision, arguments, &folder))
        };
        let running: Vec<_> = PARTS.into_iter().map(run).collect();
        running.into_iter().map(|part| part.join().expect("a part of the suite")).collect()
    });
    assert_eq!(passed.concat(), PASSED);
}

/// Runs one revision's part; what it passed, in a line.
fn part(server: &HttpServer, revision: &str, arguments: &[&str], folder: &Path) -> String {
    let fixtures = Fixtures::locate();
    let mut suite = Command::new(fixtures.node());
    suite.arg(fixtures.conformance()).arg("server").args(arguments).arg("-o").arg(folder);
    suite.arg("--url").arg(format!("http://{}/mcp", server.address()));
    let printed = run(suite, Duration::from_secs(120)).stdout;
    let mut passed = Vec::new();
    for entry in fs::read_dir(folder).expect("the suite's results") {
        let path = entry.expect("a scenario's results").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let name = name.strip_prefix("server-").unwrap_or(&name);
        let scenario = &name[..name.len().saturating_sub(TIME.len())];
        let checks = fs::read_to_string(path.join("checks.json")).expect("the checks");
        let checks: Vec<Value> = serde_json::from_str(&checks).expect("JSON");
        let failed = || checks.iter().filter(|check| check["status"] == "FAILURE");
        if scenario.starts_with("tasks-") {
            continue;
        }
        for check in failed() {
            let why = check["errorMessage"].as_str().unwrap_or_default();
            let known = REASONS.iter().any(|(words, _)| why.contains(words));
            assert!(known, "{revision} {scenario}: {check}\n{printed}");
        }
        let any = checks.iter().any(|check| check["status"] == "SUCCESS");
        if any && failed().next().is_none() && !scenario.starts_with("input-required-") {
            passed.push(scenario.to_owned());
        }
    }
    passed.sort();
    passed.dedup();
    format!("{revision} {}\n", passed.join(" "))
}
