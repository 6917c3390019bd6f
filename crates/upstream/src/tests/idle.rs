//! Servers that nobody uses.

use std::time::Duration;

use serde_json::json;
use types::UpstreamState;

use crate::tests::support::{AMPLE, Fakes, config, fakes, runs, until};
use crate::{Config, Listed, Listing};

fn restless(modes: &[&str], limit: Duration) -> Fakes {
    fakes(&[("fake", modes)], Config { idle_shutdown: limit, ..config() })
}

#[tokio::test]
async fn a_server_nobody_uses_is_stopped_and_its_tools_stay_known() {
    let fakes = restless(&["count=marks"], Duration::from_millis(200));
    let before = fakes.hub.tools("fake").await.unwrap();
    let pid = fakes.text("pid").await;
    until("its rest", async || fakes.hub.status()[0].state == UpstreamState::Idle).await;
    until("its end", async || !runs(&pid)).await;
    let starts = fakes.starts("marks");
    let status = fakes.hub.status().remove(0);
    assert_eq!((status.tools, status.error), (Some(1), None));
    assert_eq!(fakes.hub.fresh_tools("fake").unwrap().revision, before.revision);
    assert_eq!(fakes.starts("marks"), starts, "a search started it");
    let again = fakes.text("pid").await;
    assert_ne!(again, pid);
    assert_eq!(fakes.starts("marks"), starts + 1);
    fakes.hub.shutdown().await;
    assert!(!runs(&again));
}

#[tokio::test]
async fn a_call_by_the_list_of_a_connection_that_is_gone_is_not_sent() {
    let arguments = json!({"n": 1}).as_object().unwrap().clone();
    for (ended, limit) in [("die", Duration::from_secs(600)), ("rest", Duration::from_secs(1))] {
        let fakes = restless(&[], limit);
        let before = fakes.hub.listing("fake").await.unwrap();
        if ended == "die" {
            fakes.call("die", json!({})).await.unwrap_err();
        }
        let over = [UpstreamState::Idle, UpstreamState::Failed];
        until("its end", async || over.contains(&fakes.hub.status()[0].state)).await;
        let call = async |listing: &Listing| {
            fakes.hub.call_listed("fake", listing, "echo", arguments.clone(), AMPLE).await.unwrap()
        };
        let called = call(&before).await;
        let Listed::Outdated(back) = called else { panic!("{ended}: {called:?}") };
        assert_eq!(back, arguments);
        let listing = fakes.hub.listing("fake").await.unwrap();
        assert!(matches!(call(&listing).await, Listed::Answered(_)), "{ended}");
        fakes.hub.shutdown().await;
    }
}

#[tokio::test]
async fn a_server_in_use_is_left_alone_however_long_the_call() {
    let fakes = restless(&["count=marks"], Duration::from_millis(200));
    let answer = fakes.call("slow", json!({"seconds": 1.5})).await;
    assert!(answer.is_ok(), "{answer:?}");
    assert_eq!(fakes.starts("marks"), 1);
    fakes.hub.shutdown().await;
}

#[tokio::test]
async fn uses_that_meet_the_moment_of_rest_all_succeed() {
    let fakes = restless(&[], Duration::from_millis(20));
    for n in 0..15_u64 {
        fakes.call("echo", json!({})).await.unwrap();
        tokio::time::sleep(Duration::from_millis(16 + n % 8)).await;
    }
    fakes.hub.shutdown().await;
}

#[tokio::test]
async fn zero_means_never() {
    let fakes = restless(&[], Duration::ZERO);
    fakes.call("echo", json!({})).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(fakes.hub.status()[0].state, UpstreamState::Ready);
    fakes.hub.shutdown().await;
}
