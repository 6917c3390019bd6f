//! What is seen of this process, and of texts as the kernel writes them.

use super::*;

#[test]
fn memory_of_ones_own_is_summed() {
    let status = b"Name:\tdeno\nVmRSS:\t  900 kB\nRssAnon:\t     400 kB\nRssFile:\t 300 kB\n\
        RssShmem:\t 200 kB\nVmPTE:\t 12 kB\nVmSwap:\t 8 kB\nThreads:\t3\n";
    assert_eq!(own_bytes(status), Some(620 * 1024));
}

#[test]
fn a_process_without_its_first_thread_tells_nothing() {
    assert_eq!(own_bytes(b"Name:\tdeno\nState:\tZ (zombie)\nThreads:\t3\n"), None);
    assert_eq!(own_bytes(b""), None);
}

#[test]
fn what_is_taken_is_seen_and_what_is_given_back_is_not() {
    let mut watch = Watch::new(sys::open(c"/proc/self/status", libc::O_RDONLY).unwrap());
    watch.begin();
    let size = 256 << 20;
    let mut taken = vec![0_u8; size];
    taken.iter_mut().step_by(4096).for_each(|byte| *byte = 1);
    std::hint::black_box(&taken);
    let used = watch.look().unwrap();
    // Other tests take and give back at the same time.
    assert!(used > (size / 2) as u64, "{used} of {size} were seen");
    drop(taken);
    assert!(watch.look().unwrap() < used);
    assert_eq!(watch.peak(), used);
}
