//! What there is to know of a file without reading it, and the little of it that may be changed.

use std::{
    ffi::OsString,
    os::{fd::OwnedFd, unix::ffi::OsStringExt},
    path::{Path, PathBuf},
};

use rustix::{
    fs::{
        AtFlags, FileType, StatxFlags, StatxTimestamp, Timespec, Timestamps, fstat, makedev,
        readlinkat, statx,
    },
    io::Errno,
};

use crate::{
    Code, Failure, Granted,
    failure::Call,
    kernel,
    place::{may_be_changed, may_be_written},
};

/// What a directory entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Link,
    /// A named pipe.
    Pipe,
    /// A socket.
    Socket,
    /// A character device.
    CharacterDevice,
    /// A block device.
    BlockDevice,
    /// Something else.
    Unknown,
}

/// What is known of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stat {
    /// What it is.
    pub kind: Kind,
    /// Kind and permissions, as in `st_mode`.
    pub mode: u32,
    /// Bytes.
    pub size: u64,
    /// Hard links.
    pub links: u64,
    /// The owner.
    pub uid: u32,
    /// The group.
    pub gid: u32,
    /// The file system it is on.
    pub device: u64,
    /// Its number there.
    pub inode: u64,
    /// The device that it is, for devices.
    pub special_device: u64,
    /// The preferred size of a read or write, in bytes.
    pub block_size: u32,
    /// Blocks of 512 bytes that it takes.
    pub blocks: u64,
    /// When it was last read.
    pub accessed: Time,
    /// When its content last changed.
    pub modified: Time,
    /// When it last changed in any way.
    pub changed: Time,
    /// When it was made, where the file system knows.
    pub born: Option<Time>,
}

/// A moment, since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time {
    /// Seconds; negative before.
    pub seconds: i64,
    /// Nanoseconds on top, below 1,000,000,000.
    pub nanoseconds: u32,
}

/// What is asked of a file; by default only whether it is there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Permission {
    /// Whether it can be read.
    pub read: bool,
    /// Whether it can be written.
    pub write: bool,
    /// Whether it can be run, or a directory entered.
    pub execute: bool,
}

impl Granted {
    /// What the path leads to.
    pub fn stat(&self, path: &Path) -> Result<Stat, Failure> {
        let call = Call::new("stat", path);
        let held = self.place(&call, path)?.follow();
        describe(&call, held)
    }

    /// What the path names: a link is not followed.
    pub fn lstat(&self, path: &Path) -> Result<Stat, Failure> {
        let call = Call::new("lstat", path);
        let held = self.place(&call, path)?.nofollow();
        describe(&call, held)
    }

    /// Whether the path leads to something that can be used so, by the grant and by its mode.
    pub fn access(&self, path: &Path, permission: Permission) -> Result<(), Failure> {
        let call = Call::new("access", path);
        let place = if permission.write {
            self.place_to_write(&call, path)?
        } else {
            self.place(&call, path)?
        };
        let held = place.follow().map_err(|errno| call.fail_to_reach(errno))?;
        if permission.write {
            may_be_written(&call, &held)?;
            may_be_changed(&call, &fstat(&held).map_err(|errno| call.fail(errno))?)?;
        }
        let mut access = rustix::fs::Access::EXISTS;
        access.set(rustix::fs::Access::READ_OK, permission.read);
        access.set(rustix::fs::Access::WRITE_OK, permission.write);
        access.set(rustix::fs::Access::EXEC_OK, permission.execute);
        kernel::may(&held, access).map_err(|errno| call.fail(errno))
    }

    /// The path without links, as it is at this moment.
    pub fn real_path(&self, path: &Path) -> Result<PathBuf, Failure> {
        let call = Call::new("realpath", path);
        let place = self.place(&call, path)?;
        let held = place.follow().map_err(|errno| call.fail_to_reach(errno))?;
        let real = kernel::real_path(&held).map_err(|errno| call.fail(errno))?;
        if real.starts_with(&place.root.path) {
            Ok(real)
        } else {
            Err(call.refuse(Code::Access, "it was moved out of the granted directory"))
        }
    }

