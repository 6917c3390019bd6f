//! Which files are written, and which are not.

use super::*;

fn piece(path: &str, bytes: &[u8]) -> Piece {
    Piece { path: path.to_owned(), continues: false, bytes: bytes.to_vec() }
}

fn files(bytes: u64, files: u64) -> (tempfile::TempDir, Files) {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().to_owned();
    (folder, Files::new(root, Bounds { wanted: "npm:a".to_owned(), bytes, files }))
}

#[test]
fn pieces_become_files() {
    let (folder, mut files) = files(100, 10);
    files.add(&piece("npm/host/a/1.0.0/index.js", b"one")).expect("kept");
    let more = Piece { continues: true, ..piece("npm/host/a/1.0.0/index.js", b"two") };
    files.add(&more).expect("kept");
    files.add(&piece("npm/host/a/1.0.0/empty", b"")).expect("kept");
    files.finish();
    let text = std::fs::read_to_string(folder.path().join("npm/host/a/1.0.0/index.js"));
    assert_eq!(text.expect("there"), "onetwo");
    let lost = files.add(&Piece { continues: true, ..piece("npm/host/a/1.0.0/empty", b"x") });
    assert!(matches!(lost, Err(Error::Unsafe { .. })));
}

#[test]
fn paths_stay_inside() {
    let (folder, mut files) = files(100, 100);
    for path in [
        "",
        "npm",
        "npm/",
        "/etc/passwd",
        "npm/../../x",
        "npm/./x",
        "npm//x",
        "../npm/x",
        "gen/file.js",
        "dep_analysis_cache_v2",
        "npm/a\0b",
        "npm/a\\b",
        "npm/a\nb",
    ] {
        let refused = files.add(&piece(path, b""));
        assert!(matches!(refused, Err(Error::Unsafe { .. })), "{path:?}");
    }
    let deep = format!("npm{}", "/a".repeat(65));
    assert!(files.add(&piece(&deep, b"")).is_err());
    assert!(files.add(&piece(&format!("npm/{}", "a".repeat(2000)), b"")).is_err());
    assert_eq!(std::fs::read_dir(folder.path()).expect("there").count(), 0);
}

#[test]
fn a_file_is_written_once() {
    let (_folder, mut files) = files(100, 100);
    files.add(&piece("npm/a/b", b"x")).expect("kept");
    assert!(matches!(files.add(&piece("npm/a/b", b"y")), Err(Error::Cache { .. })));
}

#[test]
fn bytes_and_files_are_bounded() {
    let setting = |result| match result {
        Err(Error::TooLarge { setting, .. }) => setting,
        other => panic!("{other:?}"),
    };
    let (_folder, mut few) = files(5, 100);
    few.add(&piece("npm/a/b", b"12345")).expect("kept");
    assert_eq!(setting(few.add(&piece("npm/a/c", b"6"))), "maxBytes");
    // Two directories and a file.
    let (_folder, mut few) = files(5, 3);
    few.add(&piece("npm/a/b", b"")).expect("kept");
    assert_eq!(setting(few.add(&piece("npm/a/c", b""))), "maxFiles");
}
