//! What several targets share.
#![forbid(unsafe_code)]

/// More stack than an input of ours can use up: a child ends by a code of its own where a parser
/// meets the end of its stack, which is no finding.
const STACK: usize = 1 << 30;

/// Runs on a deep stack. A panic in there ends the fuzzer like any other.
pub fn deep(work: impl FnOnce() + Send) {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK);
        let running = thread.spawn_scoped(scope, work).expect("a thread can be started");
        running.join().expect("its panic has ended us");
    });
}
