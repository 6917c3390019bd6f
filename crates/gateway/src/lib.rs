//! The spine: the way of one request, from the front that received it to its outcome.
//!
//! `gateway` is what fronts ask, `gateway::execution` the way of a program down and back, `sessions` the
//! interpreters that are kept between programs, `admission` the bound on what runs at once, `advice` the
//! dangerous patterns in a program, `run` the conversation with the child, `asked` its requests
//! under way, `requests` what they may cost, `bridge` what they come to, `answer` what a program
//! sees of a tool's answer, `ledger` what it called, `discovery` which tools there are, `engine` and `engines` what
//! runs which program, `dependencies` the packages a program declares, `progress` news of it as it happens,
//! `reach` its directories and hosts, `filing` and `fetching` what it does with them, `modules` what it
//! imports of the servers, `content` their resources and prompts.
//! Nothing here knows a front's protocol or an MCP type.
#![forbid(unsafe_code)]

mod admission;
mod advice;
mod answer;
mod asked;
mod bridge;
mod caller;
mod content;
mod cpu;
mod dependencies;
mod discovery;
mod ending;
mod engine;
mod engines;
mod fetching;
mod filing;
mod gateway;
mod health;
mod history;
mod ledger;
mod limiting;
mod live;
mod measure;
pub mod metrics;
mod modules;
mod observe;
mod progress;
mod reach;
mod records;
mod refusals;
mod requests;
mod run;
mod sessions;
mod task;
pub mod trace;

pub use catalog::names::full_name;
pub use catalog::tokens::estimate as estimate_tokens;

pub use advice::{is_blocked, summary as findings_summary};
pub use caller::{Client, Over};
pub use discovery::{Remembered, SearchAnswer, Unapproved};
pub use engines::Languages;
pub use gateway::{Gateway, Parts, PythonParts};
pub use history::HistoryConfig;
pub use limiting::Limiting;
pub use live::Renewed;
pub use progress::{Event, Progress};
pub use reach::{Reach, denied_summary};
