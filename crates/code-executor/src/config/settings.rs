//! The settings as the rest of the product takes them: each room's own configuration, filled in.

use std::path::{Path, PathBuf};
use std::time::Duration;

use types::{DangerousPatterns, IsolationLevel};

use crate::config::error::{Notice, Problem};
use crate::config::inputs::Inputs;
use crate::config::mcp::Defined;
use crate::config::reference::Key;
use crate::config::sources::Source;
use crate::config::values::Values;

/// Everything the operator decided, checked.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Bounds of executions and of their admission.
    pub policy: policy::Config,
    /// The audit log.
    pub audit: audit::Config,
    /// The servers behind us. How to run the guard is for whoever assembles the product to say.
    pub upstream: upstream::Config,
    /// The least isolation a program is run with.
    pub min_isolation: IsolationLevel,
    /// The processes programs run in.
    pub sandbox: SandboxSettings,
    /// Whether TypeScript and JavaScript are run.
    pub typescript_enabled: bool,
    /// How Deno is run.
    pub deno: DenoSettings,
    /// How Python is run.
    pub python: PythonSettings,
    /// What programs may be granted beside tools.
    pub reach: ReachSettings,
    /// What is kept of servers between runs.
    pub kept: KeptSettings,
    /// The database.
    pub state: StateSettings,
    /// Where the policy with the roles is.
    pub roles: RolesSource,
    /// Who may use the HTTP server.
    pub auth: AuthSettings,
    /// The HTTP server, but for its address.
    pub http: server::HttpConfig,
    /// How much clients and tenants may ask for.
    pub limits: LimitSettings,
    /// What an operator sees of a running server.
    pub telemetry: TelemetrySettings,
    /// Every value as it was set, to see what a reload changes.
    pub values: Values,
    /// Servers that were named and cannot be started, and why.
    pub broken_servers: Vec<(String, String)>,
    /// Files that say with what servers are started.
    pub env_files: Vec<PathBuf>,
    /// Where each server is defined, in the order of the files.
    pub defined: Vec<Defined>,
    /// What the operator should know.
    pub notices: Vec<Notice>,
    /// The files that were used.
    pub sources: Vec<Source>,
}

/// Where the policy with the roles is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum RolesSource {
    /// Nowhere: everybody who is known may do everything.
    #[default]
    Nowhere,
    /// In this file.
    File(PathBuf),
    /// In the state database.
    Database,
}

impl RolesSource {
    /// The file, if it is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Nowhere | Self::Database => None,
        }
    }
}

/// The processes programs run in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SandboxSettings {
    /// Executions after which a zygote is replaced.
    pub rotate_after: u32,
    /// Locked-down children kept ready ahead of demand.
    pub spares: usize,
    /// Whether children get namespaces of their own.
    pub namespaces: bool,
    /// Whether a group bounds what all children use together.
    pub cgroups: bool,
    /// Memory of all children together in bytes, where it was set.
    pub total_memory_bytes: Option<u64>,
    /// The uid and gid that root switches to.
    pub uid: u32,
}

/// What programs may be granted beside tools.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReachSettings {
    /// Directories to read.
    pub read: Vec<PathBuf>,
    /// Directories to read and to write to.
    pub write: Vec<PathBuf>,
    /// Hosts.
    pub hosts: egress::Grant,
    /// Hosts of `security.allowNetwork` that grant nothing, and why.
    pub set_aside: Vec<String>,
    /// Our own directories, which no grant may overlap.
    pub ours: Vec<PathBuf>,
}

/// What is kept of servers between runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeptSettings {
    /// Where their tools are kept as they were last listed, unless they are not.
    pub catalog: Option<PathBuf>,
    /// Where their tools are kept as they were approved.
    pub approvals: Option<PathBuf>,
    /// Whether tools that are not as they were approved are blocked.
    pub pin_tools: bool,
}

