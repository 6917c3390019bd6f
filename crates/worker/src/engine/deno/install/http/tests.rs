//! Requests that are answered, and those that are not.

use super::*;

#[test]
fn a_request_is_its_path() {
    let head = b"GET /npm/@a%2fb HTTP/1.1\r\nHost: 127.0.0.1:4873\r\nAccept: */*\r\n\r\n";
    assert_eq!(request(head), Request::Get("/npm/@a%2fb".to_owned()));
    assert_eq!(request(&head[..head.len() - 1]), Request::Incomplete);
    assert_eq!(request(b""), Request::Incomplete);
    assert_eq!(request(&[b'a'; MAX_HEAD + 1]), Request::Strange);
    for head in [
        "POST /npm/a HTTP/1.1\r\n\r\n",
        "GET /npm/a\r\n\r\n",
        "GET /a b HTTP/1.1\r\n\r\n",
        "GET http://x/ HTTP/1.1\r\n\r\n",
        "\r\n\r\n",
    ] {
        assert_eq!(request(head.as_bytes()), Request::Strange, "{head}");
    }
    assert_eq!(request(b"GET /\xff HTTP/1.1\r\n\r\n"), Request::Strange);
}

#[test]
fn an_answer_says_how_long_it_is() {
    let bytes = answer(200, "text/plain\r\nevil: 1", b"four");
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.starts_with("HTTP/1.1 200 "), "{text}");
    assert!(text.contains("Content-Type: text/plainevil: 1\r\nContent-Length: 4\r\n"), "{text}");
    assert!(text.ends_with("\r\n\r\nfour"), "{text}");
}
