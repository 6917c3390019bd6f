//! From how a program ended to what the host is told.

use rquickjs::{Array, Function, Object, Value};
use serde_json::value::RawValue;
use types::{LimitKind, ProgramError};
use wire::Done;

use crate::engine::memory;
use crate::engine::quickjs::errors::{never_settles, program_error};
use crate::engine::quickjs::event_loop::{End, Failure};
use crate::engine::quickjs::session::Session;
use crate::engine::quickjs::transpile::ValueFrom;

/// Describes the ending. Runs guest code (getters, `toJSON`), so it may fail like the program.
pub fn describe<'js>(
    internal: &Object<'js>,
    session: &Session,
    end: End<'js>,
    from: ValueFrom,
) -> Done {
    memory::allow_epilogue();
    match end {
        Err(Failure::NeverSettles) => failed(never_settles(), None),
        Err(Failure::Thrown(thrown)) => failed(describe_thrown(internal, thrown), None),
        Ok(value) if value.is_undefined() || from == ValueFrom::Nothing => Done::default(),
        Ok(value) => serialize(internal, session, value, from),
    }
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
        Err(_) => return failed(describe_thrown(internal, ctx.catch()), None),
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
