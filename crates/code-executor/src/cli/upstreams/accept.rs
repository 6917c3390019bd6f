//! `code-executor upstreams accept [NAME]`: shows which tools are not as they were approved and how
//! they differ, and records them once somebody has said yes.

mod diff;
mod shown;

use std::io::{IsTerminal, Write};
use std::time::Duration;

use anyhow::Context;
use gateway::{Gateway, Unapproved};

use crate::cli::Exit;
use crate::cli::render::{Style, counted, visible};
use crate::cli::upstreams::AcceptArguments;
use crate::compose;
use crate::config::{Inputs, Settings};

/// How long servers may take to end.
const DRAIN: Duration = Duration::from_secs(2);

/// The tools of one server that are not as they were approved.
struct Pending {
    server: String,
    tools: Vec<Unapproved>,
}

/// What there is to accept, and which servers did not say.
#[derive(Default)]
struct Looked {
    pending: Vec<Pending>,
    silent: Vec<(String, String)>,
}

/// Accepts the tools of a server, or of all, as they are now.
pub async fn run(
    arguments: AcceptArguments,
    mut settings: Settings,
    inputs: &Inputs,
) -> anyhow::Result<Exit> {
    let style = Style::of_this_process(&inputs.environment);
    let names = settings.upstream.servers.iter().map(|server| server.name.clone());
    let wanted = |name: &String| arguments.name.as_ref().is_none_or(|wanted| wanted == name);
    let servers: Vec<String> = names.filter(wanted).collect();
    if let (Some(name), true) = (&arguments.name, servers.is_empty()) {
        let name = visible(name);
        eprintln!("code-executor: no server is named {name} in the configuration");
        return Ok(Exit::Usage);
    }
    let blocked = std::mem::replace(&mut settings.kept.pin_tools, true);
    let gateway = compose::gateway(settings).await?;
    let looked = look(&gateway, &servers, arguments.tool.as_deref()).await;
    let exit = decide(&gateway, &arguments, looked, blocked, style).await;
    gateway.shutdown(DRAIN).await;
    exit
}

/// Asks all servers at once.
async fn look(gateway: &Gateway, servers: &[String], only: Option<&str>) -> Looked {
    let asked =
        servers.iter().map(|server| async move { (server, gateway.unapproved(server).await) });
    let mut looked = Looked::default();
    for (server, tools) in futures_util::future::join_all(asked).await {
        match tools {
            Ok(mut tools) => {
                tools.retain(|tool| {
                    only.is_none_or(|only| only == tool.name || only == tool.now.name)
                });
                if !tools.is_empty() {
                    looked.pending.push(Pending { server: server.clone(), tools });
                }
            }
            Err(error) => looked.silent.push((server.clone(), error.to_string())),
        }
    }
    looked
}

async fn decide(
    gateway: &Gateway,
    arguments: &AcceptArguments,
    looked: Looked,
    blocked: bool,
    style: Style,
) -> anyhow::Result<Exit> {
    let Looked { pending, silent } = looked;
    let count: u64 = pending.iter().map(|server| server.tools.len() as u64).sum();
    let agreed = count > 0 && arguments.yes;
    if arguments.json {
        write(&shown::json(&pending, blocked, agreed)?)?;
    } else {
        write(&shown::text(&pending, style.out))?;
    }
    for (server, error) in &silent {
        eprintln!("{}: {}", style.err.red(&visible(server)), visible(error));
    }
    let silence = if silent.is_empty() { Exit::Success } else { Exit::Unavailable };
    if count == 0 {
        if !arguments.json && silent.is_empty() {
            eprintln!("{}", nothing(arguments));
        }
        return Ok(silence);
    }
    let asks = !agreed && arguments.asks() && style.err.is_terminal();
    if !agreed && (!asks || !says_yes(count).await?) {
        eprintln!("nothing was recorded; say yes on a terminal, or run it again with --yes");
        return Ok(Exit::ProgramFailed);
    }
    for Pending { server, tools } in &pending {
        if let Err(error) = gateway.approve(server, tools).await {
            eprintln!("code-executor: {}: {error}", visible(server));
            return Ok(Exit::Unavailable);
        }
    }
    eprintln!("accepted {}", counted(count, "tool"));
    Ok(silence)
}

fn nothing(arguments: &AcceptArguments) -> String {
    match &arguments.tool {
        Some(tool) => format!("{} is as it was approved, or not there", visible(tool)),
        None => "every tool is as it was approved".to_owned(),
    }
}

impl AcceptArguments {
    /// Whether a person may be asked.
    fn asks(&self) -> bool {
        !self.json && std::io::stdin().is_terminal()
    }
}

async fn says_yes(count: u64) -> anyhow::Result<bool> {
    eprint!("Accept {} as shown? [y/N] ", counted(count, "tool"));
    std::io::stderr().flush().context("asking")?;
    let answer = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).map(|_| line)
    });
    let answer = answer.await.context("reading the answer")?.context("reading the answer")?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes" | "Yes"))
}

fn write(text: &str) -> anyhow::Result<()> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        // Whoever reads no further has seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => written.context("writing the differences"),
    }
}
