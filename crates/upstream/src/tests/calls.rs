//! Calls: what comes back, what goes wrong, and that only the call it went wrong for pays.

use std::time::{Duration, Instant};

use serde_json::json;
use types::{ErrorCode, UpstreamState};

use crate::tests::support::{AMPLE, config, fake, fakes, join_all, text, until};
use crate::{Config, Error};

const MIB: usize = 1024 * 1024;

#[tokio::test]
async fn an_answer_comes_back_as_the_server_gave_it() {
    let fakes = fake(&[]);
    let answer = fakes.call("echo", json!({"b": 1, "a": [null, 2.5, "ü"]})).await.unwrap();
    assert_eq!(answer.content[0]["odd"], 1, "unknown fields are kept");
    assert_eq!(answer.structured_content, Some(json!({"b": 1, "a": [null, 2.5, "ü"]})));
    assert!(!answer.is_error);
    let answer = fakes.call("tool_error", json!({})).await.unwrap();
    assert!(answer.is_error && text(&answer) == "it broke");
    fakes.hub.shutdown().await;
}

#[tokio::test]
async fn a_protocol_error_is_the_tools_and_in_its_words() {
    let fakes = fake(&[]);
    let error = fakes.call("fail", json!({})).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::ToolError);
    let Error::Refused { code, message, tool, .. } = error else { panic!("{error}") };
    assert_eq!((code, message.as_str(), tool.as_str()), (-32602, "no such thing", "fail"));
    fakes.hub.shutdown().await;
}

#[tokio::test]
async fn an_answer_beyond_the_limit_fails_alone_and_names_the_limit() {
    let fakes = fake(&[]);
    fakes.call("echo", json!({})).await.unwrap();
    let huge = fakes.call("huge", json!({"bytes": 50 * MIB}));
    let slow = fakes.call("slow", json!({"seconds": 0.2}));
    let (huge, slow) = tokio::join!(huge, slow);
    assert_eq!(text(&slow.unwrap()), "slept");
    let error = huge.unwrap_err();
    assert_eq!(error.code(), ErrorCode::ResultTooLarge);
    assert!(error.to_string().contains("`huge`") && error.to_string().contains("16777216 bytes"));
    assert!(fakes.call("echo", json!({})).await.is_ok(), "the connection lives on");
    fakes.hub.shutdown().await;
}

#[tokio::test]
async fn large_answers_take_turns_within_the_budget() {
    // Two of the largest answers at most: six must pass all the same.
    let limits = Config { max_result_bytes: 2 * MIB, in_flight_bytes: 0, ..config() };
    let fakes = fakes(&[("fake", &[])], limits);
    let calls = (0..6).map(|_| fakes.call("large", json!({"bytes": 3 * MIB / 2})));
    for answer in join_all(calls).await {
        assert_eq!(text(&answer.unwrap()).len(), 3 * MIB / 2);
    }
    fakes.hub.shutdown().await;
}

#[tokio::test]
async fn answers_that_cannot_be_read_fail_alone() {
    let limits = Config { max_result_bytes: MIB, ..config() };
    let fakes = fakes(&[("fake", &[])], limits);
    let error = fakes.call("deep", json!({})).await.unwrap_err().to_string();
    assert!(error.contains("nested too deeply"), "{error}");
    let error = fakes.call("many", json!({"values": 200_000})).await.unwrap_err().to_string();
    assert!(error.contains("more than 65536 values"), "{error}");
    let error = fakes.call("elicit", json!({})).await.unwrap_err().to_string();
    assert!(error.contains("ask the user"), "{error}");
    assert_eq!(fakes.text("garbage").await, "after garbage");
    fakes.hub.shutdown().await;
}

#[tokio::test]
async fn a_hundred_images_and_embedded_resources_come_whole() {
    let fakes = fake(&[]);
    let answer = fakes.call("rich", json!({})).await.unwrap();
    assert_eq!(answer.content.len(), 102);
    assert!(answer.content[..100].iter().all(|block| block["type"] == "image"));
    assert_eq!(answer.content[100]["resource"]["uri"], "fake:r");
    fakes.hub.shutdown().await;
}

#[tokio::test]
async fn invalid_utf8_fails_the_call_it_answers_alone() {
    let fakes = fake(&[]);
    let error = fakes.call("bad_utf8", json!({})).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::UpstreamUnavailable);
    assert!(error.to_string().contains("`bad_utf8` is no JSON"), "{error}");
    assert!(fakes.call("echo", json!({})).await.is_ok());
    fakes.hub.shutdown().await;
}

#[tokio::test]
async fn swapped_and_repeated_ids_hang_nothing() {
    // Over standard output nothing tells whose an answer is but its id: each of the two gets the
    // other's. What matters is that both end, and that everything goes on.
    let fakes = fake(&[]);
    let (a, b) = tokio::join!(
        fakes.call("swap", json!({"name": "a"})),
        fakes.call("swap", json!({"name": "b"})),
    );
    assert_eq!((text(&a.unwrap()).as_str(), text(&b.unwrap()).as_str()), ("b", "a"));
    assert_eq!(fakes.text("twice").await, "first");
    assert_eq!(fakes.text("twice").await, "first");
    fakes.hub.shutdown().await;
}

