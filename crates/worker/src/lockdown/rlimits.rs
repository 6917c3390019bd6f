//! Resource limits of a child: the kernel's own stop behind every limit the engine or host keeps.

use crate::sys::{Result, setrlimit};

/// Address space a child may take beyond the engine's limit: the parser's memory, the stack, and
/// the frames it exchanges with the host.
const AS_HEADROOM: u64 = 256 << 20;

/// Stack of a child, in bytes. The parser recurses on it, and so does the engine.
pub const STACK: u64 = 64 << 20;

/// Applies every limit. `baseline` is the zygote's own address space in bytes.
pub fn apply(baseline: u64, memory: u64, cpu_seconds: u64) -> Result<()> {
    setrlimit(libc::RLIMIT_AS, baseline + memory + AS_HEADROOM)?;
    setrlimit(libc::RLIMIT_CPU, cpu_seconds)?;
    setrlimit(libc::RLIMIT_NPROC, 0)?;
    // Descriptors 0 to 3 stay open; a new one cannot be made.
    setrlimit(libc::RLIMIT_NOFILE, 4)?;
    setrlimit(libc::RLIMIT_FSIZE, 0)?;
    setrlimit(libc::RLIMIT_CORE, 0)?;
    setrlimit(libc::RLIMIT_MEMLOCK, 0)?;
    setrlimit(libc::RLIMIT_MSGQUEUE, 0)
}

/// Workers of a program in Deno at once.
const DENO_WORKERS: u64 = 4;

/// What V8 reserves in a process, and again for each worker, in bytes: measured on Deno 2.9, where it is
/// 543 and 525 MiB. It counts as data, though next to nothing of it is used; what is used is looked at
/// otherwise.
const DENO_ROOM: u64 = (704 + 544 * DENO_WORKERS) << 20;

/// Open files of Deno.
const DENO_FILES: u64 = 1024;

/// Stack of Deno's first thread, in bytes.
const DENO_STACK: u64 = 8 << 20;

/// What keeps a core dump from being begun: 0 stops one to a file, but not one to a program of the host,
/// which Linux starts as root for whoever crashes; 1 stops both.
const NO_CORE: u64 = 1;

/// Applies what bounds Deno: its memory that can be written to, its files, its threads (counted in the
/// user namespace that is its own), its CPU seconds.
pub fn of_deno(memory: u64, scratch: u64, threads: u64, cpu_seconds: u64) -> Result<()> {
    setrlimit(libc::RLIMIT_DATA, memory + DENO_ROOM)?;
    setrlimit(libc::RLIMIT_CPU, cpu_seconds)?;
    setrlimit(libc::RLIMIT_NPROC, threads)?;
    setrlimit(libc::RLIMIT_NOFILE, DENO_FILES)?;
    setrlimit(libc::RLIMIT_FSIZE, scratch)?;
    setrlimit(libc::RLIMIT_STACK, DENO_STACK)?;
    setrlimit(libc::RLIMIT_CORE, NO_CORE)?;
    setrlimit(libc::RLIMIT_MEMLOCK, 0)?;
    setrlimit(libc::RLIMIT_MSGQUEUE, 0)
}

/// This process's address space in bytes, from the kernel's own count.
pub fn address_space() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm")
        .ok()
        .and_then(|text| text.split(' ').next().and_then(|first| first.parse::<u64>().ok()));
    // Without /proc a generous constant keeps the limit a limit.
    pages.map_or(256 << 20, |pages| pages * 4096)
}
