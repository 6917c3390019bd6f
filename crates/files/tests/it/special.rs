//! Pipes, sockets, devices and the kernel's own files: named, described, never opened.

use std::{os::unix::net::UnixListener, path::Path, sync::mpsc, thread, time::Duration};

use files::{Code, Create, Kind, Operator, Request, WriteOptions};
use rustix::fs::{CWD, FileType, Mode, mknodat};

use crate::support::{Fixture, code};

/// Longer than any operation takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

fn is_never_opened(fixture: &Fixture, name: &str) {
    let (granted, path) = (&fixture.granted, Path::new(name));
    assert_eq!(code(granted.read_file(path)), Code::Access, "{name}");
    assert_eq!(code(granted.read_at(path, 0, 1)), Code::Access, "{name}");
    for create in [Create::IfMissing, Create::Never] {
        let options = WriteOptions { create, ..WriteOptions::default() };
        assert_eq!(code(granted.write_file(path, b"x", options)), Code::Access, "{name}");
    }
    assert_eq!(code(granted.truncate(path, 0)), Code::Access, "{name}");
    assert_eq!(code(granted.copy_file(path, Path::new("copy"), Create::New)), Code::Access);
    let copy = granted.copy_file(Path::new("file"), path, Create::IfMissing);
    assert_eq!(code(copy), Code::Access, "{name}");
    assert_eq!(code(granted.read_dir(path)), Code::NotADirectory, "{name}");
    assert!(!fixture.at("copy").exists(), "{name}");
}

#[test]
fn a_pipe_neither_blocks_nor_is_noticed() {
    let fixture = Fixture::new();
    let pipe = fixture.at("pipe");
    mknodat(CWD, &pipe, FileType::Fifo, Mode::RWXU, 0).expect("made");
    fixture.link("pipe", "link");
    let (done, finished) = mpsc::channel();
    let worker = thread::spawn(move || {
        for name in ["pipe", "link"] {
            is_never_opened(&fixture, name);
        }
        assert_eq!(fixture.granted.stat(Path::new("link")).expect("described").kind, Kind::Pipe);
        fixture.granted.unlink(Path::new("pipe")).expect("removed");
        done.send(()).expect("somebody waits");
    });
    finished.recv_timeout(PATIENCE).expect("no operation waits for the pipe's other end");
    worker.join().expect("it finished");
}

#[test]
fn a_socket_is_not_opened() {
    let fixture = Fixture::new();
    let _listener = UnixListener::bind(fixture.at("socket")).expect("bound");
    is_never_opened(&fixture, "socket");
    assert_eq!(fixture.granted.stat(Path::new("socket")).expect("described").kind, Kind::Socket);
}

#[test]
fn a_device_is_not_opened() {
    let fixture = Fixture::new();
    let null = rustix::fs::makedev(1, 3);
    let device = fixture.at("null");
    if let Err(error) = mknodat(CWD, device, FileType::CharacterDevice, Mode::RWXU, null) {
        eprintln!("skipped: devices cannot be made here: {error}");
        return;
    }
    is_never_opened(&fixture, "null");
    let stat = fixture.granted.stat(Path::new("null")).expect("described");
    assert_eq!((stat.kind, stat.special_device), (Kind::CharacterDevice, null));
}

#[test]
fn the_kernels_windows_are_not_granted() {
    let read = |path: &str| {
        let operator = Operator::open(&[path.into()], &[], &[]);
        operator.expect_err(path).to_string()
    };
    for path in ["/proc/self/fd", "/proc/self", "/dev/fd", "/sys/kernel", "/dev/shm"] {
        assert!(read(path).contains("a directory of the system"), "{path}");
    }
    let fixture = Fixture::new();
    fixture.link("/proc/self/cwd", "magic");
    let operator = Operator::open(&[fixture.at("")], &[], &[]).expect("open");
    let request = Request { read: vec![fixture.at("magic")], ..Request::default() };
    assert!(operator.grant(&request).expect("well-formed").roots.is_empty());
}
