//! Puts the rooms together: the only place that names concrete types of all of them.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use egress::Egress;
use gateway::trace::Spans;
use gateway::{Gateway, Parts, PythonParts, Reach, Remembered, Renewed};
use packages::Packages;
use packages::npm::Npm;
use policy::Policy;
use policy::limits::{Limiter, Redis};
use policy::roles::Authority;
use sandbox::{
    Cgroup, CgroupLimits, Deno, DenoExecutable, DenoOptions, Python, PythonOptions, Sandbox,
};
use store::{Approvals, Cache, Database};
use upstream::{Document, Hub, OpenApi, Reached, ServerConfig};
use wire::control::EngineConfig;

use crate::config::{KeptSettings, ReachSettings, Settings, Standing};
use crate::state;

/// The first argument that makes the binary the guard of an upstream server.
pub const GUARD_ARGUMENT: &str = "__guard";

/// The name of the built-in demo server among the upstreams.
pub const DEMO_SERVER: &str = "demo";

/// The version that clients and records see.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// CPU seconds beyond the longest timeout after which the kernel itself ends a child.
const CPU_GRACE_SECONDS: u64 = 10;

/// Requests to hosts that may be under way at once; each may hold an answer of 16 MiB.
const REQUESTS_AT_ONCE: usize = 64;

/// Builds the gateway, with a database only where one was set. Nothing of it is started but idle
/// threads.
pub async fn gateway(settings: Settings) -> anyhow::Result<Gateway> {
    let database = state::database_that_was_set(&settings)?;
    let roles = crate::roles::start(&settings, database.as_ref()).await?.authority();
    watched_gateway(settings, database, roles, None)
}

/// The same with this database, these roles, and traces that are sent there, each if any.
pub fn watched_gateway(
    settings: Settings,
    database: Option<Database>,
    roles: Option<Authority>,
    spans: Option<Arc<dyn Spans>>,
) -> anyhow::Result<Gateway> {
    let executable = executable()?;
    let mut hub = settings.upstream.clone();
    hub.guard = vec![executable.clone().into_os_string(), OsString::from(GUARD_ARGUMENT)];
    let cgroup = cgroup(&settings);
    let config = |executable| sandbox_config(&settings, executable, cgroup.clone());
    let sandbox = Sandbox::new(config(executable.clone()))?;
    let deno = settings.deno.enabled.then(|| deno_in(&settings, config(executable.clone())));
    let python = match settings.python.enabled {
        true => Some(PythonParts {
            sandbox: python_in(&settings, config(executable))?,
            packages: packages(&settings),
        }),
        false => None,
    };
    let audit = audit::Log::open(settings.audit.clone())?;
    let limiting = limiting(&settings, database.clone())?;
    let history = state::history(&settings, database);
    Ok(Gateway::new(Parts {
        sandbox,
        npm: deno.is_some().then(|| npm(&settings)),
        deno,
        python,
        remembered: remembered(&settings),
        hub: Hub::new(hub),
        reach: reach(&settings)?,
        roles,
        policy: Policy::new(settings.policy),
        limiting,
        audit,
        history,
        typescript: settings.typescript_enabled,
        broken_servers: settings.broken_servers,
        version: VERSION.to_owned(),
        spans,
    }))
}

/// What of these settings a running gateway takes over. Nothing is started, and nothing of the gateway
/// is changed.
pub fn renewed(settings: &Settings, gateway: &Gateway) -> anyhow::Result<Renewed> {
    Ok(Renewed {
        hub: gateway.hub().with_servers(settings.upstream.servers.clone()),
        remembered: remembered(settings),
        broken_servers: settings.broken_servers.clone(),
        policy: Policy::new(settings.policy.clone()),
        reach: reach(settings)?,
    })
}

/// How much clients and tenants may ask for. Nothing is connected.
fn limiting(
    settings: &Settings,
    database: Option<store::sql::Database>,
) -> anyhow::Result<gateway::Limiting> {
    let limits = &settings.limits;
    let redis = limits.redis.as_deref().map(|url| Redis::new(url, limits.when_away)).transpose()?;
    // Redis keeps what is used of quotas by itself.
    let database = database.filter(|_| redis.is_none());
    let limiter = Limiter::new(limits.rules.clone(), redis, database.is_some());
    Ok(gateway::Limiting::new(limiter, database))
}

