//! One event of a `text/event-stream`.

use std::time::Duration;

use tokio_util::bytes::{Buf, BytesMut};

/// The longest id that is kept.
const ID_LIMIT: usize = 1024;
/// The longest pause a server may ask for.
const LONGEST_RETRY: Duration = Duration::from_secs(60);

/// One event.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) kind: Kind,
    /// Where to go on after it.
    pub(super) id: Option<String>,
    /// How long to wait before going on.
    pub(super) retry: Option<Duration>,
    /// Empty in an event that only says where to go on.
    pub(super) data: BytesMut,
}

/// What an event is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It carries a message.
    Message,
    /// It says where requests go, in the older transport.
    Endpoint,
    /// Nothing we know.
    Other,
}

impl Event {
    /// Reads what stands between two empty lines.
    pub(super) fn read(mut piece: BytesMut) -> Self {
        let mut event = Self { kind: Kind::Message, id: None, retry: None, data: BytesMut::new() };
        let mut only = None;
        let mut start = if piece.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        while start < piece.len() {
            let rest = &piece[start..];
            let length = rest.iter().position(|&byte| byte == b'\n' || byte == b'\r');
            let line = &rest[..length.unwrap_or(rest.len())];
            let (name, value, offset) = field(line);
            match name {
                b"data" => match only {
                    None if event.data.is_empty() => {
                        only = Some((start + offset, value.len()));
                    }
                    _ => {
                        if let Some((at, length)) = only.take() {
                            event.data.extend_from_slice(&piece[at..at + length]);
                        }
                        event.data.extend_from_slice(b"\n");
                        event.data.extend_from_slice(value);
                    }
                },
                b"event" => event.kind = kind(value),
                b"id" => event.id = identifier(value),
                b"retry" => event.retry = retry(value),
                _ => {}
            }
            start += line.len() + 1;
        }
        if let Some((at, length)) = only {
            // The usual case: one line, which stays where it is.
            piece.advance(at);
            piece.truncate(length);
            event.data = piece;
        }
        event
    }
}

/// A line's name, its value, and where in the line the value begins.
fn field(line: &[u8]) -> (&[u8], &[u8], usize) {
    let Some(colon) = line.iter().position(|&byte| byte == b':') else {
        return (line, &[], line.len());
    };
    let space = usize::from(line.get(colon + 1) == Some(&b' '));
    let offset = colon + 1 + space;
    (&line[..colon], &line[offset..], offset)
}

fn kind(value: &[u8]) -> Kind {
    match value {
        b"" | b"message" => Kind::Message,
        b"endpoint" => Kind::Endpoint,
        _ => Kind::Other,
    }
}

fn identifier(value: &[u8]) -> Option<String> {
    let id = std::str::from_utf8(value).ok()?;
    let usable = !id.is_empty() && id.len() <= ID_LIMIT && !id.chars().any(char::is_control);
    usable.then(|| id.to_owned())
}

fn retry(value: &[u8]) -> Option<Duration> {
    let ms = std::str::from_utf8(value).ok()?.parse().ok()?;
    Some(Duration::from_millis(ms).min(LONGEST_RETRY))
}
