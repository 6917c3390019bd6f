//! Moving files and directories.

use std::{
    ffi::OsString,
    os::unix::ffi::OsStringExt,
    path::{Path, PathBuf},
};

use rustix::{
    fs::{readlinkat, renameat},
    io::Errno,
};

use super::creating::check_target;
use crate::{Failure, Granted, failure::Call};

impl Granted {
    /// Gives a file or directory another name, in place of what had it. `EXDEV` between file
    /// systems: copy and remove there.
    ///
    /// A directory moves with all that is in it, names that are never written included: what they
    /// hold stays as it is. A link moves where it stays inside the granted directory by its text; of
    /// links in a directory that moves nothing is known.
    pub fn rename(&self, from: &Path, to: &Path) -> Result<(), Failure> {
        let call = Call::with_destination("rename", from, to);
        let (old, new) = (self.place_to_write(&call, from)?, self.place_to_write(&call, to)?);
        let (root, old, new) = (new.root, old.parent(&call)?, new.parent(&call)?);
        // A link that stays inside where it is may lead out from where it goes.
        match readlinkat(&old.fd, old.bare_name(), Vec::new()) {
            Ok(target) => {
                let target = PathBuf::from(OsString::from_vec(target.into_bytes()));
                check_target(&call, root, &new, &target)?;
            }
            Err(Errno::INVAL) => {}
            Err(errno) => return Err(call.fail(errno)),
        }
        renameat(&old.fd, &old.name, &new.fd, &new.name).map_err(|errno| call.fail(errno))
    }
}
