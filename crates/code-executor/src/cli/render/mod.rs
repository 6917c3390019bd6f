//! How things look on a terminal. Pure: from values to text, which `main` writes.

mod outcome;
mod style;
mod text;
mod tools;

pub use outcome::{outcome, refusal};
pub use style::{Rendered, Style, Surface};
pub use text::{counted, visible};
pub use tools::{hits, schemas, upstream_problems};

#[cfg(test)]
mod tests;
