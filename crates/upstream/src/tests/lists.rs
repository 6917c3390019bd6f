//! Lists of tools: pages, bounds, changes.

use serde_json::json;
use types::UpstreamState;

use crate::Config;
use crate::tests::support::{config, fake, fakes, until};

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
async fn the_same_list_after_a_restart_keeps_its_revision() {
    let fakes = fake(&[]);
    let before = fakes.hub.tools("fake").await.unwrap();
    fakes.call("die", json!({})).await.unwrap_err();
    until("a restart", async || fakes.hub.tools("fake").await.is_ok()).await;
    assert_eq!(fakes.hub.tools("fake").await.unwrap().revision, before.revision);
    fakes.hub.shutdown().await;
}
