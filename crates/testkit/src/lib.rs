//! Helpers for tests: a private place to run in, our binary as a child that speaks MCP, fake and
//! real upstream servers, and the proof that nothing is left behind.
//!
//! A dev-dependency only. Helpers panic with what a reader of the failed test needs to know; every
//! wait has a deadline.

#![forbid(unsafe_code)]

mod command;
mod corpus;
mod fakes;
mod fixtures;
mod http_server;
mod mcp_process;
mod npm_registry;
mod package_index;
mod postgres;
mod process_tree;
mod protected;
mod redis;
mod wait;
mod wheel;
mod workspace;

pub use command::{Finished, run, run_with_input};
pub use corpus::Corpus;
pub use fakes::Fake;
pub use fixtures::Fixtures;
pub use http_server::{Answer, HttpServer};
pub use mcp_process::{DEFAULT_WAIT, Era, McpProcess, RpcError, VERSION_LEGACY, VERSION_STATELESS};
pub use npm_registry::{JsrPackage, NpmPackage, NpmRegistry};
pub use package_index::PackageIndex;
pub use postgres::Postgres;
pub use process_tree::{ProcessId, assert_gone, descendants};
pub use protected::Protected;
pub use redis::Redis;
pub use wait::wait_until;
pub use wheel::Wheel;
pub use workspace::Workspace;
