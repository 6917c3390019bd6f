//! Programs in Deno: that they mean what they mean in the embedded engine where a client sees it, and
//! what Deno prints where they are about the language.
//!
//! `deno_offer` is about whether it is offered at all.

mod bridge;
mod corpus;
mod endings;
mod files;
mod output;
mod requests;

use std::path::PathBuf;

use serde_json::{Value, json};
use testkit::{Fixtures, McpProcess, Workspace};
use types::ExecutionOutcome;

use crate::support::workspace;

/// Deno, as the fixtures have it; `None` where there is none for this architecture.
fn executable() -> Option<PathBuf> {
    let deno = Fixtures::locate().deno();
    let there = deno.exists();
    if !there {
        eprintln!("no Deno for this architecture: nothing is tested");
    }
    there.then_some(deno)
}

/// A workspace whose programs may ask for Deno.
fn with_deno() -> Option<Workspace> {
    let path = executable()?;
    Some(workspace().with_setting("executors", json!({ "typescript": { "denoPath": path } })))
}

fn server() -> Option<(Workspace, McpProcess)> {
    let workspace = with_deno()?;
    let server = workspace.serve();
    Some((workspace, server))
}

/// Runs a program in Deno, with more of the tool's arguments.
fn execute(server: &mut McpProcess, code: &str, mut arguments: Value) -> ExecutionOutcome {
    arguments["code"] = json!(code);
    arguments["runtime"] = json!("deno");
    if arguments["timeoutMs"].is_null() {
        arguments["timeoutMs"] = json!(60_000);
    }
    let outcome = server.execute(arguments);
    assert_eq!(outcome.isolation.engine, "deno");
    outcome
}

fn run(server: &mut McpProcess, code: &str) -> ExecutionOutcome {
    execute(server, code, json!({}))
}
