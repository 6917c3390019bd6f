//! The operator's directories, good and bad.

use std::{fs, os::unix::fs::symlink, path::PathBuf};

use tempfile::TempDir;

use super::{MAX_OPERATOR_DIRECTORIES, Operator};
use crate::Error;

fn directory() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().canonicalize().expect("it exists");
    (directory, path)
}

fn refused(read: PathBuf) -> String {
    let error = Operator::open(&[read], &[], &[]).expect_err("not a directory to grant");
    error.to_string()
}

#[test]
fn directories_are_held_without_links_and_each_once() {
    let (_keep, path) = directory();
    fs::create_dir(path.join("real")).expect("made");
    symlink("real", path.join("link")).expect("made");
    let (real, link) = (path.join("real"), path.join("link"));
    let operator =
        Operator::open(&[real.clone(), link], &[path.join("x/../real")], &[]).expect("open");
    assert_eq!(operator.readable(), [real.as_path()]);
    assert_eq!(operator.writable(), [real.as_path()]);
    assert!(!operator.is_empty());
    assert!(Operator::default().is_empty());
}

#[test]
fn an_entry_that_cannot_be_granted_is_named() {
    let (_keep, path) = directory();
    fs::write(path.join("file"), "").expect("written");
    for (entry, said) in [
        (PathBuf::from("relative"), r#"security.allowRead: "relative" is relative"#),
        (PathBuf::from(""), "is empty"),
        (PathBuf::from("~/src"), "is not expanded"),
        (PathBuf::from("/src/*"), "contains a wildcard"),
        (PathBuf::from("/src\0"), "contains a NUL"),
        (PathBuf::from("/"), r#""/" is, or is in, a directory of the system"#),
        (PathBuf::from("/proc"), "a directory of the system"),
        (PathBuf::from("/proc/self/cwd"), "a directory of the system"),
        (PathBuf::from("/srv/../dev/shm"), "a directory of the system"),
        (PathBuf::from("/sys"), "a directory of the system"),
        (path.join("missing"), "missing\": No such file or directory"),
        (path.join("file"), "file\": Not a directory"),
    ] {
        let message = refused(entry);
        assert!(message.contains(said), "{message}");
    }
}

#[test]
fn a_link_to_a_directory_of_the_system_is_one() {
    let (_keep, path) = directory();
    symlink("/proc/self", path.join("link")).expect("made");
    assert!(refused(path.join("link")).contains("a directory of the system"));
}

#[test]
fn a_write_directory_that_is_never_written_is_refused() {
    let (_keep, path) = directory();
    let hooks = path.join(".git/hooks");
    fs::create_dir_all(&hooks).expect("made");
    let error = Operator::open(&[], std::slice::from_ref(&hooks), &[]).expect_err("never written");
    assert!(matches!(error, Error::Unusable { setting: "security.allowWrite", .. }), "{error}");
    Operator::open(&[hooks], &[], &[]).expect("reading it is another matter");
}

#[test]
fn an_overlap_with_our_own_files_is_refused_both_ways_and_through_links() {
    let (_keep, path) = directory();
    fs::create_dir_all(path.join("state/audit")).expect("made");
    fs::create_dir(path.join("project")).expect("made");
    symlink("state", path.join("alias")).expect("made");
    let (state, audit) = (path.join("state"), path.join("state/audit"));
    for (entry, ours) in [
        (&state, &audit),
        (&audit, &state),
        (&state, &state),
        (&path.join("alias"), &audit),
        (&state, &path.join("alias/not-yet/there.log")),
    ] {
        let error = Operator::open(std::slice::from_ref(entry), &[], std::slice::from_ref(ours))
            .expect_err("an overlap");
        let message = error.to_string();
        assert!(matches!(error, Error::Overlap { .. }), "{message}");
        assert!(message.contains(&entry.display().to_string()), "{message}");
    }
    let beside = [path.join("stat"), path.join("project.json"), audit];
    Operator::open(&[path.join("project")], &[], &beside).expect("they only look alike");
}

#[test]
fn the_number_of_directories_is_bounded() {
    let (_keep, path) = directory();
    let many = vec![path; MAX_OPERATOR_DIRECTORIES + 1];
    let message = Operator::open(&many, &[], &[]).expect_err("too many").to_string();
    assert!(message.contains("lists 257 directories, the limit is 256"), "{message}");
}