/// The database.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct StateSettings {
    /// Its URL, where one was set. It may hold a password.
    pub url: Option<String>,
    /// The file that is used over HTTP where none was set.
    pub file: Option<PathBuf>,
    /// Days for which executions are kept.
    pub retention_days: u64,
    /// Executions that are kept.
    pub max_executions: u64,
    /// The largest file.
    pub max_bytes: u64,
    /// Whether executions are refused while it cannot be written.
    pub refuse_when_away: bool,
}

impl std::fmt::Debug for StateSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StateSettings").field("file", &self.file).finish_non_exhaustive()
    }
}

/// Who may use the HTTP server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuthSettings {
    /// Whether there has to be a credential in any case.
    pub required: bool,
    /// The URL by which clients reach us, without a slash at its end, where it was set.
    pub resource: Option<String>,
    /// Whose tokens are taken.
    pub issuers: Vec<policy::remote::IssuerConfig>,
    /// How long their keys are used while they cannot be asked.
    pub keys_stale: Duration,
    /// Authorities that they may be vouched for by.
    pub ca_file: Option<PathBuf>,
}

/// What an operator sees of a running server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TelemetrySettings {
    /// What is logged, where it was set.
    pub log_level: Option<String>,
    /// Who may read the metrics.
    pub readers: server::Readers,
    /// Whether changes of files are taken over.
    pub watch_files: bool,
    /// How long executions may go on at the end.
    pub drain: Duration,
}

/// How Deno is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DenoSettings {
    /// Whether it is.
    pub enabled: bool,
    /// The executable, by path or by a name on `PATH`.
    pub executable: Option<PathBuf>,
    /// Threads of one program.
    pub workers: u32,
    /// Sets of packages that are kept warm.
    pub max_environments: usize,
    /// Files a program may make, in bytes.
    pub scratch_bytes: u64,
    /// Files and directories a program may make.
    pub scratch_inodes: u64,
    /// The packages programs may import.
    pub packages: packages::npm::Config,
}

/// How Python is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PythonSettings {
    /// Whether it is.
    pub enabled: bool,
    /// The interpreter, by path or by a name on `PATH`.
    pub interpreter: Option<PathBuf>,
    /// A virtual environment for all programs.
    pub venv: Option<PathBuf>,
    /// Modules imported ahead of all programs.
    pub preload: Vec<String>,
    /// Environments of declared packages that are kept warm.
    pub max_environments: usize,
    /// Files a program may make, in bytes.
    pub scratch_bytes: u64,
    /// Files and directories a program may make.
    pub scratch_inodes: u64,
    /// The packages programs may declare.
    pub packages: packages::Config,
}

/// How much clients and tenants may ask for.
#[derive(Clone, PartialEq, Eq)]
pub struct LimitSettings {
    /// The rules, each of them in force.
    pub rules: Vec<policy::limits::Rule>,
    /// The Redis in which they are counted, where there is one. It may hold a password.
    pub redis: Option<String>,
    /// What is done while it is away.
    pub when_away: policy::limits::WhenAway,
}

impl std::fmt::Debug for LimitSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LimitSettings").field("rules", &self.rules).finish_non_exhaustive()
    }
}

