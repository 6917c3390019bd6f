//! Lists of tools: pages, bounds, changes.

use serde_json::json;
use types::UpstreamState;

use crate::Config;
use crate::tests::support::{config, fake, fakes, join_all, until};

#[tokio::test]
async fn pages_are_put_together_and_odd_tools_left_out() {
    let fakes = fake(&["pages=3", "tools=2"]);
    let expected = ["echo", "tool_0_0", "tool_0_1", "tool_1_0", "tool_1_1", "tool_2_0", "tool_2_1"];
    assert_eq!(fakes.names().await, expected);
    assert_eq!(fakes.hub.status()[0].tools, Some(7));
    let list = fakes.hub.tools("fake").await.unwrap();
    assert_eq!(*list.tools[1].input_schema, json!({"type": "object", "properties": {}}));
    assert_eq!(list.tools[0].description, "d");
    fakes.hub.shutdown().await;
}

#[tokio::test]
async fn lists_without_bounds_meet_ours() {
    let few = Config { max_pages: 5, max_tools_per_server: 20, ..config() };
    for (modes, expected) in [
        (&["endless"][..], "more than 5 pages"),
        (&["endless", "same-cursor"][..], "the same cursor twice"),
        (&["tools=21"][..], "more than 20 tools"),
        (&["bad-list"][..], "no list `tools`"),
        (&["list-error"][..], "no list today"),
    ] {
        let fakes = fakes(&[("fake", modes)], few.clone());
        let error = fakes.hub.tools("fake").await.unwrap_err().to_string();
        assert!(error.contains(expected), "{modes:?}: {error}");
        let status = fakes.hub.status().remove(0);
        assert_eq!(status.state, UpstreamState::Ready, "its tools can still be called");
        assert!(status.error.unwrap().contains(expected));
        assert!(fakes.call("echo", json!({})).await.is_ok());
        fakes.hub.shutdown().await;
    }
}

#[tokio::test]
async fn a_change_is_noticed_in_either_era_and_nothing_else_is_fetched() {
    for modes in [&[][..], &["modern"][..]] {
        let fakes = fake(modes);
        assert_eq!(fakes.names().await, ["echo"]);
        let before = fakes.hub.tools("fake").await.unwrap();
        fakes.call("add_tool", json!({"name": "added"})).await.unwrap();
        until("the change", async || fakes.names().await == ["echo", "added"]).await;
        let after = fakes.hub.tools("fake").await.unwrap();
        assert_ne!(before.revision, after.revision);
        assert_eq!(fakes.hub.tools("fake").await.unwrap().revision, after.revision);
        fakes.hub.shutdown().await;
    }
}

#[tokio::test]
async fn a_hundred_thousand_tools_are_too_many_or_as_many_as_are_allowed() {
    let fakes_with = |most| {
        let limits = Config { max_tools_per_server: most, max_result_bytes: 64 << 20, ..config() };
        fakes(&[("fake", &["tools=100000"])], limits)
    };
    let fakes = fakes_with(10_000);
    let error = fakes.hub.tools("fake").await.unwrap_err().to_string();
    assert!(error.contains("more than 10000 tools"), "{error}");
    fakes.hub.shutdown().await;
    let fakes = fakes_with(200_000);
    assert_eq!(fakes.hub.tools("fake").await.unwrap().tools.len(), 100_001);
    fakes.hub.shutdown().await;
}

#[tokio::test]
async fn a_list_that_changes_whenever_it_is_asked_for_costs_one_fetch_each_time() {
    for modes in [&["restless"][..], &["restless", "modern"][..]] {
        let fakes = fake(modes);
        for _ in 0..3 {
            assert_eq!(fakes.names().await.len(), 2);
        }
        assert!(["1", "2", "3"].contains(&&*fakes.text("lists").await), "it loops");
        fakes.hub.shutdown().await;
    }
}

#[tokio::test]
async fn a_crowd_shares_the_fetches_of_a_list_that_never_stays_the_same() {
    let fakes = fake(&["restless", "list-after=0.1"]);
    fakes.call("echo", json!({})).await.unwrap();
    let outcomes = join_all((0..50).map(|_| fakes.hub.tools("fake"))).await;
    assert!(outcomes.iter().all(Result::is_ok));
    let fetches: u32 = fakes.text("lists").await.parse().unwrap();
    assert!(fetches <= 3, "{fetches} fetches for 50 who asked at once");
    fakes.hub.shutdown().await;
}

#[tokio::test]
async fn a_crowd_shares_the_failure_of_a_list() {
    let fakes = fake(&["list-error", "list-after=0.3"]);
    fakes.call("echo", json!({})).await.unwrap();
    let outcomes = join_all((0..50).map(|_| fakes.hub.tools("fake"))).await;
    assert!(outcomes.iter().all(Result::is_err));
    assert_eq!(fakes.text("lists").await, "1");
    // It is no reason not to ask again.
    fakes.hub.tools("fake").await.unwrap_err();
    assert_eq!(fakes.text("lists").await, "2");
    fakes.hub.shutdown().await;
}

#[tokio::test]
async fn a_storm_of_changes_nobody_asks_about_costs_one_fetch() {
    for modes in [&[][..], &["modern"][..]] {
        let fakes = fake(modes);
        fakes.names().await;
        until("a subscription, where there is one", async || {
            fakes.call("add_tool", json!({"name": "before"})).await.unwrap();
            fakes.hub.fresh_tools("fake").is_none()
        })
        .await;
        fakes.names().await;
        let before: u32 = fakes.text("lists").await.parse().unwrap();
        fakes.call("storm", json!({"times": 5000})).await.unwrap();
        fakes.call("add_tool", json!({"name": "after"})).await.unwrap();
        until("the change", async || fakes.hub.fresh_tools("fake").is_none()).await;
        assert_eq!(fakes.text("lists").await, before.to_string(), "nobody asked");
        until("the last of them", async || fakes.names().await.contains(&"after".to_owned())).await;
        let after: u32 = fakes.text("lists").await.parse().unwrap();
        assert!(after <= before + 20, "{before} and then {after}");
        fakes.hub.shutdown().await;
    }
}

#[tokio::test]
async fn the_same_list_after_a_restart_keeps_its_revision() {
    let fakes = fake(&[]);
    let before = fakes.hub.tools("fake").await.unwrap();
    fakes.call("die", json!({})).await.unwrap_err();
    until("a restart", async || fakes.hub.tools("fake").await.is_ok()).await;
    assert_eq!(fakes.hub.tools("fake").await.unwrap().revision, before.revision);
    fakes.hub.shutdown().await;
}
