//! The system calls that hold the walls: beneath a descriptor, or back through our own `/proc`.

use std::{
    ffi::OsStr,
    os::{
        fd::{AsFd, AsRawFd, OwnedFd},
        unix::ffi::OsStringExt,
    },
    path::{Path, PathBuf},
    sync::OnceLock,
};

use rustix::{
    fs::{
        CWD, Mode, OFlags, PROC_SUPER_MAGIC, ResolveFlags, Stat, Timestamps, fstat, fstatfs,
        openat, openat2, readlinkat, utimensat,
    },
    io::Errno,
};

/// How often a look-up is repeated that a rename somewhere in the system disturbed: the kernel
/// gives up on `..` then, rather than risk a way out.
const ATTEMPTS: usize = 1_000;

/// File systems whose files are the kernel's own, by their magic numbers.
const KERNEL_FILE_SYSTEMS: &[u64] = &[
    0x9fa0,      // proc
    0x6265_6572, // sysfs
    0x1cd1,      // devpts
    0x0027_e0eb, // cgroup
    0x6367_7270, // cgroup2
    0x6462_6720, // debugfs
    0x7472_6163, // tracefs
    0x7363_6673, // securityfs
    0x6265_6570, // configfs
    0xcafe_4a11, // bpf
    0xf97c_ff8c, // selinux
    0x4249_4e4d, // binfmt_misc
    0xde5e_81e4, // efivarfs
];

/// Opens what `rest` names below the directory, wherever its links and `..` lead, and nothing else.
pub(crate) fn open_beneath(base: impl AsFd, rest: &Path, flags: OFlags) -> Result<OwnedFd, Errno> {
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
    patiently(|| openat2(&base, rest, flags | OFlags::CLOEXEC, Mode::empty(), resolve))
}

/// Opens the directory `name` right below another: no link, no other file system.
pub(crate) fn open_child(base: impl AsFd, name: &OsStr, flags: OFlags) -> Result<OwnedFd, Errno> {
    let flags = flags | OFlags::CLOEXEC | OFlags::DIRECTORY | OFlags::NOFOLLOW;
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_XDEV;
    patiently(|| openat2(&base, Path::new(name), flags, Mode::empty(), resolve))
}

/// Opens a directory by its absolute path without following magic links. Nothing is confined.
pub(crate) fn open_directory(path: &Path) -> Result<OwnedFd, Errno> {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    patiently(|| openat2(CWD, path, flags, Mode::empty(), ResolveFlags::NO_MAGICLINKS))
}

/// Opens what a descriptor already holds for reading or writing. What was checked on the descriptor
/// is what is opened.
pub(crate) fn reopen(pinned: impl AsFd, flags: OFlags) -> Result<OwnedFd, Errno> {
    let flags = flags | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
    openat(descriptors()?, number(pinned).as_str(), flags, Mode::empty())
}

/// The path of what a descriptor holds, at this moment.
pub(crate) fn real_path(pinned: impl AsFd) -> Result<PathBuf, Errno> {
    let path = readlinkat(descriptors()?, number(pinned).as_str(), Vec::new())?;
    let path = PathBuf::from(std::ffi::OsString::from_vec(path.into_bytes()));
    // What lies in another mount namespace reads `(unreachable)/...`.
    if path.is_absolute() { Ok(path) } else { Err(Errno::ACCESS) }
}

/// Whether we may use what a descriptor holds.
pub(crate) fn may(pinned: impl AsFd, access: rustix::fs::Access) -> Result<(), Errno> {
    // Without flags it is the oldest of its calls, which every filter lets through; our real and
    // effective ids are the same.
    let flags = rustix::fs::AtFlags::empty();
    rustix::fs::accessat(descriptors()?, number(pinned).as_str(), access, flags)
}

/// Sets the times of what a descriptor holds.
pub(crate) fn set_times(pinned: impl AsFd, times: &Timestamps) -> Result<(), Errno> {
    let flags = rustix::fs::AtFlags::empty();
    utimensat(descriptors()?, number(pinned).as_str(), times, flags)
}

/// Whether the descriptor holds something of a file system that is the kernel's own window.
pub(crate) fn is_kernels(pinned: impl AsFd) -> Result<bool, Errno> {
    // Magic numbers have 32 bits; some platforms give them with a sign.
    let magic = fstatfs(pinned)?.f_type as u64 & 0xffff_ffff;
    Ok(KERNEL_FILE_SYSTEMS.contains(&magic))
}

/// What tells one file from another.
pub(crate) fn identity(stat: &Stat) -> (u64, u64) {
    (stat.st_dev, stat.st_ino)
}

/// Whether both descriptors hold the same file.
pub(crate) fn are_same(one: impl AsFd, other: impl AsFd) -> Result<bool, Errno> {
    Ok(identity(&fstat(one)?) == identity(&fstat(other)?))
}

/// `/proc/self/fd`, opened once: it is our own however we move.
pub(crate) fn descriptors() -> Result<&'static OwnedFd, Errno> {
    static DESCRIPTORS: OnceLock<OwnedFd> = OnceLock::new();
    if let Some(descriptors) = DESCRIPTORS.get() {
        return Ok(descriptors);
    }
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let opened = openat(CWD, "/proc/self/fd", flags, Mode::empty())?;
    if fstatfs(&opened)?.f_type != PROC_SUPER_MAGIC {
        return Err(Errno::NOTSUP);
    }
    Ok(DESCRIPTORS.get_or_init(|| opened))
}

fn number(fd: impl AsFd) -> String {
    fd.as_fd().as_raw_fd().to_string()
}

fn patiently(mut open: impl FnMut() -> Result<OwnedFd, Errno>) -> Result<OwnedFd, Errno> {
    for _ in 0..ATTEMPTS {
        match open() {
            Err(Errno::AGAIN | Errno::INTR) => {}
            other => return other,
        }
    }
    Err(Errno::AGAIN)
}
