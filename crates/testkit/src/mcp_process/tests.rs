//! Against the fakes, which are the only servers this crate has.

use std::{process::Command, time::Duration};

use serde_json::json;

use super::{Era, McpProcess};
use crate::{Fake, wait_until};

fn start(fake: Fake) -> (tempfile::TempDir, McpProcess) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let entry = fake.entry(folder.path());
    let mut command = Command::new(entry["command"].as_str().unwrap_or_default());
    let arguments = entry["args"].as_array().into_iter().flatten();
    command.args(arguments.filter_map(|argument| argument.as_str()));
    (folder, McpProcess::spawn(command, Era::Legacy))
}

#[test]
fn a_session_is_held_with_a_server_that_is_well() {
    let (_folder, mut server) = start(Fake::Well);
    assert_eq!(server.initialize()["serverInfo"]["name"], "fake");
    let answer = server.call_tool("echo", json!({ "text": "hello" }));
    assert_eq!(answer["content"][0]["text"], "hello");
    let error = server.request("no/such", json!({})).expect_err("an unknown method");
    assert_eq!(error.code, -32601);
    assert!(server.finish().status.success());
}

#[test]
fn answers_out_of_order_find_their_requests() {
    let (_folder, mut server) = start(Fake::Well);
    server.initialize();
    let call = |text| json!({ "name": "echo", "arguments": { "text": text } });
    let (first, second) =
        (server.send("tools/call", call("1")), server.send("tools/call", call("2")));
    for (id, text) in [(second, "2"), (first, "1")] {
        let answer = server.wait_for(id, Duration::from_secs(10)).expect("an answer");
        assert_eq!(answer["content"][0]["text"], text);
    }
}

#[test]
#[should_panic(expected = "stdout holds what is not MCP")]
fn garbage_on_stdout_fails_the_test() {
    let (_folder, mut server) = start(Fake::Garbage);
    server.initialize();
}

#[test]
#[should_panic(expected = "refusing to start")]
fn a_server_that_ends_is_reported_with_its_last_words() {
    let (_folder, mut server) = start(Fake::ExitOnStart);
    wait_until(Duration::from_secs(10), "no last words", || !server.stderr().is_empty());
    let _ = server.wait_for(1, Duration::from_secs(10));
}
