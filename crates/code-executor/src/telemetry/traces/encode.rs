//! Spans as the bytes of an `ExportTraceServiceRequest`. The messages are few and frozen, so their
//! fields are written here by number; the tests of the whole have the official definitions read them.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use gateway::trace::{Span, SpanKind, Value};

use crate::compose::VERSION;

/// The library that made the spans.
const SCOPE: &str = "code-executor";

/// The span's parent is known to be, or not to be, somebody else's.
const KNOWS_REMOTE: u32 = 0x100;
const IS_REMOTE: u32 = 0x200;
const SAMPLED: u32 = 1;

/// The most of one text, in bytes.
const MOST_TEXT: usize = 4 * 1024;

/// The body of one request.
pub fn request(resource: &BTreeMap<String, String>, spans: &[Span]) -> Vec<u8> {
    let mut said = Message::default();
    for (name, value) in resource {
        said.message(1, &attribute(name, &Value::Text(value.clone())));
    }
    let mut scope = Message::default();
    scope.text(1, SCOPE);
    scope.text(2, VERSION);
    let mut of_scope = Message::default();
    of_scope.message(1, &scope);
    for span in spans {
        of_scope.message(2, &encode(span));
    }
    let mut of_resource = Message::default();
    of_resource.message(1, &said);
    of_resource.message(2, &of_scope);
    let mut request = Message::default();
    request.message(1, &of_resource);
    request.0
}

fn encode(span: &Span) -> Message {
    let remote = span.kind == SpanKind::Server && span.parent.is_some();
    let mut message = Message::default();
    message.bytes(1, &span.context.trace);
    message.bytes(2, &span.context.span);
    message.text(3, span.state.as_deref().unwrap_or_default());
    message.bytes(4, span.parent.as_ref().map_or(&[], |parent| parent.as_slice()));
    message.text(5, &span.name);
    message.number(
        6,
        match span.kind {
            SpanKind::Internal => 1,
            SpanKind::Server => 2,
            SpanKind::Client => 3,
        },
    );
    message.fixed64(7, nanoseconds(span.began));
    message.fixed64(8, nanoseconds(span.ended));
    for (name, value) in &span.attributes {
        message.message(9, &attribute(name, value));
    }
    if let Some(error) = &span.error {
        message.message(9, &attribute("error.type", &Value::Text(error.clone())));
        let mut status = Message::default();
        status.number(3, 2);
        message.message(15, &status);
    }
    let flags = SAMPLED | KNOWS_REMOTE | if remote { IS_REMOTE } else { 0 };
    message.fixed32(16, flags);
    message
}

fn attribute(name: &str, value: &Value) -> Message {
    let mut any = Message::default();
    match value {
        // An empty text is a value too, so it is written whatever it is.
        Value::Text(text) => any.field(1, clipped(text).as_bytes()),
        Value::Bool(yes) => any.varint_field(2, u64::from(*yes)),
        Value::Number(number) => any.varint_field(3, number.cast_unsigned()),
    }
    let mut attribute = Message::default();
    attribute.text(1, name);
    attribute.message(2, &any);
    attribute
}

fn clipped(text: &str) -> &str {
    &text[..text.floor_char_boundary(MOST_TEXT)]
}

fn nanoseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

/// The bytes of a protobuf message. A field with its default is left out.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    fn text(&mut self, field: u64, text: &str) {
        self.bytes(field, clipped(text).as_bytes());
    }

    fn bytes(&mut self, field: u64, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.field(field, bytes);
        }
    }

    fn message(&mut self, field: u64, message: &Self) {
        self.field(field, &message.0);
    }

    fn number(&mut self, field: u64, number: u64) {
        if number != 0 {
            self.varint_field(field, number);
        }
    }

    fn field(&mut self, field: u64, bytes: &[u8]) {
        self.varint(field << 3 | 2);
        self.varint(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    fn varint_field(&mut self, field: u64, number: u64) {
        self.varint(field << 3);
        self.varint(number);
    }

    fn fixed64(&mut self, field: u64, number: u64) {
        self.varint(field << 3 | 1);
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    fn fixed32(&mut self, field: u64, number: u32) {
        self.varint(field << 3 | 5);
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    fn varint(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push((number & 0x7f) as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::Message;

    #[test]
    fn fields_are_written_as_protobuf_has_them() {
        let mut message = Message::default();
        message.number(1, 150);
        message.text(2, "testing");
        message.text(3, "");
        assert_eq!(message.0, b"\x08\x96\x01\x12\x07testing");
    }
}
