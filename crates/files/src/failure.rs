//! Why an operation failed, in the terms that programs know: a POSIX name, a call and a path.

#[cfg(test)]
mod tests;

use std::{
    fmt,
    path::{Path, PathBuf},
};

use rustix::io::Errno;

/// Why an operation failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The POSIX name.
    pub code: Code,
    /// The call, as Node names it: `open`, `scandir`, `copyfile`.
    pub syscall: &'static str,
    /// The path as the program gave it.
    pub path: PathBuf,
    /// The second path, of calls that take two.
    pub destination: Option<PathBuf>,
    /// What the POSIX name does not say: a rule of ours, and what to do.
    pub detail: Option<String>,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $errno:ident, $text:literal;)+) => {
        /// POSIX error names.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $(#[doc = $text] $(#[$doc])* $variant,)+
        }

        impl Code {
            /// The name, such as `ENOENT`.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// What it means, in the words of libuv, which are Node's.
            pub fn description(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// The number on Linux.
            pub fn number(self) -> i32 {
                match self { $(Self::$variant => Errno::$errno.raw_os_error(),)+ }
            }

            fn of(errno: Errno) -> Option<Self> {
                $(if errno == Errno::$errno { return Some(Self::$variant); })+
                None
            }
        }
    };
}

codes! {
    Access = "EACCES", ACCESS, "permission denied";
    Again = "EAGAIN", AGAIN, "resource temporarily unavailable";
    Busy = "EBUSY", BUSY, "resource busy or locked";
    Quota = "EDQUOT", DQUOT, "disk quota exceeded";
    Exists = "EEXIST", EXIST, "file already exists";
    TooBig = "EFBIG", FBIG, "file too large";
    Invalid = "EINVAL", INVAL, "invalid argument";
    Io = "EIO", IO, "i/o error";
    IsDirectory = "EISDIR", ISDIR, "illegal operation on a directory";
    Loop = "ELOOP", LOOP, "too many symbolic links encountered";
    TooManyOpen = "EMFILE", MFILE, "too many open files";
    TooManyLinks = "EMLINK", MLINK, "too many links";
    NameTooLong = "ENAMETOOLONG", NAMETOOLONG, "name too long";
    TableFull = "ENFILE", NFILE, "file table overflow";
    NotFound = "ENOENT", NOENT, "no such file or directory";
    NoMemory = "ENOMEM", NOMEM, "not enough memory";
    NoSpace = "ENOSPC", NOSPC, "no space left on device";
    NotADirectory = "ENOTDIR", NOTDIR, "not a directory";
    NotEmpty = "ENOTEMPTY", NOTEMPTY, "directory not empty";
    NotSupported = "ENOTSUP", OPNOTSUPP, "operation not supported";
    NoDevice = "ENXIO", NXIO, "no such device or address";
    NotPermitted = "EPERM", PERM, "operation not permitted";
    ReadOnly = "EROFS", ROFS, "read-only file system";
    TextBusy = "ETXTBSY", TXTBSY, "text file is busy";
    CrossDevice = "EXDEV", XDEV, "cross-device link not permitted";
}

impl Failure {
    /// For an operation that no grant covers, such as changing a file's mode: `EPERM`.
    pub fn not_permitted(syscall: &'static str, path: &Path) -> Self {
        Call::new(syscall, path).refuse(Code::NotPermitted, "programs may not do this")
    }

    /// The message as Node words it: `ENOENT: no such file or directory, open '/x'`.
    pub fn message(&self) -> String {
        let Self { code, syscall, path, .. } = self;
        let (name, text) = (code.as_str(), code.description());
        let mut message = format!("{name}: {text}, {syscall} '{}'", path.display());
        if let Some(destination) = &self.destination {
            message.push_str(&format!(" -> '{}'", destination.display()));
        }
        message
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())?;
        match &self.detail {
            Some(detail) => write!(f, " ({detail})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Failure {}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An operation under way: what a failure of it will name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call<'a> {
    pub(crate) syscall: &'static str,
    pub(crate) path: &'a Path,
    destination: Option<&'a Path>,
}

impl<'a> Call<'a> {
    pub(crate) fn new(syscall: &'static str, path: &'a Path) -> Self {
        Self { syscall, path, destination: None }
    }

    pub(crate) fn with_destination(syscall: &'static str, path: &'a Path, to: &'a Path) -> Self {
        Self { syscall, path, destination: Some(to) }
    }

    /// The same operation at another call of it.
    pub(crate) fn at(self, syscall: &'static str) -> Self {
        Self { syscall, ..self }
    }

    pub(crate) fn fail(&self, errno: Errno) -> Failure {
        match Code::of(errno) {
            Some(code) => self.failure(code, None),
            None => self.failure(Code::Io, Some(errno.to_string())),
        }
    }

    /// For a look-up, where leaving the granted directory reads as crossing to another device.
    pub(crate) fn fail_to_reach(&self, errno: Errno) -> Failure {
        match errno {
            Errno::XDEV => self.refuse(Code::Access, "a link leads out of the granted directory"),
            other => self.fail(other),
        }
    }

    pub(crate) fn refuse(&self, code: Code, detail: impl Into<String>) -> Failure {
        self.failure(code, Some(detail.into()))
    }

    fn failure(&self, code: Code, detail: Option<String>) -> Failure {
        Failure {
            code,
            syscall: self.syscall,
            path: self.path.to_owned(),
            destination: self.destination.map(Path::to_owned),
            detail,
        }
    }
}
