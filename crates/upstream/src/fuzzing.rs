//! What must hold for whatever a server prints: driven by the fuzzer (`cargo xtask fuzz`) and by
//! property tests, and in no build that ships. A broken property is a panic.

#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::pin::Pin;
use std::task::{Context, Poll};

use rmcp::model::{JsonRpcMessage, RequestId};
use serde_json::Value;
use tokio::io::{AsyncRead, ReadBuf};

use crate::transport::fuzzing::{
    Budget, Line, Lines, Parsed, Pending, Reading, parse, printable, scanned, top_level,
};
use crate::{Config, answer, list};

/// The most that the budget of a run holds, in bytes.
const BUDGET: usize = 1 << 20;

/// A server's standard output: the first byte says how it is cut, the second how long a line may be.
pub fn lines(data: &[u8]) {
    let [cut, limit, stream @ ..] = data else { return };
    let limit = 16 + usize::from(*limit) * 4;
    let pieces = Pieces { rest: stream, cut: usize::from(*cut) + 1 };
    let mut lines = Lines::new(pieces, limit, Budget::new(BUDGET));
    let mut wanted = stream.split_inclusive(|&byte| byte == b'\n').filter_map(|line| {
        // What is not ended is not a line.
        line.strip_suffix(b"\n")
    });
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("it needs nothing");
    runtime.block_on(async {
        loop {
            let wanted = match (lines.next().await, wanted.next()) {
                (Line::End, None) => return,
                (Line::Whole(line, _), Some(wanted)) => {
                    assert_eq!(&line[..], wanted);
                    assert!(line.len() <= limit);
                    wanted
                }
                (Line::Oversized(id), Some(wanted)) => {
                    assert!(wanted.len() > limit);
                    if let Some((expected, has_method)) = identified(wanted) {
                        assert_eq!(id, expected.filter(|_| !has_method));
                    }
                    wanted
                }
                (line, wanted) => panic!("{line:?} where {wanted:?} was"),
            };
            message(wanted, limit);
        }
    });
}

/// An OpenAPI document and a call of each of its operations.
pub fn openapi(data: &[u8]) {
    crate::rest::fuzzing::calls(data);
}

/// A response of an HTTP API.
pub fn responses(data: &[u8]) {
    crate::rest::fuzzing::responses(data);
}

/// The pages of a list of tools, or answers of tools: one JSON value a line.
pub fn answers(data: &[u8]) {
    let values = data.split(|&byte| byte == b'\n');
    let values: Vec<Value> =
        values.filter_map(|line| serde_json::from_slice(line).ok()).take(16).collect();
    for value in &values {
        if let Ok(answer) = answer::read(value.clone()) {
            assert!(answer.content.iter().all(Value::is_object));
        }
    }
    let config = Config { max_tools_per_server: 8, max_pages: 4, ..Config::default() };
    match list::read_pages(values, &config) {
        Err(error) => assert!(!error.to_string().contains('\n'), "{error}"),
        Ok(tools) => {
            let names: HashSet<&str> = tools.iter().map(|tool| tool.name.as_str()).collect();
            assert_eq!(names.len(), tools.len(), "two tools of one name");
            assert!(tools.len() <= config.max_tools_per_server);
            for tool in tools {
                assert!(tool.input_schema.is_object());
                assert!(!tool.name.is_empty() && !tool.name.chars().any(char::is_control));
            }
        }
    }
}

/// One line as a message: an answer is handed on for a request that was sent, and for no other.
fn message(line: &[u8], limit: usize) {
    assert!(!printable(line).chars().any(char::is_control));
    let pending = Pending::default();
    let sent = [RequestId::Number(1), RequestId::Number(2), RequestId::String("a".into())];
    for (id, reading) in sent.iter().zip([Reading::AsIs, Reading::Typed, Reading::AsIs]) {
        pending.sent(id.clone(), reading);
    }
    match parse(line, limit, &pending) {
        Parsed::Message(JsonRpcMessage::Response(response)) => assert!(sent.contains(&response.id)),
        Parsed::Message(JsonRpcMessage::Error(error)) => {
            assert!(error.id.is_some_and(|id| sent.contains(&id)));
        }
        Parsed::Refused(id, _) => assert!(sent.contains(&id)),
        Parsed::Message(_) | Parsed::Late | Parsed::Noise => {}
    }
    let found = scanned(&[line]);
    let middle = line.len() / 2;
    assert_eq!(scanned(&[&line[..middle], &line[middle..]]), found, "cutting changed a message");
    if let Some((id, has_method)) = identified(line) {
        assert_eq!((found.id, found.has_method), (id, has_method));
    }
}

/// The id of a JSON object and whether it has a method, by another parser; nothing where that is
/// not to be told: it is no object, or says so twice.
fn identified(line: &[u8]) -> Option<(Option<RequestId>, bool)> {
    const LONG: usize = 200;
    let members = top_level(line)?;
    if members.iter().any(|(name, _)| name.len() > LONG) {
        return None;
    }
    let mut ids = members.iter().filter(|(name, _)| name == "id").map(|(_, value)| value);
    let id = ids.next();
    if ids.next().is_some() || id.is_some_and(|id| id.len() > LONG) {
        return None;
    }
    let id = id.and_then(|id| match serde_json::from_str(id) {
        Ok(Value::String(text)) => Some(RequestId::String(text.into())),
        Ok(Value::Number(number)) => number.as_i64().map(RequestId::Number),
        _ => None,
    });
    Some((id, members.iter().any(|(name, _)| name == "method")))
}

/// A stream that comes in pieces.
struct Pieces<'a> {
    rest: &'a [u8],
    cut: usize,
}

impl AsyncRead for Pieces<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let length = self.rest.len().min(self.cut).min(buffer.remaining());
        let (piece, rest) = self.rest.split_at(length);
        buffer.put_slice(piece);
        self.rest = rest;
        Poll::Ready(Ok(()))
    }
}
