//! `code-executor bench-floor`: what a bare fork, lockdown and run costs here, with nothing of the
//! gateway around it. The floor that `cargo xtask bench` measures everything else against.

use std::time::{Duration, Instant};

use anyhow::Context;
use sandbox::{Event, Sandbox};
use types::{DangerousPatterns, Limits};
use wire::{FromChild, Start, Task};

use crate::cli::{BenchFloorArguments, Exit};
use crate::compose;
use crate::config::Settings;

/// Runs the program again and again and prints the latencies as JSON, in microseconds.
pub async fn run(arguments: BenchFloorArguments, settings: Settings) -> anyhow::Result<Exit> {
    let program = std::fs::read_to_string(&arguments.file)
        .with_context(|| arguments.file.display().to_string())?;
    let sandbox = compose::sandbox(&settings, compose::executable()?)?;
    sandbox.warm().await?;
    let latencies = latencies(&sandbox, &program, arguments.count as usize).await?;
    let micros: Vec<f64> = latencies.iter().map(|latency| latency.as_secs_f64() * 1e6).collect();
    let report = serde_json::json!({ "latencies_us": micros });
    crate::cli::render::Rendered::out(format!("{report}\n")).write()?;
    sandbox.shutdown().await;
    Ok(Exit::Success)
}

/// Runs `program` in fresh children one after another and gives the latency of each.
async fn latencies(
    sandbox: &Sandbox,
    program: &str,
    count: usize,
) -> anyhow::Result<Vec<Duration>> {
    let start = Start {
        limits: Limits {
            timeout_ms: 30_000,
            memory_bytes: 256 << 20,
            output_bytes: 100 * 1024,
            result_bytes: 1 << 20,
            tool_calls: 0,
        },
        task: Task::Run,
        patterns: DangerousPatterns::Off,
        code: program.to_owned(),
    };
    let mut latencies = Vec::with_capacity(count);
    for _ in 0..count {
        let began = Instant::now();
        let mut child = sandbox.launch_fresh().await?;
        child.send(wire::start_frame(&start));
        loop {
            match child.next().await {
                Event::Message(FromChild::Done(done)) => {
                    if let Some(error) = done.error {
                        anyhow::bail!("the program failed: {}: {}", error.kind, error.message);
                    }
                    break;
                }
                Event::Message(FromChild::Output(_)) => {}
                _ => anyhow::bail!("the child did not finish: {:?}", child.exit().await),
            }
        }
        latencies.push(began.elapsed());
    }
    Ok(latencies)
}
