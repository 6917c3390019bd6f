//! Lets a fork inherit the page tables of our own code: those of what a run uses, and no others.
//!
//! The kernel does not copy page tables of a private file mapping that was never written to: each
//! child would fault its way through parser and engine again, one fault for each 64 KiB of code it
//! touches. One page of each mapping is therefore written once, with what it already holds; from
//! then on a fork copies the entries of all pages the zygote has touched. It happens before the
//! zygote locks itself down, and no guest byte has been read; where it is refused, nothing is lost
//! but speed.
//!
//! Each inherited entry costs a little at the fork, and again at the child's end. What the zygote
//! needed for its start alone is therefore forgotten before a last warm-up.

use crate::sys::check;

/// One mapping of a file.
struct Mapping {
    start: usize,
    length: usize,
    executable: bool,
}

/// Marks every read-only mapping of our executable and its libraries as written.
pub fn inherit_code() {
    let Ok(maps) = std::fs::read_to_string("/proc/self/maps") else { return };
    maps.lines().filter_map(parse).for_each(touch);
}

/// Forgets which pages of our executable and its libraries were needed so far.
pub fn forget_code() {
    let Ok(maps) = std::fs::read_to_string("/proc/self/smaps") else { return };
    let mut mapping = None;
    for line in maps.lines() {
        match line.split_once(':') {
            // Pages that were written to are gone for good once they are forgotten.
            Some(("Anonymous" | "Swap", size)) if size.trim() != "0 kB" => mapping = None,
            // The last line of each mapping.
            Some(("VmFlags", _)) => mapping.take().into_iter().for_each(forget),
            Some((name, _)) if name.starts_with(|first: char| first.is_ascii_uppercase()) => {}
            _ => mapping = parse(line),
        }
    }
}

fn forget(mapping: Mapping) {
    // SAFETY: every page of the mapping is its file's: none was ever written to, so each comes back
    // as it was when it is next touched.
    unsafe { libc::madvise(mapping.start as *mut _, mapping.length, libc::MADV_DONTNEED) };
}

/// `start-end r-xp ... /path`, when it is a file's, private, and cannot be written.
fn parse(line: &str) -> Option<Mapping> {
    let (range, rest) = line.split_once(' ')?;
    let (_, _path) = rest.split_once('/')?;
    let (start, end) = range.split_once('-')?;
    let (start, end) =
        (usize::from_str_radix(start, 16).ok()?, usize::from_str_radix(end, 16).ok()?);
    let rights = rest.split(' ').next()?;
    let executable = match rights {
        "r-xp" => true,
        "r--p" => false,
        _ => return None,
    };
    Some(Mapping { start, length: end.checked_sub(start)?, executable })
}

fn touch(mapping: Mapping) {
    let rights = libc::PROT_READ | if mapping.executable { libc::PROT_EXEC } else { 0 };
    let start = mapping.start as *mut libc::c_void;
    // SAFETY: a mapping of our own; it stays readable, and executable where it was.
    let opened = unsafe { libc::mprotect(start, mapping.length, rights | libc::PROT_WRITE) };
    if check(i64::from(opened)).is_err() {
        return;
    }
    let first = start.cast::<u8>();
    // SAFETY: the page is mapped and readable.
    let byte = unsafe { first.read_volatile() };
    // SAFETY: the page was made writable above, and gets the value it has.
    unsafe { first.write_volatile(byte) };
    // SAFETY: restores what was there before.
    let closed = unsafe { libc::mprotect(start, mapping.length, rights) };
    if check(i64::from(closed)).is_err() {
        // Code that stays writable must not be what guests run beside.
        crate::entry::unfit("the worker's own code could not be made read-only again");
    }
}

#[cfg(test)]
mod tests;
