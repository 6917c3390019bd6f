//! Which headers and methods go out, and which are the host's to write.

use bytes::Bytes;
use proptest::prelude::*;

use super::{Prepared, Redirect, Request};
use crate::{Config, Error};

fn request(method: &str, headers: &[(&str, &str)]) -> Request {
    Request {
        method: method.to_owned(),
        url: "http://example.com/".to_owned(),
        headers: headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
        body: Bytes::new(),
        redirect: Redirect::Follow,
    }
}

fn prepare(method: &str, headers: &[(&str, &str)]) -> Result<Prepared, Error> {
    Prepared::new(&request(method, headers), &Config::default())
}

#[test]
fn headers_that_frame_or_route_are_left_out() {
    let ours = [
        "Host",
        "content-length",
        "Transfer-Encoding",
        "CONNECTION",
        "Upgrade",
        "TE",
        "Expect",
        "Trailer",
        "Keep-Alive",
        "HTTP2-Settings",
        "Proxy-Authorization",
        "Proxy-Connection",
        "proxy-anything",
        "Accept-Encoding",
    ];
    let given: Vec<_> = ours.iter().map(|name| (*name, "x")).collect();
    let prepared = prepare("GET", &given).unwrap();
    let mut names: Vec<_> = prepared.headers.keys().map(|name| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["accept", "accept-encoding", "user-agent"]);
    assert_eq!(prepared.headers["accept-encoding"], "gzip, deflate, br");
}

#[test]
fn what_a_program_says_otherwise_goes_out() {
    let given = [
        ("Accept", "text/html"),
        ("User-Agent", "mine"),
        ("X-A", " 1 "),
        ("x-a", "2"),
        ("X-Latin", "é"),
        ("Accept-Encoding", "identity"),
        ("Cookie", "a=b"),
        ("X-Empty", ""),
    ];
    let headers = prepare("GET", &given).unwrap().headers;
    assert_eq!(headers["accept"], "text/html");
    assert_eq!(headers["user-agent"], "mine");
    assert_eq!(headers["accept-encoding"], "identity");
    assert_eq!(headers.get_all("x-a").iter().collect::<Vec<_>>(), ["1", "2"]);
    assert_eq!(headers["x-latin"].as_bytes(), [0xe9]);
    assert_eq!(headers["x-empty"], "");
}

#[test]
fn nothing_can_be_smuggled_through_a_name_or_a_value() {
    for (name, value) in [
        ("X", "a\r\nHost: evil"),
        ("X", "a\nb"),
        ("X", "a\rb"),
        ("X", "a\0b"),
        ("X", "\u{7f}"),
        ("X", "€"),
        ("X\r\nHost", "evil"),
        ("X: a\r\nY", "b"),
        ("X Y", "b"),
        ("X:", "b"),
        ("Content-Length ", "5"),
        ("\tTransfer-Encoding", "chunked"),
        ("Transfer-Encoding\0", "x"),
        ("", "x"),
        ("X\u{b}", "x"),
        ("Ｈost", "evil"),
    ] {
        let refused = prepare("GET", &[(name, value)]).err().map(|error| error.code());
        assert_eq!(refused, Some("EgressBadRequest"), "{name:?}: {value:?}");
    }
}

#[test]
fn methods_are_tokens_and_tunnels_are_none() {
    let sent = |method: &str| prepare(method, &[]).unwrap().method.to_string();
    assert_eq!(sent("get"), "GET");
    assert_eq!(sent("Post"), "POST");
    assert_eq!(sent("PATCH"), "PATCH");
    assert_eq!(sent("patch"), "patch");
    assert_eq!(sent("PROPFIND"), "PROPFIND");
    let long = "A".repeat(33);
    for method in ["", "CONNECT", "connect", "TRACE", "Track", "GET /", "G\r\nET", "GÉT", &long] {
        let refused = prepare(method, &[]).err().map(|error| error.code());
        assert_eq!(refused, Some("EgressBadRequest"), "{method:?}");
    }
}

#[test]
fn sizes_are_bounded() {
    let config = Config { request_body_bytes: 4, request_header_bytes: 20, ..Config::default() };
    let mut large = request("POST", &[]);
    large.body = Bytes::from_static(b"12345");
    let refused = Prepared::new(&large, &config).err().unwrap();
    assert_eq!(refused.to_string(), "the request's body is larger than the limit of 4 bytes");
    let long = request("GET", &[("x", "abcdefghijklmnopqrst")]);
    assert_eq!(Prepared::new(&long, &config).err().unwrap().code(), "EgressTooLarge");
    let many = vec![("a", ""); 257];
    assert_eq!(prepare("GET", &many).err().unwrap().code(), "EgressTooLarge");
    assert!(prepare("GET", &many[1..]).is_ok());
}

#[test]
fn a_request_is_not_shown_with_what_it_holds() {
    let shown = format!("{:?}", request("GET", &[("Authorization", "Bearer secret")]));
    assert!(!shown.contains("secret") && !shown.contains("example.com"), "{shown}");
}

proptest! {
    #[test]
    fn no_header_panics_or_breaks_a_line(name in "\\PC{0,12}", value in any::<String>()) {
        if let Ok(prepared) = prepare("GET", &[(&name, &value)]) {
            for value in prepared.headers.values() {
                prop_assert!(!value.as_bytes().iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0)));
            }
        }
    }
}
