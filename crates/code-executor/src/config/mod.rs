//! Configuration: where it is found, whose word it is, how it is layered, and what is wrong with
//! it. Everything is read and checked before anything is started; nothing here starts anything.
//!
//! What holds everywhere here: a file of the working directory only narrows and starts nothing
//! until its bytes are trusted; a value from the environment appears in no message.

mod asking;
pub mod document;
pub mod env;
mod error;
mod inputs;
mod issuers;
mod layer;
pub mod lists;
mod load;
pub mod mcp;
pub mod reference;
mod settings;
pub mod sources;
mod terminal;
pub mod trust;
mod values;

#[cfg(test)]
pub mod fixture;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;

pub use asking::Answering;
pub use error::{Error, Level, Notice, Problem, shown_path};
pub use inputs::Inputs;
pub use load::{discovers, load, servers_of, workspace_layer};
pub use settings::{
    AuthSettings, KeptSettings, LimitSettings, ReachSettings, RolesSource, Settings,
    TelemetrySettings,
};
pub use sources::Standing;
