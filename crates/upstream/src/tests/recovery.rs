//! Servers that fail again and again: few starts, refusals that say when, one try at a time.

use std::time::Duration;

use serde_json::json;
use types::{ErrorCode, UpstreamCircuit, UpstreamState, UpstreamTransport};

use crate::tests::support::{AMPLE, Fakes, config, fakes, join_all, until};
use crate::{Config, Error};

/// A circuit that opens after so many failures, for so long.
fn fragile(modes: &[&str], failures: u32, pause: Duration) -> Fakes {
    let limits = Config {
        breaker_failures: failures,
        breaker_pause: pause,
        breaker_max_pause: pause,
        call_timeout: SILENCE,
        ..config()
    };
    fakes(&[("fake", modes)], limits)
}

const LONG: Duration = Duration::from_secs(600);
const SHORT: Duration = Duration::from_millis(50);
/// Long enough for an answer on a busy machine: few calls here wait it out.
const SILENCE: Duration = Duration::from_secs(3);

#[tokio::test]
async fn a_crowd_at_a_server_that_crashes_costs_few_starts() {
    let fakes = fragile(&["exit", "count=marks"], 3, SHORT);
    let calls = (0..100).map(|_| fakes.call("echo", json!({})));
    assert!(join_all(calls).await.iter().all(Result::is_err));
    // A start is tried twice: the probe may have been to blame.
    assert_eq!(fakes.starts("marks"), 2, "a crowd shares a start");
    // The calls that come one after the other wait out the pauses, until the circuit opens.
    let fakes = fragile(&["exit", "count=marks"], 3, LONG / 1000);
    let mut refused = 0;
    for _ in 0..100 {
        let error = fakes.call("echo", json!({})).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::UpstreamUnavailable);
        refused += usize::from(matches!(error, Error::Backoff { .. }));
    }
    assert!(fakes.starts("marks") <= 10, "{} starts", fakes.starts("marks"));
    assert!(refused > 80, "{refused}");
}

#[tokio::test]
async fn a_call_that_waits_for_a_pause_does_not_hold_up_the_end() {
    let fakes = fragile(&["exit"], 10, LONG);
    fakes.call("echo", json!({})).await.unwrap_err();
    let hub = fakes.hub.clone();
    let waiting =
        tokio::spawn(async move { hub.call("fake", "echo", Default::default(), 2 * LONG).await });
    until("its wait", async || fakes.hub.status()[0].retry_in_ms.is_some()).await;
    fakes.hub.shutdown().await;
    let error = tokio::time::timeout(AMPLE, waiting).await.unwrap().unwrap().unwrap_err();
    assert_eq!(error.code(), ErrorCode::ShuttingDown);
}

#[tokio::test]
async fn an_open_circuit_shows_and_says_when_it_is_tried_again() {
    let fakes = fragile(&["exit", "count=marks"], 1, LONG);
    let status = fakes.hub.status().remove(0);
    assert_eq!(status.transport, Some(UpstreamTransport::Stdio));
    assert_eq!((status.circuit, status.retry_in_ms), (UpstreamCircuit::Closed, None));
    fakes.call("echo", json!({})).await.unwrap_err();
    let status = fakes.hub.status().remove(0);
    assert_eq!((status.state, status.circuit), (UpstreamState::Failed, UpstreamCircuit::Open));
    assert!(status.retry_in_ms.is_some_and(|ms| ms > 50_000 && ms <= 600_000));
    let error = fakes.call("echo", json!({})).await.unwrap_err().to_string();
    assert!(error.contains("not tried again for another") && error.contains("status 7"), "{error}");
    assert_eq!(fakes.starts("marks"), 2, "a start, tried with the probe and without");
}

