//! Landlock with everything denied: no file, no TCP, no abstract socket, no signal to others.

use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

use crate::sys::{self, Result, check};

/// The first ABI that also scopes signals and abstract sockets.
const LEAST_ABI: i64 = 6;

/// All file-system accesses of ABI 5: execute .. ioctl_dev, bits 0 to 15.
const ALL_FILE_ACCESS: u64 = (1 << 16) - 1;
/// bind_tcp and connect_tcp.
const ALL_NET_ACCESS: u64 = 0b11;
/// abstract unix sockets and signals.
const ALL_SCOPES: u64 = 0b11;
const SOCKET_SCOPE: u64 = 0b01;

#[repr(C)]
struct RulesetAttributes {
    handled_access_fs: u64,
    handled_access_net: u64,
    scoped: u64,
}

/// The kernel's Landlock ABI.
fn abi() -> Result<i64> {
    const VERSION_FLAG: u32 = 1;
    // SAFETY: asking for the version passes no memory.
    check(unsafe {
        libc::syscall(
            libc::SYS_landlock_create_ruleset,
            std::ptr::null::<RulesetAttributes>(),
            0_usize,
            VERSION_FLAG,
        )
    })
}

/// The ruleset that denies everything, where the kernel's Landlock is new enough.
pub fn usable() -> std::result::Result<OwnedFd, String> {
    let abi = abi().map_err(|errno| {
        format!("landlock is not available ({errno}); use Linux 6.12 or newer with landlock on")
    })?;
    if abi < LEAST_ABI {
        return Err(format!("landlock ABI {abi} is too old, {LEAST_ABI} is needed (Linux 6.12)"));
    }
    deny_all().map_err(|errno| format!("landlock ruleset: {errno}"))
}

/// A ruleset that handles everything and allows nothing, to be enforced in each child.
fn deny_all() -> Result<OwnedFd> {
    denying(ALL_SCOPES)
}

/// The same for a process that ends others, which a PID namespace keeps to its own.
pub fn denying_all_but_signals() -> Result<OwnedFd> {
    denying(SOCKET_SCOPE)
}

fn denying(scoped: u64) -> Result<OwnedFd> {
    let attributes = RulesetAttributes {
        handled_access_fs: ALL_FILE_ACCESS,
        handled_access_net: ALL_NET_ACCESS,
        scoped,
    };
    // SAFETY: the attributes live through the call and their size is passed.
    let fd = check(unsafe {
        libc::syscall(
            libc::SYS_landlock_create_ruleset,
            &attributes,
            size_of::<RulesetAttributes>(),
            0,
        )
    })?;
    // SAFETY: the kernel has just made this descriptor for us.
    Ok(unsafe { OwnedFd::from_raw_fd(i32::try_from(fd).unwrap_or(-1)) })
}

/// What may be done below one path.
pub struct Rule<'a> {
    /// The path.
    pub path: &'a std::ffi::CStr,
    /// Rights of it, as Landlock numbers them.
    pub access: u64,
}

/// Reading and running what is there, and listing it.
pub const READ_AND_RUN: u64 = 1 | 1 << 2 | 1 << 3;

/// Reading and listing.
pub const READ: u64 = 1 << 2 | 1 << 3;

/// Reading and writing one file.
pub const READ_AND_WRITE: u64 = 1 << 1 | 1 << 2;

/// All that a program does in a place of its own: files, directories and links made, written, renamed
/// and removed, but nothing run and no device or socket made.
pub const OWN: u64 =
    READ | 1 << 1 | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8 | 1 << 12 | 1 << 13 | 1 << 14;

/// A ruleset that denies all but this.
pub fn allowing(rules: &[Rule<'_>]) -> Result<OwnedFd> {
    #[repr(C, packed)]
    struct PathBeneath {
        access: u64,
        parent: i32,
    }
    const PATH_BENEATH: u32 = 1;
    let ruleset = deny_all()?;
    for rule in rules {
        let place = sys::open(rule.path, libc::O_PATH)?;
        let beneath = PathBeneath { access: rule.access, parent: place.as_raw_fd() };
        // SAFETY: the rule lives through the call; the ruleset is an open descriptor.
        check(unsafe {
            libc::syscall(
                libc::SYS_landlock_add_rule,
                ruleset.as_raw_fd(),
                PATH_BENEATH,
                &raw const beneath,
                0,
            )
        })?;
    }
    Ok(ruleset)
}

/// Has a ruleset let connections to this port, of whatever host can be reached.
pub fn allow_connecting(ruleset: &OwnedFd, port: u16) -> Result<()> {
    #[repr(C)]
    struct NetPort {
        access: u64,
        port: u64,
    }
    const NET_PORT: u32 = 2;
    const CONNECT_TCP: u64 = 1 << 1;
    let rule = NetPort { access: CONNECT_TCP, port: port.into() };
    // SAFETY: the rule lives through the call; the ruleset is an open descriptor.
    check(unsafe {
        libc::syscall(
            libc::SYS_landlock_add_rule,
            ruleset.as_raw_fd(),
            NET_PORT,
            &raw const rule,
            0,
        )
    })
    .map(drop)
}

/// Enforces the ruleset on this process for good.
pub fn restrict_self(ruleset: &OwnedFd) -> Result<()> {
    // SAFETY: passes a descriptor and a number.
    check(unsafe { libc::syscall(libc::SYS_landlock_restrict_self, ruleset.as_raw_fd(), 0) })
        .map(drop)
}
