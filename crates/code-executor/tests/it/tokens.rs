//! What tools cost a model: `code-executor tokens`, and the estimate that searches give.

use serde_json::Value;
use testkit::{Corpus, DEFAULT_WAIT, Workspace, run};

use crate::support::workspace;

fn tokens(workspace: &Workspace) -> Value {
    let finished = run(workspace.command(&["tokens", "--json"]), DEFAULT_WAIT).expect_success();
    serde_json::from_str(&finished.stdout).expect("a report")
}

/// The part that a way spares, in percent.
fn saved(report: &Value, way: &str) -> f64 {
    let ways = report["ways"].as_array().expect("ways");
    let way = ways.iter().find(|it| it["way"] == way).expect("every way is told");
    way["savedPercent"].as_f64().expect("a number")
}

#[test]
fn real_servers_cost_a_fraction_through_us() {
    let Some(corpus) = Corpus::load() else { return };
    // The three that lists of servers to have name first, of those that need an account.
    let workspace = corpus.behind(workspace(), &["github", "notion", "sentry"]);
    let report = tokens(&workspace);
    assert_eq!(report["tools"], 72, "{report}");
    assert!(saved(&report, "ourTools") >= 97.0, "{report}");
    assert!(saved(&report, "names") > saved(&report, "descriptions"), "{report}");
    assert!(saved(&report, "descriptions") > saved(&report, "full"), "{report}");
    assert_eq!(report["servers"][0]["server"], "notion", "the dearest comes first: {report}");
}

#[test]
fn a_person_gets_a_table() {
    let workspace = workspace().with_demo();
    let finished = run(workspace.command(&["tokens"]), DEFAULT_WAIT).expect_success();
    let mut lines = finished.stdout.lines();
    assert!(lines.next().is_some_and(|head| head.starts_with("9 tools of 1 server ")), "{lines:?}");
    assert!(lines.any(|line| line.starts_with("What we list instead")), "{}", finished.stdout);
    assert!(lines.any(|line| line.starts_with("  demo, 9 tools")), "{}", finished.stdout);
}

#[test]
fn a_server_that_is_not_there_is_said_to_be_missing() {
    let workspace = workspace().with_demo();
    let finished = run(workspace.command(&["tokens", "--server", "nobody"]), DEFAULT_WAIT);
    assert_eq!(finished.code(), Some(2), "{}", finished.stdout);
    assert!(finished.stderr.contains("no server is named nobody"), "{}", finished.stderr);
}

#[test]
fn a_server_that_does_not_start_costs_nothing() {
    let workspace = workspace().with_server("gone", serde_json::json!({"command": "/no/such"}));
    let finished = run(workspace.command(&["tokens", "--json"]), DEFAULT_WAIT);
    assert_eq!(finished.code(), Some(69), "{}", finished.stderr);
    let report: Value = serde_json::from_str(&finished.stdout).expect("a report");
    assert_eq!(report["unavailable"][0]["server"], "gone");
    let ways = report["ways"].as_array().expect("ways");
    let paid = ways.iter().filter(|way| way["tokens"] != 0);
    assert_eq!(paid.map(|way| &way["way"]).collect::<Vec<_>>(), ["ourTools"], "{report}");
}

#[test]
fn a_search_tells_what_it_spares() {
    let workspace = workspace().with_demo();
    let mut server = workspace.serve();
    let answer = server.call_tool("searchTools", serde_json::json!({"query": "notes", "limit": 2}));
    let metrics = &answer["structuredContent"]["metrics"];
    assert_eq!(metrics["upFront"]["tools"], 9, "{answer}");
    let text = answer["content"][0]["text"].as_str().expect("a text");
    assert_eq!(metrics["outputBytes"], text.len(), "{answer}");
    assert!(metrics["savedPercent"].as_f64().is_some_and(|saved| saved > 50.0), "{answer}");
}

/// The estimate is held to the real vocabulary over everything real servers have said.
#[test]
fn the_estimate_is_close() {
    let Some(corpus) = Corpus::load() else { return };
    let vocabulary = tiktoken_rs::o200k_base().expect("the vocabulary is in the crate");
    let (mut exact, mut estimated) = (0.0, 0.0);
    for (server, tools) in corpus.servers() {
        let (mut counted, mut guessed) = (0, 0);
        for tool in tools {
            let text = tool.to_string();
            counted += vocabulary.encode_ordinary(&text).len();
            guessed += catalog::tokens::estimate(&text);
        }
        #[expect(clippy::cast_precision_loss, reason = "a ratio")]
        let (counted, guessed) = (counted as f64, guessed as f64);
        let ratio = guessed / counted;
        assert!((0.88..1.12).contains(&ratio), "{server}: {ratio:.3}");
        (exact, estimated) = (exact + counted, estimated + guessed);
    }
    let ratio = estimated / exact;
    assert!((0.96..1.04).contains(&ratio), "{ratio:.3}");
}
