//! From the result of `tools/call`, as it stands on the wire, to a tool's answer.

use serde_json::{Map, Value};
use types::ToolAnswer;

/// Reads a result; the error says what is wrong with it.
pub(crate) fn read(result: Value) -> Result<ToolAnswer, &'static str> {
    let Value::Object(mut result) = result else {
        return Err("its result is not an object");
    };
    complete(&result)?;
    if result.contains_key("task") && !result.contains_key("content") {
        return Err("the tool answered with a task, which was not asked for");
    }
    Ok(ToolAnswer {
        content: content(&mut result)?,
        structured_content: result.swap_remove("structuredContent"),
        is_error: result.get("isError").and_then(Value::as_bool).unwrap_or(false),
    })
}

/// Checks that a result is an object with a list `key`, and says what is wrong with it.
pub(crate) fn whole(result: &Value, key: &str) -> Result<(), &'static str> {
    let result = result.as_object().ok_or("its result is not an object")?;
    complete(result)?;
    match result.get(key) {
        Some(Value::Array(_)) => Ok(()),
        _ => Err("its result lacks the list that makes it one"),
    }
}

/// Since 2026-07-28 a result says whether it is one.
fn complete(result: &Map<String, Value>) -> Result<(), &'static str> {
    match result.get("resultType").and_then(Value::as_str) {
        None | Some("complete") => Ok(()),
        Some("input_required") => {
            Err("the server wants to ask the user something, which programs cannot do")
        }
        Some("task") => Err("the server answered with a task, which was not asked for"),
        Some(_) => Err("its result is of an unknown type"),
    }
}

/// The content blocks: none may be given beside a structured value, and each is an object.
fn content(result: &mut Map<String, Value>) -> Result<Vec<Value>, &'static str> {
    match result.swap_remove("content") {
        Some(Value::Array(blocks)) if blocks.iter().all(Value::is_object) => Ok(blocks),
        Some(_) => Err("the `content` of its result is not a list of blocks"),
        None if result.contains_key("structuredContent") => Ok(Vec::new()),
        None => Err("its result has neither `content` nor `structuredContent`"),
    }
}
