//! Moving files and directories.

use std::path::Path;

use rustix::fs::renameat;

use crate::{Failure, Granted, failure::Call};

impl Granted {
    /// Gives a file or directory another name, in place of what had it. `EXDEV` between file
    /// systems: copy and remove there.
    ///
    /// A directory moves with all that is in it, names that are never written included: what they
    /// hold stays as it is.
    pub fn rename(&self, from: &Path, to: &Path) -> Result<(), Failure> {
        let call = Call::with_destination("rename", from, to);
        let (old, new) = (self.place_to_write(&call, from)?, self.place_to_write(&call, to)?);
        let (old, new) = (old.parent(&call)?, new.parent(&call)?);
        renameat(&old.fd, &old.name, &new.fd, &new.name).map_err(|errno| call.fail(errno))
    }
}
