//! Making directories and links.

use std::{
    ffi::OsString,
    os::fd::OwnedFd,
    path::{Path, PathBuf},
};

use rustix::{
    fs::{Mode, OFlags, mkdirat, symlinkat},
    io::Errno,
};

use super::writing::permissions;
use crate::{
    Code, Failure, Granted, Root,
    failure::Call,
    kernel, lexical,
    place::{Parent, Place, check_text, may_be_written},
};

/// Letters of a name that nobody else has.
const LETTERS: &[u8; 32] = b"abcdefghijkmnopqrstuvwxyz2345678";

/// How often another name is tried.
const ATTEMPTS: usize = 16;

impl Granted {
    /// Makes a directory. Only the permission bits of `mode` count, less the host's umask.
    pub fn mkdir(&self, path: &Path, mode: u32) -> Result<(), Failure> {
        let call = Call::new("mkdir", path);
        let place = self.place_to_write(&call, path)?;
        make(&call, &place, permissions(mode))
    }

    /// Makes a directory and those above it. Tells the first that was made, as an absolute path;
    /// nothing when all were there.
    pub fn mkdir_all(&self, path: &Path, mode: u32) -> Result<Option<PathBuf>, Failure> {
        let call = Call::new("mkdir", path);
        let place = self.place_to_write(&call, path)?;
        let mut missing = Vec::new();
        let mut above = place.rest.as_path();
        let mut held = loop {
            match kernel::open_beneath(&place.root.fd, above, OFlags::PATH | OFlags::DIRECTORY) {
                Ok(held) => break held,
                Err(Errno::NOENT) => {}
                // The last of them is there as something else; `ENOTDIR` is for those before it.
                Err(Errno::NOTDIR) if missing.is_empty() && self.is_there(&place) => {
                    return Err(call.fail(Errno::EXIST));
                }
                Err(errno) => return Err(call.fail_to_reach(errno)),
            }
            let (Some(parent), Some(name)) = (above.parent(), above.file_name()) else {
                return Err(call.fail(Errno::NOENT));
            };
            missing.push(name);
            above = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
        };
        let mut made = None;
        for name in missing.into_iter().rev() {
            let here = may_be_written(&call, &held)?;
            match mkdirat(&held, name, permissions(mode)) {
                Ok(()) => made = made.or_else(|| Some(here.join(name))),
                // By somebody else, in between; or a link to nothing, which is no directory.
                Err(Errno::EXIST) => {}
                Err(errno) => return Err(call.fail(errno)),
            }
            held = child(&call, &held, name)?;
        }
        Ok(made)
    }

    /// Makes a directory that only we may enter, named `prefix` and six letters; tells its path in
    /// the program's own spelling.
    pub fn mkdtemp(&self, prefix: &Path) -> Result<PathBuf, Failure> {
        let shown = with_suffix(prefix, "XXXXXX");
        let call = Call::new("mkdtemp", &shown);
        check_text(&call, prefix)?;
        for _ in 0..ATTEMPTS {
            let path = with_suffix(prefix, &random().map_err(|errno| call.fail(errno))?);
            let place = self.place_to_write(&call, &path)?;
            match make(&call, &place, Mode::RWXU) {
                Err(failure) if failure.code == Code::Exists => {}
                made => return made.map(|()| path),
            }
        }
        Err(call.fail(Errno::EXIST))
    }

    /// Makes a link. Its target must be relative and stay inside the granted directory by its text.
    pub fn symlink(&self, target: &Path, path: &Path) -> Result<(), Failure> {
        let call = Call::with_destination("symlink", target, path);
        check_text(&call, target)?;
        let place = self.place_to_write(&call, path)?;
        let parent = place.parent(&call)?;
        check_target(&call, place.root, &parent, target)?;
        symlinkat(target, &parent.fd, &parent.name).map_err(|errno| call.fail(errno))
    }

    fn is_there(&self, place: &Place<'_>) -> bool {
        place.nofollow().is_ok()
    }
}

/// Refuses a link in this directory whose target may lie outside of the granted one.
pub(super) fn check_target(
    call: &Call<'_>,
    root: &Root,
    parent: &Parent,
    target: &Path,
) -> Result<(), Failure> {
    let depth = parent.path.strip_prefix(&root.path).map(lexical::depth);
    if depth.is_ok_and(|depth| lexical::link_stays_inside(target, depth)) {
        return Ok(());
    }
    Err(call.refuse(
        Code::Access,
        "a link must stay inside the granted directory: write its target relative to the link, with \
         .. at the beginning only",
    ))
}

fn make(call: &Call<'_>, place: &Place<'_>, mode: Mode) -> Result<(), Failure> {
    if place.rest == Path::new(".") {
        return Err(call.fail(Errno::EXIST));
    }
    let parent = place.parent(call)?;
    mkdirat(&parent.fd, &parent.name, mode).map_err(|errno| call.fail(errno))
}

/// The directory just made: whatever took its place is not followed.
fn child(call: &Call<'_>, held: &OwnedFd, name: &std::ffi::OsStr) -> Result<OwnedFd, Failure> {
    kernel::open_child(held, name, OFlags::PATH).map_err(|errno| match errno {
        Errno::LOOP | Errno::NOTDIR | Errno::XDEV => call.fail(Errno::EXIST),
        other => call.fail(other),
    })
}

fn with_suffix(prefix: &Path, suffix: &str) -> PathBuf {
    let mut path = OsString::from(prefix);
    path.push(suffix);
    PathBuf::from(path)
}

fn random() -> Result<String, Errno> {
    let mut bytes = [0; 6];
    getrandom::fill(&mut bytes).map_err(|_| Errno::IO)?;
    Ok(bytes.iter().map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])).collect())
}
