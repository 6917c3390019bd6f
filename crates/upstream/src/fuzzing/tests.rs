//! The properties over lines made of what messages are made of; the fuzzer goes further.

use proptest::prelude::*;

use super::{answers, lines};

const WORDS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"id\"",
    "\"id\":1",
    "\"id\":\"a\"",
    "\"\\u0069d\":2",
    "\"method\"",
    "\"result\":",
    "\"error\":",
    "{\"code\":-1,\"message\":\"m\"}",
    "1",
    "-0",
    "1e3",
    "null",
    "true",
    "\"",
    "\\",
    "\n",
    "\r\n",
    " ",
    "{}",
    "\"jsonrpc\":\"2.0\"",
    "\"tools\":",
    "\"name\":\"t\"",
    "\"inputSchema\":{}",
    "\"content\":[",
    "\"nextCursor\":\"c\"",
    "\u{0}",
    "é",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n",
    "{\"tools\":[{\"name\":\"t\"}]}\n",
];

fn stream() -> impl Strategy<Value = Vec<u8>> {
    let words = prop::collection::vec(prop::sample::select(WORDS), 0..40);
    (any::<u8>(), 0_u8..40, words).prop_map(|(cut, limit, words)| {
        let mut stream = vec![cut, limit];
        stream.extend_from_slice(words.concat().as_bytes());
        stream
    })
}

proptest! {
    #[test]
    fn any_lines_are_read(stream in stream()) {
        lines(&stream);
    }

    #[test]
    fn any_answers_are_read(stream in stream(), bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        answers(&stream);
        answers(&bytes);
        lines(&bytes);
    }
}
