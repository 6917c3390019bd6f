//! Cancellation, the end of the input, and shutdown.

use std::{sync::atomic::Ordering, time::Duration};

use serde_json::json;

use super::fake::Session;
use crate::Config;

fn draining(drain: Duration) -> Config {
    Config { drain, ..Config::default() }
}

#[tokio::test]
async fn a_client_can_cancel_an_execution() {
    let mut session = Session::start(Config::default());
    session.execute(1, "wait").await;
    session.execute(2, "wait").await;
    session.fake.waits(2).await;
    let cancel = json!({
        "jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1},
    });
    session.send_line(&cancel.to_string()).await;
    session.fake.waits(1).await;
    assert_eq!(session.fake.cancelled.load(Ordering::SeqCst), 1);
    session.fake.release.add_permits(1);
    assert_eq!(session.answer().await["id"], 2, "a cancelled request is not answered");
}

#[tokio::test(start_paused = true)]
async fn the_end_of_the_input_cancels_what_runs() {
    let mut session = Session::start(Config::default());
    session.execute(1, "wait").await;
    session.fake.waits(1).await;
    session.close_input().await;
    let answer = session.answer().await;
    assert_eq!(answer["result"]["structuredContent"]["error"]["type"], "CancelledError");
    session.served.await.unwrap().unwrap();
    assert_eq!(session.fake.cancelled.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn what_was_asked_before_the_end_of_the_input_is_answered() {
    let mut session = Session::start(Config::default());
    session.execute(1, "wait").await;
    session.fake.waits(1).await;
    session.close_input().await;
    let release = session.fake.release.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(500)).await;
        release.add_permits(1);
    });
    let answer = session.answer().await;
    assert_eq!(answer["result"]["structuredContent"]["output"], "released");
    session.served.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_conversation_at_once_is_answered() {
    let mut session = Session::start(Config::default());
    for id in 0..50 {
        session.execute(id, "echo hello").await;
    }
    session.close_input().await;
    let mut ids = Vec::new();
    for _ in 0..50 {
        let answer = session.answer().await;
        assert_eq!(answer["result"]["structuredContent"]["output"], "hello");
        ids.push(answer["id"].as_i64().unwrap());
    }
    ids.sort_unstable();
    assert!(ids.into_iter().eq(0..50));
    session.served.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_client_that_just_leaves_ends_the_session() {
    let session = Session::start(Config::default());
    drop((session.requests, session.answers));
    session.served.await.unwrap().unwrap();
}

#[tokio::test]
async fn shutdown_waits_for_executions_and_takes_no_more() {
    let mut session = Session::start(draining(Duration::from_secs(60)));
    session.execute(1, "wait").await;
    session.fake.waits(1).await;
    session.shutdown.cancel();
    // It may take a moment to be noticed: until then, executions are simply run.
    loop {
        session.execute(2, "echo").await;
        let answer = session.answer().await;
        if answer["result"]["isError"] == true {
            let error = &answer["result"]["structuredContent"]["error"];
            assert_eq!(error["type"], "shutting_down");
            break;
        }
    }
    assert!(!session.served.is_finished());
    session.fake.release.add_permits(1);
    let answer = session.answer().await;
    assert_eq!(answer["result"]["structuredContent"]["output"], "released");
    session.served.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn shutdown_cancels_what_outlasts_its_deadline() {
    let mut session = Session::start(draining(Duration::from_secs(5)));
    session.execute(1, "wait").await;
    session.fake.waits(1).await;
    let started = tokio::time::Instant::now();
    session.shutdown.cancel();
    let answer = session.answer().await;
    assert_eq!(answer["result"]["structuredContent"]["error"]["type"], "CancelledError");
    session.served.await.unwrap().unwrap();
    assert_eq!(started.elapsed().as_secs(), 5);
}

#[tokio::test]
async fn an_idle_session_stops_at_once() {
    let session = Session::start(draining(Duration::from_secs(60)));
    session.shutdown.cancel();
    session.served.await.unwrap().unwrap();
}
