//! Whose files a program may read when the host is root: those of a granted directory's owner.
//!
//! Programs then run as a user that owns nothing, who could not look into a directory closed to others.
//! So the mount shows the owner's files as that user's, by an id map that is a user namespace.

use std::collections::HashMap;
use std::os::fd::{AsRawFd, OwnedFd};

use crate::lockdown::mounts;
use crate::sys;

/// User namespaces that are kept; each is a descriptor and some kernel memory.
const KEPT: usize = 64;

/// The user namespaces made so far.
pub struct Owners {
    sandbox_uid: u32,
    made: HashMap<(u32, u32), OwnedFd>,
}

impl Owners {
    /// For programs that run with this uid and gid.
    pub fn new(sandbox_uid: u32) -> Self {
        Self { sandbox_uid, made: HashMap::new() }
    }

    /// Shows the files of this owner as the programs' own, where the file system can; whether it
    /// can. Everybody else's stay everybody else's.
    pub fn show(&mut self, mount: &OwnedFd, uid: u32, gid: u32) -> bool {
        if (uid, gid) == (self.sandbox_uid, self.sandbox_uid) {
            return true;
        }
        self.namespace(uid, gid).and_then(|namespace| mounts::show_as(mount, namespace)).is_ok()
    }

    fn namespace(&mut self, uid: u32, gid: u32) -> sys::Result<&OwnedFd> {
        use std::collections::hash_map::Entry;
        if self.made.len() >= KEPT {
            self.made.clear();
        }
        match self.made.entry((uid, gid)) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(place) => Ok(place.insert(map(uid, gid, self.sandbox_uid)?)),
        }
    }
}

/// A user namespace in which these ids stand for the programs'.
fn map(uid: u32, gid: u32, sandbox_uid: u32) -> sys::Result<OwnedFd> {
    let (told, tell) = sys::pipe()?;
    let (wait, release) = sys::pipe()?;
    let Some(pid) = sys::fork()? else {
        drop((told, release));
        // Whoever made it may look into its entry of `/proc`.
        let entered = sys::unshare(libc::CLONE_NEWUSER)
            .and_then(|()| sys::prctl(libc::PR_SET_DUMPABLE, 1, 0))
            .and_then(|_| sys::write_all(tell.as_raw_fd(), b"e"));
        // Until the maps are written, or the broker is gone.
        let _ = sys::read(wait.as_raw_fd(), &mut [0]);
        sys::exit_now(i32::from(entered.is_err()))
    };
    drop((tell, wait));
    let namespace = match sys::read(told.as_raw_fd(), &mut [0]) {
        Ok(1) => write_maps(pid, uid, gid, sandbox_uid).and_then(|()| open_namespace(pid)),
        _ => Err(sys::Errno(libc::EPERM)),
    };
    drop(release);
    let _ = sys::waitpid(pid, 0);
    namespace
}

fn write_maps(pid: i32, uid: u32, gid: u32, sandbox_uid: u32) -> sys::Result<()> {
    let write = |name: &str, id: u32| {
        let path = c_path(format!("/proc/{pid}/{name}"));
        sys::write_file(&path, format!("{id} {sandbox_uid} 1").as_bytes())
    };
    write("uid_map", uid)?;
    write("gid_map", gid)
}

fn open_namespace(pid: i32) -> sys::Result<OwnedFd> {
    let opened = std::fs::File::open(format!("/proc/{pid}/ns/user"));
    opened.map(OwnedFd::from).map_err(|error| sys::Errno(error.raw_os_error().unwrap_or(0)))
}

fn c_path(path: String) -> std::ffi::CString {
    // Made of numbers and our own words: there is no NUL in it.
    std::ffi::CString::new(path).unwrap_or_default()
}
