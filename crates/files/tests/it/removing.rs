//! Removing files and trees, and what bounds it.

use std::{fs, path::Path};

use files::{Code, Limits};
use rustix::fs::{CWD, Mode, OFlags, mkdirat, openat};

use crate::support::{Fixture, code};

/// A chain of directories too deep for any path, some with a file in them.
fn deep(fixture: &Fixture, depth: usize) {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let mut directory = openat(CWD, fixture.at(""), flags, Mode::empty()).expect("open");
    for level in 0..depth {
        mkdirat(&directory, "deep", Mode::RWXU).expect("made");
        directory = openat(&directory, "deep", flags, Mode::empty()).expect("open");
        if level % 50 == 0 {
            let create = OFlags::CREATE | OFlags::WRONLY | OFlags::CLOEXEC;
            openat(&directory, "file", create, Mode::RWXU).expect("made");
        }
    }
}

#[test]
fn files_and_directories_are_removed() {
    let fixture = Fixture::new();
    let granted = &fixture.granted;
    assert_eq!(code(granted.rmdir(Path::new("sub"))), Code::NotEmpty);
    assert_eq!(code(granted.rmdir(Path::new("file"))), Code::NotADirectory);
    assert_eq!(code(granted.unlink(Path::new("sub"))), Code::IsDirectory);
    assert_eq!(code(granted.unlink(Path::new("file/"))), Code::NotADirectory);
    granted.rmdir(Path::new("sub/deep/")).expect("removed");
    granted.unlink(Path::new("sub/file")).expect("removed");
    granted.rmdir(Path::new("sub")).expect("removed");
    granted.remove_all(Path::new("file")).expect("removed");
    assert_eq!(code(granted.unlink(Path::new("file"))), Code::NotFound);
    assert_eq!(code(granted.remove_all(Path::new("file"))), Code::NotFound);
    assert_eq!(code(granted.remove_all(&fixture.at(""))), Code::Access);
}

#[test]
fn a_wide_tree_is_removed() {
    let fixture = Fixture::new();
    for one in 0..10 {
        for two in 0..10 {
            for three in 0..5 {
                let directory = fixture.at(&format!("tree/{one}/{two}/{three}"));
                fs::create_dir_all(&directory).expect("made");
                fs::write(directory.join("file"), "").expect("written");
            }
        }
    }
    fixture.granted.remove_all(Path::new("tree/")).expect("removed");
    assert!(!fixture.at("tree").exists());
}

#[test]
fn a_tree_of_ten_thousand_levels_is_removed() {
    let fixture = Fixture::new();
    deep(&fixture, 10_000);
    let open = fs::read_dir("/proc/self/fd").expect("readable").count();
    fixture.granted.remove_all(Path::new("deep")).expect("removed");
    assert!(!fixture.at("deep").exists());
    // Other tests of this process open files meanwhile, but not by the thousand.
    let still = fs::read_dir("/proc/self/fd").expect("readable").count();
    assert!(still < open + 500, "{open} descriptors before, {still} after");
}

#[test]
fn depth_and_count_are_bounded() {
    let limits = Limits { depth: 100, removals: 50, ..Limits::default() };
    let fixture = Fixture::with(Limits { removals: 1_000, ..limits });
    deep(&fixture, 101);
    let failure = fixture.granted.remove_all(Path::new("deep")).expect_err("too deep");
    assert!(failure.to_string().contains("more than 100 directories"), "{failure}");

    let fixture = Fixture::with(limits);
    fs::create_dir(fixture.at("wide")).expect("made");
    for number in 0..51 {
        fs::write(fixture.at("wide").join(number.to_string()), "").expect("written");
    }
    let failure = fixture.granted.remove_all(Path::new("wide")).expect_err("too many");
    assert_eq!(failure.code, Code::TooBig);
    assert!(failure.to_string().contains("more than 50 files"), "{failure}");
    assert!(fixture.at("wide/0").exists());
}
