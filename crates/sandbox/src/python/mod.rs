//! Python: the interpreter that was found, and a pool of children for each of its environments.
//!
//! An environment is what a zygote has on its module search path: the operator's, or that and the
//! packages a program declared.

mod environments;
mod interpreter;

pub use environments::{Options as PythonOptions, Python};
pub use interpreter::Interpreter;
