//! What the hub is told: the servers, how to run the guard, and every bound.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::oauth::OAuth;

const MIB: usize = 1024 * 1024;

/// The most `max_result_bytes` may be.
const RESULT_CEILING: usize = 64 * MIB;
/// The most `in_flight_bytes` may be: the budget is counted in whole KiB in 32 bits.
const IN_FLIGHT_CEILING: usize = 64 * 1024 * MIB;

/// The most any timeout may be: a sum of two is still a time.
const TIMEOUT_CEILING: Duration = Duration::from_secs(24 * 60 * 60);

/// One server, and how it is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerConfig {
    /// The name callers use.
    pub name: String,
    /// How it is reached.
    pub reached: Reached,
    /// How long it may take to start, when it differs from [`Config::start_timeout`].
    pub start_timeout: Option<Duration>,
    /// How long it may say nothing about a call, when it differs from [`Config::call_timeout`].
    pub call_timeout: Option<Duration>,
}

/// How a server is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reached {
    /// A program of this machine that talks MCP over its standard input and output.
    Program(Program),
    /// A server that talks MCP over HTTP.
    Http(Http),
    /// An HTTP API without MCP, described by a document.
    OpenApi(OpenApi),
}

/// A program of this machine.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Program {
    /// The program: a path, or a name that is looked up in the server's own `PATH`.
    pub command: String,
    /// Its arguments.
    pub args: Vec<String>,
    /// Variables added to (and winning over) the few that servers inherit.
    pub env: BTreeMap<String, String>,
    /// The directory it runs in; ours when absent.
    pub cwd: Option<PathBuf>,
}

/// A server over HTTP.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Http {
    /// Its endpoint: `http` or `https`.
    pub url: String,
    /// Headers of every request. Their values may be secrets.
    pub headers: BTreeMap<String, String>,
    /// Which of MCP's two transports over HTTP it has.
    pub style: HttpStyle,
    /// How we log in to it, where it wants that and `headers` has no `Authorization`.
    pub oauth: OAuth,
}

/// Which of MCP's two transports over HTTP a server has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HttpStyle {
    /// Not said: Streamable HTTP is tried, and the older one when the server does not know it.
    #[default]
    Auto,
    /// Streamable HTTP.
    Streamable,
    /// The older one, of 2024-11-05: a stream of events, and requests beside it.
    Sse,
}

/// An HTTP API whose operations are tools.
#[derive(Clone, PartialEq, Eq)]
pub struct OpenApi {
    /// Where its description is.
    pub document: Document,
    /// Where the API is, when it is not where its description says.
    pub base_url: Option<String>,
    /// Headers of every request. Their values may be secrets.
    pub headers: BTreeMap<String, String>,
    /// The operations that become tools, as patterns of their names; all when empty.
    pub include: Vec<String>,
    /// The operations that do not, whatever `include` says.
    pub exclude: Vec<String>,
}

/// Where an API's description is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Document {
    /// A file, by an absolute path.
    File(PathBuf),
    /// A URL.
    Url(String),
}

impl ServerConfig {
    /// A server that is reached so, with the hub's own timeouts.
    pub fn new(name: impl Into<String>, reached: Reached) -> Self {
        Self { name: name.into(), reached, start_timeout: None, call_timeout: None }
    }

    /// A server that runs `command` with these arguments.
    pub fn program<'a>(
        name: impl Into<String>,
        command: impl Into<String>,
        args: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let args = args.into_iter().map(str::to_owned).collect();
        let program = Program { command: command.into(), args, ..Program::default() };
        Self::new(name, Reached::Program(program))
    }
}

impl fmt::Debug for Program {
    /// Arguments and values may be secrets: only their number and the variables' names are shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Program")
            .field("command", &self.command)
            .field("args", &format_args!("{} hidden", self.args.len()))
            .field("env", &self.env.keys().collect::<Vec<_>>())
            .field("cwd", &self.cwd)
            .finish()
    }
}

