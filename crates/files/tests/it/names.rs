//! Names that are never written, by path and by link.

use std::{fs, path::Path};

use files::{Code, Create, NEVER_WRITTEN, Time, WriteOptions};

use crate::support::{Fixture, code};

#[test]
fn a_name_that_is_never_written_cannot_be_made_by_any_means() {
    let fixture = Fixture::new();
    let granted = &fixture.granted;
    for name in NEVER_WRITTEN.iter().copied().chain([".GIT", ".Mcp.JSON", ".git.", ".Claude"]) {
        for path in [Path::new(name).to_owned(), Path::new("sub/deep").join(name)] {
            let options = WriteOptions::default();
            assert_eq!(code(granted.write_file(&path, b"x", options)), Code::Access, "{path:?}");
            assert_eq!(code(granted.mkdir(&path, 0o755)), Code::Access, "{path:?}");
            assert_eq!(code(granted.mkdir_all(&path.join("a"), 0o755)), Code::Access, "{path:?}");
            assert_eq!(code(granted.symlink(Path::new("x"), &path)), Code::Access, "{path:?}");
            assert_eq!(code(granted.rename(Path::new("sub"), &path)), Code::Access, "{path:?}");
            let copy = granted.copy_file(Path::new("file"), &path, Create::IfMissing);
            assert_eq!(code(copy), Code::Access, "{path:?}");
        }
    }
}

#[test]
fn what_is_there_is_read_but_not_changed() {
    let fixture = Fixture::new();
    let (granted, before) = (&fixture.granted, fixture.guarded());
    fixture.link(".git", "git");
    fixture.link(".git/config", "config");
    fixture.link("../.git/hooks", "sub/hooks");
    assert_eq!(granted.read_file(Path::new("config")).expect("readable"), b"[core]");
    granted.read_dir(Path::new("git")).expect("readable");
    for name in [".git/config", "config", "git/config"] {
        let path = Path::new(name);
        let written = granted.write_file(path, b"x", WriteOptions::default());
        assert_eq!(code(written), Code::Access, "{name}");
        assert_eq!(code(granted.truncate(path, 0)), Code::Access, "{name}");
        let times = granted.set_times(path, Time::default(), Time::default());
        assert_eq!(code(times), Code::Access, "{name}");
        let write = files::Permission { write: true, ..files::Permission::default() };
        assert_eq!(code(granted.access(path, write)), Code::Access, "{name}");
    }
    for name in ["sub/hooks/pre-commit", "git/hooks/pre-commit", "git/x"] {
        let path = Path::new(name);
        let written = granted.write_file(path, b"x", WriteOptions::default());
        assert_eq!(code(written), Code::Access, "{name}");
        assert_eq!(code(granted.mkdir_all(path, 0o755)), Code::Access, "{name}");
        assert_eq!(code(granted.rename(Path::new("file"), path)), Code::Access, "{name}");
    }
    for name in [".git", ".git/config", "git/config", "git/hooks"] {
        let path = Path::new(name);
        assert_eq!(code(granted.unlink(path)), Code::Access, "{name}");
        assert_eq!(code(granted.rmdir(path)), Code::Access, "{name}");
        assert_eq!(code(granted.remove_all(path)), Code::Access, "{name}");
        assert_eq!(code(granted.rename(path, Path::new("moved"))), Code::Access, "{name}");
    }
    assert_eq!(fixture.guarded(), before);
}

#[test]
fn a_tree_that_holds_such_a_name_is_not_removed() {
    let fixture = Fixture::new();
    fs::create_dir_all(fixture.at("project/.git")).expect("made");
    fs::write(fixture.at("project/file"), "text").expect("written");
    let failure = fixture.granted.remove_all(Path::new("project")).expect_err("it holds .git");
    assert_eq!(failure.code, Code::Access);
    assert!(failure.to_string().contains(r#"it holds ".git""#), "{failure}");
    assert!(fixture.at("project/file").exists(), "nothing beside it is begun");
}
