//! The properties over lines made of what messages are made of; the fuzzer goes further.

use proptest::prelude::*;

use super::{answers, lines, openapi, responses};

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

const YAML: &[&str] = &[
    "openapi: 3.1.0\n",
    "servers: [{url: 'http://h/{v}', variables: {v: {default: '1'}}}]\n",
    "paths:\n",
    "  /a/{id}:\n",
    "  '/{x}{y}/..b':\n",
    "    get:\n",
    "    post: &op\n",
    "    put: *op\n",
    "      operationId: same\n",
    "      parameters: [{name: id, in: path, style: matrix, explode: true}, {name: q, in: query}]\n",
    "      parameters: [{name: id, in: query, style: deepObject}, {$ref: '#/paths/~1a'}]\n",
    "      requestBody: {content: {application/json: {schema: {$ref: '#/x/y'}}}}\n",
    "      requestBody: {content: {application/x-www-form-urlencoded: {}}}\n",
    "      responses: {200: {content: {application/json: {schema: {$ref: '#/x'}}}}}\n",
    "x: {y: {type: object, nullable: true, properties: {z: {$ref: '#/x/y'}}}, $ref: '#/x/y'}\n",
    "    <<: {get: {}}\n",
    "- [",
    "\t",
    "? ",
    "&a *a\n",
];

fn document() -> impl Strategy<Value = String> {
    let words = prop::collection::vec(prop::sample::select(YAML), 0..14);
    (any::<bool>(), words).prop_map(|(valid, words)| {
        let start = if valid { YAML[..5].concat() } else { String::new() };
        start + &words.concat()
    })
}

fn arguments() -> impl Strategy<Value = String> {
    let value = "(\"[a./%?#&=;~]{0,6}\"|\\[\"\\.\",\"a/b\"\\]|\\{\"k\":\"..\"\\}|1|null|true)";
    (value, value, value, value).prop_map(|(id, x, q, body)| {
        format!("{{\"id\":{id},\"x\":{x},\"y\":{x},\"q\":{q},\"id_query\":{q},\"body\":{body}}}")
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

    #[test]
    fn any_description_is_read(text in document(), arguments in arguments()) {
        openapi(format!("{text}\0{arguments}").as_bytes());
    }

    #[test]
    fn any_response_is_an_answer(status: u8, media in "[a-z/+;=-]{0,12}", body in stream()) {
        let mut data = vec![status];
        data.extend_from_slice(media.as_bytes());
        data.push(b'\n');
        data.extend_from_slice(&body);
        responses(&data);
    }
}
