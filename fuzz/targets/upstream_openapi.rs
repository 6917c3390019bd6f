//! OpenAPI documents, and calls of their operations.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| upstream::fuzzing::openapi(data));