impl Settings {
    /// The settings from the values of all layers; servers, notices and sources are added after.
    pub fn assemble(
        inputs: &Inputs,
        values: &Values,
        servers: Vec<upstream::ServerConfig>,
        problems: &mut Vec<Problem>,
    ) -> Self {
        Self {
            policy: policy(values, problems),
            audit: audit(inputs, values, problems),
            upstream: upstream(inputs, values, servers, problems),
            min_isolation: min_isolation(values, problems),
            sandbox: sandbox(values),
            typescript_enabled: values.boolean(Key::TypescriptEnabled),
            deno: deno(inputs, values, problems),
            python: python(inputs, values, problems),
            reach: reach(inputs, values, problems),
            kept: kept(inputs, values, problems),
            state: StateSettings {
                url: values.url(Key::StateUrl).map(str::to_owned),
                file: inputs.state_directory().map(|state| state.join("state.db")),
                retention_days: values.integer(Key::StateRetentionDays),
                max_executions: values.integer(Key::StateMaxExecutions),
                max_bytes: values.integer(Key::StateMaxBytes),
                refuse_when_away: values.word(Key::StateWhenAway) == "refuse",
            },
            roles: roles(values, problems),
            auth: auth(values, problems),
            http: server::HttpConfig {
                hosts: values.list(Key::ServerHosts).to_vec(),
                origins: values.list(Key::ServerOrigins).to_vec(),
                trusted_proxies: trusted_proxies(values, problems),
                forwarded_header: match values.word(Key::ServerForwardedHeader) {
                    "forwarded" => server::ForwardedHeader::Forwarded,
                    _ => server::ForwardedHeader::XForwardedFor,
                },
                max_connections: values.size(Key::ServerMaxConnections),
                max_body_bytes: values.size(Key::ServerMaxBodyBytes),
                mcp: server::McpConfig {
                    max_sessions: values.size(Key::ServerMcpMaxSessions),
                    max_sessions_per_principal: values.size(Key::ServerMcpMaxSessionsPerPrincipal),
                    session_idle: Duration::from_millis(
                        values.integer(Key::ServerMcpSessionIdleMs),
                    ),
                },
                tls: tls(values, problems),
                ..server::HttpConfig::default()
            },
            limits: limits(values, problems),
            telemetry: telemetry(values),
            values: values.clone(),
            broken_servers: Vec::new(),
            env_files: Vec::new(),
            defined: Vec::new(),
            notices: Vec::new(),
            sources: Vec::new(),
        }
    }
}

fn limits(values: &Values, problems: &mut Vec<Problem>) -> LimitSettings {
    use policy::limits::{MAX_RULES, Redis, Rule, WhenAway};
    let client = values.boolean(Key::RateLimitEnabled).then(|| {
        let amount = values.integer(Key::RateLimitMaxRequests);
        Rule::executions_of_a_client(amount, values.integer(Key::RateLimitWindowMs))
    });
    let mut rules = Vec::from_iter(client);
    for text in values.list(Key::LimitRules) {
        match Rule::parse(text) {
            Ok(rule) => rules.push(rule),
            Err(error) => problems.push(Problem::new(format!("`limits.rules`: {error}"))),
        }
    }
    if rules.len() > MAX_RULES {
        let what = format!("`limits.rules` has {} rules, the most is {MAX_RULES}", rules.len());
        problems.push(Problem::new(what).hint("let one rule count more"));
    }
    let redis = values.url(Key::LimitRedis).map(str::to_owned);
    let when_away = match values.word(Key::LimitWhenRedisIsAway) {
        "closed" => WhenAway::Closed,
        _ => WhenAway::Open,
    };
    if let Some(Err(error)) = redis.as_deref().map(|url| Redis::new(url, when_away)) {
        problems.push(Problem::new(format!("`limits.redis`: {error}")));
    }
    LimitSettings { rules, redis, when_away }
}

fn roles(values: &Values, problems: &mut Vec<Problem>) -> RolesSource {
    match (values.word(Key::RolesSource), values.path(Key::RolesFile)) {
        ("database", None) => RolesSource::Database,
        ("database", Some(_)) => {
            let what = "`roles.source` is \"database\" and `roles.file` is set";
            let hint = "put the file into the database with `code-executor policy import`, and take \
                        `roles.file` out";
            problems.push(Problem::new(what).hint(hint));
            RolesSource::Database
        }
        (_, file) => file.map_or(RolesSource::Nowhere, RolesSource::File),
    }
}

fn trusted_proxies(values: &Values, problems: &mut Vec<Problem>) -> Vec<server::Network> {
    let read = |text: &String| {
        let problem = |why| Problem::new(format!("`server.trustedProxies`: {why}"));
        text.parse().map_err(|why: String| problems.push(problem(why))).ok()
    };
    values.list(Key::ServerTrustedProxies).iter().filter_map(read).collect()
}

