//! Who the worker is: an unprivileged uid, no capabilities, no way to gain any, dead with its host.

use std::os::fd::{AsRawFd, OwnedFd};

use crate::sys::{self, Result, check};

/// Root becomes `uid`; anyone else stays who they are.
pub fn leave_root(uid: u32) -> Result<()> {
    if !sys::is_root() {
        return Ok(());
    }
    // SAFETY: an empty list; no memory is read.
    check(i64::from(unsafe { libc::setgroups(0, std::ptr::null()) }))?;
    // Now, while the right to do so is there: it goes with the uid.
    drop_bounding_set();
    // SAFETY: plain numbers; one thread, so the whole process changes.
    check(i64::from(unsafe { libc::setresgid(uid, uid, uid) }))?;
    // SAFETY: as above.
    check(i64::from(unsafe { libc::setresuid(uid, uid, uid) }))?;
    // The switch made /proc/self root's; the uid map is written through it.
    sys::prctl(libc::PR_SET_DUMPABLE, 1, 0).map(drop)
}

/// User and group.
pub type Ids = (u32, u32);

/// Who this process is.
pub fn ids() -> Ids {
    // SAFETY: these take no arguments and cannot fail.
    unsafe { (libc::geteuid(), libc::getegid()) }
}

/// Gives this process the ids, in the user namespace that it was made in, that it had outside: by a
/// `/proc` that was opened before its root was changed.
pub fn map_ids_by(processes: &OwnedFd, (uid, gid): Ids) -> std::result::Result<(), String> {
    // Its own files there belong to nobody else as long as it may be looked into.
    let failed = |errno: sys::Errno| format!("dumpable: {errno}");
    sys::prctl(libc::PR_SET_DUMPABLE, 1, 0).map_err(failed)?;
    let write = |path: &std::ffi::CStr, text: &str| {
        sys::open_at(processes.as_raw_fd(), path, libc::O_WRONLY)
            .and_then(|file| sys::write_all(file.as_raw_fd(), text.as_bytes()))
            .map_err(|errno| format!("/proc/{}: {errno}", path.to_string_lossy()))
    };
    write(c"self/setgroups", "deny")?;
    write(c"self/uid_map", &format!("{uid} {uid} 1"))?;
    write(c"self/gid_map", &format!("{gid} {gid} 1"))
}

/// Has the kernel kill this process when its parent dies. Set after every change of identity,
/// which clears it.
pub fn die_with_parent(parent: i32) -> Result<()> {
    sys::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL as u64, 0)?;
    // It may have died before the line above. `ESRCH` is what signalling it would say.
    if sys::getppid() == parent { Ok(()) } else { Err(sys::Errno(libc::ESRCH)) }
}

/// Drops every capability, from every set, for good.
pub fn drop_capabilities() -> Result<()> {
    drop_bounding_set();
    keep_capabilities(&[])
}

/// Drops every capability but these, which stay as far as they are there.
pub fn keep_capabilities(kept: &[u32]) -> Result<()> {
    sys::prctl(libc::PR_CAP_AMBIENT, libc::PR_CAP_AMBIENT_CLEAR_ALL as u64, 0)?;
    #[repr(C)]
    struct Header {
        version: u32,
        pid: i32,
    }
    #[repr(C)]
    #[derive(Clone, Copy, Default)]
    struct Sets {
        effective: u32,
        permitted: u32,
        inheritable: u32,
    }
    const VERSION_3: u32 = 0x2008_0522;
    let header = Header { version: VERSION_3, pid: 0 };
    let mut sets = [Sets::default(); 2];
    // SAFETY: version 3 writes two sets after reading a header; both live through the call.
    check(unsafe { libc::syscall(libc::SYS_capget, &header, sets.as_mut_ptr()) })?;
    for (word, sets) in (0u32..).zip(&mut sets) {
        let mask = kept
            .iter()
            .filter(|capability| *capability / 32 == word)
            .fold(0, |mask, capability| mask | 1 << (capability % 32));
        sets.permitted &= mask;
        (sets.effective, sets.inheritable) = (sets.permitted, 0);
    }
    // SAFETY: version 3 reads a header and two sets; both live through the call.
    check(unsafe { libc::syscall(libc::SYS_capset, &header, sets.as_ptr()) }).map(drop)
}

/// Empties the bounding set. Without `CAP_SETPCAP` (an ordinary user) it stays; with `no_new_privs`
/// and no exec it can give nothing.
fn drop_bounding_set() {
    for capability in 0..64 {
        if sys::prctl(libc::PR_CAPBSET_READ, capability, 0).is_err() {
            break;
        }
        let _ = sys::prctl(libc::PR_CAPBSET_DROP, capability, 0);
    }
}

/// Forbids gaining privileges by exec; also what lets an unprivileged process add a filter.
pub fn no_new_privs() -> Result<()> {
    sys::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0).map(drop)
}
