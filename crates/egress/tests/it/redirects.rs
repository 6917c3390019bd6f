//! Redirects: each is a request of its own, checked and recorded as the first.

use bytes::Bytes;
use egress::{Config, Redirect, Request};

use crate::support::{Client, Received, Server, get, ok, redirect};

fn post(url: &str) -> Request {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Request {
        method: "POST".to_owned(),
        headers: vec![
            header("Authorization", "Bearer secret"),
            header("Cookie", "session=secret"),
            header("Proxy-Authorization", "Basic secret"),
            header("Content-Type", "text/plain"),
            header("X-Mine", "kept"),
        ],
        body: Bytes::from_static(b"body"),
        ..get(url)
    }
}

#[tokio::test]
async fn a_loop_ends_at_the_limit() {
    let server = Server::answering(|_| redirect(302, "/again")).await;
    let client = Client::local(&[server.rule()]);
    assert_eq!(client.refused(&server.url("/")).await, "EgressTooManyRedirects");
    assert_eq!(server.received().len(), 6);
    let records = client.records();
    assert_eq!(records.len(), 6);
    assert!(records.iter().all(|record| record.status == Some(302)));
    assert_eq!(records[5].error, Some("EgressTooManyRedirects"));
}

#[tokio::test]
async fn a_redirect_goes_nowhere_that_is_not_granted() {
    let inner = Server::answering(|_| ok("secret")).await;
    let port = inner.port();
    let locations = [
        format!("http://127.0.0.1:{port}/"),
        format!("//127.0.0.1:{port}/"),
        format!("http://localhost:{port}/"),
        format!("http://[::1]:{port}/"),
        format!("http://0x7f000001:{port}/"),
        format!("http://user:pass@localhost:{port}/"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://10.0.0.1/".to_owned(),
        "http://metadata.google.internal/".to_owned(),
        "https://localhost/".to_owned(),
        "file:///etc/passwd".to_owned(),
        "gopher://127.0.0.1/".to_owned(),
        "data:text/plain,x".to_owned(),
    ];
    for status in [301, 302, 303, 307, 308] {
        for location in locations.clone() {
            let answer = redirect(status, &location);
            let server = Server::answering(move |_| answer.clone()).await;
            let client = Client::local(&[server.rule()]);
            let code = client.refused(&server.url("/")).await;
            assert!(matches!(code, "EgressDenied" | "EgressBadUrl"), "{location}: {code}");
            let told = client.told();
            assert_eq!(told[0].1, Some(status));
            assert_eq!(told.last().unwrap().2, Some(code));
        }
    }
    assert_eq!(inner.connections(), 0);
}

#[tokio::test]
async fn a_page_that_only_asks_to_be_left_is_not_left() {
    let page = "<meta http-equiv=refresh content='0;url=http://127.0.0.1/'>";
    let server = Server::answering(move |_| {
        let mut answer = ok(page);
        let refresh = b"HTTP/1.1 200 OK\r\nRefresh: 0;url=http://127.0.0.1/\r\n";
        answer.splice(..17, refresh.iter().copied());
        answer
    })
    .await;
    let client = Client::local(&[server.rule()]);
    assert_eq!(client.get(&server.url("/")).await.unwrap().1, page);
}

/// First server, there again, to the second and back to the first.
async fn round_trip(status: u16) -> (Vec<Received>, Vec<Received>) {
    let second = Server::answering(|request| {
        let back = request.path().strip_prefix("/over/").unwrap_or_default();
        redirect(307, &format!("http://localhost:{back}/end"))
    })
    .await;
    let over = second.url("/over");
    let first = Server::knowing_itself(move |request, port| match request.path() {
        "/end" => ok("end"),
        "/" => redirect(status, "/same"),
        _ => redirect(status, &format!("{over}/{port}")),
    })
    .await;
    let client = Client::local(&[first.rule(), second.rule()]);
    let response = client.fetch(post(&first.url("/#here"))).await.unwrap();
    assert_eq!((response.status, response.redirected), (200, true));
    assert_eq!(response.url, first.url("/end"));
    assert_eq!(response.body.bytes().await.unwrap(), "end");
    let records = client.records();
    assert_eq!(records.len(), 4);
    assert!(records.iter().all(|record| record.error.is_none()), "{records:?}");
    (first.received(), second.received())
}

#[tokio::test]
async fn credentials_do_not_cross_origins_nor_come_back() {
    let (first, second) = round_trip(307).await;
    let secrets = |request: &Received| request.head.contains("secret");
    assert!(secrets(&first[0]) && secrets(&first[1]), "the same origin keeps them");
    assert!(!first[0].head.contains("Basic"), "proxies are not the program's");
    assert!(!secrets(&second[0]) && !secrets(&first[2]));
    for request in first.iter().chain(&second) {
        assert_eq!(request.values("x-mine"), ["kept"]);
        assert!(request.head.starts_with("POST ") && request.body == b"body");
        assert_eq!(request.values("host").len(), 1);
    }
    assert_ne!(first[0].values("host"), second[0].values("host"));
}

#[tokio::test]
async fn a_post_becomes_a_get_where_fetch_says_so() {
    for status in [301, 302, 303] {
        let (first, second) = round_trip(status).await;
        assert!(first[0].head.starts_with("POST "));
        for request in [&first[1], &second[0], &first[2]] {
            assert!(request.head.starts_with("GET "), "{status}");
            assert!(request.body.is_empty() && request.values("content-length").is_empty());
            assert!(request.values("content-type").is_empty());
        }
    }
}

#[tokio::test]
async fn a_program_may_see_the_redirect_or_fail_on_it() {
    let server = Server::answering(|_| redirect(302, "http://127.0.0.1/")).await;
    let client = Client::local(&[server.rule()]);
    let with = |redirect| Request { redirect, ..get(&server.url("/")) };
    let response = client.fetch(with(Redirect::Manual)).await.unwrap();
    assert_eq!((response.status, response.redirected), (302, false));
    assert!(response.headers.contains(&("location".into(), "http://127.0.0.1/".into())));
    assert_eq!(response.status_text, "Elsewhere");
    response.body.bytes().await.unwrap();
    let failed = client.fetch(with(Redirect::Error)).await.unwrap_err();
    assert_eq!(failed.code(), "EgressRedirected");
    assert_eq!(client.records().len(), 2);
}

#[tokio::test]
async fn redirects_count_against_the_executions_share() {
    let server = Server::answering(|_| redirect(302, "/again")).await;
    let config = Config { requests: 3, ..Config::default() };
    let client = Client::with(&[server.rule()], config);
    assert_eq!(client.refused(&server.url("/")).await, "EgressTooManyRequests");
    assert_eq!(server.received().len(), 3);
}
