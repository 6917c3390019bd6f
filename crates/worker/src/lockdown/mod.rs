//! Taking powers away, layer by layer.
//!
//! Once per zygote: `identity` (no root, no capabilities), `namespaces`, `root` (a file system of
//! our own, from `mounts`; `tree` is what it holds). Once per child: `child`, which applies `rlimits`, `landlock` and `seccomp`
//! in the one order that works. `canary` proves by trying that the layers hold on this kernel,
//! `probes` tries each wall alone for whoever asks.

pub mod canary;
pub mod child;
pub mod identity;
pub mod landlock;
pub mod mounts;
pub mod namespaces;
pub mod probes;
pub mod rlimits;
pub mod root;
pub mod seccomp;
pub mod tree;
