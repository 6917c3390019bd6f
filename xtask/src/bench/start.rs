//! From the start of the process to its tool list.

use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::json;
use testkit::Workspace;

use super::{
    Setup,
    client::Client,
    report::{Section, verdict},
    statistics::{Samples, show},
};

const UPSTREAMS: usize = 10;

/// How soon a client that just started us can go on.
pub fn measure(setup: &Setup) -> Result<Section> {
    let mut workspace = Workspace::new(&setup.binary.to_string_lossy());
    for n in 0..UPSTREAMS {
        let entry = json!({ "command": setup.binary, "args": ["demo-server"] });
        workspace = workspace.with_server(&format!("upstream-{n}"), entry);
    }
    let mut samples = Vec::new();
    for _ in 0..setup.effort.times(100) {
        let started = Instant::now();
        let mut client = Client::spawn(workspace.command(&[]))?;
        client.greet()?;
        client.send("tools/list", &json!({}))?;
        client.receive()?;
        client.receive_success()?;
        samples.push(started.elapsed());
    }
    let samples = Samples::new(samples);

    let note = format!("With {UPSTREAMS} servers in `.mcp.json`.");
    let header = ["what", "n", "p50", "p99", "asked for", ""];
    let mut section = Section::new("Ready to answer", note, &header);
    let met = samples.median() <= Duration::from_millis(30);
    section.row([
        "process start to the answer to `tools/list`",
        &samples.count().to_string(),
        &show(samples.median()),
        &show(samples.percentile(99)),
        "30 ms",
        verdict(met),
    ]);
    Ok(section)
}
