//! Every language started, and its walls tried: by a worker that tries each wall alone, and by real
//! children.

use std::time::Duration;

use sandbox::{Child, Event, Exit, Sandbox};
use serde::Deserialize;
use types::{DangerousPatterns, Isolation, IsolationLevel, Language};
use wire::control::Probe as Tried;
use wire::{FromChild, Start, Task};

use crate::cli::doctor::report::{Engine, Probe};
use crate::cli::doctor::targets::Targets;
use crate::compose;
use crate::config::Settings;

/// The attempts as a program in Python.
const IN_PYTHON: &str = include_str!("probes.py");

/// Those of them that JavaScript can make.
const IN_JAVASCRIPT: &str = include_str!("probes.js");

/// What is no wall of an engine that compiles to machine code.
const OF_COMPILERS: [&str; 2] = ["executable-memory", "make-executable"];

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

/// TypeScript, Python, and TypeScript again by Deno, as far as they are wanted.
pub async fn all(settings: &Settings, targets: &Targets) -> anyhow::Result<Vec<Engine>> {
    // Whatever there is, is shown: what was asked for is compared with it afterwards.
    let tolerant = Settings { min_isolation: IsolationLevel::L0, ..settings.clone() };
    Ok(vec![
        typescript(&tolerant, targets).await?,
        python(&tolerant, targets).await?,
        deno(&tolerant, targets).await?,
    ])
}

async fn typescript(settings: &Settings, targets: &Targets) -> anyhow::Result<Engine> {
    let mut engine = engine(Language::TypeScript, "quickjs", settings.typescript_enabled);
    if !settings.typescript_enabled {
        return Ok(switched_off(engine));
    }
    let sandbox = compose::sandbox(settings, compose::executable()?, false)?;
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
            let alone = python.probe(targets.places.clone()).await.unwrap_or_default();
            // JSON without booleans and nulls is Python.
            let program = |name: &str, literal| {
                Some(format!("TARGETS = {literal}\nNAME = {name:?}\n{IN_PYTHON}"))
            };
            engine.probes =
                by_programs(alone, targets, program, async || python.launch_fresh().await).await;
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

async fn deno(settings: &Settings, targets: &Targets) -> anyhow::Result<Engine> {
    let set = &settings.deno;
    let wanted = settings.typescript_enabled && set.enabled;
    // One that is merely there, or is not, was not asked for.
    let mut engine = engine(Language::TypeScript, "deno", wanted && set.executable.is_some());
    if !wanted {
        let setting = if set.enabled { "typescript.enabled" } else { "typescript.deno.enabled" };
        engine.reason = Some(switched_off_by(&format!("executors.{setting}")));
        return Ok(engine);
    }
    let deno = compose::deno(settings, compose::executable()?);
    if let Ok(executable) = deno.executable().await {
        let (major, minor, patch) = executable.version;
        engine.version = Some(format!("{major}.{minor}.{patch}"));
        engine.executable = Some(executable.path.display().to_string());
    }
    match deno.warm().await {
        Ok(isolation) => {
            engine = running(engine, (*isolation).clone());
            let mut alone = deno.probe(targets.places.clone()).await.unwrap_or_default();
            alone.retain(|tried| !OF_COMPILERS.contains(&tried.name.as_str()));
            let program = |name: &str, literal| {
                // The others are not worth a child.
                let can_try = IN_JAVASCRIPT.contains(&format!("  '{name}': "));
                can_try.then(|| {
                    format!("const TARGETS = {literal};\nconst NAME = {name:?};\n{IN_JAVASCRIPT}")
                })
            };
            engine.probes =
                by_programs(alone, targets, program, async || deno.launch_fresh().await).await;
        }
        Err(sandbox::Error::Unfit(reason)) => engine.reason = Some(reason),
        Err(error) => {
            engine.asked_for = true;
            engine.reason = Some(error.to_string());
        }
    }
    deno.shutdown().await;
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
    Engine { reason: Some(switched_off_by(&setting)), ..engine }
}

fn switched_off_by(setting: &str) -> String {
    format!("it is switched off by the operator ({setting})")
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

/// The walls of an engine: each `alone` by a worker of ours, all together by a program for each attempt.
async fn by_programs(
    alone: Vec<Tried>,
    targets: &Targets,
    program: impl Fn(&str, serde_json::Value) -> Option<String>,
    launch: impl AsyncFn() -> Result<Child, sandbox::Error>,
) -> Vec<Probe> {
    let mut probes = described(alone);
    targets.clear();
    for probe in &mut probes {
        let (held, met) = match program(&probe.name, literal(targets)) {
            None => (None, "no program can try it".to_owned()),
            Some(program) => match launch().await {
                Ok(child) => attempted(child, program).await,
                Err(error) => (None, error.to_string()),
            },
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

/// The targets as a program has them.
fn literal(targets: &Targets) -> serde_json::Value {
    let places = &targets.places;
    serde_json::json!({
        "file": places.file,
        "directory": places.directory,
        "port": places.port,
        "socket": places.socket,
        "process": places.process,
    })
}

async fn attempted(mut child: Child, code: String) -> (Option<bool>, String) {
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
