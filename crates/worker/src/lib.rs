//! The guest side: a zygote that locks itself down, and children that run one program each.
//!
//! This crate links no tokio, no HTTP and no MCP library, so that what runs next to a hostile
//! program can be reviewed alone. `lockdown` takes the process's powers away, `zygote` keeps the
//! warm engine and forks, `engine` runs programs, `advice` reads them, `rpc` speaks to the host.

mod advice;
mod controls;
mod engine;
mod entry;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod lockdown;
mod mount_broker;
mod rpc;
mod scm;
mod sys;
mod zygote;

pub use engine::memory::Allocator;
pub use entry::main;
