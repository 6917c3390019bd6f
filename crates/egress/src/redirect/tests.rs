//! Method, body and credentials after a redirect, case by case as fetch has it.

use bytes::Bytes;
use hyper::{HeaderMap, Method, StatusCode, header::HeaderValue};

use super::{location, rewrite};
use crate::{request::Prepared, target::Target};

fn prepared(method: Method) -> Prepared {
    let mut headers = HeaderMap::new();
    for name in [
        "authorization",
        "cookie",
        "proxy-authorization",
        "content-type",
        "content-encoding",
        "x-a",
    ] {
        headers.insert(name, HeaderValue::from_static("v"));
    }
    Prepared { method, headers, body: Bytes::from_static(b"body") }
}

fn target(url: &str) -> Target {
    Target::parse(url).unwrap()
}

fn redirected(method: Method, status: u16, from: &str, to: &str) -> Prepared {
    let mut request = prepared(method);
    let status = StatusCode::from_u16(status).unwrap();
    rewrite(&mut request, status, &target(from), &target(to));
    request
}

const HERE: &str = "https://example.com/a";

#[test]
fn the_method_changes_as_fetch_has_it() {
    let table = [
        (Method::GET, 301, Method::GET),
        (Method::POST, 301, Method::GET),
        (Method::POST, 302, Method::GET),
        (Method::PUT, 301, Method::PUT),
        (Method::DELETE, 302, Method::DELETE),
        (Method::POST, 303, Method::GET),
        (Method::PUT, 303, Method::GET),
        (Method::HEAD, 303, Method::HEAD),
        (Method::HEAD, 302, Method::HEAD),
        (Method::POST, 307, Method::POST),
        (Method::POST, 308, Method::POST),
    ];
    for (method, status, expected) in table {
        let request = redirected(method.clone(), status, HERE, "https://example.com/b");
        assert_eq!(request.method, expected, "{method} {status}");
        let is_rewritten = method != expected;
        assert_eq!(request.body.is_empty(), is_rewritten, "{method} {status}");
        assert_eq!(!request.headers.contains_key("content-type"), is_rewritten);
        assert_eq!(!request.headers.contains_key("content-encoding"), is_rewritten);
        assert!(request.headers.contains_key("authorization"));
    }
}

#[test]
fn credentials_stay_with_their_origin() {
    for to in [
        "https://example.org/",
        "https://a.example.com/",
        "http://example.com/a",
        "https://example.com:8443/a",
    ] {
        let request = redirected(Method::GET, 302, HERE, to);
        for name in ["authorization", "cookie", "proxy-authorization"] {
            assert!(!request.headers.contains_key(name), "{name} went to {to}");
        }
        assert!(request.headers.contains_key("x-a"));
    }
    let same = redirected(Method::GET, 302, HERE, "https://EXAMPLE.com.:443/b");
    assert!(same.headers.contains_key("authorization") && same.headers.contains_key("cookie"));
}

#[test]
fn only_redirects_with_a_location_lead_anywhere() {
    let here = target(HERE);
    let mut headers = HeaderMap::new();
    assert_eq!(location(&here, StatusCode::FOUND, &headers), Ok(None));
    headers.insert("location", HeaderValue::from_static("/b"));
    assert_eq!(location(&here, StatusCode::OK, &headers), Ok(None));
    assert_eq!(location(&here, StatusCode::NOT_MODIFIED, &headers), Ok(None));
    assert_eq!(location(&here, StatusCode::MULTIPLE_CHOICES, &headers), Ok(None));
    let next = location(&here, StatusCode::FOUND, &headers).unwrap().unwrap();
    assert_eq!(next.shown(), "https://example.com/b");
    headers.insert("location", HeaderValue::from_bytes(b"/\xff").unwrap());
    assert!(location(&here, StatusCode::FOUND, &headers).is_err());
}
