//! Names that are never written, in the spellings of forgiving file systems.

use std::{ffi::OsStr, os::unix::ffi::OsStrExt, path::Path};

use super::{NEVER_WRITTEN, is_below, is_never_written};

#[test]
fn every_name_is_found_as_it_is_written_in_the_table() {
    for name in NEVER_WRITTEN {
        assert!(is_never_written(OsStr::new(name)), "{name}");
        assert!(is_never_written(OsStr::new(&name.to_uppercase())), "{name}");
    }
}

#[test]
fn other_spellings_of_a_name_are_found() {
    for name in [
        ".GiT",
        ".git.",
        ".git ",
        ".git. .",
        ".git::$INDEX_ALLOCATION",
        "GIT~1",
        ".g\u{200c}it",
        "\u{feff}.git",
        ".v\u{17f}code",
        ".hus\u{212a}y",
        ".Mcp.Json",
        // Folding directories of ext4 and f2fs.
        ".g\u{34f}it",
        ".git\u{fe0f}",
        ".\u{df}h",
        ".\u{1e9e}h",
        ".gitcon\u{fb01}g",
        // Short names of FAT and NTFS.
        "VSCODE~1",
        "vscod~12",
        "MCP~1.JSO",
        "AIDERC~1.YML",
    ] {
        assert!(is_never_written(OsStr::new(name)), "{name:?}");
    }
}

#[test]
fn names_beside_them_are_not_found() {
    for name in [
        "git",
        ".github",
        ".gitignore",
        ".gitattributes",
        "mcp.json",
        ".claudette",
        "",
        "notes~1",
        "~1",
    ] {
        assert!(!is_never_written(OsStr::new(name)), "{name:?}");
    }
    assert!(!is_never_written(OsStr::from_bytes(b"\xff\xfe")));
}

#[test]
fn a_name_counts_at_any_depth() {
    assert!(is_below(Path::new("a/b/.git/hooks/pre-commit")));
    assert!(is_below(Path::new("/a/.CLAUDE")));
    assert!(!is_below(Path::new("/a/b/c.git")));
}
