//! TypeScript for models: a one-line signature and a declaration with doc comments, from whatever
//! JSON Schema a server gives. Reading is bounded in depth and nodes, writing in bytes.

mod declaration;
mod print;
mod signature;

pub(crate) use declaration::declaration;
pub(crate) use signature::signature;

#[cfg(test)]
mod tests;
