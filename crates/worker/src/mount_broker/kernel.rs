//! The two calls of the mount broker that the standard library does not make.

use std::ffi::CString;
use std::fs::File;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::sys::{self, Errno, check};

/// How often a look-up is repeated that a rename somewhere in the system disturbed.
const ATTEMPTS: usize = 100;

/// Opens a directory by an absolute path without any link in it.
pub fn open_directory(path: &Path) -> sys::Result<File> {
    let path = CString::new(path.as_os_str().as_bytes()).map_err(|_| Errno(libc::EINVAL))?;
    if !path.as_bytes().starts_with(b"/") {
        return Err(Errno(libc::EINVAL));
    }
    // SAFETY: all-zero is a valid `open_how`.
    let mut how: libc::open_how = unsafe { std::mem::zeroed() };
    how.flags = (libc::O_PATH | libc::O_DIRECTORY | libc::O_CLOEXEC) as u64;
    how.resolve = libc::RESOLVE_NO_SYMLINKS | libc::RESOLVE_NO_MAGICLINKS;
    let mut attempt = 0;
    loop {
        attempt += 1;
        // SAFETY: path and `how` live through the call, and the size of the latter is passed.
        let opened = check(unsafe {
            libc::syscall(
                libc::SYS_openat2,
                libc::AT_FDCWD,
                path.as_ptr(),
                &how,
                size_of::<libc::open_how>(),
            )
        });
        match opened {
            Err(Errno(libc::EAGAIN | libc::EINTR)) if attempt < ATTEMPTS => {}
            // SAFETY: the kernel has just made this descriptor for us.
            opened => return opened.map(|fd| unsafe { File::from_raw_fd(fd as RawFd) }),
        }
    }
}

/// The magic number of the file system that a file is on.
pub fn magic_number(file: &OwnedFd) -> sys::Result<u64> {
    // SAFETY: all-zero is a valid place for the kernel to write.
    let mut data: libc::statfs = unsafe { std::mem::zeroed() };
    // SAFETY: `data` lives through the call.
    check(i64::from(unsafe { libc::fstatfs(file.as_raw_fd(), &mut data) }))?;
    // They have 32 bits; some platforms give them with a sign.
    Ok(data.f_type as u64 & 0xffff_ffff)
}