/// What the MCP front tells its clients.
pub fn front(settings: &Settings) -> server::Config {
    server::Config {
        version: VERSION.to_owned(),
        default_timeout_ms: settings.policy.default_timeout_ms,
        max_timeout_ms: settings.policy.max_timeout_ms,
        drain: settings.telemetry.drain,
        ..server::Config::default()
    }
}

/// What is remembered of servers between runs. No file is touched.
pub fn remembered(settings: &Settings) -> Remembered {
    let KeptSettings { catalog, approvals, pin_tools } = settings.kept.clone();
    let (cache, approvals) = (catalog.map(Cache::new), approvals.map(Approvals::new));
    Remembered::new(cache, approvals, pin_tools, &settings.upstream.servers)
}

/// The sandbox of TypeScript and JavaScript alone.
pub fn sandbox(
    settings: &Settings,
    executable: PathBuf,
    bare: bool,
) -> Result<Sandbox, sandbox::Error> {
    let engine = if bare { EngineConfig::BareQuickJs } else { EngineConfig::QuickJs };
    let config = sandbox_config(settings, executable, cgroup(settings));
    Sandbox::new(sandbox::Config { engine, ..config })
}

/// The sandbox of Python alone.
pub fn python(settings: &Settings, executable: PathBuf) -> Result<Python, sandbox::Error> {
    python_in(settings, sandbox_config(settings, executable, cgroup(settings)))
}

fn python_in(settings: &Settings, config: sandbox::Config) -> Result<Python, sandbox::Error> {
    let python = &settings.python;
    let options = PythonOptions {
        python: python.interpreter.as_deref().map(on_path),
        venv: python.venv.clone(),
        preload: python.preload.clone(),
        max_environments: python.max_environments,
        scratch_bytes: python.scratch_bytes,
        scratch_inodes: python.scratch_inodes,
    };
    Python::new(config, options)
}

/// The sandbox of Deno alone.
pub fn deno(settings: &Settings, executable: PathBuf) -> Deno {
    deno_in(settings, sandbox_config(settings, executable, cgroup(settings)))
}

fn deno_in(settings: &Settings, config: sandbox::Config) -> Deno {
    let deno = &settings.deno;
    let options = DenoOptions {
        deno: deno.executable.as_deref().map(on_path),
        max_environments: deno.max_environments,
        scratch_bytes: deno.scratch_bytes,
        scratch_inodes: deno.scratch_inodes,
        workers: deno.workers,
    };
    Deno::new(config, options)
}

/// The packages that programs declare. Nothing is started, no file is touched.
fn packages(settings: &Settings) -> Packages {
    let config = settings.python.packages.clone();
    let uv = config.uv.as_deref().map(on_path);
    Packages::new(packages::Config { uv, ..config })
}

/// The packages that programs for Deno import. Nothing is started, no file is touched.
fn npm(settings: &Settings) -> Npm {
    Npm::new(settings.deno.packages.clone(), wire::registry::ADDRESS, upstream::tls)
}

/// The group that bounds all programs of all languages together.
fn cgroup(settings: &Settings) -> Option<Cgroup> {
    let scratch = settings.python.scratch_bytes.max(settings.deno.scratch_bytes);
    let of_one = settings.policy.memory_bytes + scratch;
    let policy = &settings.policy;
    let programs = policy.max_concurrent.saturating_add(policy.max_sessions);
    let mut limits = CgroupLimits::for_programs(programs as u64, of_one);
    if let Some(bytes) = settings.sandbox.total_memory_bytes {
        limits.memory_bytes = bytes;
    }
    settings.sandbox.cgroups.then(|| Cgroup::new(limits))
}

/// The directories and hosts that programs may be granted. Opens the directories.
fn reach(settings: &Settings) -> anyhow::Result<Reach> {
    let ReachSettings { read, write, hosts, ours, .. } = &settings.reach;
    let mut ours = ours.clone();
    if settings.audit.enabled {
        ours.extend(settings.audit.path.parent().map(Path::to_owned));
    }
    ours.extend(state::directory(settings));
    ours.push(settings.python.packages.cache.clone());
    ours.push(settings.deno.packages.cache.clone());
    // Whoever could write it could give itself roles.
    ours.extend(settings.roles.file().map(Path::to_owned));
    let operators = settings.sources.iter().filter(|source| source.standing == Standing::Operator);
    ours.extend(operators.map(|source| source.path.clone()));
    let files = files::Operator::open(read, write, &ours).map_err(unusable)?;
    let outside = run_outside(settings);
    for directory in files.writable() {
        let overlaps = |ran: &&PathBuf| ran.starts_with(directory) || directory.starts_with(ran);
        if let Some(ran) = outside.iter().find(overlaps) {
            return Err(unusable(format!(
                "security.allowWrite: {directory:?} overlaps {ran:?}, which is run outside of the \
                 sandbox or describes tools: a program that writes there could have itself run there, \
                 or change what it may call; name a directory beside it"
            )));
        }
    }
    let config = egress::Config {
        allow: hosts.clone(),
        concurrent_total: REQUESTS_AT_ONCE,
        ..egress::Config::default()
    };
    Ok(Reach::new(files, Egress::new(config)?))
}

