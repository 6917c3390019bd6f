//! The layout of the warm heap, which every child inherits page by page.
//!
//! A child that puts a small object into a hole between old ones copies the page of that hole: a
//! fault, and a copy. A warm heap has holes all over, so a program of one line would copy dozens of
//! pages. The zygote therefore takes every hole out of use; what a child allocates then lies
//! together at the heap's top, and the child has those pages made at once.

use crate::engine::memory;

/// The page size of the architectures there are filters for. A larger one only makes less of this.
const PAGE: usize = 4096;

/// What a short program allocates, in bytes. Pages beyond it are made when they are touched.
const FIRST_BYTES: usize = 24 * PAGE;

/// No heap has more holes of one size, whatever its allocator tells of itself.
const MOST_HOLES: usize = 100_000;

/// Takes every hole out of use and leaves room at the top. Called once, in the warm zygote, whose
/// one thread is the only one to use the heap.
/// `allocate` and `free` are the engine's own, which keeps blocks of 512 bytes and less in arenas.
pub fn fill_holes(allocate: impl Fn(usize) -> *mut u8, free: impl Fn(*mut u8)) {
    let blocks = [malloc(ROOM), malloc(ROOM)];
    blocks.into_iter().for_each(release);
    holes_of_malloc();
    for size in (8..512).step_by(8).rev() {
        for _ in 0..MOST_HOLES {
            let before = memory::used();
            let block = allocate(size);
            if memory::used() != before || block.is_null() {
                // It took a new arena: there are no holes of this size any more.
                free(block);
                break;
            }
        }
    }
    let (start, end) = first_pages();
    if start < end && is_the_top(unused_top().0) {
        // SAFETY: the pages are whole ones behind the header of the heap's unused top, which was seen
        // to be where it was computed: nothing of them is anybody's. Children get empty ones.
        let _ = unsafe { libc::madvise(start as *mut _, end - start, libc::MADV_DONTNEED) };
    }
}

/// Whether the next large block comes from the top that begins here: a heap that is in several pieces
/// has its top elsewhere.
fn is_the_top(top: usize) -> bool {
    let block = malloc(ROOM);
    let is_there = block as usize == top + HEADER;
    release(block);
    is_there
}

/// What malloc keeps before each block, and before the unused top.
const HEADER: usize = 2 * size_of::<usize>();

/// Has the kernel make the pages that any program needs, all at once. In a child.
pub fn make_first_pages() {
    let (start, end) = first_pages();
    if start < end {
        // SAFETY: only makes pages present that a write would make present. An older kernel refuses,
        // and each costs a fault.
        let _ = unsafe { libc::madvise(start as *mut _, end - start, libc::MADV_POPULATE_WRITE) };
    }
}

/// More than the first pages, and less than what malloc would not take from the heap.
const ROOM: usize = 100 * 1024;

fn malloc(size: usize) -> *mut libc::c_void {
    // SAFETY: any size is allowed; null is handled.
    unsafe { libc::malloc(size) }
}

fn release(block: *mut libc::c_void) {
    // SAFETY: the callers give back what they have just got, or null.
    unsafe { libc::free(block) };
}

fn holes_of_malloc() {
    const LARGEST: usize = 64 * 1024;
    const STEP: usize = 16;
    let sizes = std::iter::successors(Some(LARGEST), |&size| {
        let next = if size > 2048 { size / 8 * 7 / STEP * STEP } else { size - STEP };
        (next > 0).then_some(next)
    });
    for size in sizes {
        for _ in 0..MOST_HOLES {
            let (top, _) = unused_top();
            let block = malloc(size);
            if block as usize >= top {
                release(block);
                break;
            }
            if block.is_null() {
                break;
            }
        }
    }
}

/// Whole pages at the beginning of the heap's unused top.
fn first_pages() -> (usize, usize) {
    let (top, end) = unused_top();
    // The header of the top is malloc's, and is in use.
    let start = (top + HEADER).next_multiple_of(PAGE);
    (start, (start + FIRST_BYTES).min(end / PAGE * PAGE))
}

/// Where the heap's unused end begins and ends; nothing for allocators that do not tell, which
/// leaves their holes.
fn unused_top() -> (usize, usize) {
    #[cfg(target_env = "gnu")]
    {
        // SAFETY: asks for the current end, changes nothing.
        let end = unsafe { libc::sbrk(0) } as usize;
        // SAFETY: takes no arguments.
        let unused = unsafe { libc::mallinfo2() }.keepcost;
        (end.saturating_sub(unused), end)
    }
    #[cfg(not(target_env = "gnu"))]
    (0, 0)
}
