//! Reading files.

use std::{
    fs::File,
    io::{self, Read},
    os::unix::fs::FileExt,
    path::Path,
};

use rustix::{fs::OFlags, io::Errno};

use crate::{Code, Failure, Granted, failure::Call, kernel};

impl Granted {
    /// The whole file. `EFBIG` above [`Limits::read_bytes`](crate::Limits::read_bytes).
    pub fn read_file(&self, path: &Path) -> Result<Vec<u8>, Failure> {
        let call = Call::new("open", path);
        let (file, size) = self.open_to_read(&call)?;
        let limit = self.limits.read_bytes;
        let too_big = |size: u64| {
            let detail =
                format!("it has {size} bytes, the limit of a read is {limit}; read it in parts");
            call.at("read").refuse(Code::TooBig, detail)
        };
        if size > limit {
            return Err(too_big(size));
        }
        let mut content = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
        // The size is of a moment ago, and some files do not tell theirs.
        let read = file.take(limit + 1).read_to_end(&mut content);
        let read = read.map_err(|error| call.at("read").fail(errno(&error)))?;
        if read as u64 > limit { Err(too_big(read as u64)) } else { Ok(content) }
    }

    /// Up to `length` bytes from `offset` on: fewer at the end of the file, none behind it, and
    /// never more than [`Limits::read_bytes`](crate::Limits::read_bytes).
    pub fn read_at(&self, path: &Path, offset: u64, length: u64) -> Result<Vec<u8>, Failure> {
        let call = Call::new("open", path);
        let (file, size) = self.open_to_read(&call)?;
        let length = length.min(self.limits.read_bytes).min(size.saturating_sub(offset));
        let mut content = vec![0; usize::try_from(length).unwrap_or_default()];
        let mut filled = 0;
        while filled < content.len() {
            match file.read_at(&mut content[filled..], offset + filled as u64) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(call.at("read").fail(errno(&error))),
            }
        }
        content.truncate(filled);
        Ok(content)
    }

    /// Opens a regular file; its size beside it.
    pub(super) fn open_to_read(&self, call: &Call<'_>) -> Result<(File, u64), Failure> {
        let place = self.place(call, call.path)?;
        let (held, stat) = place.regular(call)?;
        let fd = kernel::reopen(&held, OFlags::RDONLY).map_err(|errno| call.fail(errno))?;
        Ok((File::from(fd), u64::try_from(stat.st_size).unwrap_or_default()))
    }
}

/// The number in an error of the standard library.
pub(super) fn errno(error: &io::Error) -> Errno {
    Errno::from_io_error(error).unwrap_or(Errno::IO)
}