impl fmt::Debug for Http {
    /// The URL's path and the headers' values may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http")
            .field("style", &self.style)
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for OpenApi {
    /// URLs and the headers' values may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenApi")
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// Everything the hub is told. Each bound is in force; none means "unlimited".
#[derive(Debug, Clone)]
pub struct Config {
    /// The servers. When a name appears twice, the first one counts.
    pub servers: Vec<ServerConfig>,
    /// The words that run our [`guard`](crate::guard), such as `["/path/to/self", "__guard"]`.
    /// Empty means that servers are started directly, and may leave processes behind.
    pub guard: Vec<OsString>,
    /// Authorities that are trusted besides the web's and the system's: a file in PEM form.
    pub ca_file: Option<PathBuf>,
    /// How long a server may take from its start to its handshake.
    pub start_timeout: Duration,
    /// How long a server may say nothing about a call; progress that it reports starts it anew.
    pub call_timeout: Duration,
    /// How long a call may take in all, whatever its server and its caller would allow.
    pub max_call_timeout: Duration,
    /// From so many failures in a row on a server is refused, and tried now and then.
    pub breaker_failures: u32,
    /// The pause after the first failure; it doubles with each in a row.
    pub breaker_pause: Duration,
    /// The longest pause.
    pub breaker_max_pause: Duration,
    /// A server that is not used for so long is stopped until its next use; never when zero.
    pub idle_shutdown: Duration,
    /// How many servers may be in the costly first seconds of their start at once.
    pub max_parallel_starts: usize,
    /// The largest answer, in bytes; at most 64 MiB.
    pub max_result_bytes: usize,
    /// The largest sum of answers that are being received, parsed or handed on, in bytes.
    pub in_flight_bytes: usize,
    /// How many tools a server may offer.
    pub max_tools_per_server: usize,
    /// How many pages a server's list of tools may have.
    pub max_pages: usize,
    /// How long a server may take to end before it is killed.
    pub stop_timeout: Duration,
    /// How many calls may be under way at one server; 16 times as many may wait.
    pub max_concurrent_calls: usize,
    /// The directory of tokens, an absolute path. Without one nobody can log in to a server.
    pub tokens: Option<PathBuf>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            servers: Vec::new(),
            guard: Vec::new(),
            ca_file: None,
            start_timeout: Duration::from_secs(30),
            call_timeout: Duration::from_secs(60),
            max_call_timeout: Duration::from_secs(10 * 60),
            breaker_failures: 5,
            breaker_pause: Duration::from_millis(500),
            breaker_max_pause: Duration::from_secs(30),
            idle_shutdown: Duration::from_secs(15 * 60),
            max_parallel_starts: 4,
            max_result_bytes: 16 * MIB,
            in_flight_bytes: 256 * MIB,
            max_tools_per_server: 10_000,
            max_pages: 100,
            stop_timeout: Duration::from_secs(5),
            max_concurrent_calls: 64,
            tokens: None,
        }
    }
}

impl Config {
    /// The same with every bound inside what the hub can keep.
    pub(crate) fn clamped(mut self) -> Self {
        self.max_parallel_starts = self.max_parallel_starts.max(1);
        self.max_concurrent_calls = self.max_concurrent_calls.clamp(1, 65_536);
        self.max_tools_per_server = self.max_tools_per_server.max(1);
        self.max_pages = self.max_pages.max(1);
        self.max_result_bytes = self.max_result_bytes.clamp(1024, RESULT_CEILING);
        self.breaker_failures = self.breaker_failures.max(1);
        self.max_call_timeout = self.max_call_timeout.max(self.call_timeout);
        let configured = [
            &mut self.start_timeout,
            &mut self.call_timeout,
            &mut self.max_call_timeout,
            &mut self.stop_timeout,
            &mut self.breaker_pause,
            &mut self.breaker_max_pause,
            &mut self.idle_shutdown,
        ];
        let own = self.servers.iter_mut().flat_map(|server| {
            server.start_timeout.as_mut().into_iter().chain(server.call_timeout.as_mut())
        });
        for timeout in configured.into_iter().chain(own) {
            *timeout = (*timeout).min(TIMEOUT_CEILING);
        }
        // A budget below one answer could never admit the largest answer that is allowed.
        self.in_flight_bytes =
            self.in_flight_bytes.clamp(2 * self.max_result_bytes, IN_FLIGHT_CEILING);
        self
    }
}