#[tokio::test]
async fn silent_calls_open_the_circuit_and_an_answer_closes_it() {
    let fakes = fragile(&[], 2, Duration::from_millis(500));
    fakes.call("echo", json!({})).await.unwrap();
    // Tool errors and refusals are answers.
    for tool in ["fail", "tool_error", "fail", "tool_error"] {
        let _ = fakes.call(tool, json!({})).await;
    }
    assert_eq!(fakes.hub.status()[0].circuit, UpstreamCircuit::Closed);
    let pid = fakes.text("pid").await;
    for _ in 0..2 {
        fakes.call("never", json!({})).await.unwrap_err();
    }
    let status = fakes.hub.status().remove(0);
    assert_eq!((status.state, status.circuit), (UpstreamState::Ready, UpstreamCircuit::Open));
    assert!(status.error.unwrap().contains("did not answer"));
    let error = fakes.call("echo", json!({})).await.unwrap_err();
    assert!(matches!(error, Error::Backoff { .. }), "{error}");
    until("a probe", async || fakes.call("echo", json!({})).await.is_ok()).await;
    let status = fakes.hub.status().remove(0);
    assert_eq!((status.circuit, status.error), (UpstreamCircuit::Closed, None));
    // It answered a ping: there was no reason to start it anew.
    assert_eq!(fakes.text("pid").await, pid);
    fakes.hub.shutdown().await;
}

#[tokio::test]
async fn one_call_tries_an_open_circuit_while_the_others_are_told() {
    let fakes = fragile(&[], 1, SHORT);
    fakes.call("echo", json!({})).await.unwrap();
    fakes.call("never", json!({})).await.unwrap_err();
    until("the end of the pause", async || fakes.hub.status()[0].retry_in_ms == Some(0)).await;
    let calls = (0..20).map(|_| fakes.call("slow", json!({"seconds": 0.1})));
    let outcomes = join_all(calls).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let trying = |error: &&Error| matches!(error, Error::Trying { .. });
    let errors: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).collect();
    assert_eq!(errors.iter().copied().filter(trying).count(), 19, "{errors:?}");
    assert!(errors[0].to_string().contains("another call right now"), "{}", errors[0]);
    assert!(fakes.call("echo", json!({})).await.is_ok());
    fakes.hub.shutdown().await;
}

#[tokio::test]
async fn a_server_that_answers_nothing_any_more_is_started_anew() {
    let fakes = fragile(&["count=marks"], 1, SHORT);
    fakes.call("echo", json!({})).await.unwrap();
    fakes.call("freeze", json!({})).await.unwrap_err();
    until("a new start", async || fakes.call("echo", json!({})).await.is_ok()).await;
    assert_eq!(fakes.starts("marks"), 2);
    fakes.hub.shutdown().await;
}

#[tokio::test]
async fn a_server_that_hangs_under_more_than_may_wait_for_it_is_started_anew() {
    let fakes = fragile(&["count=marks"], 3, SHORT);
    fakes.call("freeze", json!({})).await.unwrap_err();
    let much = "x".repeat(12 << 20);
    let calls = (0..8).map(|_| fakes.call("echo", json!({"much": much})));
    let errors: Vec<_> = join_all(calls).await.into_iter().map(Result::unwrap_err).collect();
    let stuffed = errors.iter().find(|error| matches!(error, Error::Stuffed { .. })).unwrap();
    assert_eq!(stuffed.code(), ErrorCode::UpstreamUnavailable);
    assert!(stuffed.to_string().contains("of which 64 MiB wait"), "{stuffed}");
    until("a new start", async || fakes.call("echo", json!({})).await.is_ok()).await;
    assert_eq!(fakes.starts("marks"), 2);
    fakes.hub.shutdown().await;
}

#[tokio::test]
async fn a_server_that_dies_is_started_again_for_the_next_call() {
    let fakes = fragile(&["count=marks"], 5, SHORT);
    for _ in 0..3 {
        let died = fakes.call("die", json!({})).await.unwrap_err();
        assert!(matches!(died, Error::Died { .. }), "{died}");
    }
    // Not one of these was refused: the pause was waited out.
    assert!(fakes.call("echo", json!({})).await.is_ok());
    assert_eq!(fakes.starts("marks"), 4);
    fakes.hub.shutdown().await;
}
