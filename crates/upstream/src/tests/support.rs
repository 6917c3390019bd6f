//! Fake servers and what tests say to them.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tempfile::TempDir;
use types::ToolAnswer;

use crate::{Config, Error, Hub, Program, Reached, ServerConfig};

/// Set in a guard's environment: the test binary is to be the guard. See [`super::guard`].
pub(super) const GUARD: &str = "UPSTREAM_TEST_GUARD";
/// Longer than anything takes on a busy machine.
pub(crate) const AMPLE: Duration = Duration::from_secs(60);

/// A hub over fake servers, and the directory they are in.
pub(crate) struct Fakes {
    pub(crate) hub: Hub,
    pub(crate) config: Config,
    pub(crate) directory: TempDir,
}

/// One fake server called `fake`.
pub(crate) fn fake(modes: &[&str]) -> Fakes {
    fakes(&[("fake", modes)], config())
}

pub(super) fn fakes(servers: &[(&str, &[&str])], mut config: Config) -> Fakes {
    let directory = tempfile::tempdir().unwrap();
    let script = directory.path().join("fake_server.py");
    std::fs::write(&script, include_str!("fake_server.py")).unwrap();
    config.servers = servers.iter().map(|(name, modes)| server(name, &script, modes)).collect();
    Fakes { hub: Hub::new(config.clone()), config, directory }
}

fn server(name: &str, script: &std::path::Path, modes: &[&str]) -> ServerConfig {
    let mut program = Program { command: "python3".to_owned(), ..Program::default() };
    // Without `site` it starts in a fraction of the time.
    program.args = ["-I", "-S"].map(str::to_owned).to_vec();
    program.args.push(script.display().to_string());
    program.args.extend(modes.iter().map(|mode| (*mode).to_owned()));
    program.cwd = script.parent().map(std::path::Path::to_path_buf);
    program.env.insert("FAKE_VARIABLE".to_owned(), "its value".to_owned());
    program.env.insert(GUARD.to_owned(), "1".to_owned());
    ServerConfig::new(name, Reached::Program(program))
}

/// Short deadlines, and the test binary as the guard.
pub(super) fn config() -> Config {
    Config {
        guard: guard(),
        start_timeout: Duration::from_secs(20),
        stop_timeout: Duration::from_secs(10),
        ..Config::default()
    }
}

/// The words that make the test binary a guard: its one test of that name, unfiltered.
fn guard() -> Vec<OsString> {
    let ourselves: PathBuf = std::env::current_exe().unwrap();
    let words = ["--exact", "--nocapture", "tests::guard::be_the_guard"];
    std::iter::once(ourselves.into()).chain(words.map(Into::into)).collect()
}

impl Fakes {
    /// Calls a tool of `fake`.
    pub(super) async fn call(&self, tool: &str, arguments: Value) -> Result<ToolAnswer, Error> {
        self.call_within(tool, arguments, AMPLE).await
    }

    pub(super) async fn call_within(
        &self,
        tool: &str,
        arguments: Value,
        timeout: Duration,
    ) -> Result<ToolAnswer, Error> {
        let arguments: Map<String, Value> = serde_json::from_value(arguments).unwrap();
        self.hub.call("fake", tool, arguments, timeout).await
    }

    /// Calls a tool without arguments and gives its text.
    pub(super) async fn text(&self, tool: &str) -> String {
        text(&self.call(tool, json!({})).await.unwrap())
    }

    /// The names of the tools of `fake`.
    pub(super) async fn names(&self) -> Vec<String> {
        let list = self.hub.tools("fake").await.unwrap();
        list.tools.iter().map(|tool| tool.name.clone()).collect()
    }

    /// How often a server with `count=<marks>` was started.
    pub(super) fn starts(&self, marks: &str) -> usize {
        self.marks(marks)
    }

    /// The lines of a file that a server adds to.
    pub(super) fn marks(&self, marks: &str) -> usize {
        std::fs::read_to_string(self.directory.path().join(marks))
            .unwrap_or_default()
            .lines()
            .count()
    }
}

pub(super) fn text(answer: &ToolAnswer) -> String {
    answer.content[0]["text"].as_str().unwrap().to_owned()
}

/// Asks again until it is so.
pub(crate) async fn until(what: &str, mut so: impl AsyncFnMut() -> bool) {
    let start = std::time::Instant::now();
    while !so().await {
        assert!(start.elapsed() < AMPLE, "never happened: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Whether a process of that number runs (a zombie does not).
pub(super) fn runs(pid: &str) -> bool {
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{pid}/stat")) else { return false };
    !stat.rsplit_once(") ").unwrap().1.starts_with('Z')
}

/// All outcomes of futures that run at once.
pub(crate) async fn join_all<T>(futures: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut futures: Vec<_> = futures.map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        for (future, outcome) in &mut futures {
            if outcome.is_none()
                && let std::task::Poll::Ready(value) = future.as_mut().poll(context)
            {
                *outcome = Some(value);
            }
        }
        if futures.iter().all(|(_, outcome)| outcome.is_some()) {
            return std::task::Poll::Ready(());
        }
        std::task::Poll::Pending
    })
    .await;
    futures.into_iter().filter_map(|(_, outcome)| outcome).collect()
}
