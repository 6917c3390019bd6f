//! Every language started, and its walls tried: by a worker that tries each wall alone, and by real
//! children.

use std::time::Duration;

use sandbox::{Child, Event, Exit, Python, Sandbox};
use serde::Deserialize;
use types::{DangerousPatterns, Isolation, IsolationLevel, Language};
use wire::control::Probe as Tried;
use wire::{FromChild, Start, Task};

use crate::cli::doctor::report::{Engine, Probe};
use crate::cli::doctor::targets::Targets;
use crate::compose;
use crate::config::Settings;

/// The attempts as a program.
const PROGRAM: &str = include_str!("probes.py");

/// How long one attempt may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// SIGSYS, by which a filter ends a process.
const SIGSYS: i32 = 31;

/// The attempts in words.
const WORDS: [(&str, &str); 18] = [
    ("read-file", "read a file of the host"),
    ("write-file", "make a file on the host"),
    ("connect-tcp", "connect to a port of the host"),
    ("send-udp", "send a datagram to the host"),
    ("abstract-socket", "connect to an abstract socket of the host"),
    ("signal-parent", "signal its parent"),
    ("signal-host", "signal the host process"),
    ("fork", "fork"),
    ("exec", "run another program"),
    ("executable-memory", "map memory to write and run"),
    ("make-executable", "make memory executable"),
    ("read-memory", "read another program's memory"),
    ("open-memory", "open another program's memory in /proc"),
    ("trace", "trace another program"),
    ("mount", "mount a file system"),
    ("user-namespace", "enter a user namespace of its own"),
    ("become-root", "become root"),
    ("io-uring", "set up io_uring"),
];

/// TypeScript and Python, as far as they are wanted.
pub async fn all(settings: &Settings, targets: &Targets) -> anyhow::Result<Vec<Engine>> {
    // Whatever there is, is shown: what was asked for is compared with it afterwards.
    let tolerant = Settings { min_isolation: IsolationLevel::L0, ..settings.clone() };
    Ok(vec![typescript(&tolerant, targets).await?, python(&tolerant, targets).await?])
}

async fn typescript(settings: &Settings, targets: &Targets) -> anyhow::Result<Engine> {
    let mut engine = engine(Language::TypeScript, "quickjs", settings.typescript_enabled);
    if !settings.typescript_enabled {
        return Ok(switched_off(engine));
    }
    let sandbox = compose::sandbox(settings, compose::executable()?)?;
    match warm(&sandbox).await {
        Ok(isolation) => {
            engine = running(engine, isolation);
            let tried = sandbox.probe(targets.places.clone()).await;
            engine.probes = described(tried.unwrap_or_default());
        }
        Err(error) => engine.reason = Some(error.to_string()),
    }
    sandbox.shutdown().await;
    Ok(engine)
}

async fn warm(sandbox: &Sandbox) -> Result<Isolation, sandbox::Error> {
    sandbox.warm().await.map(|isolation| (*isolation).clone())
}

async fn python(settings: &Settings, targets: &Targets) -> anyhow::Result<Engine> {
    let set = &settings.python;
    // One that is merely there, or is not, was not asked for.
    let asked_for = set.interpreter.is_some()
        || set.venv.is_some()
        || !set.preload.is_empty()
        || !settings.typescript_enabled;
    let mut engine = engine(Language::Python, "cpython", asked_for && set.enabled);
    if !set.enabled {
        return Ok(switched_off(engine));
    }
    let python = compose::python(settings, compose::executable()?)?;
    if let Ok(interpreter) = python.interpreter().await {
        let (major, minor, micro) = interpreter.version;
        engine.version = Some(format!("{major}.{minor}.{micro}"));
        engine.executable = Some(interpreter.executable.display().to_string());
    }
    match python.warm().await {
        Ok(isolation) => {
            engine = running(engine, (*isolation).clone());
            engine.probes = by_programs(&python, targets).await;
        }
        Err(sandbox::Error::Unfit(reason)) => engine.reason = Some(reason),
        Err(error) => {
            // There is one, and it failed for a reason of ours or of this moment.
            engine.asked_for = true;
            engine.reason = Some(error.to_string());
        }
    }
    python.shutdown().await;
    Ok(engine)
}