    /// The text of a link.
    pub fn read_link(&self, path: &Path) -> Result<PathBuf, Failure> {
        let call = Call::new("readlink", path);
        let place = self.place(&call, path)?;
        let held = place.nofollow().map_err(|errno| call.fail_to_reach(errno))?;
        let stat = fstat(&held).map_err(|errno| call.fail(errno))?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::Symlink {
            return Err(call.fail(Errno::INVAL));
        }
        let text = readlinkat(&held, "", Vec::new()).map_err(|errno| call.fail(errno))?;
        Ok(PathBuf::from(OsString::from_vec(text.into_bytes())))
    }

    /// Sets when the file was last read and changed.
    pub fn set_times(&self, path: &Path, accessed: Time, modified: Time) -> Result<(), Failure> {
        let call = Call::new("utime", path);
        let place = self.place_to_write(&call, path)?;
        let times = Timestamps {
            last_access: accessed.for_kernel(&call)?,
            last_modification: modified.for_kernel(&call)?,
        };
        let held = place.follow().map_err(|errno| call.fail_to_reach(errno))?;
        may_be_written(&call, &held)?;
        may_be_changed(&call, &fstat(&held).map_err(|errno| call.fail(errno))?)?;
        kernel::set_times(&held, &times).map_err(|errno| call.fail(errno))
    }
}

fn describe(call: &Call<'_>, held: Result<OwnedFd, Errno>) -> Result<Stat, Failure> {
    let held = held.map_err(|errno| call.fail_to_reach(errno))?;
    let wanted = StatxFlags::BASIC_STATS | StatxFlags::BTIME;
    let stat = statx(&held, "", AtFlags::EMPTY_PATH, wanted).map_err(|errno| call.fail(errno))?;
    let known = StatxFlags::from_bits_retain(stat.stx_mask);
    Ok(Stat {
        kind: Kind::of(FileType::from_raw_mode(u32::from(stat.stx_mode))),
        mode: u32::from(stat.stx_mode),
        size: stat.stx_size,
        links: u64::from(stat.stx_nlink),
        uid: stat.stx_uid,
        gid: stat.stx_gid,
        device: makedev(stat.stx_dev_major, stat.stx_dev_minor),
        inode: stat.stx_ino,
        special_device: makedev(stat.stx_rdev_major, stat.stx_rdev_minor),
        block_size: stat.stx_blksize,
        blocks: stat.stx_blocks,
        accessed: Time::of(stat.stx_atime),
        modified: Time::of(stat.stx_mtime),
        changed: Time::of(stat.stx_ctime),
        born: known.contains(StatxFlags::BTIME).then(|| Time::of(stat.stx_btime)),
    })
}

impl Kind {
    pub(super) fn of(kind: FileType) -> Self {
        match kind {
            FileType::RegularFile => Self::File,
            FileType::Directory => Self::Directory,
            FileType::Symlink => Self::Link,
            FileType::Fifo => Self::Pipe,
            FileType::Socket => Self::Socket,
            FileType::CharacterDevice => Self::CharacterDevice,
            FileType::BlockDevice => Self::BlockDevice,
            FileType::Unknown => Self::Unknown,
        }
    }
}

impl Time {
    fn of(time: StatxTimestamp) -> Self {
        Self { seconds: time.tv_sec, nanoseconds: time.tv_nsec }
    }

    /// Larger numbers would be read as commands, such as "now".
    fn for_kernel(self, call: &Call<'_>) -> Result<Timespec, Failure> {
        if self.nanoseconds >= 1_000_000_000 {
            return Err(call.fail(Errno::INVAL));
        }
        Ok(Timespec { tv_sec: self.seconds, tv_nsec: self.nanoseconds.into() })
    }
}
