//! How errors are told: class, message, and a stack of the user's own lines.

use types::{LimitKind, ProgramError};

/// The longest message and the longest stack that are told, in bytes.
const MESSAGE_CAP: usize = 16 * 1024;
const KIND_CAP: usize = 128;

/// An error with its texts cut to what is told.
pub fn program_error(kind: &str, message: &str, stack: Option<&str>) -> ProgramError {
    ProgramError {
        kind: clip(kind, KIND_CAP),
        message: clip(message, MESSAGE_CAP),
        stack: stack.filter(|stack| !stack.is_empty()).map(|stack| clip(stack, MESSAGE_CAP)),
    }
}

fn clip(text: &str, cap: usize) -> String {
    if text.len() <= cap {
        return text.to_owned();
    }
    format!("{}...", &text[..text.floor_char_boundary(cap)])
}

/// The error that running out of memory is, whatever the engine threw.
pub fn out_of_memory(limit_bytes: u64) -> (ProgramError, LimitKind) {
    let message = format!(
        "the program used more than its {} MiB of memory; work on less at once, or ask the \
         operator for a higher limits.memoryBytes",
        limit_bytes >> 20
    );
    (program_error("MemoryLimitError", &message, None), LimitKind::Memory)
}

/// The error of a program that waits on something nothing can settle.
pub fn never_settles() -> ProgramError {
    let message = "the program awaits a promise that nothing can settle any more: no timer and no \
                   tool call is pending; resolve or reject it";
    program_error("UnsettledPromiseError", message, None)
}
