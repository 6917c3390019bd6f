//! Every case of `tests/attacks`, at every level this machine reaches, as root and as an ordinary
//! user: none escapes, none outlives its execution, and the next program runs. The table is in
//! `target/attacks/table.md`. Without its walls each class of them does escape: `controls`.

mod case;
mod controls;
mod deno;
mod firing_range;
mod published;
mod steps;
mod surrounding;
mod table;
mod target;
mod verdict;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
    thread,
};

use types::{IsolationLevel, Language};

use self::{
    case::{Case, Probe},
    controls::Controls,
    firing_range::Range,
    surrounding::Surrounding,
    table::{Row, Standing},
    target::{Manner, SECOND_TRY_MS, Target},
    verdict::{Verdict, judge},
};

/// Cases that run at once.
const AT_ONCE: usize = 10;

#[test]
fn no_case_escapes_at_any_level_as_any_user() {
    let range = Range::new();
    let cases = case::all();
    let ids: BTreeSet<&str> = cases.iter().map(|case| &*case.id).collect();
    assert_eq!(ids.len(), cases.len(), "two cases have the same name");
    let published = published::all(&cases);
    let controls = Controls::of(&cases);
    let mut rows = Vec::new();
    let mut said = BTreeMap::new();
    thread::scope(|scope| {
        let runs = Surrounding::all().into_iter().map(|surrounding| {
            let (range, cases, controls) = (&range, &cases, &controls);
            scope.spawn(move || attack(surrounding, range, cases, controls))
        });
        for run in runs.collect::<Vec<_>>() {
            let (of, probes) = run.join().expect("the attacks ran to their end");
            rows.extend(of);
            for (id, probe) in probes {
                said.entry(id).or_insert_with(Vec::new).push(probe);
            }
        }
    });
    rows.extend(published::elsewhere(published));
    let summary = table::write(&rows);
    let _ = writeln!(std::io::stderr(), "{summary}");
    let open: Vec<String> = rows
        .iter()
        .filter(|row| {
            matches!(&row.standing, Standing::Ran(Verdict::Broken(_) | Verdict::Unclear(_)))
        })
        .map(|row| format!("{} at {}: {:?}", row.case, row.mode, row.standing))
        .collect();
    assert!(open.is_empty(), "{} cases were not held:\n{}", open.len(), open.join("\n"));
    for (id, probes) in said {
        let distinct: BTreeSet<&String> = probes.iter().collect();
        assert_eq!(distinct.len(), probes.len(), "{id}: zygotes say the same: {probes:?}");
    }
    range.assert_untouched();
}

/// Runs every case in one surrounding. Gives what became of each, and what zygotes said.
fn attack(
    surrounding: Surrounding,
    range: &Range,
    cases: &[Case],
    controls: &Controls,
) -> (Vec<Row>, Vec<(String, String)>) {
    let mut target = Target::start(surrounding, range);
    let level = target.level;
    let fits = |case: &&Case| case.least.is_none_or(|least| level >= least);
    let fitting: Vec<&Case> = cases.iter().filter(fits).collect();
    let (mut rows, mut probes) = (Vec::new(), Vec::new());
    for batch in fitting.chunks(AT_ONCE) {
        let contacts = range.contacts();
        let answers = target.run_beside_a_bystander(range, batch);
        let mut verdicts: Vec<Verdict> = Vec::new();
        for (case, answer) in batch.iter().zip(&answers) {
            let mut verdict = judge(case, level, range.token(), answer);
            if let Verdict::Unclear(_) = verdict {
                let manner = Manner { milliseconds: Some(SECOND_TRY_MS), ..Manner::default() };
                let answer = target.run(range, case, &manner);
                verdict = judge(case, level, range.token(), &answer);
            }
            if let Verdict::Held(_) = verdict {
                verdict = target.judge_again(range, case, answer).unwrap_or(verdict);
            }
            if case.probe == Probe::DiffersBetweenZygotes {
                probes.extend(answer.lines_of("PROBE").map(|it| (case.id.clone(), it.to_owned())));
            }
            verdicts.push(verdict);
        }
        if let Some(wrong) = target.what_is_wrong(range, contacts) {
            verdicts.iter_mut().for_each(|verdict| {
                *verdict = Verdict::Broken(format!("after it or one beside it, {wrong}"));
            });
        }
        let row = |(case, verdict)| row(case, verdict, surrounding, level, controls);
        rows.extend(batch.iter().copied().zip(verdicts).map(row));
    }
    target.finish();
    (rows, probes)
}

fn row(
    case: &Case,
    verdict: Verdict,
    surrounding: Surrounding,
    level: IsolationLevel,
    controls: &Controls,
) -> Row {
    let standing = match (&case.admits, verdict) {
        (Some(gap), Verdict::Held(_)) => Standing::Admitted(gap.clone()),
        (_, verdict) => Standing::Ran(verdict),
    };
    Row {
        case: format!("{}/{}", case.category, case.id),
        engine: format!("{:?}", case.language),
        mode: surrounding.name(level),
        standing,
        stopped_by: controls.stopped_by(&case.id, surrounding.mode),
        control: controls.shown(&case.id),
    }
}

/// The harness itself: what an attack that works would look like is noticed.
#[test]
fn what_gets_out_is_noticed() {
    let range = Range::new();
    let surrounding = Surrounding::all()[0];
    let mut target = Target::start(surrounding, &range);
    let model = case::all().into_iter().find(|case| case.language == Language::Python);
    let model = model.expect("there are cases in Python");
    let secret = range.token();
    for (code, expected) in [
        ("print('ESCAPED:far')".to_owned(), Verdict::Broken("far".to_owned())),
        (format!("result = '{secret}'"), Verdict::Broken("the secret came out".to_owned())),
        (
            "call_mcp_tool('mcp__none__tool', {})".to_owned(),
            Verdict::Held("ended: McpToolError".to_owned()),
        ),
        ("pass".to_owned(), Verdict::Unclear("it said nothing".to_owned())),
        ("while True: pass".to_owned(), Verdict::Unclear("limit: timeout".to_owned())),
    ] {
        let mut case = model.clone();
        (case.code, case.limits) = (code, Vec::new());
        let answer =
            target.run(&range, &case, &Manner { milliseconds: Some(500), ..Manner::default() });
        assert_eq!(judge(&case, target.level, secret, &answer), expected, "{}", case.code);
    }
    target.finish();
}
