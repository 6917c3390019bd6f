//! Writing files, and what bounds it.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
};

use files::{Code, Create, Limits, WriteOptions, WritePlace};

use crate::support::{Fixture, code};

fn options(create: Create, place: WritePlace) -> WriteOptions {
    WriteOptions { create, place, ..WriteOptions::default() }
}

#[test]
fn a_file_is_made_replaced_extended_and_written_into() {
    let fixture = Fixture::new();
    let (granted, path) = (&fixture.granted, Path::new("new"));
    let content = || String::from_utf8(fs::read(fixture.at("new")).expect("read")).expect("UTF-8");
    granted.write_file(path, b"a longer text", WriteOptions::default()).expect("made");
    assert_eq!(content(), "a longer text");
    granted.write_file(path, b"short", WriteOptions::default()).expect("replaced");
    assert_eq!(content(), "short");
    let append = options(Create::IfMissing, WritePlace::Append);
    granted.write_file(path, b"er", append).expect("extended");
    assert_eq!(content(), "shorter");
    let into = options(Create::Never, WritePlace::At(2));
    granted.write_file(path, b"ar", into).expect("written into");
    assert_eq!(content(), "sharter");
    granted.truncate(path, 4).expect("cut");
    assert_eq!(content(), "shar");
    granted.truncate(path, 6).expect("filled");
    assert_eq!(content(), "shar\0\0");
}

#[test]
fn whether_a_file_is_made_is_the_callers_choice() {
    let fixture = Fixture::new();
    let write = |name: &str, create| {
        fixture.granted.write_file(Path::new(name), b"x", options(create, WritePlace::Instead))
    };
    assert_eq!(code(write("new", Create::Never)), Code::NotFound);
    assert_eq!(code(write("file", Create::New)), Code::Exists);
    assert_eq!(fs::read(fixture.at("file")).expect("read"), b"text");
    write("new", Create::New).expect("made");
    assert_eq!(code(fixture.granted.truncate(Path::new("other"), 0)), Code::NotFound);
}

#[test]
fn a_mode_is_permissions_only() {
    let fixture = Fixture::new();
    let options = WriteOptions { mode: 0o7700, ..WriteOptions::default() };
    fixture.granted.write_file(Path::new("new"), b"", options).expect("made");
    fixture.granted.mkdir(Path::new("dir"), 0o7700).expect("made");
    for name in ["new", "dir"] {
        let mode = fs::metadata(fixture.at(name)).expect("there").permissions().mode();
        assert_eq!(mode & 0o7777, 0o700, "{name}");
    }
}

#[test]
fn the_limits_of_a_write_are_named() {
    let limits = Limits { write_bytes: 8, file_bytes: 10, ..Limits::default() };
    let fixture = Fixture::with(limits);
    let granted = &fixture.granted;
    let write = |content: &[u8], place| {
        granted.write_file(Path::new("file"), content, options(Create::IfMissing, place))
    };
    let failure = write(b"123456789", WritePlace::Instead).expect_err("nine bytes");
    assert!(failure.to_string().contains("9 bytes in one write, the limit is 8"), "{failure}");
    let failure = write(b"1234567", WritePlace::Append).expect_err("eleven bytes");
    assert!(failure.to_string().contains("would have 11 bytes, the limit is 10"), "{failure}");
    assert_eq!(code(write(b"1", WritePlace::At(10))), Code::TooBig);
    assert_eq!(code(write(b"1", WritePlace::At(u64::MAX))), Code::TooBig);
    assert_eq!(code(granted.truncate(Path::new("file"), 11)), Code::TooBig);
    assert_eq!(fs::read(fixture.at("file")).expect("read"), b"text");
    fs::write(fixture.at("big"), [0; 11]).expect("written");
    let copy = granted.copy_file(Path::new("big"), Path::new("copy"), Create::New);
    assert_eq!(code(copy), Code::TooBig);
    assert!(!fixture.at("copy").exists());
}

#[test]
fn a_file_with_another_hard_link_is_read_but_not_changed() {
    let fixture = Fixture::new();
    fs::hard_link(fixture.outside("secret"), fixture.at("hard")).expect("made");
    let (granted, path, before) = (&fixture.granted, Path::new("hard"), fixture.guarded());
    granted.read_file(path).expect("it is in the directory, too");
    for place in [WritePlace::Instead, WritePlace::Append, WritePlace::At(0)] {
        let written = granted.write_file(path, b"x", options(Create::IfMissing, place));
        assert_eq!(code(written), Code::NotPermitted);
    }
    assert_eq!(code(granted.truncate(path, 0)), Code::NotPermitted);
    let copy = granted.copy_file(Path::new("file"), path, Create::IfMissing);
    assert_eq!(code(copy), Code::NotPermitted);
    let write = files::Permission { write: true, ..files::Permission::default() };
    assert_eq!(code(granted.access(path, write)), Code::NotPermitted);
    let now = files::Time::default();
    assert_eq!(code(granted.set_times(path, now, now)), Code::NotPermitted);
    assert_eq!(fixture.guarded(), before);
    granted.unlink(path).expect("a name is all that goes");
    assert_eq!(fs::metadata(fixture.outside("secret")).expect("there").nlink(), 1);
}

