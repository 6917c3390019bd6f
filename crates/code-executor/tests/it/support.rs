//! What several topics need.

use testkit::{McpProcess, Workspace};
use types::{ExecutionOutcome, ProgramError};

/// The binary under test.
pub const BINARY: &str = env!("CARGO_BIN_EXE_code-executor");

/// What is offered to a client, however much is behind us.
pub const OUR_TOOLS: [&str; 4] = ["executeTypescript", "executePython", "searchTools", "health"];

/// A workspace for the binary under test.
pub fn workspace() -> Workspace {
    Workspace::new(BINARY)
}

/// A server without upstreams.
pub fn server() -> (Workspace, McpProcess) {
    let workspace = workspace();
    let server = workspace.serve();
    (workspace, server)
}

/// The error of a program that must have failed.
#[track_caller]
pub fn error_of(outcome: &ExecutionOutcome) -> &ProgramError {
    assert!(!outcome.success, "succeeded: {outcome:?}");
    match &outcome.error {
        Some(error) => error,
        None => panic!("failed without an error: {outcome:?}"),
    }
}

/// What a program printed, once it is known to have succeeded.
#[track_caller]
pub fn output_of(outcome: &ExecutionOutcome) -> &str {
    assert!(outcome.success, "failed: {:?}\n{}", outcome.error, outcome.output);
    &outcome.output
}

/// Asserts that the server still runs programs.
#[track_caller]
pub fn assert_well(server: &mut McpProcess) {
    let outcome = server.run("console.log('still here')");
    assert_eq!(output_of(&outcome), "still here\n");
}
