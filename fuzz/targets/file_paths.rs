//! Paths of programs and names of files.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| files::fuzzing::paths(data));
