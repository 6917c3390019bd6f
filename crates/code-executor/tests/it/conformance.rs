//! The official conformance suite against our client side: `conformance/client.mjs` is the client that
//! it tests, our binary running a program. What is not passed, and why, is in `docs/upstreams.md`.

use std::{path::Path, process::Command, sync::Mutex, thread, time::Duration};

use testkit::{Fixtures, run};

use crate::support::BINARY;

/// How many scenarios run at once.
const AT_ONCE: usize = 3;

/// What is passed of each scenario, of the checks that apply.
const SCORE: &str = "\
initialize 2025-06-18: 1 of 1
initialize 2025-11-25: 1 of 1
tools_call 2025-06-18: 2 of 2
tools_call 2025-11-25: 2 of 2
tools_call 2026-07-28: 2 of 2
sse-retry 2025-11-25: 3 of 3
json-schema-2020-12-preservation 2025-11-25: 9 of 9
json-schema-2020-12-preservation 2026-07-28: 9 of 9
json-schema-ref-no-deref 2026-07-28: 1 of 1
request-metadata 2026-07-28: 5 of 5
http-standard-headers 2026-07-28: 3 of 3
http-custom-headers 2026-07-28: 18 of 18
http-invalid-tool-headers 2026-07-28: 12 of 12
elicitation-sep1034-client-defaults 2025-11-25: 0 of 6
sep-2322-client-request-state 2026-07-28: 2 of 5
";

#[test]
fn the_official_suite_passes_but_for_what_programs_cannot_do() {
    let wanted: Vec<(&str, &str)> =
        SCORE.lines().filter_map(|line| line.split_once(": ")?.0.split_once(' ')).collect();
    let next = Mutex::new(0..wanted.len());
    let scores = Mutex::new(vec![String::new(); wanted.len()]);
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(index) = take(&next) {
                    let (scenario, revision) = wanted[index];
                    let score = score(scenario, revision);
                    scores.lock().expect("no test panics with it")[index] =
                        format!("{scenario} {revision}: {score}\n");
                }
            });
        }
    });
    let scores = scores.into_inner().expect("no test panics with it");
    assert_eq!(scores.concat(), SCORE);
}

/// How many checks of a scenario are passed, of how many.
pub fn score(scenario: &str, revision: &str) -> String {
    let fixtures = Fixtures::locate();
    let client = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/conformance/client.mjs");
    let mut suite = Command::new(fixtures.node());
    suite.arg(fixtures.conformance()).args(["client", "--scenario", scenario]);
    suite.args(["--spec-version", revision, "--timeout", "60000"]);
    suite.arg("--command").arg(format!("{} {}", fixtures.node().display(), client.display()));
    suite.env("CODE_EXECUTOR_BINARY", BINARY);
    let finished = run(suite, Duration::from_secs(120));
    // It prints its results among its complaints.
    let printed = finished.stdout + finished.stderr.as_str();
    let passed = printed.lines().find_map(|line| line.strip_prefix("Passed: "));
    let passed = passed.and_then(|line| line.split(',').next()?.split_once('/'));
    let Some((passed, all)) = passed else { panic!("{scenario}: {printed}") };
    if passed != all {
        // For whoever looks at a score that changed.
        eprintln!("{scenario} {revision}\n{printed}");
    }
    format!("{passed} of {all}")
}

fn take(next: &Mutex<std::ops::Range<usize>>) -> Option<usize> {
    next.lock().expect("no test panics with it").next()
}
