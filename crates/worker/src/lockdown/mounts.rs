//! Mounts as descriptors: taken out of the tree, restricted, and put where they belong.

use std::ffi::CStr;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

use crate::sys::{Result, check};

const AT_RECURSIVE: u64 = 0x8000;

/// `struct mount_attr`.
#[repr(C)]
struct Attributes {
    set: u64,
    clear: u64,
    propagation: u64,
    user_namespace: u64,
}

fn owned(fd: i64) -> OwnedFd {
    // SAFETY: the callers pass what the kernel has just made for us.
    unsafe { OwnedFd::from_raw_fd(i32::try_from(fd).unwrap_or(-1)) }
}

/// A copy of what is mounted at a path, below it included, attached nowhere.
pub fn copy_of(path: &CStr) -> Result<OwnedFd> {
    let flags =
        u64::from(libc::OPEN_TREE_CLONE) | u64::from(libc::OPEN_TREE_CLOEXEC) | AT_RECURSIVE;
    // SAFETY: the path is NUL-terminated and lives through the call.
    let fd =
        check(unsafe { libc::syscall(libc::SYS_open_tree, libc::AT_FDCWD, path.as_ptr(), flags) })?;
    Ok(owned(fd))
}

/// A copy of what is mounted at an open directory, below it included, attached nowhere.
pub fn copy_of_directory(directory: &OwnedFd) -> Result<OwnedFd> {
    let flags = u64::from(libc::OPEN_TREE_CLONE)
        | u64::from(libc::OPEN_TREE_CLOEXEC)
        | libc::AT_EMPTY_PATH as u64
        | AT_RECURSIVE;
    // SAFETY: the path is static and NUL-terminated.
    let fd = check(unsafe {
        libc::syscall(libc::SYS_open_tree, directory.as_raw_fd(), c"".as_ptr(), flags)
    })?;
    Ok(owned(fd))
}

/// Whether this process may mount at all.
pub fn are_permitted() -> bool {
    copy_of(c"/").is_ok()
}

/// Adds attributes (`MOUNT_ATTR_*`) to a mount and all below it, and cuts it off from events
/// elsewhere.
pub fn restrict(mount: &OwnedFd, attributes: u64) -> Result<()> {
    let attributes =
        Attributes { set: attributes, clear: 0, propagation: libc::MS_PRIVATE, user_namespace: 0 };
    set(mount, &attributes, AT_RECURSIVE)
}

/// Shows files as the ids that a user namespace gives their owners: on all file systems of a mount
/// that can do so, or at least on the first.
pub fn show_as(mount: &OwnedFd, user_namespace: &OwnedFd) -> Result<()> {
    let attributes = Attributes {
        set: libc::MOUNT_ATTR_IDMAP,
        clear: 0,
        propagation: 0,
        user_namespace: u64::from(user_namespace.as_raw_fd().unsigned_abs()),
    };
    set(mount, &attributes, AT_RECURSIVE).or_else(|_| set(mount, &attributes, 0))
}

fn set(mount: &OwnedFd, attributes: &Attributes, recursive: u64) -> Result<()> {
    // SAFETY: the attributes live through the call and their size is passed.
    check(unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            mount.as_raw_fd(),
            c"".as_ptr(),
            libc::AT_EMPTY_PATH as u64 | recursive,
            attributes,
            size_of::<Attributes>(),
        )
    })
    .map(drop)
}

/// Puts a mount at a path.
pub fn attach(mount: &OwnedFd, target: &CStr) -> Result<()> {
    // SAFETY: both paths are NUL-terminated and live through the call.
    check(unsafe {
        libc::syscall(
            libc::SYS_move_mount,
            mount.as_raw_fd(),
            c"".as_ptr(),
            libc::AT_FDCWD,
            target.as_ptr(),
            libc::MOVE_MOUNT_F_EMPTY_PATH,
        )
    })
    .map(drop)
}

/// A new tmpfs of at most so many bytes and inodes, attached nowhere, with these directories; nothing
/// in it runs or is a device.
pub fn scratch(bytes: u64, inodes: u64, directories: &[&CStr]) -> Result<OwnedFd> {
    const SET_STRING: u32 = 1;
    const CREATE: u32 = 6;
    // SAFETY: the name is static and NUL-terminated.
    let context = owned(check(unsafe {
        libc::syscall(libc::SYS_fsopen, c"tmpfs".as_ptr(), libc::FSOPEN_CLOEXEC)
    })?);
    let configure = |command: u32, key: *const libc::c_char, value: *const libc::c_char| {
        // SAFETY: key and value are null or NUL-terminated strings that live through the call.
        check(unsafe {
            libc::syscall(libc::SYS_fsconfig, context.as_raw_fd(), command, key, value, 0)
        })
    };
    let text = |number: u64| std::ffi::CString::new(number.to_string()).unwrap_or_default();
    let (size, count) = (text(bytes), text(inodes));
    configure(SET_STRING, c"size".as_ptr(), size.as_ptr())?;
    configure(SET_STRING, c"nr_inodes".as_ptr(), count.as_ptr())?;
    configure(SET_STRING, c"mode".as_ptr(), c"0755".as_ptr())?;
    configure(CREATE, std::ptr::null(), std::ptr::null())?;
    let attributes = libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NODEV | libc::MOUNT_ATTR_NOEXEC;
    // SAFETY: passes numbers only.
    let mount = check(unsafe {
        libc::syscall(libc::SYS_fsmount, context.as_raw_fd(), libc::FSMOUNT_CLOEXEC, attributes)
    })?;
    let mount = owned(mount);
    for name in directories {
        // SAFETY: the name is NUL-terminated and lives through the call.
        check(i64::from(unsafe { libc::mkdirat(mount.as_raw_fd(), name.as_ptr(), 0o700) }))?;
    }
    Ok(mount)
}
