//! What must hold for whatever a client sends: driven by the fuzzer (`cargo xtask fuzz`) and by
//! property tests, and in no build that ships. A broken property is a panic.

pub use crate::transport::fuzzing::lines;
