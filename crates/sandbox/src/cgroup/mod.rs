//! The cgroup that all zygotes of this host share, their children with them: what programs use
//! together is bounded there. Made once, never per program.
//!
//! `hierarchy` finds out where a group of ours may be made, `group` makes, checks and removes it.

mod group;
mod hierarchy;
mod limits;

pub use group::{Cgroup, Member};
pub use limits::{CgroupLimits, machine_memory};

#[cfg(test)]
mod tests;
