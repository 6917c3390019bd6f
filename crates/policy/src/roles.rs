//! Roles: which tools, languages, directories, hosts and how much time whoever asks may have. The
//! operator writes them down in a policy file, in the form that casbin has for its policies.
//!
//! `file` reads and checks it, `rule` says what one line speaks of, `rights` is what one caller may by
//! it, `explaining` says by which line, `authority` is the file in force, replaced while we run.

mod authority;
mod explaining;
mod file;
mod rights;
mod rule;

pub use authority::Authority;
pub use explaining::{Explanation, Held};
pub use file::{MAX_FILE, Member, Problem, RUNTIMES, Roles};
pub use rights::Rights;
pub use rule::{Act, Effect, Rule};

#[cfg(test)]
mod tests;
