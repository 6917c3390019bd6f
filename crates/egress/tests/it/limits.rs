//! Sizes, times and counts: each has its end and its error.

use std::{
    io::Write,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use egress::{Config, Egress, Grant};
use flate2::{Compression, write::GzEncoder};
use tokio::io::AsyncWriteExt;

use crate::support::{Client, Server, get, ok, read_request};

fn small() -> Config {
    Config {
        response_body_bytes: 64 * 1024,
        decompressed_body_bytes: 128 * 1024,
        response_header_bytes: 8 * 1024,
        response_headers: 20,
        ..Config::default()
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let body = gzip(bytes);
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.into_bytes(), body].concat()
}

#[tokio::test]
async fn a_compressed_body_arrives_plain() {
    let text = "plain ".repeat(1_000);
    let answer = gzipped(text.as_bytes());
    let sent = gzip(text.as_bytes()).len();
    let server = Server::answering(move |_| answer.clone()).await;
    let client = Client::with(&[server.rule()], small());
    let response = client.fetch(get(&server.url("/"))).await.unwrap();
    let named = |name: &str| response.headers.iter().any(|(own, _)| own == name);
    assert!(!named("content-encoding") && !named("content-length"));
    assert_eq!(response.body.bytes().await.unwrap(), text);
    assert_eq!(client.records()[0].bytes_received, sent as u64);
}

#[tokio::test]
async fn a_bomb_is_cut_at_the_decompressed_limit() {
    let answer = gzipped(&vec![0; 16 * 1024 * 1024]);
    let server = Server::answering(move |_| answer.clone()).await;
    let client = Client::with(&[server.rule()], small());
    let error = client.get(&server.url("/")).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the response's body, decompressed, is larger than the limit of 131072 bytes"
    );
    assert_eq!(client.told()[0].2, Some("EgressTooLarge"));
}

#[tokio::test]
async fn a_body_that_announces_too_much_is_not_read() {
    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n".to_vec();
    let server = Server::answering(move |_| answer.clone()).await;
    let client = Client::local(&[server.rule()]);
    let error = client.get(&server.url("/")).await.unwrap_err();
    assert_eq!(error.to_string(), "the response's body is larger than the limit of 16777216 bytes");
}

#[tokio::test]
async fn a_body_that_does_not_end_is_cut() {
    let chunk = [b"4000\r\n".to_vec(), vec![b'x'; 0x4000], b"\r\n".to_vec()].concat();
    for (head, bytes) in [
        (&b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"[..], chunk),
        (b"HTTP/1.1 200 OK\r\n\r\n", vec![b'x'; 0x4000]),
    ] {
        let server = Server::dripping(head, bytes, Duration::ZERO).await;
        let client = Client::with(&[server.rule()], small());
        assert_eq!(client.refused(&server.url("/")).await, "EgressTooLarge");
        assert!(client.records()[0].bytes_received < 1024 * 1024);
    }
}

#[tokio::test]
async fn a_server_that_drips_meets_the_deadline() {
    let config = || Config { total_timeout: Duration::from_millis(300), ..small() };
    let body: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";
    for (head, drop) in [(body, "x"), (b"", "x"), (b"HTTP/1.1 200 OK\r\n", "X: y\r\n")] {
        let server = Server::dripping(head, drop.into(), Duration::from_millis(40)).await;
        let client = Client::with(&[server.rule()], config());
        let started = Instant::now();
        let code = client.refused(&server.url("/")).await;
        // A head that is no HTTP may be found out before.
        assert!(code == "EgressTimeout" || head.is_empty() && code == "EgressProtocol", "{code}");
        assert!(started.elapsed() < Duration::from_secs(30));
        assert_eq!(client.told()[0].2, Some(code));
    }
}

#[tokio::test]
async fn a_flood_of_headers_is_cut() {
    let many = "X: y\r\n".repeat(21);
    let long = format!("X: {}\r\n", "y".repeat(9_000));
    let million = "X: y\r\n".repeat(1_000_000);
    let end = "Content-Length: 0\r\n\r\n";
    let unended = format!("X: {}", "y".repeat(100_000));
    for headers in [many + end, long + end, million + end, unended] {
        let answer = format!("HTTP/1.1 200 OK\r\n{headers}");
        let server = Server::closing_after(answer.into_bytes()).await;
        let client = Client::with(&[server.rule()], small());
        let error = client.get(&server.url("/")).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "the response's head is larger than the limit of 8192 bytes in 20 headers"
        );
    }
    let server =
        Server::dripping(b"HTTP/1.1 200 OK\r\nX: ", vec![b'y'; 1_000], Duration::ZERO).await;
    let client = Client::with(&[server.rule()], small());
    assert_eq!(client.refused(&server.url("/")).await, "EgressTooLarge");
}

