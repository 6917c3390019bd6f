//! The guard: a tiny process between us and a server, so that the server and whatever it started
//! end when we do, however we end.
//!
//! `<self> __guard <fd> -- <program> [arguments]`. The guard is a subreaper: what the server
//! leaves behind becomes its child. It waits for the program's end and on `fd`, a pipe whose
//! writing end only the host holds: [`TERMINATE`] on it means SIGTERM to the server's process
//! group, its end means that the host is gone. Either end leads to SIGKILL for every descendant,
//! and then the guard exits with the program's status (128 + the signal if one killed it).
//!
//! It must be run before anything else in `main`: it wants neither runtime nor threads.

mod descendants;
mod run;

use std::ffi::OsString;
use std::process::exit;

use run::{Order, run};

/// The byte on the life line that asks for SIGTERM.
pub const TERMINATE: u8 = b'T';

/// The program could not be found, as shells have it.
const NOT_FOUND: i32 = 127;
/// The program was found and could not be run, as shells have it.
const NOT_EXECUTABLE: i32 = 126;
/// The guard was called wrongly.
const USAGE: i32 = 64;
/// The guard could not do its work.
const UNAVAILABLE: i32 = 70;

/// Runs the guard on the arguments that follow `__guard`. Never returns.
pub fn main(arguments: impl Iterator<Item = OsString>) -> ! {
    let Some(order) = order(arguments) else {
        fail(USAGE, "usage: __guard <life line's number> -- <program> [arguments]");
    };
    match run(order) {
        Ok(status) => exit(status),
        Err(run::Error::Program(error)) if error.kind() == std::io::ErrorKind::NotFound => {
            fail(NOT_FOUND, "the program does not exist")
        }
        Err(run::Error::Program(_)) => fail(NOT_EXECUTABLE, "the program cannot be executed"),
        Err(run::Error::Guard(what, error)) => fail(UNAVAILABLE, &format!("{what}: {error}")),
    }
}

fn order(mut arguments: impl Iterator<Item = OsString>) -> Option<Order> {
    let life_line = arguments.next()?.to_str()?.parse().ok()?;
    if arguments.next()? != "--" {
        return None;
    }
    Some(Order { life_line, program: arguments.next()?, arguments: arguments.collect() })
}

/// Standard error is the host's log of this server: the place where an operator will look.
fn fail(status: i32, message: &str) -> ! {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "guard: {message}");
    exit(status)
}
