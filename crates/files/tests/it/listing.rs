//! Reading directories, and what bounds it.

use std::{ffi::OsStr, fs, os::unix::ffi::OsStrExt, path::Path};

use files::{Code, Entry, Kind, Limits};

use crate::support::{Fixture, code};

#[test]
fn entries_are_sorted_and_links_not_followed() {
    let fixture = Fixture::new();
    fixture.link(fixture.outside("dir"), "link");
    let listing = fixture.granted.read_dir(Path::new(".")).expect("read");
    let entry = |name: &str, kind| Entry { name: name.into(), kind };
    assert_eq!(
        listing.entries,
        [
            entry(".git", Kind::Directory),
            entry("file", Kind::File),
            entry("link", Kind::Link),
            entry("sub", Kind::Directory),
        ]
    );
    assert!(!listing.cut);
}

#[test]
fn a_huge_directory_is_cut_and_says_so() {
    let fixture = Fixture::new();
    fs::create_dir(fixture.at("huge")).expect("made");
    for number in 0..10_001 {
        fs::write(fixture.at("huge").join(number.to_string()), "").expect("written");
    }
    let listing = fixture.granted.read_dir(Path::new("huge")).expect("read");
    assert_eq!((listing.entries.len(), listing.cut), (10_000, true));
    fs::remove_file(fixture.at("huge/0")).expect("removed");
    let listing = fixture.granted.read_dir(Path::new("huge")).expect("read");
    assert_eq!((listing.entries.len(), listing.cut), (10_000, false));
    fixture.granted.remove_all(Path::new("huge")).expect("removed");
}

#[test]
fn names_are_bytes() {
    let fixture = Fixture::with(Limits::default());
    let names: &[&[u8]] = &[
        b"\xff\xfe",
        b"a\nb",
        b"\x1b[2J",
        b"-rf",
        b"$(id)",
        "\u{202e}gpj".as_bytes(),
        &[b'x'; 255],
    ];
    for name in names {
        let path = Path::new("sub/deep").join(OsStr::from_bytes(name));
        fixture.granted.write_file(&path, name, Default::default()).expect("written");
        assert_eq!(fixture.granted.read_file(&path).expect("read"), *name);
    }
    let listing = fixture.granted.read_dir(Path::new("sub/deep")).expect("read");
    let mut found: Vec<_> =
        listing.entries.iter().map(|entry| entry.name.as_bytes().to_owned()).collect();
    found.sort();
    let mut expected: Vec<_> = names.iter().map(|name| name.to_vec()).collect();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn errors_name_the_call() {
    let fixture = Fixture::new();
    let failure = fixture.granted.read_dir(Path::new("missing")).expect_err("missing");
    assert_eq!(failure.message(), "ENOENT: no such file or directory, scandir 'missing'");
    assert_eq!(code(fixture.granted.read_dir(Path::new("file"))), Code::NotADirectory);
}
