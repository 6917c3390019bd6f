//! From a path as a program spells it to an open descriptor below a granted directory.

#[cfg(test)]
mod tests;

use std::{
    ffi::{OsStr, OsString},
    os::{fd::OwnedFd, unix::ffi::OsStrExt},
    path::{Path, PathBuf},
};

use rustix::{
    fs::{FileType, OFlags, Stat, fstat},
    io::Errno,
};

use crate::{
    Code, Failure, Granted, MAX_PATH, Root,
    failure::Call,
    kernel, lexical,
    never_written::{self, is_never_written},
};

/// What a path means: a granted directory and the way on from it.
#[derive(Debug)]
pub(crate) struct Place<'a> {
    pub(crate) root: &'a Root,
    /// Below the root, without `.` and `..`; `.` for the root itself.
    pub(crate) rest: PathBuf,
    /// The spelling says that a directory is meant.
    directory: bool,
}

/// A directory that may be written to, and the name of something in it.
#[derive(Debug)]
pub(crate) struct Parent {
    pub(crate) fd: OwnedFd,
    /// Its real path.
    pub(crate) path: PathBuf,
    /// With a slash behind it when the program wrote one: the kernel knows what that means.
    pub(crate) name: OsString,
}

impl Parent {
    /// The name as it is in its directory.
    pub(crate) fn bare_name(&self) -> &OsStr {
        Path::new(&self.name).file_name().unwrap_or(&self.name)
    }
}

const NEVER: &str =
    "programs may not write to files of version control, editors, agents and shells";

impl Granted {
    /// Where the path lies.
    pub(crate) fn place(&self, call: &Call<'_>, path: &Path) -> Result<Place<'_>, Failure> {
        check_text(call, path)?;
        let whole = match &self.cwd {
            Some(cwd) => cwd.join(path),
            None if path.is_relative() => {
                return Err(call.refuse(
                    Code::Access,
                    "a relative path, and no working directory was granted: ask for it with \
                     permissions.cwd, or use an absolute path",
                ));
            }
            None => path.to_owned(),
        };
        let whole = lexical::normalise(&whole);
        let Some((root, rest)) = self.root_of(&whole) else {
            return Err(call.refuse(
                Code::Access,
                "outside of the directories granted to this program: ask for them with \
                 permissions.read and permissions.write",
            ));
        };
        Ok(Place { root, rest: rest.to_owned(), directory: lexical::names_a_directory(path) })
    }

    /// Where the path lies, if it may be written to by its text.
    pub(crate) fn place_to_write(
        &self,
        call: &Call<'_>,
        path: &Path,
    ) -> Result<Place<'_>, Failure> {
        let place = self.place(call, path)?;
        if !place.root.write {
            return Err(
                call.refuse(Code::Access, "granted for reading only: ask for permissions.write")
            );
        }
        if never_written::is_below(&place.rest) {
            return Err(call.refuse(Code::Access, NEVER));
        }
        Ok(place)
    }
}

impl Place<'_> {
    /// Holds what the path leads to. Nothing is opened: a device or a pipe does not notice.
    pub(crate) fn follow(&self) -> Result<OwnedFd, Errno> {
        self.hold(OFlags::empty())
    }

    /// Holds what the path names, which may be a link.
    pub(crate) fn nofollow(&self) -> Result<OwnedFd, Errno> {
        // A slash behind a link means what it leads to.
        self.hold(if self.directory { OFlags::empty() } else { OFlags::NOFOLLOW })
    }

    /// Holds the directory that the path leads to.
    pub(crate) fn directory(&self) -> Result<OwnedFd, Errno> {
        self.hold(OFlags::DIRECTORY)
    }

    fn hold(&self, flags: OFlags) -> Result<OwnedFd, Errno> {
        let directory = if self.directory { OFlags::DIRECTORY } else { OFlags::empty() };
        kernel::open_beneath(&self.root.fd, &self.rest, OFlags::PATH | flags | directory)
    }

    /// Holds the regular file that the path leads to.
    pub(crate) fn regular(&self, call: &Call<'_>) -> Result<(OwnedFd, Stat), Failure> {
        let held = self.follow().map_err(|errno| call.fail_to_reach(errno))?;
        let stat = fstat(&held).map_err(|errno| call.fail(errno))?;
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => {}
            FileType::Directory => return Err(call.fail(Errno::ISDIR)),
            _ => {
                return Err(call.refuse(
                    Code::Access,
                    "not a regular file: pipes, sockets and devices are not opened",
                ));
            }
        }
        if kernel::is_kernels(&held).map_err(|errno| call.fail(errno))? {
            return Err(call.refuse(Code::Access, "a file of the kernel, which is not opened"));
        }
        Ok((held, stat))
    }

    /// Holds the directory in which the path names something that is to be made or changed.
    pub(crate) fn parent(&self, call: &Call<'_>) -> Result<Parent, Failure> {
        let (Some(parent), Some(name)) = (self.rest.parent(), self.rest.file_name()) else {
            return Err(call.refuse(Code::Access, "the granted directory itself stays as it is"));
        };
        let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
        let flags = OFlags::PATH | OFlags::DIRECTORY;
        let fd = kernel::open_beneath(&self.root.fd, parent, flags)
            .map_err(|errno| call.fail_to_reach(errno))?;
        let path = may_be_written(call, &fd)?;
        let mut name = name.to_owned();
        if self.directory {
            name.push("/");
        }
        Ok(Parent { fd, path, name })
    }
}

/// Refuses what a write grant does not cover wherever it lies; gives its real path.
pub(crate) fn may_be_written(call: &Call<'_>, held: &OwnedFd) -> Result<PathBuf, Failure> {
    let path = kernel::real_path(held).map_err(|errno| call.fail(errno))?;
    if path.iter().any(is_never_written) {
        return Err(call.refuse(Code::Access, NEVER));
    }
    Ok(path)
}

/// Refuses files that are more than their name in the granted directory.
pub(crate) fn may_be_changed(call: &Call<'_>, stat: &Stat) -> Result<(), Failure> {
    if FileType::from_raw_mode(stat.st_mode) == FileType::Directory {
        return Ok(());
    }
    if stat.st_nlink > 1 {
        return Err(call.refuse(
            Code::NotPermitted,
            "the file has another hard link, which may lie outside; copy it and write to the copy",
        ));
    }
    if stat.st_mode & 0o6000 != 0 {
        return Err(call.refuse(
            Code::NotPermitted,
            "the file runs with the rights of its owner or group (setuid, setgid)",
        ));
    }
    Ok(())
}

/// Refuses what is no path for the kernel either.
pub(crate) fn check_text(call: &Call<'_>, path: &Path) -> Result<(), Failure> {
    let text = path.as_os_str();
    if text.is_empty() {
        Err(call.fail(Errno::NOENT))
    } else if lexical::has_nul(text) {
        Err(call.refuse(Code::Invalid, "the path contains a NUL character"))
    } else if text.as_bytes().len() > MAX_PATH {
        Err(call.fail(Errno::NAMETOOLONG))
    } else {
        Ok(())
    }
}
