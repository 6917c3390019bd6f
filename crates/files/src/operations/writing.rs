//! Writing files.

use std::{
    fs::File,
    io::Write,
    os::{fd::OwnedFd, unix::fs::FileExt},
    path::Path,
};

use rustix::{
    fs::{Mode, OFlags, fstat, ftruncate, openat},
    io::Errno,
};

use super::reading::errno;
use crate::{
    Code, Failure, Granted,
    failure::Call,
    kernel,
    place::{Place, may_be_changed, may_be_written},
};

/// How often a file that comes and goes is looked for and made.
const ATTEMPTS: usize = 16;

/// How to write a file. The default is that of most languages: made or emptied, then written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WriteOptions {
    /// Whether the file is made.
    pub create: Create,
    /// Where the bytes go.
    pub place: WritePlace,
    /// The mode of a file that is made, less the host's umask; only permission bits count.
    pub mode: u32,
}

/// Whether a file is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Create {
    /// When it is not there: `w`, `a`.
    IfMissing,
    /// Never; `ENOENT` when it is not there: `r+`.
    Never,
    /// Always; `EEXIST` when it is there: `wx`, `ax`.
    New,
}

/// Where written bytes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WritePlace {
    /// In place of everything.
    Instead,
    /// Behind everything.
    Append,
    /// From an offset on, over what is there.
    At(u64),
}

impl Default for WriteOptions {
    fn default() -> Self {
        Self { create: Create::IfMissing, place: WritePlace::Instead, mode: 0o666 }
    }
}

impl Granted {
    /// Writes bytes to a file. `EFBIG` above [`Limits::write_bytes`](crate::Limits::write_bytes),
    /// or when the file would grow above [`Limits::file_bytes`](crate::Limits::file_bytes).
    pub fn write_file(
        &self,
        path: &Path,
        content: &[u8],
        options: WriteOptions,
    ) -> Result<(), Failure> {
        let call = Call::new("open", path);
        let length = content.len() as u64;
        if length > self.limits.write_bytes {
            let limit = self.limits.write_bytes;
            let detail = format!(
                "{length} bytes in one write, the limit is {limit}; write the file in parts"
            );
            return Err(call.at("write").refuse(Code::TooBig, detail));
        }
        let place = self.place_to_write(&call, path)?;
        let how = match options.place {
            WritePlace::Append => OFlags::APPEND,
            WritePlace::Instead | WritePlace::At(_) => OFlags::empty(),
        };
        let (mut file, size) = open_to_write(&call, &place, options, how)?;
        let call = call.at("write");
        let end = match options.place {
            WritePlace::Instead => length,
            WritePlace::Append => size.saturating_add(length),
            WritePlace::At(offset) => offset.saturating_add(length).max(size),
        };
        self.check_size(&call, end)?;
        let written = match options.place {
            WritePlace::Instead => {
                ftruncate(&file, 0).map_err(|errno| call.fail(errno))?;
                file.write_all(content)
            }
            WritePlace::Append => file.write_all(content),
            WritePlace::At(offset) => file.write_all_at(content, offset),
        };
        written.map_err(|error| call.fail(errno(&error)))
    }

    /// Cuts the file, or fills it up with zeros.
    pub fn truncate(&self, path: &Path, length: u64) -> Result<(), Failure> {
        let call = Call::new("open", path);
        let place = self.place_to_write(&call, path)?;
        let options = WriteOptions { create: Create::Never, ..WriteOptions::default() };
        let (file, size) = open_to_write(&call, &place, options, OFlags::empty())?;
        let call = call.at("ftruncate");
        if length > size {
            self.check_size(&call, length)?;
        }
        ftruncate(&file, length).map_err(|errno| call.fail(errno))
    }

    pub(super) fn check_size(&self, call: &Call<'_>, size: u64) -> Result<(), Failure> {
        let limit = self.limits.file_bytes;
        if size <= limit {
            return Ok(());
        }
        let detail = format!("the file would have {size} bytes, the limit is {limit}");
        Err(call.refuse(Code::TooBig, detail))
    }
}

/// Opens a regular file for writing, made if asked for and otherwise untouched; its size beside it.
pub(super) fn open_to_write(
    call: &Call<'_>,
    place: &Place<'_>,
    options: WriteOptions,
    flags: OFlags,
) -> Result<(File, u64), Failure> {
    let flags = flags | OFlags::WRONLY;
    for _ in 0..ATTEMPTS {
        if options.create != Create::New {
            match place.follow() {
                Ok(_) => return open_existing(call, place, flags),
                Err(Errno::NOENT) if options.create == Create::IfMissing => {}
                Err(errno) => return Err(call.fail_to_reach(errno)),
            }
        }
        match make(call, place, options.mode, flags) {
            // Somebody else made it in between; or it is a link to nothing, which is not followed.
            Err(failure) if failure.code == Code::Exists && options.create != Create::New => {}
            made => return made.map(|fd| (File::from(fd), 0)),
        }
    }
    Err(call.fail(Errno::NOENT))
}

fn open_existing(
    call: &Call<'_>,
    place: &Place<'_>,
    flags: OFlags,
) -> Result<(File, u64), Failure> {
    let (held, _) = place.regular(call)?;
    may_be_written(call, &held)?;
    let fd = kernel::reopen(&held, flags).map_err(|errno| call.fail(errno))?;
    let stat = fstat(&fd).map_err(|errno| call.fail(errno))?;
    may_be_changed(call, &stat)?;
    Ok((File::from(fd), u64::try_from(stat.st_size).unwrap_or_default()))
}

fn make(call: &Call<'_>, place: &Place<'_>, mode: u32, flags: OFlags) -> Result<OwnedFd, Failure> {
    let parent = place.parent(call)?;
    let flags = flags
        | OFlags::CREATE
        | OFlags::EXCL
        | OFlags::NOFOLLOW
        | OFlags::NONBLOCK
        | OFlags::NOCTTY
        | OFlags::CLOEXEC;
    openat(&parent.fd, &parent.name, flags, permissions(mode)).map_err(|errno| call.fail(errno))
}

/// The permission bits of a mode; setuid, setgid and sticky are not a program's to give.
pub(super) fn permissions(mode: u32) -> Mode {
    Mode::from_raw_mode(mode & 0o777)
}
