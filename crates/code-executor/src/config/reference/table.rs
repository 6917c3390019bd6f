//! The settings themselves, in the order of the reference page.

use policy::Bounds;

use crate::config::env::first_version;
use crate::config::reference::Narrowing::{Lower, Never, Raise};
use crate::config::reference::making::*;
use crate::config::reference::npm::NPM;
use crate::config::reference::serving::SERVING;
use crate::config::reference::{Fallback, Key, Kind, Setting};

/// The sections of the file and what each holds.
pub const SECTIONS: &[(&str, &str)] = &[
    ("security", "What programs may do, how long they may take, and what is recorded."),
    ("security.rateLimit", "How often one client may run programs: a token bucket per client."),
    ("executors", "The languages."),
    ("executors.typescript", "TypeScript and JavaScript."),
    (
        "executors.typescript.deno",
        "Deno, for programs that ask for it with `runtime: \"deno\"`. docs/deno.md has the whole.",
    ),
    (
        "executors.typescript.deno.packages",
        "The packages of npm and JSR that a program for Deno may import. Where they come from is what \
         npm and Deno are configured to on this machine.",
    ),
    ("executors.python", "Python."),
    (
        "executors.python.dependencies",
        "The packages a program may declare in a `# /// script` block. Where they come from is what \
         `pip` and `uv` are configured to on this machine.",
    ),
    ("limits", "Bounds of one execution, and of all of them together."),
    (
        "sessions",
        "Interpreters that stay alive between the programs of one client. docs/sessions.md has the whole.",
    ),
    ("sandbox", "The processes programs run in."),
    ("upstreams", "The MCP servers behind us. The servers themselves are named in `.mcp.json`."),
    (
        "state",
        "The database: keys, what was run, what was used of quotas. docs/state.md has the whole.",
    ),
    ("roles", "Who may do what. docs/roles.md has the whole."),
    (
        "auth",
        "Who may use the HTTP server: keys, and tokens of these issuers. docs/identity.md has the \
         whole.",
    ),
    ("server", "The HTTP server of `code-executor serve --http`."),
    ("telemetry", "What an operator sees of a running server."),
    ("server.mcp", "MCP over HTTP, at `/mcp`."),
    ("server.tls", "TLS of the HTTP server."),
];

/// Every setting, each at the index of its key.
pub const SETTINGS: &[Setting] =
    &joined::<{ OWN.len() + NPM.len() + SERVING.len() }>([OWN, NPM, SERVING]);

