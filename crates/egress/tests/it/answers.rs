//! Answers that are right, and all the ways in which they are not.

use egress::Request;

use crate::support::{Client, Server, get};

async fn answer(bytes: &[u8]) -> (Server, Client) {
    let server = Server::closing_after(bytes.to_vec()).await;
    let client = Client::local(&[server.rule()]);
    (server, client)
}

#[tokio::test]
async fn an_answer_is_given_as_it_came() {
    let (server, client) = answer(
        b"HTTP/1.1 404 Nothing Here\r\nX-B: 2\r\nX-A: 1\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\
          X-Latin: \xe9\r\nConnection: close\r\nKeep-Alive: timeout=5\r\nProxy-Status: x\r\n\
          Transfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n5\r\nhello\r\n6;ext=1\r\n world\r\n0\r\nX-T: t\r\n\r\n",
    )
    .await;
    let response = client.fetch(get(&server.url("/a#b"))).await.unwrap();
    assert_eq!((response.status, response.redirected), (404, false));
    assert_eq!(response.status_text, "Nothing Here");
    assert_eq!(response.url, server.url("/a"));
    let headers: Vec<_> = response.headers.iter().map(|(n, v)| format!("{n}: {v}")).collect();
    assert_eq!(headers, ["x-b: 2", "x-a: 1", "set-cookie: a=1", "set-cookie: b=2", "x-latin: é"]);
    assert_eq!(response.body.bytes().await.unwrap(), "hello world");
}

#[tokio::test]
async fn answers_without_a_body_have_none() {
    let head = Request { method: "HEAD".to_owned(), ..get("") };
    for (request, bytes) in [
        (head, &b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 500\r\n\r\n"[..]),
        (get(""), b"HTTP/1.1 204 No Content\r\nContent-Encoding: br\r\n\r\n"),
        (get(""), b"HTTP/1.1 304 Not Modified\r\nContent-Encoding: gzip\r\n\r\n"),
        (get(""), b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n"),
        (get(""), b"HTTP/1.0 200 OK\r\n\r\n"),
    ] {
        let (server, client) = answer(bytes).await;
        let response = client.fetch(Request { url: server.url("/"), ..request }).await.unwrap();
        assert_eq!(response.body.bytes().await.unwrap(), "");
        assert_eq!(client.told()[0].2, None);
    }
}

#[tokio::test]
async fn a_coding_that_we_do_not_know_is_left_to_the_program() {
    let (server, client) =
        answer(b"HTTP/1.1 200 OK\r\nContent-Encoding: zstd\r\nContent-Length: 3\r\n\r\nabc").await;
    let response = client.fetch(get(&server.url("/"))).await.unwrap();
    assert!(response.headers.contains(&("content-encoding".into(), "zstd".into())));
    assert_eq!(response.body.bytes().await.unwrap(), "abc");
}

#[tokio::test]
async fn what_is_no_http_is_an_error_and_the_next_request_works() {
    let wrong: [&[u8]; 20] = [
        b"",
        b"hello\r\n",
        b"\x16\x03\x01\x02\x00",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"<html>HTTP/0.9</html>",
        b"HTTP/1.1\r\n\r\n",
        b"HTTP/1.1 99999 OK\r\n\r\n",
        b"HTTP/1.1 -200 OK\r\n\r\n",
        b"HTTP/2.0 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        b"HTTP/1.1 200 OK\r\nX : y\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloworld\r\n0\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
    ];
    for bytes in wrong {
        let shown = String::from_utf8_lossy(bytes).into_owned();
        let (server, client) = answer(bytes).await;
        match client.get(&server.url("/")).await {
            Ok((status, body)) => panic!("{shown:?} was taken as {status} {body:?}"),
            Err(error) => assert_eq!(error.code(), "EgressProtocol", "{shown:?}: {error}"),
        }
        assert_eq!(client.told()[0].2, Some("EgressProtocol"), "{shown:?}");
        let (right, _) = answer(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await;
        let again = Client::local(&[right.rule()]);
        assert_eq!(again.get(&right.url("/")).await.unwrap().1, "ok");
    }
}

#[tokio::test]
async fn a_second_answer_is_not_taken_for_the_next_requests() {
    let server = Server::answering(|request| {
        let own = format!("answer to {}", request.path());
        let mut bytes = crate::support::ok(&own);
        bytes.extend_from_slice(&crate::support::ok("smuggled"));
        bytes
    })
    .await;
    let client = Client::local(&[server.rule()]);
    for path in ["/1", "/2", "/3"] {
        match client.get(&server.url(path)).await {
            Ok((_, body)) => assert_eq!(body, format!("answer to {path}")),
            Err(error) => assert_eq!(error.code(), "EgressProtocol"),
        }
    }
}

#[tokio::test]
async fn a_body_that_is_not_what_it_says_is_an_error() {
    for coding in ["gzip", "deflate", "br"] {
        let bytes = format!(
            "HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: 11\r\n\r\nhello world"
        );
        let (server, client) = answer(bytes.as_bytes()).await;
        assert_eq!(client.refused(&server.url("/")).await, "EgressProtocol", "{coding}");
    }
}

#[tokio::test]
async fn an_error_of_the_body_stays() {
    let (server, client) = answer(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort").await;
    let mut body = client.fetch(get(&server.url("/"))).await.unwrap().body;
    let failed = loop {
        match body.chunk().await {
            Ok(piece) => assert!(piece.is_some(), "the end of a body that was cut"),
            Err(error) => break error,
        }
    };
    assert_eq!(failed.code(), "EgressProtocol");
    assert_eq!(body.chunk().await.unwrap_err(), failed);
}
