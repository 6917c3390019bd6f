//! What the hub adds to a call, and how calls fare that are made at once:
//! `cargo bench -p upstream --bench hub`, or as a section of `cargo xtask bench`. The server is the
//! program that `HUB_BENCH_SERVER` names, with the argument `demo-server`; without it there is
//! nothing to measure. One line of JSON per figure on the standard output.

use std::error::Error;
use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rmcp::ServiceExt;
use rmcp::model::CallToolRequestParams;
use rmcp::service::{RoleClient, RunningService};
use serde_json::{Map, json};
use tokio::process::{Child, Command};
use upstream::{Config, Hub, Program, Reached, ServerConfig};

/// A tool that does next to nothing.
const TOOL: &str = "now";
/// Calls of either way in turn, so that both see the same machine.
const BATCH: usize = 100;
const BATCHES: usize = 50;
/// Batches before the first that counts.
const WARM_UP: usize = 5;
/// Calls at once, and calls by each of those who make them.
const AT_ONCE: usize = 200;
const EACH: usize = 25;
const AMPLE: Duration = Duration::from_secs(60);

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Outcome<()> {
    let Some(server) = std::env::var_os("HUB_BENCH_SERVER") else {
        eprintln!("skipped: HUB_BENCH_SERVER names no program with a `demo-server`");
        return Ok(());
    };
    let batches = std::env::var("HUB_BENCH_BATCHES").ok().and_then(|text| text.parse().ok());
    let runtime = tokio::runtime::Runtime::new()?;
    let figures = runtime.block_on(measure(&server, batches.unwrap_or(BATCHES)))?;
    let mut out = std::io::stdout().lock();
    for figure in figures {
        writeln!(out, "{figure}")?;
    }
    Ok(())
}

async fn measure(server: &OsStr, batches: usize) -> Outcome<Vec<serde_json::Value>> {
    let hub = hub(server);
    let (bare, mut child) = bare(server).await?;
    let (mut through, mut without) = (Vec::new(), Vec::new());
    for batch in 0..batches + WARM_UP {
        let (one, other) = (by_hub(&hub, BATCH).await?, by_rmcp(&bare, BATCH).await?);
        if batch >= WARM_UP {
            through.extend(one);
            without.extend(other);
        }
    }
    bare.cancel().await?;
    child.kill().await?;
    let crowd = at_once(&hub).await?;
    hub.shutdown().await;
    Ok(vec![
        figure("through the hub", &mut through),
        figure("bare rmcp", &mut without),
        figure("200 at once", &mut crowd.into_iter().collect::<Vec<_>>()),
    ])
}

fn hub(server: &OsStr) -> Hub {
    let program = Program {
        command: server.to_string_lossy().into_owned(),
        args: vec!["demo-server".to_owned()],
        ..Program::default()
    };
    let servers = vec![ServerConfig::new("demo", Reached::Program(program))];
    // With the guard, as servers run: the program is its own.
    let guard = vec![OsString::from(server), OsString::from("__guard")];
    Hub::new(Config { servers, guard, max_concurrent_calls: AT_ONCE, ..Config::default() })
}

/// An rmcp client with nothing of ours between.
async fn bare(server: &OsStr) -> Outcome<(RunningService<RoleClient, ()>, Child)> {
    let mut child = Command::new(server)
        .arg("demo-server")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let pipes = (child.stdout.take().ok_or("no output")?, child.stdin.take().ok_or("no input")?);
    Ok((().serve(pipes).await?, child))
}

async fn by_hub(hub: &Hub, count: usize) -> Outcome<Vec<Duration>> {
    let mut taken = Vec::with_capacity(count);
    for _ in 0..count {
        let start = Instant::now();
        hub.call("demo", TOOL, Map::new(), AMPLE).await?;
        taken.push(start.elapsed());
    }
    Ok(taken)
}

async fn by_rmcp(client: &RunningService<RoleClient, ()>, count: usize) -> Outcome<Vec<Duration>> {
    let mut taken = Vec::with_capacity(count);
    for _ in 0..count {
        let start = Instant::now();
        client.call_tool(CallToolRequestParams::new(TOOL).with_arguments(Map::new())).await?;
        taken.push(start.elapsed());
    }
    Ok(taken)
}

/// As many callers at once as there may be calls, each calling again and again.
async fn at_once(hub: &Hub) -> Outcome<Vec<Duration>> {
    let ready = Arc::new(tokio::sync::Barrier::new(AT_ONCE));
    let callers: Vec<_> = (0..AT_ONCE)
        .map(|_| {
            let (hub, ready) = (hub.clone(), Arc::clone(&ready));
            tokio::spawn(async move {
                ready.wait().await;
                by_hub(&hub, EACH).await
            })
        })
        .collect();
    let mut all = Vec::with_capacity(AT_ONCE * EACH);
    for caller in callers {
        // The first call of each meets a queue that is being filled.
        all.extend(caller.await??.into_iter().skip(1));
    }
    Ok(all)
}

fn figure(what: &str, taken: &mut [Duration]) -> serde_json::Value {
    taken.sort_unstable();
    let at = |percent: usize| {
        let rank = (taken.len() * percent).div_ceil(100).saturating_sub(1);
        taken.get(rank).copied().unwrap_or_default().as_secs_f64() * 1e6
    };
    json!({"what": what, "count": taken.len(), "p50us": at(50), "p99us": at(99)})
}
