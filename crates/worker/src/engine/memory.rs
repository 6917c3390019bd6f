//! Two allocators: the engine's, which counts and refuses beyond the limit, and the process's,
//! which turns an allocation failure in a child into an exit code the host understands.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

use wire::control::exit;

use crate::sys;

static USED: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);
static LIMIT: AtomicUsize = AtomicUsize::new(usize::MAX);
static BASELINE: AtomicUsize = AtomicUsize::new(0);
static REFUSED: AtomicBool = AtomicBool::new(false);
static IN_CHILD: AtomicBool = AtomicBool::new(false);

/// Starts counting for one program: `limit` bytes above what the warm engine already uses.
pub fn begin(limit: usize) {
    let baseline = USED.load(Relaxed);
    PEAK.store(baseline, Relaxed);
    LIMIT.store(baseline.saturating_add(limit), Relaxed);
    BASELINE.store(baseline, Relaxed);
    IN_CHILD.store(true, Relaxed);
}

/// Starts counting for the next program of a session, within the limit of the first.
pub fn go_on(limit: usize) {
    PEAK.store(USED.load(Relaxed), Relaxed);
    LIMIT.store(BASELINE.load(Relaxed).saturating_add(limit), Relaxed);
    REFUSED.store(false, Relaxed);
}

/// The program's peak above the warm engine, in bytes.
pub fn peak() -> u64 {
    PEAK.load(Relaxed).saturating_sub(BASELINE.load(Relaxed)) as u64
}

/// Whether an allocation of the engine was refused.
pub fn limit_was_hit() -> bool {
    REFUSED.load(Relaxed)
}

/// Gives the engine room to describe the error that running out of memory became.
pub fn allow_epilogue() {
    const ROOM: usize = 8 << 20;
    LIMIT.store(LIMIT.load(Relaxed).saturating_add(ROOM), Relaxed);
}

/// Bytes the engine has taken of this allocator.
pub fn used() -> usize {
    USED.load(Relaxed)
}

/// Bytes up to which it may take more.
pub fn limit() -> usize {
    LIMIT.load(Relaxed)
}

/// Memory outside the engine's heap that is held for a program, counted as if it were the engine's.
#[derive(Debug)]
pub struct Held(usize);

impl Held {
    /// Counts `bytes` until this is dropped; `None` when they do not fit under the limit. The program
    /// is told so in an error of its own, and may go on.
    pub fn take(bytes: usize) -> Option<Self> {
        let fits = USED.load(Relaxed).saturating_add(bytes) <= LIMIT.load(Relaxed);
        fits.then(|| {
            USED.fetch_add(bytes, Relaxed);
            PEAK.fetch_max(USED.load(Relaxed), Relaxed);
            Self(bytes)
        })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        USED.fetch_sub(self.0, Relaxed);
    }
}

/// The engine's allocator. Single-threaded use; the atomics only spare unsafe statics.
pub struct EngineHeap;

fn usable(pointer: *mut u8) -> usize {
    // SAFETY: the engine only passes pointers that this allocator gave it, or null.
    unsafe { libc::malloc_usable_size(pointer.cast()) }
}

/// Accounts for a fresh block; null (with the refusal noted) when the system had none.
fn taken(pointer: *mut u8) -> *mut u8 {
    if pointer.is_null() {
        REFUSED.store(true, Relaxed);
        return pointer;
    }
    USED.fetch_add(usable(pointer), Relaxed);
    PEAK.fetch_max(USED.load(Relaxed), Relaxed);
    pointer
}

/// Whether a request of this size fits under the limit.
fn fits(size: usize) -> bool {
    let fits = USED.load(Relaxed).saturating_add(size) <= LIMIT.load(Relaxed);
    if !fits {
        REFUSED.store(true, Relaxed);
    }
    fits
}

// SAFETY: malloc's family gives blocks aligned for any type, and null when it fails.
unsafe impl rquickjs::allocator::Allocator for EngineHeap {
    fn alloc(&mut self, size: usize) -> *mut u8 {
        if !fits(size) {
            return std::ptr::null_mut();
        }
        // SAFETY: any size is allowed; null is handled.
        taken(unsafe { libc::malloc(size) }.cast())
    }

    fn calloc(&mut self, count: usize, size: usize) -> *mut u8 {
        if !fits(count.saturating_mul(size)) {
            return std::ptr::null_mut();
        }
        // SAFETY: calloc checks the product itself; null is handled.
        taken(unsafe { libc::calloc(count, size) }.cast())
    }

    unsafe fn dealloc(&mut self, pointer: *mut u8) {
        USED.fetch_sub(usable(pointer), Relaxed);
        // SAFETY: the caller gives back a block of this allocator, once.
        unsafe { libc::free(pointer.cast()) };
    }

    unsafe fn realloc(&mut self, pointer: *mut u8, new_size: usize) -> *mut u8 {
        let before = usable(pointer);
        if new_size > before && !fits(new_size - before) {
            return std::ptr::null_mut();
        }
        // SAFETY: the caller passes a block of this allocator, or null.
        let moved: *mut u8 = unsafe { libc::realloc(pointer.cast(), new_size) }.cast();
        if moved.is_null() && new_size > 0 {
            REFUSED.store(true, Relaxed);
            return moved;
        }
        USED.fetch_sub(before, Relaxed);
        if new_size == 0 { moved } else { taken(moved) }
    }

    unsafe fn usable_size(pointer: *mut u8) -> usize {
        usable(pointer)
    }
}

/// The process's allocator: the system's, but a child that runs out exits with a code of its own
/// instead of aborting without a word.
pub struct Allocator;

fn or_leave(pointer: *mut u8) -> *mut u8 {
    if pointer.is_null() && IN_CHILD.load(Relaxed) {
        sys::exit_now(exit::OUT_OF_MEMORY);
    }
    pointer
}

// SAFETY: every call is passed on to the system allocator unchanged.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's contract is passed on.
        or_leave(unsafe { System.alloc(layout) })
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's contract is passed on.
        unsafe { System.dealloc(pointer, layout) };
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's contract is passed on.
        or_leave(unsafe { System.alloc_zeroed(layout) })
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: the caller's contract is passed on.
        or_leave(unsafe { System.realloc(pointer, layout, new_size) })
    }
}