#[tokio::test]
async fn a_flood_of_interim_answers_meets_the_deadline() {
    let interim = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n".to_vec();
    let server = Server::dripping(b"", interim, Duration::from_millis(1)).await;
    let config = Config { total_timeout: Duration::from_millis(300), ..small() };
    let client = Client::with(&[server.rule()], config);
    assert_eq!(client.refused(&server.url("/")).await, "EgressTimeout");
}

#[tokio::test]
async fn an_execution_has_its_share_of_requests() {
    let server = Server::answering(|_| ok("ok")).await;
    let client = Client::with(&[server.rule()], Config { requests: 3, ..Config::default() });
    for _ in 0..2 {
        client.get(&server.url("/")).await.unwrap();
    }
    assert_eq!(client.refused("http://denied.example/").await, "EgressDenied");
    let error = client.get(&server.url("/")).await.unwrap_err();
    assert_eq!(error.code(), "EgressTooManyRequests");
    assert_eq!(server.received().len(), 2);
    assert_eq!(client.records().len(), 4);
}

/// A server that knows how many it served at once.
async fn counting(most: &Arc<AtomicUsize>) -> Server {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::clone(most));
    Server::talking(move |mut stream, _| {
        let (now, most) = (Arc::clone(&now), Arc::clone(&most));
        Box::pin(async move {
            while read_request(&mut stream).await.is_some() {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(10)).await;
                now.fetch_sub(1, Ordering::SeqCst);
                stream.write_all(&ok("ok")).await.ok();
            }
        })
    })
    .await
}

#[tokio::test]
async fn requests_beyond_those_at_once_wait_for_their_turn() {
    let most = Arc::default();
    let server = counting(&most).await;
    let url = server.url("/");
    let client = Client::with(&[server.rule()], Config { concurrent: 2, ..Config::default() });
    let all = futures_util::future::join_all((0..10).map(|_| client.get(&url))).await;
    assert!(all.iter().all(|result| result.is_ok()));
    assert_eq!(most.swap(0, Ordering::SeqCst), 2);

    let allow = Grant::parse(&[server.rule()]).unwrap();
    let config = Config { allow, concurrent_total: 3, ..Config::default() };
    let egress = Egress::new(config).unwrap();
    let clients: Vec<_> = (0..8).map(|_| Client::of(&egress)).collect();
    let all = futures_util::future::join_all(clients.iter().map(|client| client.get(&url))).await;
    assert!(all.iter().all(|result| result.is_ok()));
    assert_eq!(most.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn waiting_for_a_turn_is_part_of_the_time() {
    let server =
        Server::dripping(b"HTTP/1.1 200 OK\r\n\r\n", Vec::new(), Duration::from_secs(60)).await;
    let total_timeout = Duration::from_millis(200);
    let config = Config { concurrent: 1, total_timeout, ..Config::default() };
    let client = Client::with(&[server.rule()], config);
    let _held = client.fetch(get(&server.url("/"))).await.unwrap();
    assert_eq!(client.refused(&server.url("/")).await, "EgressTimeout");
    assert_eq!(server.connections(), 1);
}
