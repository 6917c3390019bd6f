//! What is told of files without reading them.

use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use files::{Code, Kind, Permission, Time};

use crate::support::{Fixture, code, is_root};

#[test]
fn a_description_is_the_kernels() {
    let fixture = Fixture::new();
    let stat = fixture.granted.stat(Path::new("sub/file")).expect("described");
    let expected = fs::metadata(fixture.at("sub/file")).expect("described");
    assert_eq!(stat.kind, Kind::File);
    assert_eq!((stat.size, stat.links), (10, 1));
    assert_eq!((stat.device, stat.inode), (expected.dev(), expected.ino()));
    assert_eq!((stat.mode, stat.uid, stat.gid), (expected.mode(), expected.uid(), expected.gid()));
    assert_eq!(stat.modified.seconds, expected.mtime());
    assert_eq!(i64::from(stat.modified.nanoseconds), expected.mtime_nsec());
}

#[test]
fn a_link_is_described_or_followed() {
    let fixture = Fixture::new();
    fixture.link("sub", "inside");
    fixture.link(fixture.outside("dir"), "out");
    let (granted, kind) = (&fixture.granted, |stat: files::Stat| stat.kind);
    assert_eq!(kind(granted.stat(Path::new("inside")).expect("followed")), Kind::Directory);
    assert_eq!(kind(granted.lstat(Path::new("inside")).expect("described")), Kind::Link);
    assert_eq!(kind(granted.lstat(Path::new("inside/")).expect("followed")), Kind::Directory);
    assert_eq!(kind(granted.lstat(Path::new("out")).expect("described")), Kind::Link);
    assert_eq!(code(granted.lstat(Path::new("out/"))), Code::Access);
    assert_eq!(code(granted.stat(Path::new("out"))), Code::Access);
    assert_eq!(granted.read_link(Path::new("inside")).expect("read"), PathBuf::from("sub"));
    assert_eq!(granted.read_link(Path::new("out")).expect("read"), fixture.outside("dir"));
    assert_eq!(code(granted.read_link(Path::new("file"))), Code::Invalid);
    assert_eq!(code(granted.read_link(Path::new("missing"))), Code::NotFound);
}

#[test]
fn times_are_set() {
    let fixture = Fixture::new();
    let accessed = Time { seconds: -1, nanoseconds: 5 };
    let modified = Time { seconds: 1_000_000_000, nanoseconds: 999_999_999 };
    fixture.granted.set_times(Path::new("sub"), accessed, modified).expect("set");
    let stat = fixture.granted.stat(Path::new("sub")).expect("described");
    assert_eq!((stat.accessed.seconds, stat.modified), (-1, modified));
    let now_in_disguise = Time { seconds: 0, nanoseconds: 0x3fff_ffff };
    let set = fixture.granted.set_times(Path::new("sub"), accessed, now_in_disguise);
    assert_eq!(code(set), Code::Invalid);
}

#[test]
fn access_asks_the_grant_and_the_kernel() {
    let fixture = Fixture::new();
    let access = |name: &str, permission| fixture.granted.access(Path::new(name), permission);
    let write = Permission { write: true, ..Permission::default() };
    let execute = Permission { execute: true, ..Permission::default() };
    let read = Permission { read: true, ..Permission::default() };
    access("file", read).expect("readable");
    access("file", write).expect("writable");
    access("sub", execute).expect("enterable");
    assert_eq!(code(access("file", execute)), Code::Access);
    assert_eq!(code(access("missing", read)), Code::NotFound);
    assert_eq!(code(access(".git/config", write)), Code::Access);
    if is_root() {
        eprintln!("skipped a part: to root no file is closed");
        return;
    }
    let closed = std::os::unix::fs::PermissionsExt::from_mode(0o000);
    fs::set_permissions(fixture.at("file"), closed).expect("set");
    assert_eq!(code(access("file", read)), Code::Access);
}
