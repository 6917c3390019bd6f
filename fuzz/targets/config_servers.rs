//! Lists of servers, trusted or not.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| code_executor::fuzzing::servers(data));
