//! Random paths and random sequences of operations: none leaves the granted directory.

use std::path::{Path, PathBuf};

use files::{Create, Granted, WriteOptions};
use proptest::prelude::*;

use crate::support::{CANARY, Fixture, MARKER};

/// Names that exist somewhere, lead somewhere, or mean something.
fn component() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec![
            "..", ".", "", "granted", "outside", "secret", "dir", "file", "sub", "deep", ".git",
            "config", "hooks", "out", "rel", "up", "in", "new", "proc", "self", "root", "cwd",
            ".GIT", "a", "b",
        ])
        .prop_map(str::to_owned),
        1 => "[a-z./\u{0}\u{ff}-]{0,6}",
    ]
}

/// Relative, absolute, or below one of the fixture's directories.
fn spelling() -> impl Strategy<Value = (u8, String)> {
    (0..5_u8, prop::collection::vec(component(), 0..9), any::<bool>()).prop_map(
        |(base, components, slash)| {
            let end = if slash { "/" } else { "" };
            (base, components.join("/") + end)
        },
    )
}

fn path(fixture: &Fixture, (base, text): &(u8, String)) -> PathBuf {
    let join = |base: PathBuf| {
        let mut whole = base.into_os_string();
        whole.push("/");
        whole.push(text);
        PathBuf::from(whole)
    };
    match base {
        0 => PathBuf::from(text),
        1 => join(PathBuf::new()),
        2 => join(fixture.at("")),
        3 => join(fixture.path.clone()),
        _ => join(fixture.at("sub/deep")),
    }
}

fn with_links() -> Fixture {
    let fixture = Fixture::new();
    fixture.link(fixture.path.join("outside"), "out");
    fixture.link("../outside", "rel");
    fixture.link("../..", "sub/up");
    fixture.link("sub/deep", "in");
    fixture.link("../../.git", "sub/deep/a");
    fixture.link("/proc/self", "b");
    fixture
}

/// Reads by every means; tells what was found that must not be.
fn leak(granted: &Granted, path: &Path, inside: &Path) -> Option<String> {
    if granted.read_file(path).is_ok_and(|content| content == CANARY.as_bytes()) {
        return Some("read the canary".to_owned());
    }
    if let Ok(real) = granted.real_path(path)
        && !real.starts_with(inside)
    {
        return Some(format!("reached {real:?}"));
    }
    let listing = granted.read_dir(path).map(|listing| listing.entries).unwrap_or_default();
    listing.iter().any(|entry| entry.name == MARKER).then(|| "listed what is outside".to_owned())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..Default::default() })]

    #[test]
    fn no_spelling_leads_out(spellings in prop::collection::vec(spelling(), 1..40)) {
        let fixture = with_links();
        let inside = fixture.at("").canonicalize().expect("there");
        for spelling in &spellings {
            let path = path(&fixture, spelling);
            prop_assert_eq!(leak(&fixture.granted, &path, &inside), None, "{:?}", path);
        }
    }

    #[test]
    fn no_sequence_of_operations_changes_what_is_guarded(
        steps in prop::collection::vec((0..11_u8, spelling(), spelling()), 1..60),
    ) {
        let fixture = with_links();
        let before = fixture.guarded();
        let granted = &fixture.granted;
        let inside = fixture.at("").canonicalize().expect("there");
        for (step, one, other) in &steps {
            let (one, other) = (path(&fixture, one), path(&fixture, other));
            // Most of them fail; what matters is what they leave behind.
            let _ = match step {
                0 => granted.write_file(&one, b"x", WriteOptions::default()),
                1 => granted.mkdir(&one, 0o755),
                2 => granted.mkdir_all(&one, 0o755).map(drop),
                3 => granted.rename(&one, &other),
                4 => granted.symlink(&one, &other),
                5 => granted.copy_file(&one, &other, Create::IfMissing).map(drop),
                6 => granted.unlink(&one),
                7 => granted.rmdir(&one),
                8 => granted.remove_all(&one),
                9 => granted.truncate(&one, 1),
                _ => granted.mkdtemp(&one).map(drop),
            };
            prop_assert_eq!(leak(granted, &other, &inside), None, "{:?}", other);
        }
        prop_assert_eq!(fixture.guarded(), before);
    }
}
