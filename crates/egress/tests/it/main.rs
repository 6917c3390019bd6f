//! Egress against servers on loopback and a resolver that says what a test wants.
#![forbid(unsafe_code)]
#![expect(clippy::unwrap_used, reason = "a helper's panic is a test's report as well")]

mod answers;
mod limits;
mod reach;
mod redirects;
mod requests;
mod support;
mod tls;
