//! The TypeScript cases once more, in Deno: it has much of what they look for, so what counts is what
//! comes of it.

use serde_json::json;
use testkit::Fixtures;
use types::Language;

use super::{
    AT_ONCE,
    case::{self, Case},
    firing_range::Range,
    surrounding::{Mode, Surrounding, User},
    target::{Manner, SECOND_TRY_MS, Target},
    verdict::{Answer, Verdict, judge},
};

/// What cases call an escape and is none here: the line of each that says so holds this. Deno has the
/// modules of Node; its root is its own, with a passwd of one line of ours, and above a granted directory
/// there is that alone; it waits where the embedded engine may not; and a URL that holds its own answer
/// is fetched from nobody.
const HAS: [(&str, &str); 12] = [
    ("FILE-101-out-of-the-grant", "/granted/up: granted\n"),
    ("FILE-101-out-of-the-grant", "/granted/..: granted\n"),
    ("FILE-101-out-of-the-grant", "listed /: .scratch,bin,deno,dev,etc,guest,"),
    ("FILE-101-out-of-the-grant", " /etc/passwd: nobody:x:65534"),
    ("JS-001-constructor-constructor", "host runtime object v"),
    ("JS-003-import-05", "fs read an ungranted file nobody:x:65534"),
    ("JS-003-import-06", "node:fs read an ungranted file nobody:x:65534"),
    ("JS-003-import-08", "import node:inspector ->"),
    ("JS-008-async-generator-return-then", "asyncgen"),
    ("JS-009-stack-overflow-host-error", "RangeError host realm"),
    ("JS-024-atomics-wait", "slept in Atomics.wait"),
    ("SSRF-063-data", "fetched data 200"),
];

/// Reads from a pipe that nobody writes to, as it may.
const WAITS: &str = "FILE-104-pipes-and-devices";

/// Cases that run at once: more than elsewhere, since each starts a Deno.
const BATCH: usize = 2 * AT_ONCE;

/// An answer in which what is no escape is not called one.
fn of_what_counts(case: &Case, mut answer: Answer) -> Answer {
    let is_had = |said: &str| HAS.iter().any(|(id, had)| *id == case.id && said.contains(had));
    if let Some(outcome) = &mut answer.outcome {
        let called = outcome.output.lines().map(|line| {
            let line = format!("{line}\n");
            match line.strip_prefix("ESCAPED:") {
                Some(said) if is_had(said) => format!("BLOCKED:{said}"),
                _ => line,
            }
        });
        outcome.output = called.collect();
    }
    answer
}

#[test]
fn no_case_escapes_from_deno() {
    let deno = Fixtures::locate().deno();
    if !deno.exists() {
        eprintln!("no Deno for this architecture: nothing is tested");
        return;
    }
    let range = Range::new();
    let is_root = rustix::process::geteuid().is_root();
    let user = if is_root { User::Root } else { User::Ordinary };
    let surrounding = Surrounding { mode: Mode::Whole, user };
    let executors = json!({ "typescript": { "denoPath": deno } });
    let workspace = surrounding.workspace().with_setting("executors", executors);
    let command = workspace.command(&[]);
    let mut target = Target::serve(workspace, command, &range);
    target.turn_to_deno();
    // Where a request may go is decided by the host, which knows nothing of engines: some will do.
    let is_ours = |case: &Case| {
        let is_told = case.category != "ssrf" || case.id.starts_with("SSRF-06");
        case.language == Language::TypeScript && is_told
    };
    let cases: Vec<Case> = case::all()
        .into_iter()
        .filter(is_ours)
        .map(|case| case.with_prelude("prelude.deno.ts"))
        .collect();
    let mut open = Vec::new();
    for batch in cases.chunks(BATCH) {
        let batch: Vec<&Case> = batch.iter().collect();
        let contacts = range.contacts();
        let answers = target.run_beside_a_bystander(&range, &batch);
        for (case, answer) in batch.iter().zip(answers) {
            let answer = of_what_counts(case, answer);
            let mut verdict = judge(case, target.level, range.token(), &answer);
            if matches!(verdict, Verdict::Unclear(_)) && case.id != WAITS {
                let manner = Manner { milliseconds: Some(SECOND_TRY_MS), ..Manner::default() };
                let answer = of_what_counts(case, target.run(&range, case, &manner));
                verdict = judge(case, target.level, range.token(), &answer);
            }
            if case.id == WAITS && answer.ran_out_of_time() {
                continue;
            }
            if !matches!(verdict, Verdict::Held(_)) {
                open.push(format!("{}: {verdict:?}", case.id));
            }
        }
        let ids: Vec<&str> = batch.iter().map(|case| &*case.id).collect();
        let wrong = target.what_is_wrong(&range, contacts);
        open.extend(wrong.map(|wrong| format!("after {ids:?}: {wrong}")));
    }
    target.finish();
    assert!(open.is_empty(), "{} were not held:\n{}", open.len(), open.join("\n"));
    range.assert_untouched();
}
