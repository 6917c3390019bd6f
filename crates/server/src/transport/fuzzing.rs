//! A client's standard output, in pieces. In no build that ships.

#[cfg(test)]
mod tests;

use rmcp::model::{JsonRpcMessage, RequestId, ServerJsonRpcMessage};
use serde_json::Value;

use super::decode::{Decoded, decode, too_long};
use super::scan::{IdScanner, find_id};

/// The most of a client's own words that an answer repeats, in bytes: an id, a method, a place.
const MOST_REPEATED: usize = 2 * 1024;

/// Lines of a client: each is a message, is answered, or is nothing; the id is the client's own.
pub fn lines(data: &[u8]) {
    for line in data.split(|&byte| byte == b'\n') {
        let found = find_id(line);
        let middle = line.len() / 2;
        let mut scanner = IdScanner::default();
        scanner.feed(&line[..middle]);
        scanner.feed(&line[middle..]);
        assert_eq!(scanner.finish(), found, "cutting changed a message");
        answer(&too_long(line.len(), found));
        match decode(line) {
            Decoded::Nothing => {}
            Decoded::Message(message) => same_id(line, &message_id(&message)),
            Decoded::Reply(reply) => {
                let JsonRpcMessage::Error(error) = &*reply else { panic!("{reply:?}") };
                assert!(error.error.message.len() <= MOST_REPEATED, "{}", error.error.message);
                if error.id.is_some() {
                    same_id(line, &error.id);
                }
                answer(&reply);
            }
        }
    }
}

/// An answer is one line of JSON.
fn answer(reply: &ServerJsonRpcMessage) {
    let text = serde_json::to_string(reply).expect("it is JSON");
    assert!(!text.contains('\n'));
    assert!(serde_json::from_str::<Value>(&text).is_ok_and(|value| value.is_object()));
}

fn message_id(message: &rmcp::model::ClientJsonRpcMessage) -> Option<RequestId> {
    match message {
        JsonRpcMessage::Request(request) => Some(request.id.clone()),
        JsonRpcMessage::Response(response) => Some(response.id.clone()),
        JsonRpcMessage::Error(error) => error.id.clone(),
        JsonRpcMessage::Notification(_) => None,
    }
}

/// Where another parser finds an id, it is this one. Of several it may be any.
fn same_id(line: &[u8], id: &Option<RequestId>) {
    let Ok(Value::Object(members)) = serde_json::from_slice(line) else { return };
    let text = String::from_utf8_lossy(line);
    if text.matches("id\"").count() > 1 || text.contains("\\u") {
        return;
    }
    let found = match members.get("id") {
        Some(Value::String(text)) => Some(RequestId::String(text.as_str().into())),
        // `1.0` is 1 to some, and echoed as such.
        Some(Value::Number(number)) if number.is_f64() => return,
        Some(Value::Number(number)) => number.as_i64().map(RequestId::Number),
        _ => None,
    };
    assert_eq!(*id, found);
}
