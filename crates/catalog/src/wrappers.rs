//! Tools as modules of a program: `servers/<server>/<tool>`, in TypeScript and in Python. What they
//! are called here, and the text of the files for editors and type checkers. Pure: who wants files
//! writes them, and the sandbox has the same modules without any.

mod naming;
mod python;
mod tree;
mod typescript;

pub use naming::{Identifier, folder, folders, identifier, identifiers};
pub use tree::{File, MARK, ROOT, Server, files};
