//! Tokens of issuers, the claims in them, and sets of keys.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| policy::fuzzing::tokens(data));