/// The certificate of the HTTP server, if it is to have one.
fn tls(values: &Values, problems: &mut Vec<Problem>) -> Option<server::TlsFiles> {
    match (values.path(Key::ServerTlsCert), values.path(Key::ServerTlsPrivate)) {
        (Some(cert), Some(key)) => Some(server::TlsFiles { cert, key }),
        (None, None) => None,
        (cert, _) => {
            let (set, missing) = match cert {
                Some(_) => ("server.tls.cert", "server.tls.key"),
                None => ("server.tls.key", "server.tls.cert"),
            };
            let what = format!("`{set}` is set and `{missing}` is not");
            problems.push(Problem::new(what).hint("TLS needs both, a certificate and its key"));
            None
        }
    }
}

fn policy(values: &Values, problems: &mut Vec<Problem>) -> policy::Config {
    let config = policy::Config {
        default_timeout_ms: values.integer(Key::DefaultTimeoutMs),
        max_timeout_ms: values.integer(Key::MaxTimeoutMs),
        max_code_bytes: values.integer(Key::MaxCodeBytes),
        memory_bytes: values.integer(Key::MemoryBytes),
        output_bytes: values.integer(Key::OutputBytes),
        result_bytes: values.integer(Key::ResultBytes),
        max_tool_calls: values.integer(Key::MaxToolCalls),
        max_concurrent: values.size(Key::MaxConcurrent),
        max_waiting: values.size(Key::MaxWaiting),
        wait_timeout_ms: values.integer(Key::WaitTimeoutMs),
        max_concurrent_per_client: values.size(Key::MaxConcurrentPerClient),
        max_starting: values.size(Key::MaxStarting),
        slow_after_ms: values.integer(Key::SlowAfterMs),
        max_allowed_tools: values.size(Key::MaxAllowedTools),
        max_sessions: values.size(Key::SessionsMax),
        max_sessions_per_principal: values.size(Key::SessionsMaxPerPrincipal),
        session_idle_ms: values.integer(Key::SessionsIdleMs),
        session_lifetime_ms: values.integer(Key::SessionsLifetimeMs),
        dangerous_patterns: patterns(values.word(Key::DangerousPatterns)),
    };
    // The table has the same bounds, with places and hints; this holds the two together.
    if problems.is_empty()
        && let Err(error) = config.validate()
    {
        problems.push(Problem::new(error.to_string()));
    }
    config
}

fn audit(inputs: &Inputs, values: &Values, problems: &mut Vec<Problem>) -> audit::Config {
    let enabled = values.boolean(Key::EnableAuditLog);
    let path = values.path(Key::AuditLogPath);
    let path = path.or_else(|| Some(inputs.state_directory()?.join("audit.log")));
    if enabled && path.is_none() {
        let what = "there is no place for the audit log: neither HOME nor XDG_STATE_HOME is set";
        problems.push(Problem::new(what).hint("set `security.auditLogPath`, or one of the two"));
    }
    if values.integer(Key::AuditSegmentBytes) > values.integer(Key::AuditTotalBytes) {
        let what = "`security.auditSegmentBytes` is above `security.auditTotalBytes`";
        problems.push(Problem::new(what).hint("lower the one or raise the other"));
    }
    let config = audit::Config {
        enabled,
        path: path.unwrap_or_else(|| PathBuf::from("/nonexistent/audit.log")),
        durability: match values.word(Key::AuditDurability) {
            "synced" => audit::Durability::Synced,
            _ => audit::Durability::Written,
        },
        max_segment_bytes: values.integer(Key::AuditSegmentBytes),
        max_total_bytes: values.integer(Key::AuditTotalBytes),
    };
    if problems.is_empty()
        && let Err(error) = config.validate()
    {
        problems.push(Problem::new(error.to_string()));
    }
    config
}

