//! A Python program's text, read for dangerous patterns.
#![no_main]

use fuzz::deep;

libfuzzer_sys::fuzz_target!(|data: &[u8]| deep(|| worker::fuzzing::python(data)));