/// Those of programs, of the processes they run in and of the servers behind us.
const OWN: &[Setting] = &[
    integer(Key::Version, "version", 1, (1, 1), Never, "The version of this file's format."),
    list(
        Key::AllowRead,
        "security.allowRead",
        "Directories programs may be granted to read, by absolute paths. A program gets those it \
         asks for in `permissions.read`, as far as they lie in these.",
    ),
    list(
        Key::AllowWrite,
        "security.allowWrite",
        "Directories programs may be granted to write to, and to read. Nothing that belongs to \
         version control, editors, agents or ourselves is ever written.",
    ),
    hosts(
        Key::AllowNetwork,
        "security.allowNetwork",
        "Hosts programs may be granted to send requests to: `example.com`, `example.com:8443`, \
         `*.example.com`; without a port, 80 and 443. A host of this machine is reached only by \
         name and port, as `localhost:3000`.",
    ),
    list(
        Key::AllowedProjects,
        "security.allowedProjects",
        "Project directories programs may be granted to read, beside `security.allowRead`.",
    )
    .formerly(first_version::ALLOWED_PROJECTS),
    integer(
        Key::DefaultTimeoutMs,
        "security.defaultTimeoutMs",
        30_000,
        within(Bounds::TIMEOUT_MS),
        Lower,
        "Milliseconds a program may take when its caller does not say. It is lowered to \
         `security.maxTimeoutMs` where only that is set.",
    ),
    integer(
        Key::MaxTimeoutMs,
        "security.maxTimeoutMs",
        300_000,
        within(Bounds::TIMEOUT_MS),
        Lower,
        "The most milliseconds a caller may ask for.",
    ),
    choice(
        Key::MinIsolation,
        "security.minIsolation",
        &["L0", "L1", "L2", "L3"],
        "L1",
        Raise,
        "The least isolation a program is run with; a host that cannot give it runs nothing. \
         SECURITY.md says what each level stops. `L0` wants `security.\
         iUnderstandThatProgramsAreNotIsolated` as well.",
    ),
    boolean(
        Key::NotIsolated,
        "security.iUnderstandThatProgramsAreNotIsolated",
        false,
        Lower,
        "Says that `security.minIsolation` is meant to be `L0`: programs run even where this host \
         cannot hold them.",
    ),
    boolean(
        Key::PinTools,
        "security.pinTools",
        false,
        Raise,
        "Whether tools that are not as they were approved, and new ones of a server that was seen \
         before, are blocked until `code-executor upstreams accept`. They are marked either way.",
    ),
    choice(
        Key::DangerousPatterns,
        "security.dangerousPatterns",
        &["off", "warn", "block"],
        "warn",
        Raise,
        "What is done about dangerous patterns such as `eval` in a program's text: nobody looks for \
         them, they are told with the outcome, or the program is not run. This is advice: \
         isolation holds either way.",
    ),
    boolean(
        Key::EnableAuditLog,
        "security.enableAuditLog",
        true,
        Raise,
        "Whether executions and their tool calls are recorded.",
    )
    .formerly(first_version::ENABLE_AUDIT_LOG),
    Setting {
        key: Key::AuditLogPath,
        path: "security.auditLogPath",
        kind: Kind::Path,
        fallback: Fallback::Unset("$XDG_STATE_HOME/code-executor/audit.log"),
        narrowing: Never,
        first_version_variable: Some(first_version::AUDIT_LOG_PATH),
        description: "The audit log. Each process writes a segment of its own beside it.",
    },
    choice(
        Key::AuditDurability,
        "security.auditDurability",
        &["written", "synced"],
        "written",
        Raise,
        "What has happened to an execution's last record before its answer leaves: the operating \
         system has it (`written`), or it is on the disk (`synced`, some milliseconds slower).",
    ),
    integer(
        Key::AuditSegmentBytes,
        "security.auditSegmentBytes",
        64 * MIB,
        (4 * KIB, 4 * GIB),
        Never,
        "The size at which a new segment of the audit log is begun.",
    ),
    integer(
        Key::AuditTotalBytes,
        "security.auditTotalBytes",
        8 * GIB,
        (4 * KIB, 1024 * GIB),
        Never,
        "The size of all segments together at which no more programs are run.",
    ),
    boolean(
        Key::RateLimitEnabled,
        "security.rateLimit.enabled",
        false,
        Raise,
        "Whether the limit is in force.",
    ),
    integer(
        Key::RateLimitMaxRequests,
        "security.rateLimit.maxRequests",
        30,
        (1, 1_000_000),
        Lower,
        "Executions a client may start in one window.",
    ),
    integer(
        Key::RateLimitWindowMs,
        "security.rateLimit.windowMs",
        MINUTE,
        (1, 24 * HOUR),
        Raise,
        "The length of the window in milliseconds.",
    ),
    boolean(
        Key::TypescriptEnabled,
        "executors.typescript.enabled",
        true,
        Lower,
        "Whether programs in TypeScript and JavaScript are run.",
    ),
    plain(
        Key::DenoPath,
        "executors.typescript.denoPath",
        Kind::Program,
        Fallback::Unset("`deno` on `PATH`"),
        Never,
        "The Deno executable, 2.0 or newer. It is asked for its version once, outside the sandbox.",
    )
    .formerly(first_version::DENO_PATH),
    boolean(
        Key::DenoEnabled,
        "executors.typescript.deno.enabled",
        true,
        Lower,
        "Whether programs may ask for Deno, where there is one.",
    ),
    integer(
        Key::DenoWorkers,
        "executors.typescript.deno.workers",
        64,
        (16, 1024),
        Lower,
        "Threads of one program, those of the engine included. A `Worker` takes two or three.",
    ),
    integer(
        Key::DenoMaxEnvironments,
        "executors.typescript.deno.maxEnvironments",
        4,
        (1, 64),
        Lower,
        "Sets of packages for which a warm Deno is kept; the one used longest ago makes room.",
    ),
    integer(
        Key::DenoScratchBytes,
        "executors.typescript.deno.scratchBytes",
        64 * MIB,
        (0, 4 * GIB),
        Lower,
        "Files a program may make in `/workspace` and `/tmp`, in bytes.",
    ),
    integer(
        Key::DenoScratchInodes,
        "executors.typescript.deno.scratchInodes",
        4096,
        (16, 1_000_000),
        Lower,
        "Files and directories a program may make.",
    ),
    boolean(
        Key::PythonEnabled,
        "executors.python.enabled",
        true,
        Lower,
        "Whether programs in Python are run, where there is a Python 3.9 to 3.14 to run them with.",
    ),
    plain(
        Key::PythonPath,
        "executors.python.pythonPath",
        Kind::Program,
        Fallback::Unset("`python3` on `PATH`"),
        Never,
        "The Python interpreter. It is asked once, outside the sandbox, what it needs.",
    )
    .formerly(first_version::PYTHON_PATH),
    plain(
        Key::PythonVenv,
        "executors.python.venv",
        Kind::Path,
        Fallback::Unset("none"),
        Never,
        "A virtual environment whose packages programs may import.",
    ),
    plain(
        Key::PythonPreload,
        "executors.python.preload",
        Kind::List(','),
        Fallback::Nothing,
        Never,
        "Modules imported ahead of all programs, such as `numpy` and `pandas`. One that starts \
         threads is refused.",
    ),
    integer(
        Key::PythonMaxEnvironments,
        "executors.python.maxEnvironments",
        4,
        (1, 64),
        Lower,
        "Environments of declared packages for which a warm interpreter is kept; the one used \
         longest ago makes room.",
    ),
    integer(
        Key::PythonScratchBytes,
        "executors.python.scratchBytes",
        64 * MIB,
        (0, 4 * GIB),
        Lower,
        "Files a program may make in `/workspace` and `/tmp`, in bytes. Below level L2 there is no \
         such place.",
    ),
    integer(
        Key::PythonScratchInodes,
        "executors.python.scratchInodes",
        4096,
        (16, 1_000_000),
        Lower,
        "Files and directories a program may make.",
    ),
    choice(
        Key::DependencyMode,
        "executors.python.dependencies.mode",
        &["any", "allowlist", "off"],
        "off",
        Raise,
        "Whether programs may declare packages: none (`off`), those of `allow` and what they depend \
         on themselves (`allowlist`), or any that the indexes have.",
    ),
    plain(
        Key::DependencyAllow,
        "executors.python.dependencies.allow",
        Kind::List(','),
        Fallback::Nothing,
        Lower,
        "Packages that may be declared where `mode` is `allowlist`.",
    ),
    plain(
        Key::DependencyUv,
        "executors.python.dependencies.uv",
        Kind::Program,
        Fallback::Unset("`uv` on `PATH`"),
        Never,
        "The `uv` that resolves and installs them, outside the sandbox.",
    ),
    plain(
        Key::DependencyCache,
        "executors.python.dependencies.cache",
        Kind::Path,
        Fallback::Unset("$XDG_CACHE_HOME/code-executor/packages"),
        Never,
        "Where installed packages are kept.",
    ),
    choice(
        Key::DependencyBytecode,
        "executors.python.dependencies.bytecode",
        &["always", "allowlisted", "never"],
        "allowlisted",
        Raise,
        "Whether installed modules are compiled ahead, outside the sandbox: whatever was declared, \
         only where `mode` is `allowlist`, or nothing. Without it each execution compiles what it \
         imports.",
    ),
    integer(
        Key::DependencyInstallTimeoutMs,
        "executors.python.dependencies.installTimeoutMs",
        5 * MINUTE,
        (1000, HOUR),
        Lower,
        "Milliseconds that packages may take to come. They are no part of the program's own time.",
    ),
    integer(
        Key::DependencyMaxPackages,
        "executors.python.dependencies.maxPackages",
        100,
        (1, 10_000),
        Lower,
        "Packages of one program, those that come along included.",
    ),
    integer(
        Key::DependencyMaxBytes,
        "executors.python.dependencies.maxBytes",
        GIB,
        (MIB, 64 * GIB),
        Lower,
        "Size of one program's packages, unpacked, in bytes.",
    ),
    integer(
        Key::DependencyMaxFiles,
        "executors.python.dependencies.maxFiles",
        100_000,
        (100, 10_000_000),
        Lower,
        "Files and directories of one program's packages.",
    ),
    integer(
        Key::DependencyMaxCacheBytes,
        "executors.python.dependencies.maxCacheBytes",
        4 * GIB,
        (MIB, 1024 * GIB),
        Lower,
        "Size of all packages that are kept; those used longest ago make room.",
    ),
    Setting {
        key: Key::McpConfigPath,
        path: "mcpConfigPath",
        kind: Kind::Paths,
        fallback: Fallback::Unset("./.mcp.json, once it is trusted"),
        narrowing: Never,
        first_version_variable: Some(first_version::MCP_CONFIG_PATH),
        description: "The files that name the MCP servers behind us, one or several. Where two name \
                      the same server, the first counts.",
    },
    boolean(
        Key::McpDiscovery,
        "mcpDiscovery",
        false,
        Lower,
        "Whether servers are also taken from the files of other clients: `~/.claude.json`, \
         `~/.cursor/mcp.json`, VS Code's `mcp.json`, `~/.codex/config.toml`, and, once they are \
         trusted, `./.mcp.json`, `./.cursor/mcp.json` and `./.vscode/mcp.json`.",
    ),
    integer(
        Key::MaxConcurrent,
        "limits.maxConcurrent",
        100,
        within(Bounds::CONCURRENT),
        Lower,
        "Programs that run at once.",
    ),
    integer(
        Key::MaxWaiting,
        "limits.maxWaiting",
        400,
        within(Bounds::WAITING),
        Lower,
        "Programs that wait for a place; beyond it the answer is `busy`.",
    ),
    integer(
        Key::WaitTimeoutMs,
        "limits.waitTimeoutMs",
        30_000,
        within(Bounds::WAIT_TIMEOUT_MS),
        Lower,
        "Milliseconds a program waits for a place before the answer is `busy`.",
    ),
    integer(
        Key::MaxConcurrentPerClient,
        "limits.maxConcurrentPerClient",
        0,
        within(Bounds::CONCURRENT_PER_CLIENT),
        Never,
        "Programs of one client that run at once; more of them wait. 0 stands for three quarters of \
         `limits.maxConcurrent`, and for all of it for the local user.",
    ),
    integer(
        Key::MaxStarting,
        "limits.maxStarting",
        0,
        within(Bounds::STARTING),
        Never,
        "Programs of one client that may be starting at once, so that a flood of short ones leaves \
         others the processors; 0 stands for two per processor.",
    ),
    integer(
        Key::SlowAfterMs,
        "limits.slowAfterMs",
        10_000,
        within(Bounds::SLOW_AFTER_MS),
        Never,
        "Milliseconds for which the programs of a client may wait for long before it is told `busy` \
         after a tenth of that instead of after `limits.waitTimeoutMs`; 0 for never. The local user \
         always waits.",
    ),
    rules(
        Key::LimitRules,
        "limits.rules",
        "How much clients, tenants and everybody may ask for, each as `client executions 30/1m`: \
         `client`, `tenant`, `all`, `role:NAME` or `tenant:NAME`; `executions`, `toolCalls`, \
         `cpuSeconds` or a tool such as `mcp__github__*`; a number per ms, s, m, h, `day` or `month`. \
         docs/limits.md has the whole.",
    ),
    Setting {
        key: Key::LimitRedis,
        path: "limits.redis",
        kind: Kind::Url,
        fallback: Fallback::Unset("none: each gateway counts for itself"),
        narrowing: Never,
        first_version_variable: None,
        description: "The Redis in which gateways count together: `redis://:password@host:6379/0`, or \
                      `rediss://` for TLS.",
    },
    choice(
        Key::LimitWhenRedisIsAway,
        "limits.whenRedisIsAway",
        &["open", "closed"],
        "open",
        Never,
        "What is done while it does not answer: each gateway counts for itself (`open`), or nothing \
         is run (`closed`).",
    ),
    integer(
        Key::MaxCodeBytes,
        "limits.maxCodeBytes",
        MIB,
        within(Bounds::CODE_BYTES),
        Lower,
        "The largest program, in bytes.",
    ),
    integer(
        Key::OutputBytes,
        "limits.outputBytes",
        100 * KIB,
        within(Bounds::OUTPUT_BYTES),
        Lower,
        "Output kept of one program, in bytes. The rest is dropped and `truncated` is set.",
    ),
    integer(
        Key::ResultBytes,
        "limits.resultBytes",
        MIB,
        within(Bounds::RESULT_BYTES),
        Lower,
        "The largest result of one program, as bytes of JSON.",
    ),
    integer(
        Key::MemoryBytes,
        "limits.memoryBytes",
        256 * MIB,
        within(Bounds::MEMORY_BYTES),
        Lower,
        "Memory of one program above the engine's own, in bytes.",
    ),
    integer(
        Key::TotalMemoryBytes,
        "limits.totalMemoryBytes",
        0,
        (0, 64 * 1024 * GIB),
        Never,
        "Memory of all programs together, the engines' own included, in bytes; held by a cgroup, \
         where one can be had (level L3). 0 stands for what `limits.maxConcurrent` programs and \
         `sessions.max` sessions may take, or three quarters of the machine's memory where that is less.",
    ),
    integer(
        Key::MaxToolCalls,
        "limits.maxToolCalls",
        10_000,
        within(Bounds::TOOL_CALLS),
        Lower,
        "Tool calls one program may make.",
    ),
    integer(
        Key::MaxAllowedTools,
        "limits.maxAllowedTools",
        1000,
        within(Bounds::ALLOWED_TOOLS),
        Lower,
        "Entries a caller's `allowedTools` may have.",
    ),
    integer(
        Key::SessionsMax,
        "sessions.max",
        64,
        within(Bounds::SESSIONS),
        Lower,
        "Sessions there may be; 0 for none at all. Each holds its memory as long as it lives, besides \
         what the programs hold that run.",
    ),
    integer(
        Key::SessionsMaxPerPrincipal,
        "sessions.maxPerPrincipal",
        8,
        within(Bounds::SESSIONS_PER_PRINCIPAL),
        Lower,
        "Sessions one caller may have.",
    ),
    integer(
        Key::SessionsIdleMs,
        "sessions.idleMs",
        600_000,
        within(Bounds::SESSION_MS),
        Lower,
        "Milliseconds after its last program for which a session is kept.",
    ),
    integer(
        Key::SessionsLifetimeMs,
        "sessions.lifetimeMs",
        3_600_000,
        within(Bounds::SESSION_MS),
        Lower,
        "Milliseconds after its first program for which a session is kept at most. One that runs by \
         then ends with its program.",
    ),
    integer(
        Key::RotateAfter,
        "sandbox.rotateAfter",
        10_000,
        (1, 10_000_000),
        Lower,
        "Executions after which the process they are forked from is replaced.",
    ),
    integer(
        Key::Spares,
        "sandbox.spares",
        1,
        (0, 64),
        Lower,
        "Locked-down processes kept ready ahead of demand.",
    ),
    boolean(
        Key::Namespaces,
        "sandbox.namespaces",
        true,
        Raise,
        "Whether programs get namespaces of their own; without them isolation is L1 at most.",
    ),
    boolean(
        Key::Cgroups,
        "sandbox.cgroups",
        true,
        Raise,
        "Whether a cgroup bounds what all programs use together; without it isolation is L2 at most.",
    ),
    integer(
        Key::SandboxUid,
        "sandbox.uid",
        65_533,
        (1, 4_294_967_294),
        Never,
        "The uid and gid programs run under when we are started by root.",
    ),
    plain(
        Key::UpstreamCaFile,
        "upstreams.caFile",
        Kind::Path,
        Fallback::Unset("none"),
        Never,
        "A file in PEM form of authorities that servers over HTTPS may be vouched for by, besides \
         the web's and the system's.",
    ),
    integer(
        Key::UpstreamStartTimeoutMs,
        "upstreams.startTimeoutMs",
        30_000,
        (1, HOUR),
        Lower,
        "Milliseconds a server may take to start. `startTimeoutMs` of its entry in `.mcp.json` \
         goes first.",
    ),
    integer(
        Key::UpstreamCallTimeoutMs,
        "upstreams.callTimeoutMs",
        60_000,
        (1, HOUR),
        Lower,
        "Milliseconds a server may say nothing about a call; progress that it reports starts \
         them anew.",
    ),
    integer(
        Key::UpstreamMaxCallTimeoutMs,
        "upstreams.maxCallTimeoutMs",
        600_000,
        (1, DAY),
        Lower,
        "Milliseconds a call may take in all, however much progress its server reports; never \
         less than `callTimeoutMs`.",
    ),
    integer(
        Key::UpstreamBreakerFailures,
        "upstreams.breakerFailures",
        5,
        (1, 1000),
        Lower,
        "Failures in a row (a start, a lost connection, a call without an answer) after which a \
         server's calls are refused for a while, and one at a time tries it again.",
    ),
    integer(
        Key::UpstreamBreakerPauseMs,
        "upstreams.breakerPauseMs",
        500,
        (1, HOUR),
        Never,
        "Milliseconds a failed server is left alone at first; twice as long after each failure \
         in a row, and of that any part down to a tenth, at random.",
    ),
    integer(
        Key::UpstreamBreakerMaxPauseMs,
        "upstreams.breakerMaxPauseMs",
        30_000,
        (1, HOUR),
        Never,
        "The longest pause, in milliseconds.",
    ),
    integer(
        Key::UpstreamIdleShutdownMs,
        "upstreams.idleShutdownMs",
        900_000,
        (0, DAY),
        Never,
        "Milliseconds a server runs without being used before it is stopped until its next use; \
         0 is never.",
    ),
    integer(
        Key::UpstreamStopTimeoutMs,
        "upstreams.stopTimeoutMs",
        5000,
        (1, MINUTE),
        Lower,
        "Milliseconds servers get to stop before they are killed.",
    ),
    integer(
        Key::UpstreamMaxParallelStarts,
        "upstreams.maxParallelStarts",
        4,
        (1, 64),
        Lower,
        "Servers that are started at once.",
    ),
    integer(
        Key::UpstreamMaxConcurrentCalls,
        "upstreams.maxConcurrentCalls",
        64,
        (1, 10_000),
        Lower,
        "Calls that one server works on at once; more wait.",
    ),
    integer(
        Key::UpstreamMaxResultBytes,
        "upstreams.maxResultBytes",
        16 * MIB,
        (KIB, 64 * MIB),
        Lower,
        "The largest answer of one call, in bytes.",
    ),
    integer(
        Key::UpstreamInFlightBytes,
        "upstreams.inFlightBytes",
        256 * MIB,
        (MIB, 16 * GIB),
        Lower,
        "Answers held at once, over all calls, in bytes.",
    ),
    integer(
        Key::UpstreamMaxToolsPerServer,
        "upstreams.maxToolsPerServer",
        10_000,
        (1, 100_000),
        Lower,
        "Tools taken from one server.",
    ),
    integer(
        Key::UpstreamMaxPages,
        "upstreams.maxPages",
        100,
        (1, 10_000),
        Lower,
        "Pages of a server's tool list that are read.",
    ),
    boolean(
        Key::UpstreamCacheCatalog,
        "upstreams.cacheCatalog",
        true,
        Lower,
        "Whether the tools of servers are kept in `$XDG_CACHE_HOME/code-executor/catalog`, so that \
         they are found at once the next time, while the servers are asked again.",
    ),
];

/// Lists as one.
const fn joined<const N: usize>(tables: [&[Setting]; 3]) -> [Setting; N] {
    let mut all = [tables[0][0]; N];
    let (mut at, mut table) = (0, 0);
    while table < tables.len() {
        let mut row = 0;
        while row < tables[table].len() {
            all[at] = tables[table][row];
            (at, row) = (at + 1, row + 1);
        }
        table += 1;
    }
    all
}
