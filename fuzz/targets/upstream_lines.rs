//! What an upstream server prints.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| upstream::fuzzing::lines(data));
