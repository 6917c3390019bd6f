//! CPython: the machine's own interpreter, in a root of its own, forked per execution.
//!
//! The `keeper` is process 1 above it, makes the scratch file systems and reaps; the interpreter
//! runs `bootstrap.py`, which is the zygote, with `lockdown.py` for its children, who then run the
//! guest library. `start` is the way into the interpreter.

pub mod keeper;
mod setup;
mod start;
