//! Where paths lie.

use std::{
    ffi::OsStr,
    fs,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use crate::{Code, Granted, MAX_PATH, Operator, Request, failure::Call};

fn granted(cwd: Option<&str>) -> (TempDir, PathBuf, Granted) {
    let keep = tempfile::tempdir().expect("a directory");
    let path = keep.path().canonicalize().expect("it exists");
    fs::create_dir_all(path.join("project/out")).expect("made");
    let operator =
        Operator::open(&[path.join("project")], &[path.join("project/out")], &[]).expect("open");
    let request = Request {
        read: vec![path.join("project")],
        write: vec![path.join("project/out")],
        cwd: cwd.map(|cwd| path.join(cwd)),
    };
    let granted = operator.grant(&request).expect("well-formed");
    (keep, path, granted)
}

fn code(granted: &Granted, path: &Path) -> Code {
    granted.place(&Call::new("open", path), path).expect_err("no place").code
}

#[test]
fn the_innermost_directory_counts() {
    let (_keep, path, granted) = granted(None);
    for (name, root, rest) in [
        ("project", "project", "."),
        ("project/file", "project", "file"),
        ("project/outer", "project", "outer"),
        ("project/out", "project/out", "."),
        ("project//out/./a/../b/", "project/out", "b"),
        ("project/out/../file", "project", "file"),
    ] {
        let name = path.join(name);
        let place = granted.place(&Call::new("open", &name), &name).expect("granted");
        assert_eq!((&place.root.path, place.rest.as_path()), (&path.join(root), Path::new(rest)));
    }
}

#[test]
fn outside_of_every_directory_is_refused() {
    let (_keep, path, granted) = granted(None);
    for name in ["", "project2/x", "project/../x", "project/out/../../x"] {
        assert_eq!(code(&granted, &path.join(name)), Code::Access, "{name}");
    }
    assert_eq!(code(&granted, Path::new("/etc/passwd")), Code::Access);
    assert_eq!(code(&Granted::default(), &path.join("project")), Code::Access);
}

#[test]
fn relative_paths_need_a_working_directory() {
    let (_keep, path, without) = granted(None);
    let failure = without.read_file(Path::new("file")).expect_err("no working directory");
    assert!(failure.to_string().contains("ask for it with permissions.cwd"), "{failure}");

    let (_keep2, path2, with) = granted(Some("project/out"));
    let place = with.place(&Call::new("open", &path2), Path::new("../x")).expect("granted");
    assert_eq!((&place.root.path, place.rest.as_path()), (&path2.join("project"), Path::new("x")));
    assert_eq!(code(&with, Path::new("../../x")), Code::Access);
    assert_eq!(code(&with, &path.join("project")), Code::Access);
}

#[test]
fn what_is_no_path_is_refused() {
    let (_keep, path, granted) = granted(None);
    assert_eq!(code(&granted, Path::new("")), Code::NotFound);
    assert_eq!(code(&granted, Path::new(OsStr::from_bytes(b"/a\0b"))), Code::Invalid);
    let long = path.join("a/".repeat(MAX_PATH));
    assert_eq!(code(&granted, &long), Code::NameTooLong);
}

#[test]
fn writing_needs_a_write_grant_and_another_name() {
    let (_keep, path, granted) = granted(None);
    for (name, allowed) in [
        ("project/x", false),
        ("project/out/x", true),
        ("project/out/.git/config", false),
        ("project/out/sub/.VSCode/tasks.json", false),
        ("project/out/.mcp.json", false),
        ("project/out/.gitignore", true),
    ] {
        let name = path.join(name);
        let place = granted.place_to_write(&Call::new("open", &name), &name);
        assert_eq!(place.is_ok(), allowed, "{name:?}");
    }
}
