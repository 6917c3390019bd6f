//! Reading files, and what bounds it.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use files::{Code, Limits};

use crate::support::{Fixture, code, is_root};

#[test]
fn a_file_is_read_whole_or_in_part() {
    let fixture = Fixture::new();
    let (granted, path) = (&fixture.granted, fixture.at("sub/file"));
    assert_eq!(granted.read_file(&path).expect("read"), b"text below");
    assert_eq!(granted.read_file(Path::new("./sub//file")).expect("read"), b"text below");
    assert_eq!(granted.read_at(&path, 5, 3).expect("read"), b"bel");
    assert_eq!(granted.read_at(&path, 5, u64::MAX).expect("read"), b"below");
    assert_eq!(granted.read_at(&path, 10, 1).expect("read"), b"");
    assert_eq!(granted.read_at(&path, u64::MAX, 1).expect("read"), b"");
}

#[test]
fn the_limit_of_a_read_is_named() {
    let fixture = Fixture::with(Limits { read_bytes: 8, ..Limits::default() });
    let failure = fixture.granted.read_file(Path::new("sub/file")).expect_err("ten bytes");
    assert_eq!(
        failure.to_string(),
        "EFBIG: file too large, read 'sub/file' (it has 10 bytes, the limit of a read is 8; read \
         it in parts)"
    );
    assert_eq!(fixture.granted.read_file(Path::new("file")).expect("four bytes"), b"text");
    let part = fixture.granted.read_at(Path::new("sub/file"), 0, 100).expect("a part");
    assert_eq!(part, b"text bel");
}

#[test]
fn a_sparse_file_of_a_terabyte_is_refused_before_it_is_read() {
    let fixture = Fixture::new();
    let file = fs::File::create(fixture.at("sparse")).expect("made");
    if let Err(error) = file.set_len(1 << 40) {
        eprintln!("skipped: no sparse files of this size here: {error}");
        return;
    }
    assert_eq!(code(fixture.granted.read_file(Path::new("sparse"))), Code::TooBig);
    assert_eq!(fixture.granted.read_at(Path::new("sparse"), 1 << 39, 2).expect("read"), [0, 0]);
}

#[test]
fn errors_read_as_they_do_elsewhere() {
    let fixture = Fixture::new();
    for (name, message) in [
        ("missing", "ENOENT: no such file or directory, open 'missing'"),
        ("file/x", "ENOTDIR: not a directory, open 'file/x'"),
        ("file/", "ENOTDIR: not a directory, open 'file/'"),
        ("sub", "EISDIR: illegal operation on a directory, open 'sub'"),
        (".", "EISDIR: illegal operation on a directory, open '.'"),
    ] {
        let failure = fixture.granted.read_file(Path::new(name)).expect_err(name);
        assert_eq!(failure.message(), message);
    }
    let long = "n".repeat(256);
    assert_eq!(code(fixture.granted.read_file(Path::new(&long))), Code::NameTooLong);
}

#[test]
fn what_is_closed_to_the_host_stays_closed() {
    if is_root() {
        eprintln!("skipped: to root no file is closed");
        return;
    }
    let fixture = Fixture::new();
    let closed = |name: &str, mode| {
        fs::set_permissions(fixture.at(name), fs::Permissions::from_mode(mode)).expect("set");
    };
    closed("file", 0o000);
    closed("sub", 0o000);
    assert_eq!(code(fixture.granted.read_file(Path::new("file"))), Code::Access);
    assert_eq!(code(fixture.granted.read_file(Path::new("sub/file"))), Code::Access);
    assert_eq!(code(fixture.granted.read_dir(Path::new("sub"))), Code::Access);
    assert_eq!(code(fixture.granted.remove_all(Path::new("sub"))), Code::Access);
    closed("sub", 0o700);
}
