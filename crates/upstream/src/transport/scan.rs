//! A byte-level look at one JSON-RPC message that will not be kept: its id, whether it is a
//! request, and how many values it holds. Memory stays constant however long the message is.

use rmcp::model::RequestId;

/// The longest key or id that is looked at.
const CAPTURE_LIMIT: usize = 256;

/// What was found at the top level of a message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Found {
    /// The value of `id`, when it is a string or an integer.
    pub(crate) id: Option<RequestId>,
    /// Whether there is a `method`: then it is no answer.
    pub(crate) has_method: bool,
    /// Values in the whole message, give or take one a container.
    pub(crate) values: usize,
}

/// Reads a message in pieces. Text that is not JSON gives some answer and never a panic.
#[derive(Debug, Default)]
pub(crate) struct Scanner {
    depth: usize,
    in_string: bool,
    escaped: bool,
    place: Place,
    key: Key,
    capturing: bool,
    captured: Vec<u8>,
    found: Found,
}

/// Where in the top-level object the scanner stands.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before the object, after it, or in a message that is not an object.
    #[default]
    Outside,
    Key,
    Value,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Key {
    Id,
    Method,
    #[default]
    Other,
}

impl Scanner {
    /// Reads the next piece.
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            rest = if self.in_string { self.string(rest) } else { self.between(rest) };
        }
    }

    /// What was found in everything that was read.
    pub(crate) fn finish(mut self) -> Found {
        self.end_scalar();
        self.found
    }

    /// Reads from inside a string up to its end; gives what is left.
    fn string<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let mut start = 0;
        loop {
            if self.escaped {
                let Some(&byte) = bytes.get(start) else { return &[] };
                self.capture(&[byte]);
                self.escaped = false;
                start += 1;
            }
            let tail = &bytes[start..];
            let Some(length) = tail.iter().position(|&byte| byte == b'"' || byte == b'\\') else {
                self.capture(tail);
                return &[];
            };
            if tail[length] == b'"' {
                self.capture(&tail[..=length]);
                self.in_string = false;
                self.end_string();
                return &tail[length + 1..];
            }
            self.capture(&tail[..=length]);
            self.escaped = true;
            start += length + 1;
        }
    }

    /// Reads from outside a string up to the next one; gives what is left.
    fn between<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        for (index, &byte) in bytes.iter().enumerate() {
            match byte {
                b'"' => {
                    self.start_string();
                    return &bytes[index + 1..];
                }
                b'{' | b'[' => self.open(byte),
                b'}' | b']' => self.close(),
                b',' => {
                    self.found.values += 1;
                    if self.depth == 1 && self.place != Place::Outside {
                        self.end_scalar();
                        self.place = Place::Key;
                    }
                }
                b':' if self.depth == 1 && self.place == Place::Key => self.place = Place::Value,
                b' ' | b'\t' | b'\r' | b'\n' => {}
                _ if self.depth == 1 && self.place == Place::Value && self.key == Key::Id => {
                    self.capturing = true;
                    self.capture(&[byte]);
                }
                _ => {}
            }
        }
        &[]
    }

    fn open(&mut self, byte: u8) {
        self.found.values += 1;
        if self.depth == 0 && byte == b'{' {
            self.place = Place::Key;
        } else if self.depth == 1 {
            // A container is no id, and what it holds is not at the top level.
            self.key = Key::Other;
        }
        self.depth += 1;
    }

    fn close(&mut self) {
        if self.depth == 1 {
            self.end_scalar();
            self.place = Place::Outside;
        }
        self.depth = self.depth.saturating_sub(1);
    }

    fn start_string(&mut self) {
        self.in_string = true;
        let wanted = match self.place {
            Place::Key => true,
            Place::Value => self.key == Key::Id,
            Place::Outside => false,
        };
        if self.depth == 1 && wanted {
            self.captured.clear();
            self.capturing = true;
            self.capture(b"\"");
        }
    }

    fn end_string(&mut self) {
        if !std::mem::take(&mut self.capturing) {
            return;
        }
        // Decoded as JSON, so that a key written with escapes is the same key.
        let text = serde_json::from_slice::<String>(&self.captured).ok();
        self.captured.clear();
        match (self.place, self.key) {
            (Place::Key, _) => {
                self.key = match text.as_deref() {
                    Some("id") => Key::Id,
                    Some("method") => Key::Method,
                    _ => Key::Other,
                };
                self.found.has_method |= self.key == Key::Method;
            }
            (Place::Value, Key::Id) => {
                self.found.id = text.map(|text| RequestId::String(text.into()));
                self.key = Key::Other;
            }
            _ => {}
        }
    }

    /// Ends a number that was being captured as an id.
    fn end_scalar(&mut self) {
        if self.in_string || !std::mem::take(&mut self.capturing) {
            return;
        }
        let number = std::str::from_utf8(&self.captured).ok().and_then(|text| text.parse().ok());
        self.found.id = number.map(RequestId::Number);
        self.captured.clear();
        self.key = Key::Other;
    }

    fn capture(&mut self, bytes: &[u8]) {
        // One byte beyond the limit makes the capture unreadable, which is what it should be.
        if self.capturing && self.captured.len() <= CAPTURE_LIMIT {
            let room = CAPTURE_LIMIT + 1 - self.captured.len();
            self.captured.extend_from_slice(&bytes[..bytes.len().min(room)]);
        }
    }
}
