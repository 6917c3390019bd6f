//! Python: the interpreter that was found, and a pool of children for each of its environments.
//!
//! An environment is what a zygote has on its module search path: the operator's, or that and the
//! packages a program declared. Zygotes of idle environments are bounded in number; the one that
//! was used longest ago goes first.

mod environments;
mod interpreter;

pub use environments::{Environment, Options as PythonOptions, Python};
pub use interpreter::Interpreter;
