//! Every way out by a link or a path, for every operation that follows one.

use std::{fs, path::Path};

use files::{Code, Create, Permission, Time, WriteOptions};

use crate::support::{Fixture, code};

/// Links that lead out of the granted directory, one way or another.
fn with_links() -> Fixture {
    let fixture = Fixture::new();
    fixture.link(fixture.outside("secret"), "absolute");
    fixture.link("../outside/secret", "relative");
    fixture.link("sub/../../outside/secret", "winding");
    fixture.link("absolute", "chained");
    fixture.link("sub/again", "chained-far");
    fixture.link("../../outside/secret", "sub/again");
    fixture.link(fixture.outside("dir"), "directory");
    fixture.link("../outside", "parent");
    fixture.link(fixture.outside("missing"), "dangling-out");
    fixture.link("/proc/self/root", "proc-root");
    fixture.link("/etc/passwd", "passwd");
    fixture.link("/", "root");
    fixture
}

const WAYS_OUT: &[&str] = &[
    "absolute",
    "relative",
    "winding",
    "chained",
    "chained-far",
    "sub/again",
    "directory/secret",
    "parent/secret",
    "parent/dir/secret",
    "dangling-out",
    "proc-root/etc/passwd",
    "passwd",
    "root/etc/passwd",
    "../outside/secret",
    "sub/../../outside/secret",
    "/proc/self/root/etc/passwd",
    "/etc/passwd",
];

#[test]
fn nothing_outside_is_read() {
    let fixture = with_links();
    let granted = &fixture.granted;
    for way in WAYS_OUT {
        for path in [Path::new(way), &fixture.at(way)] {
            assert_eq!(code(granted.read_file(path)), Code::Access, "{path:?}");
            assert_eq!(code(granted.read_at(path, 0, 10)), Code::Access, "{path:?}");
            assert_eq!(code(granted.stat(path)), Code::Access, "{path:?}");
            assert_eq!(code(granted.real_path(path)), Code::Access, "{path:?}");
            assert_eq!(code(granted.access(path, Permission::default())), Code::Access, "{path:?}");
            let copy = granted.copy_file(path, Path::new("copy"), Create::IfMissing);
            assert_eq!(code(copy), Code::Access, "{path:?}");
        }
    }
    for way in ["directory", "parent", "parent/dir", "root", "root/etc", "proc-root", "..", "/"] {
        assert_eq!(code(granted.read_dir(Path::new(way))), Code::Access, "{way}");
    }
    assert!(!fixture.at("copy").exists());
}

#[test]
fn nothing_outside_is_changed() {
    let fixture = with_links();
    let (granted, before) = (&fixture.granted, fixture.guarded());
    for way in WAYS_OUT {
        let path = Path::new(way);
        assert_eq!(code(granted.truncate(path, 0)), Code::Access, "{way}");
        let times = granted.set_times(path, Time::default(), Time::default());
        assert_eq!(code(times), Code::Access, "{way}");
        let copy = granted.copy_file(Path::new("file"), path, Create::IfMissing);
        assert_eq!(code(copy), Code::Access, "{way}");
        for create in [Create::IfMissing, Create::Never, Create::New] {
            let options = WriteOptions { create, ..WriteOptions::default() };
            let failed = code(granted.write_file(path, b"x", options));
            // A link is in the way of a new file wherever it leads.
            assert!(matches!(failed, Code::Access | Code::Exists), "{way}: {failed}");
        }
    }
    for way in ["directory/new", "parent/new", "parent/dir/new", "../new", "root/tmp/new"] {
        let path = Path::new(way);
        assert_eq!(code(granted.mkdir(path, 0o755)), Code::Access, "{way}");
        assert_eq!(code(granted.mkdir_all(&path.join("a/b"), 0o755)), Code::Access, "{way}");
        assert_eq!(code(granted.mkdtemp(path)), Code::Access, "{way}");
        assert_eq!(code(granted.symlink(Path::new("x"), path)), Code::Access, "{way}");
        assert_eq!(code(granted.rename(Path::new("file"), path)), Code::Access, "{way}");
    }
    for way in ["directory/secret", "parent/dir", "parent/secret", "../outside", "."] {
        let path = Path::new(way);
        assert_eq!(code(granted.unlink(path)), Code::Access, "{way}");
        assert_eq!(code(granted.rmdir(path)), Code::Access, "{way}");
        assert_eq!(code(granted.remove_all(path)), Code::Access, "{way}");
        assert_eq!(code(granted.rename(path, Path::new("stolen"))), Code::Access, "{way}");
    }
    assert_eq!(fixture.guarded(), before);
}

#[test]
fn removing_a_link_out_removes_the_link() {
    let fixture = with_links();
    let before = fixture.guarded();
    fixture.granted.unlink(Path::new("absolute")).expect("removed");
    fixture.granted.remove_all(Path::new("directory")).expect("removed");
    fs::create_dir(fixture.at("tree")).expect("made");
    fixture.link(fixture.outside("dir"), "tree/link");
    fixture.link("../../outside", "tree/other");
    fixture.granted.remove_all(Path::new("tree")).expect("removed");
    assert!(!fixture.at("tree").exists());
    assert_eq!(fixture.guarded(), before);
}

