//! How things look on a terminal. Pure: from values to text, which `main` writes.

mod outcome;
mod style;
mod text;
mod tools;

pub use outcome::{outcome, refusal};
pub use style::{Rendered, Style};
pub use text::visible;
pub use tools::{engine, hits, no_engine, schemas, upstream_problems};

#[cfg(test)]
mod tests;
