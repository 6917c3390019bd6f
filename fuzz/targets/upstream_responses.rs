//! Responses of HTTP APIs.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| upstream::fuzzing::responses(data));
