//! Python for models: a one-line signature and a declaration with comments, from whatever JSON Schema
//! a server gives. A declaration is the body of a stub file that begins with [`HEADER`].

mod declaration;
mod print;
mod signature;

pub(crate) use declaration::declaration;
pub(crate) use signature::signature;

/// What a stub file begins with, for the names that declarations use.
pub const HEADER: &str =
    "from typing import Any, Literal, Never, NotRequired, TypeAlias, TypedDict, overload\n";

#[cfg(test)]
mod tests;
