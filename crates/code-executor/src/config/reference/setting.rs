//! What a setting is: its path, its kind, its default, and what a workspace file may do to it.

use policy::remote::IssuerConfig;

/// One setting.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Which one.
    pub key: Key,
    /// Where it stands in the file, such as `security.maxTimeoutMs`.
    pub path: &'static str,
    /// What values it takes.
    pub kind: Kind,
    /// Its value when nobody sets it.
    pub fallback: Fallback,
    /// What an untrusted workspace file may do to it.
    pub narrowing: Narrowing,
    /// The variable of the product's first version, if it had one.
    pub first_version_variable: Option<&'static str>,
    /// What it is, in a sentence or two.
    pub description: &'static str,
}

impl Setting {
    /// Whether an environment variable can set it. The file's format version is the file's own.
    pub fn has_variable(&self) -> bool {
        self.key != Key::Version
    }

    /// What an untrusted workspace file may do to it, in a word or two.
    pub fn workspace(&self) -> &'static str {
        match (self.narrowing, self.kind) {
            (Narrowing::Never, _) => "nothing",
            (Narrowing::Lower, Kind::Integer(..)) => "lower",
            (Narrowing::Lower, Kind::List(_)) => "name fewer",
            (Narrowing::Lower, _) => "switch off",
            (Narrowing::Raise, Kind::Integer(..) | Kind::Choice(_)) => "raise",
            (Narrowing::Raise, _) => "switch on",
        }
    }

    /// The section it stands in (empty for the top level) and its own name.
    pub fn split(&self) -> (&'static str, &'static str) {
        self.path.rsplit_once('.').unwrap_or(("", self.path))
    }
}

/// Every setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    Version,
    AllowRead,
    AllowWrite,
    AllowNetwork,
    AllowedProjects,
    DefaultTimeoutMs,
    MaxTimeoutMs,
    MinIsolation,
    NotIsolated,
    PinTools,
    DangerousPatterns,
    EnableAuditLog,
    AuditLogPath,
    AuditDurability,
    AuditSegmentBytes,
    AuditTotalBytes,
    RateLimitEnabled,
    RateLimitMaxRequests,
    RateLimitWindowMs,
    TypescriptEnabled,
    DenoPath,
    DenoEnabled,
    DenoWorkers,
    DenoMaxEnvironments,
    DenoScratchBytes,
    DenoScratchInodes,
    PythonEnabled,
    PythonPath,
    PythonVenv,
    PythonPreload,
    PythonMaxEnvironments,
    PythonScratchBytes,
    PythonScratchInodes,
    DependencyMode,
    DependencyAllow,
    DependencyUv,
    DependencyCache,
    DependencyBytecode,
    DependencyInstallTimeoutMs,
    DependencyMaxPackages,
    DependencyMaxBytes,
    DependencyMaxFiles,
    DependencyMaxCacheBytes,
    McpConfigPath,
    McpDiscovery,
    MaxConcurrent,
    MaxWaiting,
    WaitTimeoutMs,
    MaxConcurrentPerClient,
    MaxStarting,
    SlowAfterMs,
    LimitRules,
    LimitRedis,
    LimitWhenRedisIsAway,
    MaxCodeBytes,
    OutputBytes,
    ResultBytes,
    MemoryBytes,
    TotalMemoryBytes,
    MaxToolCalls,
    MaxAllowedTools,
    SessionsMax,
    SessionsMaxPerPrincipal,
    SessionsIdleMs,
    SessionsLifetimeMs,
    RotateAfter,
    Spares,
    Namespaces,
    Cgroups,
    SandboxUid,
    UpstreamCaFile,
    UpstreamStartTimeoutMs,
    UpstreamCallTimeoutMs,
    UpstreamMaxCallTimeoutMs,
    UpstreamBreakerFailures,
    UpstreamBreakerPauseMs,
    UpstreamBreakerMaxPauseMs,
    UpstreamIdleShutdownMs,
    UpstreamStopTimeoutMs,
    UpstreamMaxParallelStarts,
    UpstreamMaxConcurrentCalls,
    UpstreamMaxResultBytes,
    UpstreamInFlightBytes,
    UpstreamMaxToolsPerServer,
    UpstreamMaxPages,
    UpstreamCacheCatalog,
    NpmMode,
    NpmAllow,
    NpmCache,
    NpmInstallTimeoutMs,
    NpmMaxPackages,
    NpmMaxBytes,
    NpmMaxFiles,
    NpmMaxCacheBytes,
    StateUrl,
    StateRetentionDays,
    StateMaxExecutions,
    StateMaxBytes,
    StateWhenAway,
    RolesFile,
    RolesSource,
    AuthRequired,
    AuthResource,
    AuthIssuers,
    AuthClockSkewSeconds,
    AuthKeysStaleSeconds,
    AuthCaFile,
    ServerHosts,
    ServerOrigins,
    ServerTrustedProxies,
    ServerForwardedHeader,
    ServerTlsCert,
    ServerTlsPrivate,
    ServerMaxConnections,
    ServerMaxBodyBytes,
    ServerMcpMaxSessions,
    ServerMcpMaxSessionsPerPrincipal,
    ServerMcpSessionIdleMs,
    ServerDrainMs,
    TelemetryLogLevel,
    TelemetryMetricsReaders,
    TelemetryWatchFiles,
}