fn upstream(
    inputs: &Inputs,
    values: &Values,
    servers: Vec<upstream::ServerConfig>,
    problems: &mut Vec<Problem>,
) -> upstream::Config {
    let milliseconds = |key| Duration::from_millis(values.integer(key));
    let max_result_bytes = values.size(Key::UpstreamMaxResultBytes);
    let in_flight_bytes = values.size(Key::UpstreamInFlightBytes);
    if in_flight_bytes < 2 * max_result_bytes {
        let what = "`upstreams.inFlightBytes` is below twice `upstreams.maxResultBytes`";
        problems.push(Problem::new(what).hint("raise the one or lower the other"));
    }
    upstream::Config {
        servers,
        guard: Vec::new(),
        ca_file: values.path(Key::UpstreamCaFile),
        start_timeout: milliseconds(Key::UpstreamStartTimeoutMs),
        call_timeout: milliseconds(Key::UpstreamCallTimeoutMs),
        max_call_timeout: milliseconds(Key::UpstreamMaxCallTimeoutMs),
        breaker_failures: u32::try_from(values.integer(Key::UpstreamBreakerFailures))
            .unwrap_or(u32::MAX),
        breaker_pause: milliseconds(Key::UpstreamBreakerPauseMs),
        breaker_max_pause: milliseconds(Key::UpstreamBreakerMaxPauseMs),
        idle_shutdown: milliseconds(Key::UpstreamIdleShutdownMs),
        max_parallel_starts: values.size(Key::UpstreamMaxParallelStarts),
        max_result_bytes,
        in_flight_bytes,
        max_tools_per_server: values.size(Key::UpstreamMaxToolsPerServer),
        max_pages: values.size(Key::UpstreamMaxPages),
        stop_timeout: milliseconds(Key::UpstreamStopTimeoutMs),
        max_concurrent_calls: values.size(Key::UpstreamMaxConcurrentCalls),
        tokens: inputs.state_directory().map(|state| state.join("tokens")),
    }
}

fn sandbox(values: &Values) -> SandboxSettings {
    let narrow = |key| u32::try_from(values.integer(key)).unwrap_or(u32::MAX);
    SandboxSettings {
        rotate_after: narrow(Key::RotateAfter),
        spares: values.size(Key::Spares),
        namespaces: values.boolean(Key::Namespaces),
        cgroups: values.boolean(Key::Cgroups),
        total_memory_bytes: Some(values.integer(Key::TotalMemoryBytes)).filter(|bytes| *bytes > 0),
        uid: narrow(Key::SandboxUid),
    }
}

fn deno(inputs: &Inputs, values: &Values, problems: &mut Vec<Problem>) -> DenoSettings {
    DenoSettings {
        enabled: values.boolean(Key::DenoEnabled),
        executable: values.path(Key::DenoPath),
        workers: u32::try_from(values.integer(Key::DenoWorkers)).unwrap_or(u32::MAX),
        max_environments: values.size(Key::DenoMaxEnvironments),
        scratch_bytes: values.integer(Key::DenoScratchBytes),
        scratch_inodes: values.integer(Key::DenoScratchInodes),
        packages: npm(inputs, values, problems),
    }
}

fn python(inputs: &Inputs, values: &Values, problems: &mut Vec<Problem>) -> PythonSettings {
    let preload = values.list(Key::PythonPreload).to_vec();
    let is_module = |name: &str| {
        name.split('.').all(|part| {
            !part.starts_with(|first: char| first.is_ascii_digit())
                && !part.is_empty()
                && part.chars().all(|character| character == '_' || character.is_alphanumeric())
        })
    };
    for name in preload.iter().filter(|name| !is_module(name)) {
        let what = format!("`executors.python.preload` names `{name}`, which cannot be a module");
        problems.push(Problem::new(what).hint("write it as after `import`"));
    }
    PythonSettings {
        enabled: values.boolean(Key::PythonEnabled),
        interpreter: values.path(Key::PythonPath),
        venv: values.path(Key::PythonVenv),
        preload,
        max_environments: values.size(Key::PythonMaxEnvironments),
        scratch_bytes: values.integer(Key::PythonScratchBytes),
        scratch_inodes: values.integer(Key::PythonScratchInodes),
        packages: packages(inputs, values, problems),
    }
}

