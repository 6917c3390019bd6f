//! Preparations against a private index on loopback, with the real `uv`.
#![forbid(unsafe_code)]

mod failures;
mod indexes;
mod installs;
mod sharing;
mod support;
