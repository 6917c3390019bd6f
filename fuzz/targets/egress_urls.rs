//! URLs and rules for hosts.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| egress::fuzzing::urls(data));