/// What values a setting takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `true` or `false`.
    Bool,
    /// A whole number from the first to the last, both included.
    Integer(u64, u64),
    /// One of these words. Where there is an order, the last is the strictest.
    Choice(&'static [&'static str]),
    /// A file. A relative one is taken from the directory of the file that names it.
    Path,
    /// A file, or several in a list. A variable holds them separated by `:`.
    Paths,
    /// A program, by path or by a name on `PATH`.
    Program,
    /// A URL, which may hold a password.
    Url,
    /// Issuers of tokens. A variable holds them as JSON.
    Issuers,
    /// A list of strings, or `false` for none. A variable holds them separated by this character.
    List(char),
}

/// The value of a setting that nobody sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fallback {
    /// A boolean.
    Bool(bool),
    /// A number.
    Integer(u64),
    /// A word.
    Word(&'static str),
    /// An empty list.
    Nothing,
    /// No value of its own; these words say what happens then.
    Unset(&'static str),
}

impl Fallback {
    /// The fallback as a value, if it is one.
    pub fn value(self) -> Option<Value> {
        match self {
            Self::Bool(value) => Some(Value::Bool(value)),
            Self::Integer(value) => Some(Value::Integer(value)),
            Self::Word(value) => Some(Value::Text(value.to_owned())),
            Self::Nothing => Some(Value::List(Vec::new())),
            Self::Unset(_) => None,
        }
    }
}

/// What an untrusted workspace file may do to a setting: only ever less than the operator's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Narrowing {
    /// Lower the number, switch off, or name fewer.
    Lower,
    /// Raise the number, switch on, or choose a stricter word.
    Raise,
    /// Nothing.
    Never,
}

impl Narrowing {
    /// Whether `wanted` is at least as strict as `current`.
    pub fn permits(self, kind: Kind, current: Option<&Value>, wanted: &Value) -> bool {
        if current == Some(wanted) {
            return true;
        }
        match (self, current, wanted) {
            (Self::Never, _, _) | (_, None, _) => false,
            (_, Some(Value::List(current)), Value::List(wanted)) => {
                self == Self::Lower && wanted.iter().all(|item| current.contains(item))
            }
            (_, Some(current), wanted) => match (rank(kind, current), rank(kind, wanted)) {
                (Some(current), Some(wanted)) if self == Self::Lower => wanted <= current,
                (Some(current), Some(wanted)) => wanted >= current,
                _ => false,
            },
        }
    }
}

/// The value of a setting. Its variant always fits the setting's kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A boolean.
    Bool(bool),
    /// A number.
    Integer(u64),
    /// A word, a program, or a path.
    Text(String),
    /// A list of strings.
    List(Vec<String>),
    /// Issuers of tokens.
    Issuers(Vec<IssuerConfig>),
}

/// A number that orders the values of a kind.
fn rank(kind: Kind, value: &Value) -> Option<u64> {
    match (kind, value) {
        (Kind::Bool, Value::Bool(value)) => Some(u64::from(*value)),
        (Kind::Integer(..), Value::Integer(value)) => Some(*value),
        (Kind::Choice(words), Value::Text(word)) => {
            words.iter().position(|candidate| candidate == word).map(|index| index as u64)
        }
        _ => None,
    }
}
