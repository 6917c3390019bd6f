//! A read-only file system of our own as the root: nothing to find but what we put there, nothing to
//! write.

use crate::sys;

/// Directories to mount on; any that exists will do, it is only a place to stand while pivoting.
const PLACES: [&std::ffi::CStr; 4] = [c"/tmp", c"/var", c"/usr", c"/proc"];

/// Replaces the root by an empty read-only tmpfs. Needs a mount namespace of our own.
pub fn pivot_to_empty() -> Result<(), String> {
    pivot(c"size=4k,nr_inodes=2,mode=0555", || Ok(()))
}

/// Replaces the root by a tmpfs with what `fill` makes below the current directory, then read-only.
/// Needs a mount namespace of our own.
pub fn pivot(
    options: &std::ffi::CStr,
    fill: impl FnOnce() -> Result<(), String>,
) -> Result<(), String> {
    let step = |what: &str, result: sys::Result<()>| {
        result.map_err(|errno| format!("{what} for a root of our own: {errno}"))
    };
    let private = libc::MS_REC | libc::MS_PRIVATE;
    step("making mounts private", sys::mount(c"none", c"/", c"", private, c""))?;
    let flags = libc::MS_NOSUID | libc::MS_NODEV | libc::MS_NOEXEC;
    let place = PLACES
        .into_iter()
        .find(|place| sys::mount(c"tmpfs", place, c"tmpfs", flags, options).is_ok())
        .ok_or_else(|| format!("mounting a tmpfs: {}", sys::last_errno()))?;
    step("entering it", sys::chdir(place))?;
    fill()?;
    step("pivot_root", sys::pivot_root_here())?;
    step("entering the new root", sys::chdir(c"/"))?;
    let remount = flags | libc::MS_REMOUNT | libc::MS_RDONLY;
    step("making it read-only", sys::mount(c"none", c"/", c"", remount, options))
}
