//! `code-executor bench-direct`: what a call of the demo server's clock costs a plain MCP client,
//! with nothing of ours between. `cargo xtask bench` measures calls from programs against it.

use std::process::Stdio;
use std::time::Instant;

use anyhow::Context;
use rmcp::model::CallToolRequestParams;
use tokio::process::Command;

use crate::cli::render::Rendered;
use crate::cli::{BenchDirectArguments, Exit};
use crate::compose;

/// Calls again and again and prints the latencies as JSON, in microseconds.
pub async fn run(arguments: BenchDirectArguments) -> anyhow::Result<Exit> {
    let mut server = Command::new(compose::executable()?)
        .arg("demo-server")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .context("starting the demo server")?;
    let stdout = server.stdout.take().context("the demo server has no output")?;
    let stdin = server.stdin.take().context("the demo server has no input")?;
    let client = rmcp::serve_client((), (stdout, stdin)).await?;
    let mut micros = Vec::with_capacity(arguments.count as usize);
    for _ in 0..arguments.count {
        let began = Instant::now();
        client.call_tool(CallToolRequestParams::new("now")).await?;
        micros.push(began.elapsed().as_secs_f64() * 1e6);
    }
    client.cancel().await?;
    let report = serde_json::json!({ "latencies_us": micros });
    Rendered::out(format!("{report}\n")).write()?;
    Ok(Exit::Success)
}
