//! The host side of the sandbox: zygotes are kept, children handed out, deadlines and deaths seen.
//!
//! A `Sandbox` launches a `Child` that has locked itself down and was verified from outside; the
//! caller speaks the guest protocol with it and ends it. What a program means is not known here.
#![forbid(unsafe_code)]

mod cgroup;
mod child;
mod config;
mod control;
mod controls;
mod cpu;
mod deno;
mod error;
mod grants;
mod level;
mod machine;
mod mount_broker;
mod pool;
mod pools;
mod process;
mod python;
mod socket;
mod spawner;
mod verify;
mod zygote;

pub use cgroup::{Cgroup, CgroupLimits, machine_memory};
pub use child::{Child, Event, Exit};
pub use config::Config;
pub use deno::{Deno, DenoExecutable, DenoOptions};
pub use error::Error;
pub use grants::{GrantedDirectory, Grants, Launched, Withheld};
pub use pool::{Sandbox, Warmth};
pub use pools::Environment;
pub use python::{Interpreter, Python, PythonOptions};
