//! A request, cut down to what the operator allows.

#[cfg(test)]
mod tests;

use std::{
    fmt,
    os::fd::OwnedFd,
    path::{Path, PathBuf},
};

use rustix::{
    fs::{OFlags, fstat},
    io::Errno,
};

use crate::{Limits, Malformed, Operator, Request, kernel, lexical, never_written};

/// What one program may do with files: nothing by default.
#[derive(Debug, Default)]
pub struct Granted {
    /// The directories, each once, in the order they were asked for.
    pub roots: Vec<Root>,
    /// What was asked for and is not granted.
    pub denied: Vec<Denied>,
    /// The directory to which relative paths are relative, without links; in one of the roots.
    pub cwd: Option<PathBuf>,
    /// What bounds its operations.
    pub limits: Limits,
}

/// A granted directory. Everything in it may be read.
#[derive(Debug)]
pub struct Root {
    /// Its path without links.
    pub path: PathBuf,
    /// The spellings under which the program asked for it, without `.` and `..`. A path that begins
    /// with one of them means this directory, too.
    pub names: Vec<PathBuf>,
    /// The directory, opened with `O_PATH`.
    pub fd: OwnedFd,
    /// Whether it may be written to, but for the names that are never written.
    pub write: bool,
}

/// Something asked for and not granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denied {
    /// As the program gave it.
    pub path: PathBuf,
    /// For what it was asked.
    pub access: Access,
    /// Why not.
    pub reason: Reason,
}

/// For what a directory is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// `permissions.read`
    Read,
    /// `permissions.write`
    Write,
    /// `permissions.cwd`
    WorkingDirectory,
}

/// Why a directory is not granted. Of what lies outside of the operator's directories nothing is
/// told, not even whether it exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Not in a directory of the operator, or outside by a link.
    NotAllowed,
    /// In a directory of the operator that may only be read, which is granted.
    ReadOnly,
    /// In or at a name that is never written; reading it is granted.
    NeverWritten,
    /// In a directory of the operator, and not there.
    Missing,
    /// In a directory of the operator, and no directory.
    NotADirectory,
    /// In a directory of the operator, and closed to the host itself.
    Unreadable,
}

impl Operator {
    /// The request, cut down to what the operator allows.
    pub fn grant(&self, request: &Request) -> Result<Granted, Malformed> {
        request.check()?;
        let mut granted = Granted::default();
        for path in &request.read {
            match self.find(path) {
                Ok(found) => granted.add(found, false),
                Err(reason) => granted.deny(path, Access::Read, reason),
            }
        }
        for path in &request.write {
            match self.find(path) {
                Ok(found) => {
                    let refused = self.write_refused(&found);
                    granted.add(found, refused.is_none());
                    if let Some(reason) = refused {
                        granted.deny(path, Access::Write, reason);
                    }
                }
                Err(reason) => granted.deny(path, Access::Write, reason),
            }
        }
        granted.share_writing();
        if let Some(cwd) = &request.cwd {
            match granted.directory(cwd) {
                Ok(real) => granted.cwd = Some(real),
                Err(reason) => granted.deny(cwd, Access::WorkingDirectory, reason),
            }
        }
        Ok(granted)
    }

    /// The directory, if the operator allows reading it.
    fn find(&self, path: &Path) -> Result<Root, Reason> {
        let name = lexical::normalise(path);
        if lexical::is_system(&name) {
            return Err(Reason::NotAllowed);
        }
        let reason = match self.directory_with(&name) {
            Some((base, rest)) => {
                let flags = OFlags::PATH | OFlags::DIRECTORY;
                let opened = kernel::open_beneath(base, rest, flags);
                match opened.map_err(reason).and_then(|fd| self.admit(&name, fd)) {
                    Ok(root) => return Ok(root),
                    Err(reason) => reason,
                }
            }
            None => Reason::NotAllowed,
        };
        // By another way, such as a link beside the operator's directories, it may still lie in one.
        // Whatever this look-up meets outside must not change the answer.
        let opened = kernel::open_directory(&name).map_err(|_| reason);
        opened.and_then(|fd| self.admit(&name, fd)).map_err(|_| reason)
    }

