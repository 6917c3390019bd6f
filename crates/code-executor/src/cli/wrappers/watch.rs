//! Generation that goes on: whenever a file of the configuration or a server's list of tools changes.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use tokio::signal::unix::{SignalKind, signal};

use super::arguments::GenerateArguments;
use super::generate::{DRAIN, Listed, Names, Target};
use crate::cli::exec::demo_instead_of_nothing;
use crate::cli::render::Style;
use crate::cli::{Exit, tools};
use crate::compose;
use crate::config::sources::{CONFIG_NAME, MCP_NAME};
use crate::config::{self, Inputs, Settings};

/// How often files and lists are looked at. A server that stands answers from what it last listed,
/// unless it said that its list changed.
const PERIOD: Duration = Duration::from_secs(1);

/// Generates until somebody stops it.
pub async fn run(
    arguments: &GenerateArguments,
    settings: Settings,
    inputs: &Inputs,
) -> anyhow::Result<Exit> {
    if let Some(exit) = tools::unknown(arguments.server.as_deref(), &settings) {
        return Ok(exit);
    }
    let mut terminate = signal(SignalKind::terminate())?;
    let watching = watch(arguments, settings, inputs);
    tokio::select! {
        ended = watching => ended,
        _ = tokio::signal::ctrl_c() => Ok(Exit::Success),
        _ = terminate.recv() => Ok(Exit::Success),
    }
}

async fn watch(
    arguments: &GenerateArguments,
    mut settings: Settings,
    inputs: &Inputs,
) -> anyhow::Result<Exit> {
    let mut shown =
        Shown { arguments, style: Style::of_this_process(&inputs.environment), last: None };
    loop {
        let files = Files::of(&settings, inputs);
        demo_instead_of_nothing(&mut settings)?;
        let (names, target) = (Names::of(&settings), Target::new(arguments, inputs));
        let gateway = compose::gateway(settings).await?;
        if arguments.server.is_none() {
            gateway.connect_all().await;
        }
        let mut last = None;
        while !files.changed() {
            let listed = Listed::of(&gateway, &names, arguments.server.as_deref()).await;
            if last.as_ref() != Some(&listed) {
                let done = target.generate(&listed, false);
                shown.show(done.map_err(|error| format!("{error:#}")))?;
                last = Some(listed);
            }
            tokio::time::sleep(PERIOD).await;
        }
        gateway.shutdown(DRAIN).await;
        settings = loop {
            let files = files.again();
            match config::load(inputs) {
                Ok(settings) => break settings,
                Err(error) => shown.show(Err(error.to_string()))?,
            }
            while !files.changed() {
                tokio::time::sleep(PERIOD).await;
            }
        };
    }
}

/// What was said last, so that it is said once.
struct Shown<'a> {
    arguments: &'a GenerateArguments,
    style: Style,
    last: Option<Result<super::report::Report, String>>,
}

impl Shown<'_> {
    fn show(&mut self, now: Result<super::report::Report, String>) -> anyhow::Result<()> {
        let is_new = match (&self.last, &now) {
            (Some(Ok(last)), Ok(now)) => !now.is_current() || last.unavailable != now.unavailable,
            (Some(last), now) => last != now,
            (None, _) => true,
        };
        if is_new {
            match &now {
                Ok(report) if self.arguments.json => report.json(true)?.write()?,
                Ok(report) => report.text(self.style).write()?,
                Err(error) => eprintln!("code-executor: {error}"),
            }
        }
        self.last = Some(now);
        Ok(())
    }
}

/// The files that a configuration came from or could come from, as they were.
struct Files(Vec<(PathBuf, Stamp)>);

/// How one is told from another version of itself.
type Stamp = Option<(SystemTime, u64)>;

impl Files {
    fn of(settings: &Settings, inputs: &Inputs) -> Self {
        let used = settings.sources.iter().map(|source| source.path.clone());
        let named = inputs.config.iter().chain(&inputs.mcp_config);
        let named = named.map(|path| inputs.directory.join(path));
        let usual = [CONFIG_NAME, MCP_NAME].map(|name| inputs.directory.join(name));
        let mut paths: Vec<PathBuf> = used.chain(named).chain(usual).collect();
        paths.sort();
        paths.dedup();
        Self(paths.into_iter().map(|path| (path.clone(), stamp(&path))).collect())
    }

    fn changed(&self) -> bool {
        self.0.iter().any(|(path, stamp)| self::stamp(path) != *stamp)
    }

    fn again(&self) -> Self {
        Self(self.0.iter().map(|(path, _)| (path.clone(), stamp(path))).collect())
    }
}

fn stamp(path: &std::path::Path) -> Stamp {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}
