//! Resources and prompts: as the server gives them, and within the bounds of calls.

use std::time::Duration;

use serde_json::{Map, Value, json};
use types::ErrorCode;

use crate::tests::support::{AMPLE, config, fake, fakes, until};
use crate::{Config, Error};

#[tokio::test]
async fn lists_and_items_come_as_the_server_gives_them_in_either_era() {
    for modes in [&["content", "pages=2"][..], &["content", "pages=2", "modern"][..]] {
        let fakes = fake(modes);
        let hub = &fakes.hub;
        let resources = hub.list_resources("fake", AMPLE).await.unwrap();
        assert_eq!(resources.len(), 4);
        assert_eq!(resources[3], json!({"uri": "resources:1:1", "odd": 1}));
        let templates = hub.list_resource_templates("fake", AMPLE).await.unwrap();
        assert_eq!(templates[0]["uriTemplate"], "resourceTemplates:0:0");
        assert_eq!(hub.list_prompts("fake", AMPLE).await.unwrap()[2]["name"], "prompts:1:0");
        let read = hub.read_resource("fake", "fake:a", AMPLE).await.unwrap();
        assert_eq!(read["contents"], json!([{"uri": "fake:a", "text": "ü", "odd": 1}]));
        let arguments: Map<String, Value> = [("who".to_owned(), json!("me"))].into_iter().collect();
        let prompt = hub.get_prompt("fake", "greet", arguments, AMPLE).await.unwrap();
        let sent = prompt["messages"][0]["content"]["text"].as_str().unwrap();
        let sent: Value = serde_json::from_str(sent).unwrap();
        assert_eq!((&sent["name"], &sent["arguments"]), (&json!("greet"), &json!({"who": "me"})));
        hub.shutdown().await;
    }
}

#[tokio::test]
async fn a_server_without_them_is_not_asked_and_says_so() {
    let fakes = fake(&[]);
    let error = fakes.hub.list_resources("fake", AMPLE).await.unwrap_err();
    assert_eq!(error.to_string(), "server `fake` offers no resources");
    assert_eq!(error.code(), ErrorCode::ToolNotFound);
    let error = fakes.hub.get_prompt("fake", "p", Map::new(), AMPLE).await.unwrap_err();
    assert_eq!(error.to_string(), "server `fake` offers no prompts");
    let error = fakes.hub.read_resource("nobody", "x", AMPLE).await.unwrap_err();
    assert!(error.to_string().contains("`nobody`"), "{error}");
    fakes.hub.shutdown().await;
}

#[tokio::test]
async fn their_lists_have_bounds() {
    let few = Config { max_pages: 5, max_tools_per_server: 20, ..config() };
    for (modes, expected) in [
        (&["content", "endless"][..], "`resources/list` has more than 5 pages"),
        (&["content", "endless", "same-cursor"][..], "gives the same cursor twice"),
        (&["content", "entries=21"][..], "`resources/list` has more than 20 entries"),
    ] {
        let fakes = fakes(&[("fake", modes)], few.clone());
        let error = fakes.hub.list_resources("fake", AMPLE).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::UpstreamUnavailable);
        assert!(error.to_string().contains(expected), "{modes:?}: {error}");
        fakes.hub.shutdown().await;
    }
}

#[tokio::test]
async fn a_list_has_a_size_that_its_pages_share() {
    let page = ["content", "entries=100", "padding=20000"];
    let fakes = fake(&[&page[..], &["pages=2"]].concat());
    assert_eq!(fakes.hub.list_resources("fake", AMPLE).await.unwrap().len(), 200);
    fakes.hub.shutdown().await;
    let fakes = self::fake(&[&page[..], &["pages=3"]].concat());
    let error = fakes.hub.list_prompts("fake", AMPLE).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::ResultTooLarge);
    assert!(error.to_string().contains("4194304 bytes"), "{error}");
    fakes.hub.shutdown().await;
}

#[tokio::test]
async fn items_that_cannot_be_had_fail_alone() {
    let fakes = fake(&["content"]);
    let read = async |uri: &str, limit: Duration| {
        fakes.hub.read_resource("fake", uri, limit).await.unwrap_err()
    };
    let missing = read("fake:missing", AMPLE).await;
    assert!(matches!(&missing, Error::Refused { code: -32002, .. }), "{missing}");
    let huge = read("fake:huge", AMPLE).await;
    assert_eq!(huge.code(), ErrorCode::ResultTooLarge);
    assert!(huge.to_string().contains("`resources/read`"), "{huge}");
    let odd = read("fake:odd", AMPLE).await.to_string();
    assert!(odd.contains("lacks the list"), "{odd}");
    let slow = read("fake:slow", Duration::from_millis(100)).await;
    assert_eq!(slow.code(), ErrorCode::UpstreamTimeout);
    until("a cancellation", async || fakes.text("cancelled").await == "1").await;
    assert!(fakes.hub.read_resource("fake", "fake:b", AMPLE).await.is_ok());
    fakes.hub.shutdown().await;
}