/// What this host runs outside of the sandbox or reads tools from, as far as it is configured or on
/// `PATH`, without links.
fn run_outside(settings: &Settings) -> Vec<PathBuf> {
    let mut ran: Vec<PathBuf> = executable().into_iter().collect();
    let python = &settings.python;
    ran.push(on_path(python.interpreter.as_deref().unwrap_or(Path::new("python3"))));
    ran.extend(python.venv.clone());
    let deno = settings.deno.executable.as_deref().map(on_path);
    ran.extend(deno.clone());
    // What a launcher starts is somewhere else.
    ran.extend(DenoExecutable::find(deno.as_deref()));
    ran.push(on_path(python.packages.uv.as_deref().unwrap_or(Path::new("uv"))));
    ran.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    // They may hold what a server's interpreter loads, or where it looks for programs.
    ran.extend(settings.env_files.iter().cloned());
    for server in &settings.upstream.servers {
        // A description decides what is called with the operator's credentials.
        if let Reached::OpenApi(OpenApi { document: Document::File(path), .. }) = &server.reached {
            ran.push(path.clone());
        }
        let Reached::Program(program) = &server.reached else { continue };
        ran.push(on_path(Path::new(&program.command)));
        let own = program.cwd.clone();
        let place = own.or_else(|| std::env::current_dir().ok()).unwrap_or_default();
        // An argument may be a script; one that is no file is none.
        let scripts = program.args.iter().map(|argument| place.join(argument));
        ran.extend(scripts.filter(|script| script.is_file()));
    }
    let real = |path: &PathBuf| std::fs::canonicalize(path).ok();
    let given = ran.iter().filter(|path| path.is_absolute()).cloned();
    given.chain(ran.iter().filter_map(real)).collect()
}

/// An error in what the operator set.
pub fn unusable(what: impl ToString) -> anyhow::Error {
    InvalidSetting(what.to_string()).into()
}

/// A setting that turns out to be unusable when what it names is looked at.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct InvalidSetting(String);

fn sandbox_config(
    settings: &Settings,
    executable: PathBuf,
    cgroup: Option<Cgroup>,
) -> sandbox::Config {
    sandbox::Config {
        min_isolation: settings.min_isolation,
        namespaces: settings.sandbox.namespaces,
        cgroup,
        sandbox_uid: settings.sandbox.uid,
        memory_bytes: settings.policy.memory_bytes,
        cpu_seconds: settings.policy.max_timeout_ms.div_ceil(1000) + CPU_GRACE_SECONDS,
        session_cpu_seconds: settings.policy.session_lifetime_ms.div_ceil(1000) + CPU_GRACE_SECONDS,
        rotate_after: settings.sandbox.rotate_after,
        spares: settings.sandbox.spares,
        ..sandbox::Config::new(executable)
    }
}

/// A program given by a bare name, looked for on `PATH`; one that is not there keeps its name, by
/// which it will be missed.
fn on_path(program: &Path) -> PathBuf {
    let is_bare = program.components().count() == 1 && !program.is_absolute();
    let folders = std::env::var_os("PATH").filter(|_| is_bare).unwrap_or_default();
    let mut candidates = std::env::split_paths(&folders).map(|folder| folder.join(program));
    candidates.find(|file| file.is_file()).unwrap_or_else(|| program.to_owned())
}

/// The built-in demo server as an upstream, for whoever has none configured.
pub fn demo_upstream() -> anyhow::Result<ServerConfig> {
    let command = executable()?.into_os_string().into_string();
    let command = command.map_err(|_| anyhow::anyhow!("our own path is not UTF-8"))?;
    Ok(ServerConfig::program(DEMO_SERVER, command, ["demo-server"]))
}

/// Our own executable: it is also the worker, the guard and the demo server.
pub fn executable() -> anyhow::Result<PathBuf> {
    std::env::current_exe().context("finding our own executable")
}
