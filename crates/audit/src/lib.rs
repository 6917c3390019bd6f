//! The audit log: one JSON line when an execution starts, one per tool call and per
//! request to a host, one when it ends; and one for credentials that were not taken.
//!
//! Every process appends to segments of its own, so any number of processes share a directory
//! without a lock. Nothing is ever rewritten. Code, arguments and results are not in it: only
//! their hashes and lengths are.
#![forbid(unsafe_code)]

mod commit;
mod config;
mod error;
mod kept;
mod log;
mod record;
mod segment;

pub use commit::Ticket;
pub use config::{Config, Durability};
pub use error::Error;
pub use log::Log;
pub use record::{
    CallRecord, EndRecord, MAX_LIST, MAX_TEXT, RefusalRecord, RequestRecord, SessionCall,
    StartRecord,
};