#[tokio::test]
async fn who_waits_for_a_place_is_served_in_turn_or_told_how_long_it_waited() {
    let limits =
        Config { max_concurrent_calls: 1, call_timeout: Duration::from_secs(4), ..config() };
    let fakes = fakes(&[("fake", &[])], limits);
    fakes.call("echo", json!({})).await.unwrap();
    let order = std::sync::Mutex::new(Vec::new());
    let calls = (0..8).map(|n| {
        let (fakes, order) = (&fakes, &order);
        async move {
            fakes.call("slow", json!({"seconds": 0.01})).await.unwrap();
            order.lock().unwrap().push(n);
        }
    });
    join_all(calls).await;
    assert_eq!(order.into_inner().unwrap(), (0..8).collect::<Vec<_>>());
    // One that reports progress holds the only place longer than another may wait for it.
    let long = fakes.call("progress", json!({"steps": 25, "pause": 0.2}));
    let (long, queued) = tokio::join!(long, fakes.call("echo", json!({})));
    assert_eq!(text(&long.unwrap()), "done");
    let queued = queued.unwrap_err();
    assert_eq!(queued.code(), ErrorCode::Busy);
    assert!(queued.to_string().contains("`upstreams.maxConcurrentCalls`"), "{queued}");
    fakes.hub.shutdown().await;
}

#[tokio::test]
async fn endless_garbage_ends_the_connection() {
    let fakes = fake(&[]);
    let error = fakes.call("garbage", json!({"bytes": 2 * MIB})).await.unwrap_err();
    assert!(matches!(&error, Error::Died { how, .. } if how.contains("no messages")), "{error}");
    fakes.hub.shutdown().await;
}

#[tokio::test]
async fn a_server_that_dies_during_a_call_is_reported_and_the_call_not_repeated() {
    let fakes = fake(&["count=marks"]);
    let slow = fakes.call("slow", json!({"seconds": 30}));
    let die = async {
        until("a connection", async || fakes.hub.status()[0].state == UpstreamState::Ready).await;
        fakes.call("die", json!({"status": 9})).await
    };
    let (slow, died) = tokio::join!(slow, die);
    for error in [slow.unwrap_err(), died.unwrap_err()] {
        assert_eq!(error.code(), ErrorCode::UpstreamUnavailable);
        assert!(matches!(&error, Error::Died { how, .. } if how.contains("status 9")), "{error}");
    }
    let status = fakes.hub.status().remove(0);
    assert_eq!(status.state, UpstreamState::Failed);
    assert!(status.error.unwrap().contains("status 9"));
    assert_eq!(fakes.starts("marks"), 1, "started again without need");
    until("a restart", async || fakes.call("echo", json!({})).await.is_ok()).await;
    assert_eq!(fakes.starts("marks"), 2);
    fakes.hub.shutdown().await;
}

#[tokio::test]
async fn a_call_out_of_time_is_cancelled_at_the_server() {
    let fakes = fake(&[]);
    fakes.call("echo", json!({})).await.unwrap();
    let limit = Duration::from_millis(150);
    let error = fakes.call_within("slow", json!({"seconds": 30}), limit).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::UpstreamTimeout);
    assert!(error.to_string().contains("`slow`"), "{error}");
    until("a cancellation", async || fakes.text("cancelled").await == "1").await;
    fakes.hub.shutdown().await;
}

#[tokio::test]
async fn a_dropped_call_is_cancelled_at_the_server() {
    let fakes = fake(&[]);
    fakes.call("echo", json!({})).await.unwrap();
    let call = fakes.call("slow", json!({"seconds": 30}));
    assert!(tokio::time::timeout(Duration::from_millis(150), call).await.is_err());
    until("a cancellation", async || fakes.text("cancelled").await == "1").await;
    fakes.hub.shutdown().await;
}

#[tokio::test]
async fn the_callers_time_covers_the_start() {
    let fakes = fake(&["hang"]);
    let start = Instant::now();
    let limit = Duration::from_millis(200);
    let error = fakes.call_within("echo", json!({}), limit).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::UpstreamTimeout);
    assert!(start.elapsed() < AMPLE);
    fakes.hub.shutdown().await;
    assert!(start.elapsed() < AMPLE, "a start under way is not waited for");
}

#[tokio::test]
async fn more_calls_than_may_wait_are_turned_away() {
    let fakes = fakes(&[("fake", &[])], Config { max_concurrent_calls: 1, ..config() });
    fakes.call("echo", json!({})).await.unwrap();
    let calls = (0..30).map(|_| fakes.call("slow", json!({"seconds": 0.05})));
    let outcomes = join_all(calls).await;
    let busy = outcomes.iter().filter_map(|outcome| outcome.as_ref().err());
    let codes: Vec<_> = busy.map(Error::code).collect();
    assert_eq!(codes, [ErrorCode::Busy; 13], "1 under way and 16 waiting of 30");
    fakes.hub.shutdown().await;
}
