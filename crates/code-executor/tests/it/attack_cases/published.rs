//! The list of all published cases, and where each of them is: none is left out in silence.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use super::{
    case::{Case, attacks},
    table::{Row, Standing},
};

/// How many there are.
const COUNT: usize = 266;

/// Where a published case is.
#[derive(Debug)]
pub enum Place {
    /// A program of ours with this name.
    Program(String),
    /// A test of the host: its file, and its name.
    Test(String),
    /// What it attacks is not there yet.
    Waits(String),
    /// A gap.
    Admitted(String),
}

/// Every published case; panics when one has no place or its place is not there.
pub fn all(cases: &[Case]) -> Vec<(String, Place)> {
    let path = attacks().join("published.txt");
    let text = fs::read_to_string(&path).expect("the list of published cases");
    let entries: Vec<(String, Place)> = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let (id, place) = line.split_once(": ").expect("`ID: PLACE`");
            let place = read(id, place);
            assert_is_there(id, &place, cases);
            (id.to_owned(), place)
        })
        .collect();
    let ids: BTreeSet<&str> = entries.iter().map(|(id, _)| &**id).collect();
    assert_eq!(
        (ids.len(), entries.len()),
        (COUNT, COUNT),
        "every published case stands there once"
    );
    entries
}

/// Those that are no program of ours, as lines of the table.
pub fn elsewhere(entries: Vec<(String, Place)>) -> Vec<Row> {
    let line = |(case, place)| {
        let standing = match place {
            Place::Program(name) if name == case => return None,
            Place::Program(name) => Standing::Tested(format!("as {name}, above")),
            Place::Test(test) => Standing::Tested(test),
            Place::Waits(feature) => Standing::Waits(format!("for {feature}")),
            Place::Admitted(text) => Standing::Admitted(text),
        };
        let nothing = String::new;
        let engine = "host".to_owned();
        Some(Row {
            case,
            engine,
            mode: nothing(),
            standing,
            stopped_by: nothing(),
            control: nothing(),
        })
    };
    entries.into_iter().filter_map(line).collect()
}

fn read(id: &str, place: &str) -> Place {
    match place.split_once(' ').unwrap_or((place, id)) {
        ("case", name) => Place::Program(name.to_owned()),
        ("test", test) => Place::Test(test.to_owned()),
        ("waits", feature) => Place::Waits(feature.to_owned()),
        ("admitted", text) => Place::Admitted(text.to_owned()),
        (other, _) => panic!("{id}: `{other}` is no place"),
    }
}

fn assert_is_there(id: &str, place: &Place, cases: &[Case]) {
    match place {
        Place::Program(name) => {
            // Some hold numbers of system calls, and are left out on other machines.
            let known = cases.iter().any(|case| case.id == *name);
            assert!(known || cfg!(not(target_arch = "x86_64")), "{id}: no case is called {name}");
        }
        Place::Test(test) => {
            let (file, name) = test.split_once(' ').expect("`test FILE NAME`");
            let text = fs::read_to_string(root().join(file)).unwrap_or_default();
            assert!(text.contains(&format!("fn {name}(")), "{id}: {file} has no test {name}");
        }
        Place::Admitted(text) => assert_admitted(id, text),
        Place::Waits(_) => {}
    }
}

/// A gap is only admitted when SECURITY.md has these words.
pub fn assert_admitted(id: &str, text: &str) {
    let page = fs::read_to_string(root().join("SECURITY.md")).expect("SECURITY.md");
    let page: Vec<&str> = page.split_whitespace().collect();
    assert!(page.join(" ").contains(text), "{id}: SECURITY.md does not say {text:?}");
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
