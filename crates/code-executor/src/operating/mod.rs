//! Running for long and unattended: what watches us, what a service manager is told, a configuration
//! that changes under us, and the end.

mod drain;
pub mod fingerprint;
pub mod reload;
pub mod systemd;
mod watching;

pub use drain::Drain;
pub use watching::Watching;