    /// The innermost directory of the operator in which the path lies as text, and the rest.
    fn directory_with<'a>(&self, name: &'a Path) -> Option<(&OwnedFd, &'a Path)> {
        self.directories
            .iter()
            .flat_map(|directory| {
                [&directory.path, &directory.name].map(|base| (&directory.fd, base))
            })
            .filter_map(|(fd, base)| Some((lexical::depth(base), fd, lexical::below(name, base)?)))
            .max_by_key(|(depth, ..)| *depth)
            .map(|(_, fd, rest)| (fd, rest))
    }

    fn admit(&self, name: &Path, fd: OwnedFd) -> Result<Root, Reason> {
        let path = kernel::real_path(&fd).map_err(reason)?;
        if !self.covers(&path, false) || kernel::is_kernels(&fd).map_err(reason)? {
            return Err(Reason::NotAllowed);
        }
        if fstat(&fd).map_err(reason)?.st_nlink == 0 {
            return Err(Reason::Missing);
        }
        let usable = rustix::fs::Access::READ_OK | rustix::fs::Access::EXEC_OK;
        kernel::may(&fd, usable).map_err(|_| Reason::Unreadable)?;
        Ok(Root { path, names: vec![name.to_owned()], fd, write: false })
    }

    fn write_refused(&self, root: &Root) -> Option<Reason> {
        if !self.covers(&root.path, true) {
            Some(Reason::ReadOnly)
        } else if never_written::is_below(&root.path) {
            Some(Reason::NeverWritten)
        } else {
            None
        }
    }
}

impl Granted {
    fn add(&mut self, root: Root, write: bool) {
        let known = self.roots.iter_mut().find(|known| {
            known.path == root.path && kernel::are_same(&known.fd, &root.fd).unwrap_or(false)
        });
        match known {
            Some(known) => {
                known.write |= write;
                for name in root.names {
                    if !known.names.contains(&name) {
                        known.names.push(name);
                    }
                }
            }
            None => self.roots.push(Root { write, ..root }),
        }
    }

    fn deny(&mut self, path: &Path, access: Access, reason: Reason) {
        self.denied.push(Denied { path: path.to_owned(), access, reason });
    }

    /// A directory below one that may be written may be written, however it was asked for.
    fn share_writing(&mut self) {
        let writable: Vec<PathBuf> =
            self.roots.iter().filter(|root| root.write).map(|root| root.path.clone()).collect();
        for root in &mut self.roots {
            root.write |= !never_written::is_below(&root.path)
                && writable.iter().any(|path| root.path.starts_with(path));
        }
    }

    /// The real path of a directory in one of the roots.
    fn directory(&self, path: &Path) -> Result<PathBuf, Reason> {
        let name = lexical::normalise(path);
        let (root, rest) = self.root_of(&name).ok_or(Reason::NotAllowed)?;
        let fd = kernel::open_beneath(&root.fd, rest, OFlags::PATH | OFlags::DIRECTORY)
            .map_err(reason)?;
        kernel::may(&fd, rustix::fs::Access::EXEC_OK).map_err(|_| Reason::Unreadable)?;
        let real = kernel::real_path(&fd).map_err(reason)?;
        if real.starts_with(&root.path) { Ok(real) } else { Err(Reason::NotAllowed) }
    }

    /// The innermost granted directory in which the path lies as text, and the rest.
    pub(crate) fn root_of<'a>(&self, name: &'a Path) -> Option<(&Root, &'a Path)> {
        self.roots
            .iter()
            .flat_map(|root| {
                std::iter::once(&root.path).chain(&root.names).map(move |base| (root, base))
            })
            .filter_map(|(root, base)| {
                Some((lexical::depth(base), root, lexical::below(name, base)?))
            })
            .max_by_key(|(depth, ..)| *depth)
            .map(|(_, root, rest)| (root, rest))
    }
}

/// What a failure below a directory of the operator may tell.
fn reason(errno: Errno) -> Reason {
    match errno {
        Errno::NOENT => Reason::Missing,
        Errno::NOTDIR => Reason::NotADirectory,
        Errno::ACCESS => Reason::Unreadable,
        _ => Reason::NotAllowed,
    }
}

impl Access {
    /// The name used in requests and records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::WorkingDirectory => "cwd",
        }
    }
}

impl Denied {
    /// Why not, as the rest of a sentence that begins with the path.
    pub fn because(&self) -> &'static str {
        match (self.reason, self.access) {
            (Reason::NotAllowed, Access::WorkingDirectory) => {
                "is not in a directory that was granted to this program"
            }
            (Reason::NotAllowed, Access::Read | Access::Write) => {
                "is not in a directory that the operator allows (security.allowRead, \
                 security.allowWrite)"
            }
            (Reason::ReadOnly, _) => {
                "may be read, not written: the operator does not allow it in security.allowWrite"
            }
            (Reason::NeverWritten, _) => {
                "may be read, not written: directories of version control, editors and agents never \
                 are"
            }
            (Reason::Missing, _) => "does not exist",
            (Reason::NotADirectory, _) => "is not a directory; ask for the directory that it is in",
            (Reason::Unreadable, _) => "cannot be read by the host",
        }
    }
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {:?} {}", self.access.as_str(), self.path, self.because())
    }
}
