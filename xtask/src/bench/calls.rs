//! A tool call: from inside a program, and straight to the same server.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;
use testkit::Workspace;

use super::{
    Setup,
    client::{Client, program},
    report::{Section, verdict},
    statistics::{Samples, show},
};
use crate::process;

/// A tool of the demo server that does next to nothing.
pub const TOOL: &str = "now";

/// Calls before the first that counts.
pub const WARM_UP: usize = 100;

/// What a call from inside a program adds to the call itself.
pub fn measure(setup: &Setup) -> Result<Section> {
    let count = setup.effort.times(5_000);
    let workspace = Workspace::new(&setup.binary.to_string_lossy()).with_demo();
    let inside = from_a_program(&workspace, &program(&typescript(count)))?;
    let direct = directly(&workspace, count)?;
    let added = inside.median().saturating_sub(direct.median());

    let note = "One after the other, to our own demo server. \"Directly\" is a plain rmcp client.";
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

/// The times of the calls that a program made and timed, in milliseconds.
pub fn from_a_program(workspace: &Workspace, request: &Value) -> Result<Samples> {
    let mut client = Client::start(workspace.command(&[]))?;
    client.send("tools/call", request)?;
    let answer: Value = serde_json::from_str(client.receive_success()?)?;
    let taken = answer["result"]["structuredContent"]["result"].as_array();
    let taken = taken.context("the program answered no times")?;
    let milliseconds = taken.iter().filter_map(Value::as_f64);
    Ok(Samples::new(milliseconds.map(|ms| Duration::from_secs_f64(ms / 1e3)).collect()))
}

/// The same calls by an rmcp client with nothing of ours between.
pub fn directly(workspace: &Workspace, count: usize) -> Result<Samples> {
    let count = (count + WARM_UP).to_string();
    let mut command = workspace.command(&["bench-direct", "--count", &count]);
    let told: Value = serde_json::from_str(&process::capture(&mut command)?)?;
    let micros = told["latencies_us"].as_array().context("bench-direct tells no latencies_us")?;
    let micros = micros.iter().skip(WARM_UP).filter_map(Value::as_f64);
    Ok(Samples::new(micros.map(|micros| Duration::from_secs_f64(micros / 1e6)).collect()))
}

/// The program takes the time of each of its calls.
fn typescript(count: usize) -> String {
    format!(
        "const taken: number[] = [];
         for (let n = 0; n < {count} + {WARM_UP}; n++) {{
             const started = performance.now();
             await callMCPTool('mcp__demo__{TOOL}', {{}});
             if (n >= {WARM_UP}) taken.push(performance.now() - started);
         }}
         taken"
    )
}
