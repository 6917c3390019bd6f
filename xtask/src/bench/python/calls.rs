//! A tool call: from inside a Python program in both of its forms, and straight to the same server.

use std::time::Duration;

use anyhow::Result;
use testkit::Workspace;

use crate::bench::{
    Setup,
    calls::{TOOL, WARM_UP, directly, from_a_program},
    client::python_program,
    report::{Section, verdict},
    statistics::show,
};

const TARGET: Duration = Duration::from_micros(200);

const NOTE: &str =
    "One after the other, to our own demo server. \"Directly\" is a plain rmcp client.";

/// What a call from inside a program adds to the call itself.
pub fn measure(setup: &Setup) -> Result<Section> {
    let count = setup.effort.times(5_000);
    let workspace = Workspace::new(&setup.binary.to_string_lossy()).with_demo();
    let plain = from_a_program(&workspace, &python_program(&timed("call_mcp_tool", count)))?;
    let awaited =
        from_a_program(&workspace, &python_program(&timed("await call_mcp_tool_async", count)))?;
    let direct = directly(&workspace, count)?;

    let header = ["what", "n", "p50", "p99", "asked for", ""];
    let mut section = Section::new("A tool call from Python", NOTE, &header);
    let rows = [("called plainly", &plain), ("awaited", &awaited), ("directly", &direct)];
    for (what, samples) in rows {
        let (median, high) = (show(samples.median()), show(samples.percentile(99)));
        section.row([what, &samples.count().to_string(), &median, &high, "", ""]);
    }
    for (what, samples) in [("added when called plainly", &plain), ("added when awaited", &awaited)]
    {
        let added = samples.median().saturating_sub(direct.median());
        section.row([what, "", &show(added), "", "200 us", verdict(added <= TARGET)]);
    }
    Ok(section)
}

/// A program that takes the time of each of its calls.
fn timed(call: &str, count: usize) -> String {
    format!(
        "import time
taken = []
for n in range({count} + {WARM_UP}):
    started = time.perf_counter()
    {call}('mcp__demo__{TOOL}', {{}})
    if n >= {WARM_UP}:
        taken.append((time.perf_counter() - started) * 1e3)
taken"
    )
}
