//! The controls: attacks that get through once the walls that hold them are taken away. What holds
//! each case, and what is its control, stands in `tests/attacks/controls.txt`.
//!
//! Walls of the sandbox can be taken away in a binary of its own alone, `without-walls`, which this
//! builds; others are limits and lists that a request or the operator sets, or are acted out by the
//! program itself.

mod bench;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    io::Write as _,
    sync::Mutex,
    thread,
};

use serde_json::json;
use testkit::{Era, McpProcess};

use self::bench::{Bench, without_walls};
use super::{
    case::{self, Case, attacks},
    surrounding::Mode,
    table,
};
use crate::support::{BINARY, workspace};

/// What can be taken away, and what that means in `README.md`.
const WALLS: [&str; 18] = [
    "seccomp",
    "landlock",
    "namespaces",
    "rlimits",
    "capabilities",
    "descriptors",
    "order",
    "frames",
    "deadline",
    "memory",
    "output",
    "scratch",
    "allowlist",
    "grants",
    "process",
    "rotation",
    "seeds",
    "engine",
];

/// Servers that run at once.
const AT_ONCE: usize = 3;

/// What shows that a case can fail.
#[derive(Debug)]
enum Control {
    /// Without these it gets through.
    Without(Vec<String>),
    /// It is held as this one is.
    As(String),
    /// There is no wall to take away.
    Nothing(String),
}

/// The control of every case.
pub struct Controls(BTreeMap<String, Control>);

impl Controls {
    /// Reads them; panics when a case has none, or one that is not there.
    pub fn of(cases: &[Case]) -> Self {
        let text = fs::read_to_string(attacks().join("controls.txt")).expect("the controls");
        let mut controls = BTreeMap::new();
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (id, said) = line.split_once(": ").expect("`ID: CONTROL`");
            let control = match said.split_once(' ').unwrap_or((said, "")) {
                ("as", other) => Control::As(other.to_owned()),
                ("nothing", why) => Control::Nothing(why.to_owned()),
                _ => Control::Without(said.split(' ').map(str::to_owned).collect()),
            };
            assert!(controls.insert(id.to_owned(), control).is_none(), "{id} stands there twice");
        }
        for case in cases {
            assert!(controls.contains_key(&case.id), "{} has no control", case.id);
        }
        for (id, control) in &controls {
            match control {
                Control::Without(walls) => assert!(
                    walls.iter().all(|wall| WALLS.contains(&&**wall)),
                    "{id}: one of {walls:?} is no wall"
                ),
                Control::As(other) => assert!(
                    matches!(controls.get(other), Some(Control::Without(_))),
                    "{id}: {other} has no control of its own"
                ),
                Control::Nothing(_) => {}
            }
        }
        Self(controls)
    }

    /// The walls that hold a case, each alone, in a mode.
    pub fn stopped_by(&self, id: &str, mode: Mode) -> String {
        let Some(walls) = self.walls(id) else { return String::new() };
        let there = |wall: &&String| *wall != "namespaces" || mode == Mode::Whole;
        let there: Vec<&str> = walls.iter().filter(there).map(String::as_str).collect();
        there.join(", ")
    }

    /// The control of a case, for the table.
    pub fn shown(&self, id: &str) -> String {
        match &self.0[id] {
            Control::Without(walls) => walls.join(" + "),
            Control::As(other) => format!("as {other}"),
            Control::Nothing(why) => format!("none: {why}"),
        }
    }

    fn walls(&self, id: &str) -> Option<&[String]> {
        match &self.0[id] {
            Control::Without(walls) => Some(walls),
            Control::As(other) => self.walls(other),
            Control::Nothing(_) => None,
        }
    }

    /// The cases with a control of their own, by what must be gone.
    fn by_walls<'a>(&self, cases: &'a [Case]) -> BTreeMap<Vec<String>, Vec<&'a Case>> {
        let mut sets: BTreeMap<Vec<String>, Vec<&Case>> = BTreeMap::new();
        for case in cases {
            if let Control::Without(walls) = &self.0[&case.id] {
                sets.entry(walls.clone()).or_default().push(case);
            }
        }
        sets
    }
}

/// Every case with a control of its own, without the walls that hold it. The table is in
/// `target/attacks/controls.md`.
#[test]
fn without_their_walls_attacks_get_through() {
    let cases = case::all();
    let controls = Controls::of(&cases);
    let sets = Mutex::new(controls.by_walls(&cases).into_iter());
    let binary = without_walls();
    let results = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let next = sets.lock().expect("nobody panicked").next();
                    let Some((walls, cases)) = next else { return };
                    let of = Bench::new(&walls, &binary).run(&cases);
                    results.lock().expect("nobody panicked").extend(of);
                }
            });
        }
    });
    let mut results = results.into_inner().expect("nobody panicked");
    results.sort_by(|one, other| (&one.walls, &one.case).cmp(&(&other.walls, &other.case)));
    let mut text = String::from("| without | case | what came of it |\n|---|---|---|\n");
    for control in &results {
        let came = match &control.got_through {
            Ok(how) => format!("got through: {how}"),
            Err(how) => format!("**HELD**: {how}"),
        };
        let came = came.replace(['|', '\n', '\r'], " ");
        let _ = writeln!(text, "| {} | {} | {came} |", control.walls.join(" + "), control.case);
    }
    table::save("controls.md", &text);
    let sets: BTreeSet<&[String]> = results.iter().map(|control| &*control.walls).collect();
    let _ = writeln!(
        std::io::stderr(),
        "{} attacks got through, without {} sets of walls",
        results.iter().filter(|control| control.got_through.is_ok()).count(),
        sets.len()
    );
    let held: Vec<_> = results.iter().filter(|control| control.got_through.is_err()).collect();
    assert!(held.is_empty(), "these prove nothing: {held:#?}");
}

/// The host looks at a child before it gives it a program, so that a wall which is missing is
/// noticed even when the child says that it is there.
#[test]
fn a_child_without_a_wall_that_the_host_can_see_is_given_nothing() {
    let binary = without_walls();
    for wall in ["seccomp", "capabilities"] {
        let workspace = workspace().with_binary(binary.clone());
        let mut command = workspace.command(&[]);
        command.env(bench::VARIABLE, wall);
        let mut server = McpProcess::spawn(command, Era::Legacy);
        server.initialize();
        let refusal = server.refusal(json!({ "code": "console.log('ran')" }));
        assert!(refusal.contains("Seccomp") || refusal.contains("Cap"), "{wall}: {refusal}");
        server.finish();
    }
}

/// Only the binary that was built for it can be without its walls.
#[test]
fn the_shipped_binary_keeps_its_walls() {
    let holds = |path: &str, word: &str| {
        let bytes = fs::read(path).expect("the binary");
        bytes.windows(word.len()).any(|part| part == word.as_bytes())
    };
    let other = without_walls();
    let other = other.to_str().expect("a path");
    for word in [bench::VARIABLE, "SKIPPED = {step for wall"] {
        assert!(!holds(BINARY, word), "the binary holds {word:?}");
        assert!(holds(other, word), "the other does not: this proves nothing");
    }
}