#[test]
fn a_file_with_borrowed_rights_is_not_changed() {
    let fixture = Fixture::new();
    let path = fixture.at("setuid");
    fs::write(&path, "#!/bin/sh").expect("written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o4755)).expect("set");
    let written = fixture.granted.write_file(&path, b"x", WriteOptions::default());
    assert_eq!(code(written), Code::NotPermitted);
    assert_eq!(fs::read(&path).expect("read"), b"#!/bin/sh");
    let copy = Path::new("copy");
    fixture.granted.copy_file(&path, copy, Create::New).expect("copied");
    let mode = fs::metadata(fixture.at("copy")).expect("there").permissions().mode();
    assert_eq!(mode & 0o7000, 0, "the rights stay behind");
}

#[test]
fn a_copy_has_content_and_permissions() {
    let fixture = Fixture::new();
    let granted = &fixture.granted;
    fs::set_permissions(fixture.at("file"), fs::Permissions::from_mode(0o700)).expect("set");
    let copied = granted.copy_file(Path::new("file"), Path::new("copy"), Create::New);
    assert_eq!(copied.expect("copied"), 4);
    assert_eq!(fs::read(fixture.at("copy")).expect("read"), b"text");
    assert_eq!(fs::metadata(fixture.at("copy")).expect("there").mode() & 0o777, 0o700);
    let again = granted.copy_file(Path::new("sub/file"), Path::new("copy"), Create::New);
    assert_eq!(code(again), Code::Exists);
    granted.copy_file(Path::new("sub/file"), Path::new("copy"), Create::IfMissing).expect("copied");
    assert_eq!(fs::read(fixture.at("copy")).expect("read"), b"text below");
    fixture.link("copy", "same");
    granted.copy_file(Path::new("copy"), Path::new("same"), Create::IfMissing).expect("itself");
    assert_eq!(fs::read(fixture.at("copy")).expect("read"), b"text below");
    let failure = granted.copy_file(Path::new("x"), Path::new("y"), Create::New);
    assert_eq!(
        failure.expect_err("missing").message(),
        "ENOENT: no such file or directory, copyfile 'x' -> 'y'"
    );
}

#[test]
fn things_are_renamed() {
    let fixture = Fixture::new();
    let rename = |from: &str, to: &str| fixture.granted.rename(Path::new(from), Path::new(to));
    rename("file", "renamed").expect("renamed");
    rename("sub/", "moved/").expect("renamed");
    rename("moved/file", "renamed").expect("in place of another");
    assert_eq!(fs::read(fixture.at("renamed")).expect("read"), b"text below");
    assert_eq!(code(rename("missing", "x")), Code::NotFound);
    assert_eq!(code(rename("renamed", "moved")), Code::IsDirectory);
    assert_eq!(code(rename("moved", "moved/deep/x")), Code::Invalid);
    assert_eq!(code(rename("renamed", "x/")), Code::NotADirectory);
    assert_eq!(code(rename(".", "x")), Code::Access);
}

#[test]
fn directories_are_made_one_by_one_or_all_at_once() {
    let fixture = Fixture::new();
    let granted = &fixture.granted;
    granted.mkdir(Path::new("one/"), 0o755).expect("made");
    assert_eq!(code(granted.mkdir(Path::new("one"), 0o755)), Code::Exists);
    assert_eq!(code(granted.mkdir(Path::new("."), 0o755)), Code::Exists);
    assert_eq!(code(granted.mkdir(Path::new("x/y"), 0o755)), Code::NotFound);
    assert_eq!(code(granted.mkdir(Path::new("file/y"), 0o755)), Code::NotADirectory);
    let all = |path: &str| granted.mkdir_all(Path::new(path), 0o755);
    assert_eq!(all("one/two/three").expect("made"), Some(fixture.at("one/two")));
    assert!(fixture.at("one/two/three").is_dir());
    assert_eq!(all("one/two/three").expect("there"), None);
    assert_eq!(all(".").expect("there"), None);
    assert_eq!(code(all("file")), Code::Exists);
    assert_eq!(code(all("file/x")), Code::NotADirectory);
    fixture.link("sub/deep", "link");
    assert_eq!(all("link/x/y").expect("made"), Some(fixture.at("sub/deep/x")));
    let deep = "d/".repeat(500);
    assert_eq!(all(&deep).expect("made"), Some(fixture.at("d")));
    granted.remove_all(Path::new("d")).expect("removed");
}

#[test]
fn temporary_directories_have_names_of_their_own() {
    let fixture = Fixture::new();
    let make = |prefix: &str| fixture.granted.mkdtemp(Path::new(prefix));
    let (one, other) = (make("tmp-").expect("made"), make("tmp-").expect("made"));
    assert_ne!(one, other);
    for path in [&one, &other] {
        let name = path.to_str().expect("UTF-8");
        assert!(name.starts_with("tmp-") && name.len() == 10, "{name}");
        assert_eq!(fs::metadata(fixture.at(name)).expect("there").mode() & 0o777, 0o700);
    }
    let inside = make(fixture.at("sub/").to_str().expect("UTF-8")).expect("made");
    assert_eq!(inside.parent(), Some(fixture.at("sub").as_path()));
    assert_eq!(
        make("missing/x-").expect_err("no such directory").message(),
        "ENOENT: no such file or directory, mkdtemp 'missing/x-XXXXXX'"
    );
}