fn auth(values: &Values, problems: &mut Vec<Problem>) -> AuthSettings {
    let resource = values.url(Key::AuthResource).map(|text| {
        let is_plain = |url: &url::Url| url.query().is_none() && policy::remote::is_safe(url);
        if !url::Url::parse(text).is_ok_and(|url| is_plain(&url)) {
            let what = "`auth.resource` is no URL that clients could send a token to";
            let hint = "write https://..., or http:// of this machine, without user, query or #";
            problems.push(Problem::new(what).hint(hint));
        }
        text.trim_end_matches('/').to_owned()
    });
    let mut issuers = values.issuers(Key::AuthIssuers).to_vec();
    for issuer in &mut issuers {
        issuer.expected.skew = values.integer(Key::AuthClockSkewSeconds);
    }
    AuthSettings {
        required: values.boolean(Key::AuthRequired),
        resource,
        issuers,
        keys_stale: Duration::from_secs(values.integer(Key::AuthKeysStaleSeconds)),
        ca_file: values.path(Key::AuthCaFile),
    }
}

fn reach(inputs: &Inputs, values: &Values, problems: &mut Vec<Problem>) -> ReachSettings {
    let paths = |key| values.list(key).iter().map(PathBuf::from).collect::<Vec<_>>();
    let mut read = paths(Key::AllowRead);
    read.extend(paths(Key::AllowedProjects));
    let hosts = egress::Grant::parse_operator(values.list(Key::AllowNetwork));
    let (hosts, set_aside) = hosts.unwrap_or_else(|invalid| {
        problems.push(Problem::new(format!("`security.allowNetwork`: {invalid}")));
        Default::default()
    });
    let ours = [inputs.state_directory(), inputs.cache_directory(), inputs.config_directory()];
    ReachSettings {
        read,
        write: paths(Key::AllowWrite),
        hosts,
        set_aside: set_aside.iter().map(ToString::to_string).collect(),
        ours: ours.into_iter().flatten().collect(),
    }
}

fn telemetry(values: &Values) -> TelemetrySettings {
    TelemetrySettings {
        log_level: values.word_if_set(Key::TelemetryLogLevel).map(str::to_owned),
        readers: match values.word(Key::TelemetryMetricsReaders) {
            "anybody" => server::Readers::Anybody,
            "thisMachine" => server::Readers::ThisMachine,
            _ => server::Readers::Administrators,
        },
        watch_files: values.boolean(Key::TelemetryWatchFiles),
        drain: Duration::from_millis(values.integer(Key::ServerDrainMs)),
    }
}

fn kept(inputs: &Inputs, values: &Values, problems: &mut Vec<Problem>) -> KeptSettings {
    let cache = inputs.cache_directory().filter(|_| values.boolean(Key::UpstreamCacheCatalog));
    let kept = KeptSettings {
        catalog: cache.map(|cache| cache.join("catalog")),
        approvals: inputs.state_directory().map(|state| state.join("approvals")),
        pin_tools: values.boolean(Key::PinTools),
    };
    if kept.pin_tools && kept.approvals.is_none() {
        let what = "there is no place for the tools that were approved, which `security.pinTools` \
                    asks for: neither HOME nor XDG_STATE_HOME is set";
        problems.push(Problem::new(what).hint("set one of the two"));
    }
    kept
}

