//! A server's tools, on their way to a model and to a program. What is declared of them is TypeScript.
#![no_main]

use fuzz::deep;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    for declaration in catalog::fuzzing::tools(data) {
        deep(|| assert!(worker::fuzzing::is_typescript(&declaration), "no TypeScript: {declaration}"));
    }
});
