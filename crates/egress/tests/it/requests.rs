//! What goes out: framing, connections and their reuse, and how a request ends.

use std::time::Duration;

use bytes::Bytes;
use egress::{Config, Egress, Grant, Request};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::{Client, Server, get, ok, read_request, until};

#[tokio::test]
async fn framing_is_the_hosts_whatever_a_program_says() {
    let server = Server::answering(|_| ok("ok")).await;
    let client = Client::local(&[server.rule()]);
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let request = Request {
        method: "POST".to_owned(),
        headers: vec![
            header("Host", "127.0.0.1"),
            header("Content-Length", "0"),
            header("content-length", "999"),
            header("Transfer-Encoding", "chunked"),
            header("Connection", "X-Mine, upgrade"),
            header("Upgrade", "websocket"),
            header("Expect", "100-continue"),
            header("TE", "trailers"),
            header("X-Mine", "kept"),
        ],
        body: Bytes::from_static(b"0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"),
        ..get(&server.url("/"))
    };
    let length = request.body.len();
    client.fetch(request).await.unwrap().body.bytes().await.unwrap();
    assert_eq!(client.get(&server.url("/next")).await.unwrap().0, 200);
    let received = server.received();
    assert_eq!(received.len(), 2, "nothing came between the two requests");
    assert_eq!(received[0].values("host"), [server.rule()]);
    assert_eq!(received[0].values("content-length"), [length.to_string()]);
    assert_eq!(received[0].values("x-mine"), ["kept"]);
    for name in ["transfer-encoding", "connection", "upgrade", "expect", "te"] {
        assert_eq!(received[0].values(name), [] as [&str; 0], "{name}");
    }
    assert_eq!(received[1].path(), "/next");
    assert_eq!(client.records()[0].bytes_sent, length as u64);
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_before_a_connection() {
    let server = Server::answering(|_| ok("ok")).await;
    let client = Client::local(&[server.rule()]);
    let url = server.url("/");
    let header = |name: &str, value: &str| Request {
        headers: vec![(name.to_owned(), value.to_owned())],
        ..get(&url)
    };
    let requests = [
        header("X", "a\r\nHost: evil\r\n\r\nGET /"),
        header("X\r\nHost", "evil"),
        Request { method: "GET / HTTP/1.1\r\nX: y".to_owned(), ..get(&url) },
        Request { method: "CONNECT".to_owned(), ..get(&url) },
    ];
    for request in requests {
        assert_eq!(client.fetch(request).await.unwrap_err().code(), "EgressBadRequest");
    }
    for path in ["/a\r\nX: y", "/a\nb", "/a\0"] {
        assert_eq!(client.refused(&server.url(path)).await, "EgressBadUrl");
    }
    assert_eq!(server.connections(), 0);
    assert_eq!(client.records().len(), 7);
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_not_sent() {
    let server = Server::answering(|_| ok("ok")).await;
    let client = Client::local(&[server.rule()]);
    // The pages of a vector of zeros are never touched.
    let body = Bytes::from(vec![0; 1024 * 1024 * 1024]);
    let request = Request { method: "POST".to_owned(), body, ..get(&server.url("/")) };
    assert_eq!(client.fetch(request).await.unwrap_err().code(), "EgressTooLarge");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_connection_is_reused_within_an_execution_only() {
    let server = Server::answering(|_| ok("ok")).await;
    let allow = Grant::parse(&[server.rule()]).unwrap();
    let egress = Egress::new(Config { allow, ..Config::default() }).unwrap();
    let first = Client::of(&egress);
    for _ in 0..3 {
        first.get(&server.url("/")).await.unwrap();
    }
    assert_eq!(server.connections(), 1);
    Client::of(&egress).get(&server.url("/")).await.unwrap();
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn a_connection_that_the_server_closed_is_replaced() {
    let server = Server::talking(|mut stream, received| {
        Box::pin(async move {
            if let Some(request) = read_request(&mut stream).await {
                stream.write_all(&ok("ok")).await.unwrap();
                stream.shutdown().await.unwrap();
                // Until the client has closed its side as well.
                stream.read_u8().await.ok();
                received.lock().unwrap().push(request);
            }
        })
    })
    .await;
    let client = Client::local(&[server.rule()]);
    for expected in 1..=3 {
        assert_eq!(client.get(&server.url("/")).await.unwrap().0, 200);
        until(|| server.received().len() == expected).await;
    }
    assert_eq!(server.connections(), 3);
}

#[tokio::test]
async fn a_read_that_is_dropped_loses_nothing_of_the_body() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n";
    let server = Server::dripping(head, b"x".to_vec(), Duration::from_millis(5)).await;
    let client = Client::local(&[server.rule()]);
    let mut body = client.fetch(get(&server.url("/"))).await.unwrap().body;
    let mut whole = 0;
    loop {
        match tokio::time::timeout(Duration::from_millis(2), body.chunk()).await {
            Err(_) => {}
            Ok(Ok(Some(piece))) => whole += piece.len(),
            Ok(Ok(None)) => break,
            Ok(Err(error)) => panic!("{error}"),
        }
    }
    assert_eq!(whole, 20);
    assert_eq!(client.told()[0].2, None);
}

#[tokio::test]
async fn connections_end_with_their_session_and_their_response() {
    let closed = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counter = std::sync::Arc::clone(&closed);
    let server = Server::talking(move |mut stream, _| {
        let counter = std::sync::Arc::clone(&counter);
        Box::pin(async move {
            while let Some(request) = read_request(&mut stream).await {
                let answer = match request.path() {
                    "/endless" => b"HTTP/1.1 200 OK\r\n\r\nsome".to_vec(),
                    _ => ok("ok"),
                };
                stream.write_all(&answer).await.unwrap();
            }
            stream.read_u8().await.ok();
            counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        })
    })
    .await;
    let ended = || closed.load(std::sync::atomic::Ordering::SeqCst);
    let client = Client::local(&[server.rule()]);
    let mut response = client.fetch(get(&server.url("/endless"))).await.unwrap();
    assert_eq!(response.body.chunk().await.unwrap().unwrap(), "some");
    drop(response);
    until(|| ended() == 1).await;
    assert_eq!(client.told()[0].2, Some("EgressCancelled"));
    client.get(&server.url("/")).await.unwrap();
    drop(client);
    until(|| ended() == 2).await;
}

#[tokio::test]
async fn a_cancelled_request_ends_at_once_and_is_recorded() {
    let server = Server::dripping(b"", Vec::new(), Duration::from_secs(60)).await;
    let client = Client::local(&[server.rule()]);
    let cancel = client.cancel.clone();
    let cancelling = async {
        until(|| server.connections() == 1).await;
        cancel.cancel();
    };
    let url = server.url("/");
    let (code, ()) = tokio::join!(client.refused(&url), cancelling);
    assert_eq!(code, "EgressCancelled");
    assert_eq!(client.told(), [(Some(server.rule()), None, Some("EgressCancelled"))]);
}

#[tokio::test]
async fn a_dropped_request_is_recorded_too() {
    let server = Server::dripping(b"", Vec::new(), Duration::from_secs(60)).await;
    let client = Client::local(&[server.rule()]);
    let url = server.url("/");
    tokio::select! {
        _ = client.get(&url) => panic!("there is no answer"),
        () = until(|| server.connections() == 1) => {}
    }
    assert_eq!(client.told(), [(Some(server.rule()), None, Some("EgressCancelled"))]);
}
