//! Deno: the machine's own, started afresh per execution in namespaces of its own.
//!
//! V8 has threads and cannot be forked, so the `zygote` starts a child ahead of each program: `init`,
//! process 1 of the child's namespaces, which makes its `root`, starts Deno in it (`start`), locks itself
//! down and then stands between it and the host (`relay`). The host speaks to ours alone; what V8 runs
//! reaches nothing but the socket to `init`. `guest` is the JavaScript that Deno runs first. `install` takes
//! Deno's place in children that install packages.

mod fate;
mod grants;
mod guest;
mod init;
mod install;
mod relay;
pub mod root;
mod start;
mod watch;
pub mod zygote;
