//! The property over lines made of what messages are made of; the fuzzer goes further.

use proptest::prelude::*;

use super::lines;

const WORDS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"id\":1",
    "\"id\":\"a\"",
    "\"id\":null",
    "\"\\u0069d\":2",
    "\"method\":\"tools/call\"",
    "\"method\":\"initialize\"",
    "\"method\":\"x\"",
    "\"params\":",
    "\"jsonrpc\":\"2.0\"",
    "{\"name\":\"executeTypescript\"}",
    "1",
    "-0",
    "1e3",
    "null",
    "\"",
    "\\",
    "\n",
    "\r",
    " ",
    "{}",
    "\u{feff}",
    "\"result\":{}",
    "\"error\":{\"code\":1,\"message\":\"m\"}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"x\"}}",
    "é",
];

proptest! {
    #[test]
    fn any_lines_are_read(
        words in prop::collection::vec(prop::sample::select(WORDS), 0..30),
        bytes in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        lines(words.concat().as_bytes());
        lines(&bytes);
    }
}
