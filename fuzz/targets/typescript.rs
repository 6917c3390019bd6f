//! A TypeScript program's text, on its way to the engine.
#![no_main]

use fuzz::deep;

libfuzzer_sys::fuzz_target!(|data: &[u8]| deep(|| worker::fuzzing::typescript(data)));
