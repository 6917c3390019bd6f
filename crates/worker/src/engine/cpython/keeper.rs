//! The keeper: process 1 above the interpreter. It makes the scratch file systems (the interpreter
//! has no right to), reaps what is orphaned, and tells the host when the interpreter does not start.
//!
//! It keeps the file system it was born with and its rights in the sandbox's user namespace, runs no
//! code but this, and hears from the zygote alone: children close their end before any program.

use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

use wire::control::{CONTROL_FD, PythonConfig, ZygoteConfig};

use crate::engine::cpython::start;
use crate::entry::unfit;
use crate::lockdown::namespaces::Entered;
use crate::lockdown::tree::Tree;
use crate::lockdown::{identity, mounts};
use crate::scm;
use crate::sys::{self, Errno, Status, check};

/// What the zygote sends: it has greeted the host.
const GREETED: u8 = b'h';
/// What the zygote sends: it wants a scratch file system.
const SCRATCH: u8 = b's';

/// The end of what an interpreter printed before it failed to start, in bytes.
const LAST_WORDS: usize = 2000;

/// Runs the keeper until its interpreter ends.
pub fn run(
    config: &ZygoteConfig,
    python: &PythonConfig,
    entered: Entered,
    tree: Option<Tree>,
    launcher: i32,
) -> ! {
    match begin(config, python, entered, tree, launcher) {
        Ok(keeper) => keeper.serve(),
        Err(reason) => unfit(&reason),
    }
}

struct Keeper {
    zygote: i32,
    broker: OwnedFd,
    // Until it ends, or the interpreter is up.
    stderr: Option<OwnedFd>,
    signals: OwnedFd,
    scratch_bytes: u64,
    scratch_inodes: u64,
    greeted: bool,
    words: Vec<u8>,
}

fn begin(
    config: &ZygoteConfig,
    python: &PythonConfig,
    entered: Entered,
    tree: Option<Tree>,
    launcher: i32,
) -> Result<Keeper, String> {
    let launcher = if entered.has_namespaces() { 0 } else { launcher };
    identity::die_with_parent(launcher)
        .map_err(|errno| format!("tying its life to its launcher's: {errno}"))?;
    // Root has taken hold of it before; anybody else does now, in namespaces of their own.
    let tree = match tree {
        None if entered.has_namespaces() => Some(Tree::collect(&python.read_only)?),
        tree => tree,
    };
    let failed = |errno: Errno| format!("the keeper's descriptors: {errno}");
    let (broker, theirs) = socket_pair().map_err(failed)?;
    let (stderr, written) = sys::pipe().map_err(failed)?;
    let signals = sys::child_signals().map_err(failed)?;
    let keeper = sys::getpid();
    let zygote = match sys::fork().map_err(|errno| format!("fork: {errno}"))? {
        Some(zygote) => zygote,
        None => {
            let _ = sys::dup2(written.as_raw_fd(), 2);
            let _ = sys::unblock_child_signals();
            start::interpreter(config, python, entered, tree, keeper, theirs)
        }
    };
    // No process of the same user may look in.
    let _ = sys::prctl(libc::PR_SET_DUMPABLE, 0, 0);
    let _ = identity::no_new_privs();
    Ok(Keeper {
        zygote,
        broker,
        stderr: Some(stderr),
        signals,
        scratch_bytes: python.scratch_bytes,
        scratch_inodes: python.scratch_inodes,
        greeted: false,
        words: Vec::new(),
    })
}

impl Keeper {
    fn serve(mut self) -> ! {
        loop {
            let entry = |fd: RawFd| libc::pollfd { fd, events: libc::POLLIN, revents: 0 };
            let stderr = self.stderr.as_ref().map_or(-1, AsRawFd::as_raw_fd);
            let mut entries =
                [self.broker.as_raw_fd(), stderr, self.signals.as_raw_fd()].map(entry);
            // SAFETY: three entries, valid through the call.
            if unsafe { libc::poll(entries.as_mut_ptr(), 3, -1) } < 0 {
                continue;
            }
            let ready = entries.map(|entry| entry.revents != 0);
            if ready[1] {
                self.listen();
            }
            if ready[0] {
                self.answer();
            }
            if ready[2] {
                self.reap();
            }
        }
    }

    /// Keeps the end of what the interpreter has to say before it is up. Waits when it is silent.
    fn listen(&mut self) {
        let mut chunk = [0; 4096];
        let Some(stderr) = &self.stderr else { return };
        match sys::read(stderr.as_raw_fd(), &mut chunk) {
            Ok(count @ 1..) => {
                self.words.extend_from_slice(&chunk[..count]);
                let excess = self.words.len().saturating_sub(LAST_WORDS);
                self.words.drain(..excess);
            }
            _ => self.stderr = None,
        }
    }

    fn answer(&mut self) {
        let mut order = [0; 8];
        match sys::read(self.broker.as_raw_fd(), &mut order) {
            Ok(1) if order[0] == GREETED => {
                self.greeted = true;
                (self.stderr, self.words) = (None, Vec::new());
                // From here on the socket is the zygote's alone: its end is the host's news.
                let _ = sys::open_null().and_then(|null| sys::dup2(null.as_raw_fd(), CONTROL_FD));
            }
            Ok(1) if order[0] == SCRATCH => {
                let made = mounts::scratch(
                    self.scratch_bytes,
                    self.scratch_inodes,
                    &[c"workspace", c"tmp"],
                );
                let broker = self.broker.as_raw_fd();
                match made {
                    Ok(mount) => scm::send(broker, &0i32.to_le_bytes(), Some(mount.as_raw_fd())),
                    Err(errno) => scm::send(broker, &errno.0.to_le_bytes(), None),
                }
            }
            // The zygote is ending, or does not speak as ours does.
            _ => {
                sys::kill(self.zygote);
                if let Ok(Some((_, status))) = sys::waitpid(self.zygote, 0) {
                    self.leave(status);
                }
                sys::exit_now(0)
            }
        }
    }

    fn reap(&mut self) {
        let mut drain = [0; 1024];
        let _ = sys::read(self.signals.as_raw_fd(), &mut drain);
        while let Ok(Some((pid, status))) = sys::waitpid(-1, libc::WNOHANG) {
            if pid == self.zygote {
                self.leave(status);
            }
        }
    }

    /// The interpreter is gone, and we with it.
    fn leave(&mut self, status: Status) -> ! {
        if self.greeted {
            sys::exit_now(0);
        }
        // Its end of the pipe is closed, so this comes to an end.
        while self.stderr.is_some() {
            self.listen();
        }
        let words = String::from_utf8_lossy(&self.words);
        let words = words.trim();
        let how = match status {
            Status::Code(code) => format!("exit code {code}"),
            Status::Signal(signal) => format!("signal {signal}"),
        };
        unfit(&format!("the interpreter ended at its start ({how}): {words}"))
    }
}

fn socket_pair() -> sys::Result<(OwnedFd, OwnedFd)> {
    let mut pair: [RawFd; 2] = [-1; 2];
    let kind = libc::SOCK_SEQPACKET | libc::SOCK_CLOEXEC;
    // SAFETY: the array has room for both descriptors.
    check(i64::from(unsafe { libc::socketpair(libc::AF_UNIX, kind, 0, pair.as_mut_ptr()) }))?;
    // SAFETY: the kernel has just made these descriptors for us.
    Ok(unsafe { (OwnedFd::from_raw_fd(pair[0]), OwnedFd::from_raw_fd(pair[1])) })
}
