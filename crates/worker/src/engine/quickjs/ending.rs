//! From how a program ended to what the host is told.

use rquickjs::{Array, Function, Object, Value};
use serde_json::value::RawValue;
use types::{LimitKind, ProgramError};
use wire::Done;

use crate::engine::memory;
use crate::engine::quickjs::errors::{never_settles, program_error};
use crate::engine::quickjs::event_loop::{End, Failure};
use crate::engine::quickjs::session::Session;
use crate::engine::quickjs::transpile::{ValueFrom, engine_error};

/// What a recursion without an end is told as.
const STACK_OVERFLOW: &str = "Maximum call stack size exceeded";

/// Describes the ending. Runs guest code (getters, `toJSON`), so it may fail like the program.
pub fn describe<'js>(
    internal: &Object<'js>,
    session: &Session,
    end: End<'js>,
    from: ValueFrom,
) -> Done {
    memory::allow_epilogue();
    if let Some(code) = session.process.exit_code() {
        return exited(code);
    }
    match end {
        Err(Failure::Exited) => Done::default(),
        Err(Failure::NeverSettles) => failed(never_settles(), None),
        Err(Failure::Thrown(thrown)) => {
            let error = describe_thrown(internal, thrown);
            let overflowed = error.kind == "RangeError" && error.message == STACK_OVERFLOW;
            failed(error, overflowed.then_some(LimitKind::Stack))
        }
        Ok(value) if value.is_undefined() || from == ValueFrom::Nothing => Done::default(),
        Ok(value) => serialize(internal, session, value, from),
    }
}

/// A program that left by itself: its output stands, and any code but 0 is an error.
fn exited(code: u8) -> Done {
    if code == 0 {
        return Done::default();
    }
    let message = format!(
        "the program ended itself with exit code {code}: process.exit({code}) or process.exitCode; \
         code 0 is success"
    );
    failed(program_error("ExitError", &message, None), None)
}

/// Describes a module that the engine refused before it ran, with the place in the user's text.
pub fn refused<'js>(internal: &Object<'js>, session: &Session, thrown: Value<'js>) -> Done {
    memory::allow_epilogue();
    let error = describe_thrown(internal, thrown);
    let refuses = |pattern: &str, flags: &str| {
        let refuses = internal.get::<_, Function>("refusesPattern").ok()?;
        refuses.call::<_, Option<String>>((pattern, flags)).ok()?
    };
    let place = error.stack.as_deref().and_then(first_place);
    let placed = session.with_source(|source| engine_error(source, &error.message, place, refuses));
    match placed {
        Some(placed) => {
            failed(program_error(&error.kind, &placed.message, Some(&placed.frame)), None)
        }
        None => failed(error, None),
    }
}

/// Line and column of a stack's first frame.
fn first_place(stack: &str) -> Option<(usize, usize)> {
    let frame = stack.lines().next()?.trim_end_matches(')');
    let (rest, column) = frame.rsplit_once(':')?;
    let (_, line) = rest.rsplit_once(':')?;
    Some((line.parse().ok().filter(|&line| line > 0)?, column.parse().ok().filter(|&at| at > 0)?))
}

fn failed(error: ProgramError, limit: Option<LimitKind>) -> Done {
    Done { error: Some(error), limit, ..Done::default() }
}

fn describe_thrown<'js>(internal: &Object<'js>, thrown: Value<'js>) -> ProgramError {
    let ctx = thrown.ctx().clone();
    let described = internal
        .get::<_, Function>("describe")
        .and_then(|describe| describe.call::<_, Array>((thrown,)))
        .and_then(|parts| Ok((parts.get(0)?, parts.get(1)?, parts.get(2)?)));
    let described: rquickjs::Result<(String, String, String)> = described;
    match described {
        Ok((kind, message, stack)) => program_error(&kind, &message, Some(&stack)),
        Err(_) => {
            let _ = ctx.catch();
            program_error("UncaughtValue", "the program threw a value that has no text", None)
        }
    }
}

fn serialize<'js>(
    internal: &Object<'js>,
    session: &Session,
    value: Value<'js>,
    from: ValueFrom,
) -> Done {
    let ctx = value.ctx().clone();
    let serialized = internal
        .get::<_, Function>("serialize")
        .and_then(|serialize| serialize.call::<_, Array>((value,)))
        .and_then(|parts| Ok((parts.get(0)?, parts.get(1)?)));
    let serialized: rquickjs::Result<(Option<String>, Option<String>)> = serialized;
    let limit = session.result_bytes();
    let (reason, fired) = match serialized {
        Err(_) => {
            let error = describe_thrown(internal, ctx.catch());
            if from == ValueFrom::ExportDefault || memory::limit_was_hit() {
                return failed(error, None);
            }
            (format!("the result cannot be JSON: {}: {}", error.kind, error.message), None)
        }
        Ok((None, None)) => return Done::default(),
        Ok((None, Some(reason))) => (format!("the result cannot be JSON: {reason}"), None),
        Ok((Some(json), _)) if json.len() > limit => {
            let size = json.len();
            let reason = format!(
                "the result is {size} bytes of JSON, {limit} is the limit; return less, or print \
                 the part that matters"
            );
            (reason, Some(LimitKind::Result))
        }
        Ok((Some(json), _)) => {
            let result = RawValue::from_string(json).ok();
            return Done { result, ..Done::default() };
        }
    };
    if from == ValueFrom::ExportDefault {
        return failed(program_error("ResultError", &reason, None), fired);
    }
    // Nobody asked for the last expression's value by name: the program has done its work.
    Done { result_omitted: Some(reason), limit: fired, ..Done::default() }
}
