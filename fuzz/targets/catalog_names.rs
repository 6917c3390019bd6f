//! Names of servers and tools.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| catalog::fuzzing::names(data));
