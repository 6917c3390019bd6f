//! Finds a message's `id` without parsing the message: it may be too long to keep, or broken.

use rmcp::model::RequestId;

/// The longest id that is answered, in bytes of JSON. Ours is to echo it, not to store it.
const MAX_ID_BYTES: usize = 256;

/// A scanner for the value of the top-level `id`, fed a message piece by piece.
#[derive(Debug, Default)]
pub(super) struct IdScanner {
    depth: u32,
    in_string: bool,
    escaped: bool,
    at_key: bool,
    key_is_id: bool,
    token: Vec<u8>,
    id: Option<Vec<u8>>,
}

/// The id of a message that could not be parsed, if it has one we can echo.
pub(super) fn find_id(message: &[u8]) -> Option<RequestId> {
    let mut scanner = IdScanner::default();
    scanner.feed(message);
    scanner.finish()
}

impl IdScanner {
    /// Looks at the next piece of the message.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if self.in_string {
                self.string_byte(byte);
            } else {
                self.structure_byte(byte);
            }
        }
    }

    /// The id, when the message had one at its top level that JSON-RPC allows.
    pub(super) fn finish(mut self) -> Option<RequestId> {
        self.end_value();
        serde_json::from_slice(&self.id?).ok()
    }

    fn string_byte(&mut self, byte: u8) {
        self.keep(byte);
        if self.escaped {
            self.escaped = false;
        } else if byte == b'\\' {
            self.escaped = true;
        } else if byte == b'"' {
            self.in_string = false;
            if self.depth == 1 && self.at_key {
                self.key_is_id = self.token == b"\"id\"";
            }
        }
    }

    fn structure_byte(&mut self, byte: u8) {
        match byte {
            b'"' => {
                self.in_string = true;
                self.keep(byte);
            }
            b'{' | b'[' => {
                self.depth = self.depth.saturating_add(1);
                self.at_key = self.depth == 1 && byte == b'{';
            }
            b'}' | b']' => {
                self.end_value();
                self.depth = self.depth.saturating_sub(1);
            }
            b':' if self.depth == 1 => {
                self.at_key = false;
                self.token.clear();
            }
            b',' if self.depth == 1 => {
                self.end_value();
                self.at_key = true;
            }
            byte if byte.is_ascii_whitespace() => {}
            byte => self.keep(byte),
        }
    }

    fn keep(&mut self, byte: u8) {
        let wanted = self.depth == 1 && (self.at_key || self.key_is_id);
        if wanted && self.token.len() < MAX_ID_BYTES {
            self.token.push(byte);
        }
    }

    fn end_value(&mut self) {
        if self.depth != 1 {
            return;
        }
        if self.key_is_id && !self.at_key && self.id.is_none() && !self.token.is_empty() {
            self.id = Some(std::mem::take(&mut self.token));
        }
        self.key_is_id = false;
        self.token.clear();
    }
}
