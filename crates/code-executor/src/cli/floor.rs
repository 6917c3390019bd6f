//! `code-executor bench-floor`: what a bare fork, lockdown and run costs here, with nothing of the
//! gateway around it. The floor that `cargo xtask bench` measures everything else against.

use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use rustix::fs::{Mode, OFlags};
use sandbox::{Child, Event, GrantedDirectory, Grants, Interpreter, Python, Sandbox};
use types::{DangerousPatterns, Limits};
use wire::{FromChild, Start, Task};

use crate::cli::{BenchFloorArguments, Exit};
use crate::compose;
use crate::config::Settings;

/// Runs the program again and again and prints the latencies as JSON, in microseconds; of Python,
/// the interpreter as well, so that it can be measured by itself.
pub async fn run(arguments: BenchFloorArguments, settings: Settings) -> anyhow::Result<Exit> {
    let program = std::fs::read_to_string(&arguments.file)
        .with_context(|| arguments.file.display().to_string())?;
    let executable = compose::executable()?;
    let engine = match arguments.file.extension().is_some_and(|ending| ending == "py") {
        true => Engine::Python(compose::python(&settings, executable)?),
        false => Engine::QuickJs(compose::sandbox(&settings, executable, arguments.bare)?),
    };
    engine.warm().await?;
    let directories = open_all(&arguments.read)?;
    let latencies = latencies(&engine, &program, arguments.count as usize, &directories).await?;
    let micros: Vec<f64> = latencies.iter().map(|latency| latency.as_secs_f64() * 1e6).collect();
    let mut report = serde_json::json!({ "latencies_us": micros });
    if let Some(interpreter) = engine.interpreter().await? {
        let (major, minor, micro) = interpreter.version;
        report["interpreter"] = interpreter.executable.to_string_lossy().into();
        report["version"] = format!("{major}.{minor}.{micro}").into();
    }
    crate::cli::render::Rendered::out(format!("{report}\n")).write()?;
    engine.shutdown().await;
    Ok(Exit::Success)
}

/// Directories to grant, held as the gateway holds them.
fn open_all(paths: &[PathBuf]) -> anyhow::Result<Vec<(PathBuf, OwnedFd)>> {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let open = |path: &PathBuf| {
        let fd = rustix::fs::open(path, flags, Mode::empty())
            .with_context(|| path.display().to_string())?;
        Ok((path.clone(), fd))
    };
    paths.iter().map(open).collect()
}

/// What runs the program, without the gateway.
enum Engine {
    QuickJs(Sandbox),
    Python(Python),
}

impl Engine {
    async fn warm(&self) -> Result<(), sandbox::Error> {
        match self {
            Self::QuickJs(sandbox) => sandbox.warm().await.map(drop),
            Self::Python(python) => python.warm().await.map(drop),
        }
    }

    async fn launch_fresh(&self, directories: &[(PathBuf, OwnedFd)]) -> anyhow::Result<Child> {
        match self {
            Self::QuickJs(sandbox) => Ok(sandbox.launch_fresh().await?),
            Self::Python(python) if directories.is_empty() => Ok(python.launch_fresh().await?),
            Self::Python(python) => {
                let granted = directories.iter().map(|(path, fd)| GrantedDirectory {
                    path,
                    names: &[],
                    fd: fd.as_fd(),
                });
                let grants = Grants { directories: granted.collect(), cwd: None };
                let launched = python.launch_granted(None, &grants).await?;
                match launched.withheld.first() {
                    Some(withheld) => {
                        anyhow::bail!("{} {}", withheld.path.display(), withheld.reason)
                    }
                    None => Ok(launched.child),
                }
            }
        }
    }

    async fn interpreter(&self) -> Result<Option<Arc<Interpreter>>, sandbox::Error> {
        match self {
            Self::QuickJs(_) => Ok(None),
            Self::Python(python) => python.interpreter().await.map(Some),
        }
    }

    async fn shutdown(&self) {
        match self {
            Self::QuickJs(sandbox) => sandbox.shutdown().await,
            Self::Python(python) => python.shutdown().await,
        }
    }
}

/// Runs `program` in fresh children one after another and gives the latency of each.
async fn latencies(
    engine: &Engine,
    program: &str,
    count: usize,
    directories: &[(PathBuf, OwnedFd)],
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
        grants: wire::Grants::default(),
        session: false,
        code: program.to_owned(),
    };
    let mut latencies = Vec::with_capacity(count);
    for _ in 0..count {
        let began = Instant::now();
        let mut child = engine.launch_fresh(directories).await?;
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
