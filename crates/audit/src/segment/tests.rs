//! Names and directories of segments.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use jiff::Timestamp;

use super::Family;
use crate::Error;

fn now() -> Timestamp {
    Timestamp::from_second(1_795_184_132).unwrap()
}

#[test]
fn segments_are_named_by_start_and_process_and_are_private() {
    let root = tempfile::tempdir().unwrap();
    let directory = root.path().join("new/logs");
    let family = Family::open(&directory.join("audit.log")).unwrap();
    let pid = std::process::id();
    let names: Vec<String> = (0..3)
        .map(|_| {
            family.create(now()).unwrap().path.file_name().unwrap().to_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(
        names,
        ["", "-2", "-3"].map(|suffix| format!("audit.20261120T141532Z-{pid}{suffix}.log"))
    );
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&directory), 0o700);
    assert_eq!(mode(&directory.join(&names[0])), 0o600);
}

#[test]
fn only_the_family_is_counted() {
    let root = tempfile::tempdir().unwrap();
    let put = |name: &str| fs::write(root.path().join(name), "12345").unwrap();
    put("audit.20261120T141532Z-1.log");
    put("audit.20261120T141532Z-1-2.log");
    put("audit.log");
    put("audit.20261120T141532Z-1.log.gz");
    put("other.20261120T141532Z-1.log");
    put("audit.yesterday.log");
    let family = Family::open(&root.path().join("audit.log")).unwrap();
    assert_eq!(family.total().unwrap(), 10);
    let bare = Family::open(&root.path().join("audit")).unwrap();
    assert!(
        bare.create(now())
            .unwrap()
            .path
            .ends_with(format!("audit.20261120T141532Z-{}", std::process::id()))
    );
}

#[test]
fn paths_that_cannot_be_used_are_refused_with_what_to_do() {
    let root = tempfile::tempdir().unwrap();
    let error = Family::open(root.path()).unwrap_err();
    assert!(
        matches!(error, Error::NotAFile { .. }) && error.to_string().contains("audit.log"),
        "{error}"
    );
    assert!(matches!(Family::open(&root.path().join("x/")), Err(Error::NotAFile { .. })));
    assert!(matches!(Family::open(Path::new("")), Err(Error::NotAFile { .. })));
    fs::write(root.path().join("file"), "").unwrap();
    let error = Family::open(&root.path().join("file/audit.log")).unwrap_err();
    assert!(matches!(error, Error::Directory { .. }), "{error}");
    assert!(error.to_string().contains("set another audit log path"), "{error}");
}

#[test]
fn a_link_in_the_way_is_never_followed() {
    let root = tempfile::tempdir().unwrap();
    let family = Family::open(&root.path().join("audit.log")).unwrap();
    let first = root.path().join(format!("audit.20261120T141532Z-{}.log", std::process::id()));
    let victim = root.path().join("victim");
    std::os::unix::fs::symlink(&victim, &first).unwrap();
    let segment = family.create(now()).unwrap();
    assert!(segment.path.to_str().unwrap().ends_with("-2.log"));
    assert!(!victim.exists());
}