#[test]
fn the_answer_for_a_link_out_is_the_same_whether_or_not_it_leads_somewhere() {
    let fixture = with_links();
    let message = |name: &str| {
        let failure = fixture.granted.stat(Path::new(name)).expect_err("outside");
        failure.to_string().replace(name, "")
    };
    assert_eq!(message("absolute"), message("dangling-out"));
    assert_eq!(message("parent/secret"), message("parent/missing"));
}

#[test]
fn links_that_stay_inside_are_followed() {
    let fixture = Fixture::new();
    fixture.link("file", "link");
    fixture.link("../file", "sub/up");
    fixture.link("sub", "directory");
    fixture.link("directory/deep/../up", "chained");
    for name in ["link", "sub/up", "directory/up", "chained"] {
        let content = fixture.granted.read_file(Path::new(name));
        assert_eq!(content.expect("inside"), b"text", "{name}");
    }
    let real = fixture.granted.real_path(Path::new("chained")).expect("inside");
    assert_eq!(real, fixture.at("file"));
}

#[test]
fn a_circle_of_links_ends() {
    let fixture = Fixture::new();
    fixture.link("two", "one");
    fixture.link("one", "two");
    let path = Path::new("one");
    assert_eq!(code(fixture.granted.read_file(path)), Code::Loop);
    assert_eq!(code(fixture.granted.write_file(path, b"", WriteOptions::default())), Code::Loop);
    fixture.granted.remove_all(path).expect("a link can be removed");
}

#[test]
fn a_link_to_nothing_inside_is_not_written_through() {
    let fixture = Fixture::new();
    fixture.link("missing", "dangling");
    fixture.link(".git/hooks/pre-commit", "hook");
    for name in ["dangling", "hook"] {
        let path = Path::new(name);
        let written = fixture.granted.write_file(path, b"x", WriteOptions::default());
        assert_eq!(code(written), Code::NotFound, "{name}");
        assert_eq!(code(fixture.granted.mkdir_all(path, 0o755)), Code::Exists, "{name}");
    }
    assert!(!fixture.at(".git/hooks/pre-commit").exists());
    assert!(!fixture.at("missing").exists());
}

#[test]
fn links_are_made_only_where_they_stay_inside() {
    let fixture = Fixture::new();
    let link =
        |target: &str, path: &str| fixture.granted.symlink(Path::new(target), Path::new(path));
    link("file", "one").expect("inside");
    link("../file", "sub/two").expect("inside");
    link("../../file", "sub/deep/three").expect("inside");
    link("nothing-there", "four").expect("inside");
    fixture.link("sub/deep", "shortcut");
    for (target, path) in [
        ("/etc/passwd", "bad"),
        ("..", "bad"),
        ("../outside/secret", "bad"),
        ("sub/../../outside/secret", "bad"),
        ("sub/..", "bad"),
        ("../../../outside", "sub/deep/bad"),
    ] {
        assert_eq!(code(link(target, path)), Code::Access, "{target}");
    }
    assert_eq!(code(link(fixture.at("file").to_str().expect("UTF-8"), "bad")), Code::Access);
    // The directory that counts is the real one, not the one the path went through.
    link("../../file", "shortcut/good").expect("sub/deep is two below");
    assert_eq!(code(link("x", "one")), Code::Exists);
    assert_eq!(code(link("", "bad")), Code::NotFound);
    for name in ["one", "sub/two", "sub/deep/three", "shortcut/good"] {
        assert_eq!(fixture.granted.read_file(Path::new(name)).expect("inside"), b"text", "{name}");
    }
}

#[test]
fn a_slash_behind_a_link_out_tells_nothing_of_what_it_leads_to() {
    let fixture = Fixture::new();
    let told = |target: &str| {
        fixture.link(target, "link");
        let refused = code(fixture.granted.remove_all(Path::new("link/")));
        fs::remove_file(fixture.at("link")).expect("the link stayed");
        refused
    };
    for target in ["../outside/dir", "../outside/secret", "../outside/missing"] {
        assert_eq!(told(target), Code::NotADirectory, "{target}");
    }
}

#[test]
fn a_link_is_not_moved_to_where_it_leads_out() {
    let fixture = Fixture::new();
    let granted = &fixture.granted;
    granted.symlink(Path::new("../../file"), Path::new("sub/deep/link")).expect("inside");
    let refused = granted.rename(Path::new("sub/deep/link"), Path::new("sub/link"));
    assert_eq!(code(refused), Code::Access);
    granted.rename(Path::new("sub/deep/link"), Path::new("sub/deep/other")).expect("inside");
    assert_eq!(granted.read_file(Path::new("sub/deep/other")).expect("inside"), b"text");
}
