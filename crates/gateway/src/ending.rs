//! From how a child ended to what the client is told: the error, and the limit that fired.

use sandbox::Exit;
use types::{Language, LimitKind, Limits, ProgramError};
use wire::control::exit;

/// Why the host stopped a child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// The wall-clock budget is used up.
    Timeout,
    /// The client cancelled, or left.
    Cancelled,
    /// The server is stopping and the drain is over.
    ShuttingDown,
    /// It went on asking after being told that it may not ask for more.
    TooManyRequests,
    /// It closed its socket and went on.
    Silent,
    /// It spoke nonsense.
    Violation(String),
}

/// What a program's error and limit are when the host stopped it.
pub fn stopped(stop: &Stop, limits: &Limits) -> (ProgramError, Option<LimitKind>) {
    let timeout = limits.timeout_ms;
    match stop {
        Stop::Timeout => {
            let message = format!(
                "the program did not end within {timeout} ms; its output and calls so far are kept. \
                 Ask for a longer timeoutMs, or do less at once"
            );
            (error("TimeoutError", message), Some(LimitKind::Timeout))
        }
        Stop::Cancelled => {
            let message = "the execution was cancelled; calls that were under way may have taken \
                           effect";
            (error("CancelledError", message.to_owned()), None)
        }
        Stop::ShuttingDown => {
            let message = "the server stopped before the program ended; calls that were under way \
                           may have taken effect";
            (error("CancelledError", message.to_owned()), None)
        }
        Stop::TooManyRequests => {
            let message = "the program went on making calls after it was told, a hundred times, that \
                           it has made all it may; do more in each call, and let errors end a loop";
            (error("ToolCallLimitError", message.to_owned()), Some(LimitKind::ToolCalls))
        }
        Stop::Silent => {
            let message = "the program closed its connection to the host, and was killed: nothing it \
                           said after that could be heard";
            (error("SandboxViolation", message.to_owned()), None)
        }
        Stop::Violation(what) => {
            let message = format!("the sandboxed process was killed: {what}");
            (error("SandboxViolation", message), None)
        }
    }
}

const SIGILL: i32 = 4;
const SIGABRT: i32 = 6;
const SIGBUS: i32 = 7;
const SIGFPE: i32 = 8;
const SIGKILL: i32 = 9;
const SIGSEGV: i32 = 11;
const SIGXCPU: i32 = 24;
const SIGSYS: i32 = 31;

/// What it means that a child ended without saying how.
pub fn unexplained(
    ended: Exit,
    language: Language,
    limits: &Limits,
) -> (ProgramError, Option<LimitKind>) {
    match (language, ended) {
        (Language::Python, Exit::Code(code)) if code != exit::OUT_OF_MEMORY => {
            let message = format!(
                "the program left with os._exit({code}), before its result and the rest of its \
                 output could be sent; end it with sys.exit or by raising an error"
            );
            return (error("SystemExit", message), None);
        }
        (Language::Python, Exit::Signal(SIGKILL)) => {
            // As the first process of its namespace it is spared a milder signal for its CPU time.
            let message = "the operating system killed the program: its threads used up their CPU \
                           time, or the host is out of memory";
            return (error("MemoryLimitError", message.to_owned()), Some(LimitKind::Memory));
        }
        _ => {}
    }
    let mib = limits.memory_bytes >> 20;
    let (kind, message, limit) = match ended {
        Exit::Code(exit::SOURCE_TOO_DEEP) => (
            "SyntaxError",
            "the program is nested too deeply to be parsed; flatten it, or load data with JSON.parse"
                .to_owned(),
            Some(LimitKind::Stack),
        ),
        Exit::Code(exit::OUT_OF_MEMORY) => (
            "MemoryLimitError",
            format!("the program used more than its {mib} MiB of memory; work on less at once"),
            Some(LimitKind::Memory),
        ),
        Exit::Signal(SIGKILL) => (
            "MemoryLimitError",
            "the operating system killed the program, most likely for want of memory on the host"
                .to_owned(),
            Some(LimitKind::Memory),
        ),
        Exit::OutOfMemory => (
            "MemoryLimitError",
            "the programs that run here used up the memory they may have together, and this one \
             was ended; work on less at once, or try again later"
                .to_owned(),
            Some(LimitKind::Memory),
        ),
        Exit::Signal(SIGXCPU) => (
            "TimeoutError",
            "the program used up its CPU time".to_owned(),
            Some(LimitKind::Timeout),
        ),
        Exit::Signal(SIGSYS) => (
            "SandboxViolation",
            "the sandboxed process made a system call that is not allowed, and was killed"
                .to_owned(),
            None,
        ),
        Exit::Signal(signal @ (SIGILL | SIGABRT | SIGBUS | SIGFPE | SIGSEGV)) => {
            let name = signal_name(signal);
            let engine = match language {
                Language::TypeScript => "engine",
                Language::Python => "interpreter",
            };
            let message = format!("the {engine} crashed ({name}); nothing else is affected");
            ("EngineCrash", message, None)
        }
        Exit::Lost => (
            "SandboxError",
            "the sandbox ended under the program; calls made so far may have taken effect".to_owned(),
            None,
        ),
        Exit::Code(code) => {
            ("SandboxError", format!("the sandboxed process left with code {code}"), None)
        }
        Exit::Signal(signal) if language == Language::Python => {
            let message = format!(
                "the program was ended by signal {signal}, which it set off itself; handle the \
                 signal, or set no timer for it"
            );
            ("SignalError", message, None)
        }
        Exit::Signal(signal) => {
            ("SandboxError", format!("the sandboxed process got signal {signal}"), None)
        }
    };
    (error(kind, message), limit)
}

/// What it means that the child of a session ended as soon as it was let go on.
pub fn left_before() -> ProgramError {
    let message = "the process of the session was gone when it was let go on: the program before this one \
                   most likely left with os._exit; end programs with sys.exit or by raising an error";
    error("SystemExit", message.to_owned())
}

fn signal_name(signal: i32) -> &'static str {
    match signal {
        SIGILL => "SIGILL",
        SIGABRT => "SIGABRT",
        SIGBUS => "SIGBUS",
        SIGFPE => "SIGFPE",
        _ => "SIGSEGV",
    }
}

/// A program error of the host's making: there is no stack.
pub fn error(kind: &str, message: String) -> ProgramError {
    ProgramError { kind: kind.to_owned(), message, stack: None }
}

#[cfg(test)]
mod tests;
