//! Tool lists and answers of upstream servers.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| upstream::fuzzing::answers(data));
