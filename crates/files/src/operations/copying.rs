//! Copying files.

use std::{
    io::{self, Read},
    path::Path,
};

use rustix::{
    fs::{OFlags, fstat, ftruncate},
    io::Errno,
};

use super::{reading::errno, writing::open_to_write};
use crate::{Create, Failure, Granted, WriteOptions, failure::Call, kernel};

impl Granted {
    /// Copies a file's content; a file that is made gets the permissions of the first. Tells the
    /// bytes copied. `EFBIG` above [`Limits::file_bytes`](crate::Limits::file_bytes).
    pub fn copy_file(&self, from: &Path, to: &Path, create: Create) -> Result<u64, Failure> {
        let call = Call::with_destination("copyfile", from, to);
        let (source, size) = self.open_to_read(&call)?;
        self.check_size(&call, size)?;
        let place = self.place_to_write(&call, to)?;
        let mode = fstat(&source).map_err(|errno| call.fail(errno))?.st_mode;
        let options = WriteOptions { create, mode, ..WriteOptions::default() };
        let (mut copy, _) = open_to_write(&call, &place, options, OFlags::empty())?;
        // Emptying the copy would empty the source.
        if kernel::are_same(&source, &copy).map_err(|errno| call.fail(errno))? {
            return Ok(size);
        }
        ftruncate(&copy, 0).map_err(|errno| call.fail(errno))?;
        let mut source = source.take(self.limits.file_bytes);
        let copied = io::copy(&mut source, &mut copy).map_err(|error| call.fail(errno(&error)))?;
        // It grew while it was read.
        if source.limit() == 0 && source.into_inner().read(&mut [0]).unwrap_or(0) > 0 {
            return Err(call.fail(Errno::FBIG));
        }
        Ok(copied)
    }
}
