//! From the start of the process to its tool list, and to what it finds among servers of the last run.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::json;
use testkit::Workspace;

use super::{
    Setup,
    client::Client,
    report::{Section, verdict},
    statistics::{Samples, show},
};
use crate::process;

const UPSTREAMS: usize = 10;

/// Servers whose tools are cached, and the tools of each.
const CACHED: usize = 50;
const TOOLS: usize = 20;

/// A server of so many tools, which takes its time to start.
const SLOW_SERVER: &str = r#"
import json, sys, time
time.sleep(1)
def tool(n):
    props = {f"field{i}": {"type": "string", "description": f"What {sys.argv[1]} takes as field {i} of tool {n}, in words"} for i in range(8)}
    return {"name": f"{sys.argv[1]}_tool_{n}", "description": f"Does thing {n} with the records of {sys.argv[1]} and answers what became of them.", "inputSchema": {"type": "object", "properties": props, "required": ["field0"]}}
for line in sys.stdin:
    m = json.loads(line)
    if "id" not in m: continue
    r = {"jsonrpc": "2.0", "id": m["id"]}
    if m["method"] == "initialize":
        r["result"] = {"protocolVersion": m["params"]["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "slow", "version": "1"}}
    elif m["method"] == "tools/list":
        r["result"] = {"tools": [tool(n) for n in range(int(sys.argv[2]))]}
    else:
        r["error"] = {"code": -32601, "message": "no"}
    print(json.dumps(r), flush=True)
"#;

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
    cached(setup, &mut section)?;
    Ok(section)
}

/// The first search of a process whose servers were listed by another one before.
fn cached(setup: &Setup, section: &mut Section) -> Result<()> {
    let mut workspace = Workspace::new(&setup.binary.to_string_lossy());
    let script = workspace.write("slow.py", SLOW_SERVER);
    for n in 0..CACHED {
        let name = format!("cached-{n}");
        let entry = json!({ "command": "python3", "args": [script, name, TOOLS.to_string()] });
        workspace = workspace.with_server(&name, entry);
    }
    let mut fill: Command = workspace.command(&["tools", "--json"]);
    let filled = process::capture(&mut fill)?;
    let found: Vec<serde_json::Value> = serde_json::from_str(&filled)?;
    ensure!(found.len() == CACHED * TOOLS, "{} tools were listed", found.len());
    let mut samples = Vec::new();
    for _ in 0..setup.effort.times(40) {
        let started = Instant::now();
        let mut client = Client::spawn(workspace.command(&[]))?;
        client.greet()?;
        let search = json!({ "name": "searchTools", "arguments": { "query": "records field" } });
        client.send("tools/call", &search)?;
        client.receive()?;
        client.receive_success()?;
        samples.push(started.elapsed());
    }
    let samples = Samples::new(samples);
    let what = format!("process start to a search, {CACHED} cached servers of {TOOLS} tools");
    section.row([
        what.as_str(),
        &samples.count().to_string(),
        &show(samples.median()),
        &show(samples.percentile(99)),
        "50 ms",
        verdict(samples.median() <= Duration::from_millis(50)),
    ]);
    Ok(())
}
