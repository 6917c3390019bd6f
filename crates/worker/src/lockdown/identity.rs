//! Who the worker is: an unprivileged uid, no capabilities, no way to gain any, dead with its host.

use crate::sys::{self, Result, check};

/// Root becomes `uid`; anyone else stays who they are.
pub fn leave_root(uid: u32) -> Result<()> {
    // SAFETY: takes no arguments and cannot fail.
    if unsafe { libc::geteuid() } != 0 {
        return Ok(());
    }
    // SAFETY: an empty list; no memory is read.
    check(i64::from(unsafe { libc::setgroups(0, std::ptr::null()) }))?;
    // SAFETY: plain numbers; one thread, so the whole process changes.
    check(i64::from(unsafe { libc::setresgid(uid, uid, uid) }))?;
    // SAFETY: as above.
    check(i64::from(unsafe { libc::setresuid(uid, uid, uid) }))?;
    // The switch made /proc/self root's; the uid map is written through it.
    sys::prctl(libc::PR_SET_DUMPABLE, 1, 0).map(drop)
}

/// Has the kernel kill this process when its parent dies. Set after every change of identity,
/// which clears it.
pub fn die_with_parent(parent: u32) -> std::result::Result<(), String> {
    sys::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL as u64, 0)
        .map_err(|errno| format!("setting the parent-death signal: {errno}"))?;
    // SAFETY: takes no arguments and cannot fail.
    let now = unsafe { libc::getppid() };
    if u32::try_from(now) == Ok(parent) { Ok(()) } else { Err("the host is gone".to_owned()) }
}

/// Drops every capability, from every set, for good.
pub fn drop_capabilities() -> Result<()> {
    for capability in 0..64 {
        if sys::prctl(libc::PR_CAPBSET_READ, capability, 0).is_err() {
            break;
        }
        // Without CAP_SETPCAP (an ordinary user) the bounding set stays; with no_new_privs and no
        // exec it can give nothing.
        let _ = sys::prctl(libc::PR_CAPBSET_DROP, capability, 0);
    }
    sys::prctl(libc::PR_CAP_AMBIENT, libc::PR_CAP_AMBIENT_CLEAR_ALL as u64, 0)?;
    #[repr(C)]
    struct Header {
        version: u32,
        pid: i32,
    }
    #[repr(C)]
    struct Sets {
        effective: u32,
        permitted: u32,
        inheritable: u32,
    }
    const VERSION_3: u32 = 0x2008_0522;
    let header = Header { version: VERSION_3, pid: 0 };
    let none = || Sets { effective: 0, permitted: 0, inheritable: 0 };
    let sets = [none(), none()];
    // SAFETY: version 3 reads a header and two sets; both live through the call.
    check(unsafe { libc::syscall(libc::SYS_capset, &header, sets.as_ptr()) }).map(drop)
}

/// Forbids gaining privileges by exec; also what lets an unprivileged process add a filter.
pub fn no_new_privs() -> Result<()> {
    sys::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0).map(drop)
}