fn engine(language: Language, name: &'static str, asked_for: bool) -> Engine {
    Engine {
        language,
        available: false,
        engine: name,
        version: None,
        executable: None,
        level: None,
        reason: None,
        asked_for,
        isolation: None,
        probes: Vec::new(),
    }
}

fn switched_off(engine: Engine) -> Engine {
    let setting = format!("executors.{}.enabled", engine.language.as_str());
    Engine { reason: Some(format!("it is switched off by the operator ({setting})")), ..engine }
}

fn running(engine: Engine, isolation: Isolation) -> Engine {
    Engine { available: true, level: Some(isolation.level), isolation: Some(isolation), ..engine }
}

fn described(tried: Vec<Tried>) -> Vec<Probe> {
    let describe = |tried: Tried| {
        let words = WORDS.iter().find(|(name, _)| *name == tried.name);
        let Tried { name, possible, held_by, held } = tried;
        let what = words.map_or("do something else", |(_, words)| words);
        Probe { name, what, held, met: None, held_by, possible }
    };
    tried.into_iter().map(describe).collect()
}

/// The walls of Python: each alone by a worker of ours, all together by a program for each attempt.
async fn by_programs(python: &Python, targets: &Targets) -> Vec<Probe> {
    let mut probes = described(python.probe(targets.places.clone()).await.unwrap_or_default());
    targets.clear();
    for probe in &mut probes {
        let (held, met) = match python.launch_fresh().await {
            Ok(child) => attempted(child, &probe.name, targets).await,
            Err(error) => (None, error.to_string()),
        };
        (probe.held, probe.met) = (held, Some(met));
    }
    // What it says of itself is one thing, what arrived here another.
    for name in targets.reached() {
        for probe in probes.iter_mut().filter(|probe| probe.name == name) {
            (probe.held, probe.met) = (Some(false), Some("it arrived at the host".to_owned()));
        }
    }
    probes
}

/// What a program says of its attempt.
#[derive(Deserialize)]
struct Said {
    reached: bool,
    met: String,
}

async fn attempted(mut child: Child, name: &str, targets: &Targets) -> (Option<bool>, String) {
    let places = &targets.places;
    let literal = serde_json::json!({
        "file": places.file,
        "directory": places.directory,
        "port": places.port,
        "socket": places.socket,
        "process": places.process,
    });
    // JSON without booleans and nulls is Python.
    let code = format!("TARGETS = {literal}\nNAME = {name:?}\n{PROGRAM}");
    child.send(wire::start_frame(&start(code)));
    let told = tokio::time::timeout(PATIENCE, told(&mut child)).await;
    match told {
        Ok(Some(Ok(said))) => (Some(!said.reached), said.met),
        Ok(Some(Err(error))) => (None, error),
        Ok(None) => match child.exit().await {
            Exit::Signal(SIGSYS) => (Some(true), "killed by the filter".to_owned()),
            exit => (None, format!("it ended: {exit:?}")),
        },
        Err(_) => (None, format!("it was not done within {PATIENCE:?}")),
    }
}

/// What the program came to; `None` when it ended without a word.
async fn told(child: &mut Child) -> Option<Result<Said, String>> {
    loop {
        match child.next().await {
            Event::Message(FromChild::Done(done)) => {
                let error = match done.error {
                    Some(error) => format!("{}: {}", error.kind, error.message),
                    None => "it said nothing".to_owned(),
                };
                let said = done.result.and_then(|result| serde_json::from_str(result.get()).ok());
                return Some(said.ok_or(error));
            }
            Event::Message(_) => {}
            Event::Closed => return None,
            Event::Violation(what) => return Some(Err(what)),
        }
    }
}

fn start(code: String) -> Start {
    Start {
        limits: types::Limits {
            timeout_ms: 10_000,
            memory_bytes: 256 << 20,
            output_bytes: 4096,
            result_bytes: 4096,
            tool_calls: 0,
        },
        task: Task::Run,
        patterns: DangerousPatterns::Off,
        grants: wire::Grants::default(),
        session: false,
        code,
    }
}
