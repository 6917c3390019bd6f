//! Removing files and directories.

use std::{
    ffi::{OsStr, OsString},
    os::fd::OwnedFd,
    path::Path,
};

use rustix::{
    fs::{AtFlags, FileType, Mode, OFlags, fstat, openat, statat, unlinkat},
    io::Errno,
};

use super::{Kind, listing::entries};
use crate::{Code, Failure, Granted, Limits, failure::Call, kernel, never_written, place::Parent};

/// Directories held open above the one at work; those further up are found again by `..`.
const HELD: usize = 64;

impl Granted {
    /// Removes a file or a link.
    pub fn unlink(&self, path: &Path) -> Result<(), Failure> {
        self.remove(&Call::new("unlink", path), AtFlags::empty())
    }

    /// Removes an empty directory.
    pub fn rmdir(&self, path: &Path) -> Result<(), Failure> {
        self.remove(&Call::new("rmdir", path), AtFlags::REMOVEDIR)
    }

    /// Removes a file, a link, or a directory and all that is in it. Links are not followed, other
    /// file systems not entered. A directory is not begun when a name right in it is never written;
    /// what was removed elsewhere before that stays removed.
    pub fn remove_all(&self, path: &Path) -> Result<(), Failure> {
        let call = Call::new("rm", path);
        let parent = self.place_to_write(&call, path)?.parent(&call)?;
        // Without a slash that the program wrote behind it: the kernel would follow a link to wherever
        // it leads.
        let stat = statat(&parent.fd, parent.bare_name(), AtFlags::SYMLINK_NOFOLLOW)
            .map_err(|errno| call.fail(errno))?;
        if FileType::from_raw_mode(stat.st_mode) == FileType::Directory {
            return Removal::new(call, self.limits).run(&parent);
        }
        unlinkat(&parent.fd, &parent.name, AtFlags::empty()).map_err(|errno| call.fail(errno))
    }

    fn remove(&self, call: &Call<'_>, flags: AtFlags) -> Result<(), Failure> {
        let parent = self.place_to_write(call, call.path)?.parent(call)?;
        unlinkat(&parent.fd, &parent.name, flags).map_err(|errno| call.fail(errno))
    }
}

/// A recursive removal under way. It recurses on a list of its own, not on the stack.
struct Removal<'a> {
    call: Call<'a>,
    limits: Limits,
    /// Entries met.
    met: usize,
    /// From the directory to be removed down to the one at work.
    levels: Vec<Level>,
}

/// A directory on the way down. Its files are gone already.
struct Level {
    name: OsString,
    identity: (u64, u64),
    /// Always there for the last level.
    fd: Option<OwnedFd>,
    directories: Vec<OsString>,
}

impl<'a> Removal<'a> {
    fn new(call: Call<'a>, limits: Limits) -> Self {
        Self { call, limits, met: 0, levels: Vec::new() }
    }

    fn run(mut self, parent: &Parent) -> Result<(), Failure> {
        let top = self.enter(&parent.fd, parent.bare_name().to_owned())?;
        self.levels.extend(top);
        while let Some(level) = self.levels.last_mut() {
            let Some(name) = level.directories.pop() else {
                self.leave(parent)?;
                continue;
            };
            let Some(fd) = level.fd.take() else { return Err(self.changed()) };
            let entered = self.enter(&fd, name)?;
            if let Some(level) = self.levels.last_mut() {
                level.fd = Some(fd);
            }
            self.levels.extend(entered);
            if let Some(far) = self.levels.len().checked_sub(HELD + 1) {
                self.levels[far].fd = None;
            }
        }
        Ok(())
    }

    /// Looks into a directory and removes its files. A link that took its place is removed itself.
    fn enter(&mut self, above: &OwnedFd, name: OsString) -> Result<Option<Level>, Failure> {
        if self.levels.len() >= self.limits.depth {
            let detail = format!("more than {} directories below each other", self.limits.depth);
            return Err(self.call.refuse(Code::NameTooLong, detail));
        }
        let fd = match kernel::open_child(above, &name, OFlags::RDONLY) {
            Ok(fd) => fd,
            Err(Errno::NOENT) => return Ok(None),
            Err(Errno::NOTDIR | Errno::LOOP) => {
                return self.unlink(above, &name, AtFlags::empty()).map(|()| None);
            }
            Err(Errno::XDEV) => return Err(self.call.fail(Errno::BUSY)),
            Err(errno) => return Err(self.call.fail(errno)),
        };
        let stat = fstat(&fd).map_err(|errno| self.call.fail(errno))?;
        let directories = self.empty(&fd)?;
        Ok(Some(Level { name, identity: kernel::identity(&stat), fd: Some(fd), directories }))
    }

    /// Removes the files of a directory, and tells the directories.
    fn empty(&mut self, fd: &OwnedFd) -> Result<Vec<OsString>, Failure> {
        let left = self.limits.removals.saturating_sub(self.met);
        let listing = entries(fd, left).map_err(|errno| self.call.fail(errno))?;
        if listing.cut {
            let limit = self.limits.removals;
            let detail = format!("more than {limit} files and directories; remove parts of it");
            return Err(self.call.refuse(Code::TooBig, detail));
        }
        self.met += listing.entries.len();
        if let Some(entry) =
            listing.entries.iter().find(|entry| never_written::is_never_written(&entry.name))
        {
            let detail = format!("it holds {:?}, which programs may not write to", entry.name);
            return Err(self.call.refuse(Code::Access, detail));
        }
        let mut directories = Vec::new();
        for entry in listing.entries {
            if entry.kind == Kind::Directory {
                directories.push(entry.name);
            } else {
                self.unlink(fd, &entry.name, AtFlags::empty())?;
            }
        }
        Ok(directories)
    }

    /// Goes up again and removes the directory that was left.
    fn leave(&mut self, parent: &Parent) -> Result<(), Failure> {
        let Some(left) = self.levels.pop() else { return Ok(()) };
        let Some(above) = self.levels.last_mut() else {
            return self.unlink(&parent.fd, &left.name, AtFlags::REMOVEDIR);
        };
        let fd = match (above.fd.take(), left.fd) {
            (Some(fd), _) => fd,
            (None, Some(below)) => {
                let identity = above.identity;
                self.up(&below, identity)?
            }
            (None, None) => return Err(self.changed()),
        };
        let removed = self.unlink(&fd, &left.name, AtFlags::REMOVEDIR);
        if let Some(above) = self.levels.last_mut() {
            above.fd = Some(fd);
        }
        removed
    }

    /// The directory above, which must be the one we came from.
    fn up(&self, below: &OwnedFd, identity: (u64, u64)) -> Result<OwnedFd, Failure> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let fd =
            openat(below, "..", flags, Mode::empty()).map_err(|errno| self.call.fail(errno))?;
        let stat = fstat(&fd).map_err(|errno| self.call.fail(errno))?;
        if kernel::identity(&stat) == identity { Ok(fd) } else { Err(self.changed()) }
    }

    fn unlink(&self, fd: &OwnedFd, name: &OsStr, flags: AtFlags) -> Result<(), Failure> {
        match unlinkat(fd, name, flags) {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            Err(errno) => Err(self.call.fail(errno)),
        }
    }

    fn changed(&self) -> Failure {
        self.call.refuse(Code::Busy, "it was moved while it was being removed")
    }
}
