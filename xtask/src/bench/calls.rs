//! A tool call: from inside a program, and straight to the same server.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use serde_json::{Value, json};
use testkit::Workspace;

use super::{
    Setup,
    client::{Client, program},
    report::{Section, verdict},
    statistics::{Samples, show},
};

/// A tool of the demo server that does next to nothing.
const TOOL: &str = "now";

/// What a call from inside a program adds to the call itself.
pub fn measure(setup: &Setup) -> Result<Section> {
    let count = setup.effort.times(5_000);
    let inside = from_a_program(setup, count)?;
    let direct = directly(setup, count)?;
    let added = inside.median().saturating_sub(direct.median());

    let note = "One after the other, to our own demo server. \"Directly\" is a client without a library: line out, line in.";
    let header = ["what", "n", "p50", "p99", "asked for", ""];
    let mut section = Section::new("A tool call", note, &header);
    for (what, samples) in [("inside a program", &inside), ("directly", &direct)] {
        let (median, high) = (show(samples.median()), show(samples.percentile(99)));
        section.row([what, &samples.count().to_string(), &median, &high, "", ""]);
    }
    let met = verdict(added <= Duration::from_micros(100));
    section.row(["added", "", &show(added), "", "100 us", met]);
    Ok(section)
}

/// The program takes the time of each of its calls.
fn from_a_program(setup: &Setup, count: usize) -> Result<Samples> {
    let workspace = Workspace::new(&setup.binary.to_string_lossy()).with_demo();
    let mut client = Client::start(workspace.command(&[]))?;
    let code = format!(
        "const taken: number[] = [];
         for (let n = 0; n < {count} + 100; n++) {{
             const started = performance.now();
             await callMCPTool('mcp__demo__{TOOL}', {{}});
             if (n >= 100) taken.push(performance.now() - started);
         }}
         taken"
    );
    client.send("tools/call", &program(&code))?;
    let answer: Value = serde_json::from_str(client.receive_success()?)?;
    let taken = answer["result"]["structuredContent"]["result"].as_array();
    let taken = taken.context("the program answered no times")?;
    let milliseconds = taken.iter().filter_map(Value::as_f64);
    Ok(Samples::new(milliseconds.map(|ms| Duration::from_secs_f64(ms / 1e3)).collect()))
}

fn directly(setup: &Setup, count: usize) -> Result<Samples> {
    let mut command = Command::new(&setup.binary);
    command.arg("demo-server");
    let mut client = Client::start(command)?;
    let request = json!({ "name": TOOL, "arguments": {} });
    for _ in 0..100 {
        client.call(&request)?;
    }
    let mut samples = Vec::new();
    for _ in 0..count {
        let started = Instant::now();
        client.call(&request)?;
        samples.push(started.elapsed());
    }
    Ok(Samples::new(samples))
}
