//! `code-executor exec FILE|-`: one program, from a terminal or a script, the same path as any.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use gateway::Progress;
use tokio_util::sync::CancellationToken;
use types::{ExecutionRequest, Language, Principal, Refusal, Runtime, Turn};

use crate::cli::render::{self, Rendered, Style};
use crate::cli::{Engine, ExecArguments, Exit, Spoken};
use crate::compose;
use crate::config::{Inputs, Settings};

/// How long upstreams may take to stop once the program has ended.
const DRAIN: Duration = Duration::from_secs(2);

/// Runs the program and shows its outcome.
pub async fn run(
    arguments: ExecArguments,
    mut settings: Settings,
    inputs: &Inputs,
) -> anyhow::Result<Exit> {
    let style = Style::of_this_process(&inputs.environment);
    let language = language(&arguments);
    let runtime = arguments.runtime.map(runtime);
    let code = match read(&arguments.file, settings.policy.max_code_bytes) {
        Ok(code) => code,
        Err(message) => {
            eprintln!("code-executor: {message}");
            return Ok(Exit::Usage);
        }
    };
    let permissions = match allowed(&arguments, &mut settings, inputs) {
        Ok(permissions) => permissions,
        Err(message) => {
            eprintln!("code-executor: {message}");
            return Ok(Exit::Usage);
        }
    };
    let mut allowed_tools = arguments.allow;
    if demo_instead_of_nothing(&mut settings)? && allowed_tools.is_empty() {
        allowed_tools.push(format!("mcp__{}__*", compose::DEMO_SERVER));
    }
    let request = ExecutionRequest {
        language,
        runtime,
        code,
        allowed_tools,
        timeout_ms: arguments.timeout,
        permissions,
        session: None,
        turn: Turn::default(),
        trace: None,
    };
    let gateway = compose::gateway(settings).await?;
    let cancel = CancellationToken::new();
    let interrupted = cancel.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            interrupted.cancel();
        }
    });
    let progress = style.err.is_terminal().then(|| Progress::new(|what| eprintln!("{what}")));
    let progress = progress.unwrap_or_default();
    let result = gateway.execute(&Principal::local(), request, cancel.clone(), progress).await;
    let shown = show(&result, arguments.json, style)?;
    shown.write()?;
    gateway.shutdown(DRAIN).await;
    Ok(match &result {
        _ if cancel.is_cancelled() => Exit::Interrupted,
        Ok(outcome) => Exit::of_outcome(outcome),
        Err(refusal) => Exit::of_refusal(refusal),
    })
}

/// What the command line lets the program reach. It is the operator's word: it widens what is
/// configured, for this program.
fn allowed(
    arguments: &ExecArguments,
    settings: &mut Settings,
    inputs: &Inputs,
) -> Result<Option<serde_json::Value>, String> {
    let absolute = |paths: &[PathBuf]| paths.iter().map(|path| inputs.absolute(path)).collect();
    let (read, write): (Vec<PathBuf>, Vec<PathBuf>) =
        (absolute(&arguments.allow_read), absolute(&arguments.allow_write));
    let hosts = egress::Grant::parse(&arguments.allow_net)
        .map_err(|invalid| format!("--allow-net: {invalid}"))?;
    let cwd = arguments.cwd.as_deref().map(|cwd| inputs.absolute(cwd));
    if read.is_empty() && write.is_empty() && hosts.is_empty() && cwd.is_none() {
        return Ok(None);
    }
    let asked = serde_json::json!({
        "read": read, "write": write, "net": arguments.allow_net, "cwd": cwd,
    });
    settings.reach.read.extend(read);
    settings.reach.write.extend(write);
    settings.reach.hosts = settings.reach.hosts.with(&hosts);
    Ok(Some(asked))
}

/// The language that was asked for, or that of the file's name.
fn language(arguments: &ExecArguments) -> Language {
    match arguments.language {
        Some(Spoken::Python) => Language::Python,
        Some(Spoken::Typescript) => Language::TypeScript,
        None if arguments.file.extension().is_some_and(|ending| ending == "py") => Language::Python,
        None => Language::TypeScript,
    }
}

fn runtime(asked: Engine) -> Runtime {
    match asked {
        Engine::Quickjs => Runtime::QuickJs,
        Engine::Deno => Runtime::Deno,
    }
}

/// Without a configured server there is nothing to call: the built-in demo server stands in, and
/// says so. Whether it does.
pub fn demo_instead_of_nothing(settings: &mut Settings) -> anyhow::Result<bool> {
    let none = settings.upstream.servers.is_empty() && settings.broken_servers.is_empty();
    if none {
        settings.upstream.servers.push(compose::demo_upstream()?);
        eprintln!(
            "no MCP server is configured; using the built-in demo server (mcp__{}__*)",
            compose::DEMO_SERVER
        );
    }
    Ok(none)
}

fn show(
    result: &Result<types::ExecutionOutcome, Refusal>,
    json: bool,
    style: Style,
) -> anyhow::Result<Rendered> {
    Ok(match result {
        Ok(outcome) if json => Rendered::out(serde_json::to_string_pretty(outcome)? + "\n"),
        Err(refusal) if json => {
            let error = serde_json::json!({"code": refusal.code, "message": refusal.message});
            let refused = serde_json::json!({"success": false, "refused": error});
            Rendered::out(serde_json::to_string_pretty(&refused)? + "\n")
        }
        Ok(outcome) => render::outcome(outcome, style),
        Err(refusal) => render::refusal(refusal, style),
    })
}

/// Reads the program, at most one byte more than is allowed: the gateway tells the limit.
fn read(file: &Path, limit: u64) -> Result<String, String> {
    let name =
        if file == Path::new("-") { "standard input".into() } else { file.to_string_lossy() };
    let source: Box<dyn Read> = if file == Path::new("-") {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(std::fs::File::open(file).map_err(|error| format!("{name}: {error}"))?)
    };
    let mut bytes = Vec::new();
    source.take(limit + 1).read_to_end(&mut bytes).map_err(|error| format!("{name}: {error}"))?;
    match String::from_utf8(bytes) {
        Ok(code) => Ok(code),
        // Cut in the middle of a character by the limit: too long, not badly encoded.
        Err(error) if error.as_bytes().len() as u64 > limit => {
            Ok(String::from_utf8_lossy(error.as_bytes()).into_owned())
        }
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            Err(format!("{name}: not UTF-8 at byte {at}; save the program as UTF-8"))
        }
    }
}
