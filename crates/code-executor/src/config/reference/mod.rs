//! The one table of settings. Reading files, environment variables, narrowing by workspace files,
//! the JSON schema and the reference page are all driven by it.

mod live;
mod making;
mod markdown;
mod npm;
mod schema;
mod serving;
mod setting;
mod table;

pub use markdown::markdown;
pub use schema::schema;
pub use setting::{Fallback, Key, Kind, Narrowing, Setting, Value};
pub use table::{SECTIONS, SETTINGS};

#[cfg(test)]
mod tests;