fn packages(inputs: &Inputs, values: &Values, problems: &mut Vec<Problem>) -> packages::Config {
    let mode = match values.word(Key::DependencyMode) {
        "any" => packages::Mode::Any,
        "allowlist" => packages::Mode::Allowlist(values.list(Key::DependencyAllow).to_vec()),
        _ => packages::Mode::Off,
    };
    let place = values.path(Key::DependencyCache);
    let place = place.or_else(|| Some(inputs.cache_directory()?.join("packages")));
    if mode != packages::Mode::Off && place.is_none() {
        let what = "there is no place for packages: neither HOME nor XDG_CACHE_HOME is set";
        let hint = "set `executors.python.dependencies.cache`, or one of the two";
        problems.push(Problem::new(what).hint(hint));
    }
    let cache = place.unwrap_or_else(|| PathBuf::from("/nonexistent/packages"));
    let config = packages::Config {
        mode,
        uv: values.path(Key::DependencyUv),
        bytecode: match values.word(Key::DependencyBytecode) {
            "always" => packages::Bytecode::Always,
            "never" => packages::Bytecode::Never,
            _ => packages::Bytecode::Allowlisted,
        },
        install_timeout: Duration::from_millis(values.integer(Key::DependencyInstallTimeoutMs)),
        max_packages: values.size(Key::DependencyMaxPackages),
        max_bytes: values.integer(Key::DependencyMaxBytes),
        max_files: values.integer(Key::DependencyMaxFiles),
        max_cache_bytes: values.integer(Key::DependencyMaxCacheBytes),
        ..packages::Config::new(cache)
    };
    if problems.is_empty()
        && let Err(error) = config.validate()
    {
        problems.push(Problem::new(error.to_string()));
    }
    config
}

fn npm(inputs: &Inputs, values: &Values, problems: &mut Vec<Problem>) -> packages::npm::Config {
    let mode = match values.word(Key::NpmMode) {
        "any" => packages::Mode::Any,
        "allowlist" => packages::Mode::Allowlist(values.list(Key::NpmAllow).to_vec()),
        _ => packages::Mode::Off,
    };
    let place = values.path(Key::NpmCache);
    let place = place.or_else(|| Some(inputs.cache_directory()?.join("npm")));
    if mode != packages::Mode::Off && place.is_none() {
        let what = "there is no place for packages: neither HOME nor XDG_CACHE_HOME is set";
        let hint = "set `executors.typescript.deno.packages.cache`, or one of the two";
        problems.push(Problem::new(what).hint(hint));
    }
    let cache = place.unwrap_or_else(|| PathBuf::from("/nonexistent/npm"));
    let config = packages::npm::Config {
        mode,
        install_timeout: Duration::from_millis(values.integer(Key::NpmInstallTimeoutMs)),
        max_packages: values.size(Key::NpmMaxPackages),
        max_bytes: values.integer(Key::NpmMaxBytes),
        max_files: values.integer(Key::NpmMaxFiles),
        max_cache_bytes: values.integer(Key::NpmMaxCacheBytes),
        ..packages::npm::Config::new(cache)
    };
    if problems.is_empty()
        && let Err(error) = config.validate()
    {
        problems.push(Problem::new(error.to_string()));
    }
    config
}

fn patterns(word: &str) -> DangerousPatterns {
    match word {
        "off" => DangerousPatterns::Off,
        "block" => DangerousPatterns::Block,
        _ => DangerousPatterns::Warn,
    }
}

fn min_isolation(values: &Values, problems: &mut Vec<Problem>) -> IsolationLevel {
    let level = isolation(values.word(Key::MinIsolation));
    if level == IsolationLevel::L0 && !values.boolean(Key::NotIsolated) {
        let what = "`security.minIsolation` is `L0`: programs would run where nothing holds them";
        let hint = "set it to `L1` or more; or, if that is meant, set \
                    `security.iUnderstandThatProgramsAreNotIsolated` to true as well";
        problems.push(Problem::new(what).hint(hint));
    }
    level
}

fn isolation(word: &str) -> IsolationLevel {
    match word {
        "L0" => IsolationLevel::L0,
        "L2" => IsolationLevel::L2,
        "L3" => IsolationLevel::L3,
        _ => IsolationLevel::L1,
    }
}

#[cfg(test)]
mod tests;
