//! What Python programs declare that they need.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| packages::fuzzing::declarations(data));
