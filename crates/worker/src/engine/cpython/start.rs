//! From the keeper's fork to the interpreter: the root, the proof that the layers hold, the exec.

use std::ffi::{CStr, CString};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

use types::Layer;
use wire::control::{PythonConfig, ZygoteConfig};

use crate::engine::cpython::setup;
use crate::entry::{probed, unfit};
use crate::lockdown::namespaces::Entered;
use crate::lockdown::seccomp::Filter;
use crate::lockdown::tree::Tree;
use crate::lockdown::{canary, identity, probes};
use crate::sys::{self, check};

/// The instructions, where the interpreter finds them.
const SETUP_FD: RawFd = 4;
/// Its own status; there is no /proc in its root.
const STATUS_FD: RawFd = 5;
/// The keeper.
const BROKER_FD: RawFd = 6;

/// Where a child makes a root of its own, if it needs one.
const NEW_ROOT: &str = "/.root";

/// Runs `bootstrap.py` out of the instructions.
const LOADER: &CStr = c"import json, os
with open(4, 'rb') as file:
    setup = json.load(file)
exec(compile(setup['bootstrap'], '<zygote>', 'exec', dont_inherit=True), {'setup': setup, '__name__': 'zygote'})
";

/// The interpreter's environment. Numeric libraries would start a thread per processor, and a
/// process with threads cannot be forked. Libraries are bound at once, so that no child has to.
const ENVIRONMENT: [&CStr; 8] = [
    c"HOME=/workspace",
    c"LANG=C.UTF-8",
    c"LD_BIND_NOW=1",
    c"MKL_NUM_THREADS=1",
    c"OMP_NUM_THREADS=1",
    c"OPENBLAS_NUM_THREADS=1",
    c"TMPDIR=/tmp",
    c"TZ=UTC0",
];

/// Becomes the interpreter; tells the host when it cannot.
pub fn interpreter(
    config: &ZygoteConfig,
    python: &PythonConfig,
    mut entered: Entered,
    tree: Option<Tree>,
    keeper: i32,
    broker: OwnedFd,
) -> ! {
    let result = prepare(config, python, &mut entered, tree, keeper, broker)
        .and_then(|()| execute(&python.executable));
    unfit(&result.err().unwrap_or_default())
}

fn prepare(
    config: &ZygoteConfig,
    python: &PythonConfig,
    entered: &mut Entered,
    tree: Option<Tree>,
    keeper: i32,
    broker: OwnedFd,
) -> Result<(), String> {
    let step =
        |what: &str, result: sys::Result<()>| result.map_err(|errno| format!("{what}: {errno}"));
    // Opened now: it shows this process, whatever it will execute and see.
    let status = open_status().map_err(|errno| format!("/proc/self/status: {errno}"))?;
    let mounted = tree.as_ref().map(Tree::mounted).unwrap_or_default();
    match tree {
        Some(mut tree) => {
            tree.add_directory(NEW_ROOT);
            step("a mount namespace", sys::unshare(libc::CLONE_NEWNS))?;
            tree.enter()?;
            entered.layers.push(Layer::EmptyRoot);
        }
        None => entered.lacks(Layer::EmptyRoot, "needs namespaces"),
    }
    let filter = Filter::cpython(entered.has_namespaces());
    // An interpreter's children make rulesets of their own: they may read.
    drop(canary::prove(config, entered, &filter, libc::SYS_ptrace)?);
    if let Some(targets) = &config.probes {
        if entered.has_namespaces() {
            probes::within_namespaces(&mut entered.probes, targets);
        }
        probed(std::mem::take(&mut entered.probes));
    }
    let setup = setup::to_json(config, python, &mounted, entered, &filter);
    let setup = memory_file(&setup).map_err(|errno| format!("instructions: {errno}"))?;
    step("its descriptors", place([(setup, SETUP_FD), (status, STATUS_FD), (broker, BROKER_FD)]))?;
    // Last: what came before clears it.
    step("tying its life to the keeper's", identity::die_with_parent(keeper))
}

fn open_status() -> sys::Result<OwnedFd> {
    // SAFETY: the path is static and NUL-terminated.
    let fd = check(i64::from(unsafe {
        libc::open(c"/proc/self/status".as_ptr(), libc::O_RDONLY | libc::O_CLOEXEC)
    }))?;
    // SAFETY: the kernel has just made this descriptor for us.
    Ok(unsafe { OwnedFd::from_raw_fd(i32::try_from(fd).unwrap_or(-1)) })
}

/// A file of these bytes that has no name, read from its start.
fn memory_file(bytes: &[u8]) -> sys::Result<OwnedFd> {
    // SAFETY: the name is static and NUL-terminated.
    let fd = check(i64::from(unsafe { libc::memfd_create(c"setup".as_ptr(), libc::MFD_CLOEXEC) }))?;
    // SAFETY: the kernel has just made this descriptor for us.
    let file = unsafe { OwnedFd::from_raw_fd(i32::try_from(fd).unwrap_or(-1)) };
    sys::write_all(file.as_raw_fd(), bytes)?;
    // SAFETY: passes numbers only.
    check(unsafe { libc::lseek(file.as_raw_fd(), 0, libc::SEEK_SET) })?;
    Ok(file)
}

/// Moves descriptors to their numbers, kept over the exec, and closes all others above.
fn place<const N: usize>(descriptors: [(OwnedFd, RawFd); N]) -> sys::Result<()> {
    // First out of the way of each other.
    let away: sys::Result<Vec<_>> = descriptors
        .iter()
        .map(|(fd, _)| sys::duplicate_above(fd.as_raw_fd(), BROKER_FD + 1))
        .collect();
    for (fd, (old, number)) in away?.into_iter().zip(descriptors) {
        // Its number may be one of those that are taken.
        std::mem::forget(old);
        sys::dup2(fd, number)?;
    }
    sys::close_from(BROKER_FD.unsigned_abs() + 1)
}

fn execute(executable: &str) -> Result<(), String> {
    let program = CString::new(executable).map_err(|_| "the interpreter's path holds a NUL")?;
    let arguments =
        [c"python3", c"-I", c"-S", c"-B", c"-X", c"utf8", c"-c", LOADER].map(CStr::as_ptr);
    let arguments: Vec<_> = arguments.into_iter().chain([std::ptr::null()]).collect();
    let environment = ENVIRONMENT.map(CStr::as_ptr);
    let environment: Vec<_> = environment.into_iter().chain([std::ptr::null()]).collect();
    // SAFETY: both arrays end in null and point to NUL-terminated strings that live through the call.
    unsafe { libc::execve(program.as_ptr(), arguments.as_ptr(), environment.as_ptr()) };
    let error = sys::last_errno();
    Err(format!(
        "{executable} cannot be started in the sandbox: {error}; install it where every user may \
         read it, or allow user namespaces here"
    ))
}
