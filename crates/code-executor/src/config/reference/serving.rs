//! The settings of a server that others reach: its database, who may use it, how it listens, and what
//! its operator sees.

use crate::config::reference::Narrowing::{Lower, Never, Raise};
use crate::config::reference::making::*;
use crate::config::reference::{Fallback, Key, Kind, Setting};

/// In the order of the reference page, after those of the table.
pub(super) const SERVING: &[Setting] = &[
    Setting {
        key: Key::StateUrl,
        path: "state.url",
        kind: Kind::Url,
        fallback: Fallback::Unset(
            "`sqlite:$XDG_STATE_HOME/code-executor/state.db` over HTTP, none over stdio",
        ),
        narrowing: Never,
        first_version_variable: None,
        description: "The database: `sqlite:/path/to/state.db`, or \
                      `postgres://user:password@host/database?sslmode=verify-full`, which several \
                      gateways may share. `env:NAME` keeps a password out of the file.",
    },
    integer(
        Key::StateRetentionDays,
        "state.retentionDays",
        30,
        (1, 3_650),
        Never,
        "Days for which is kept what was run.",
    ),
    integer(
        Key::StateMaxExecutions,
        "state.maxExecutions",
        100_000,
        (100, 100_000_000),
        Never,
        "Executions that are kept; the oldest beyond them are deleted.",
    ),
    integer(
        Key::StateMaxBytes,
        "state.maxBytes",
        4 * GIB,
        (MIB, 1024 * GIB),
        Never,
        "The largest file that the database may become, where it is a file.",
    ),
    choice(
        Key::StateWhenAway,
        "state.whenAway",
        &["continue", "refuse"],
        "continue",
        Raise,
        "What becomes of executions while the database cannot be written: they are run, and up to \
         10,000 of their records wait for it (`continue`), or they are refused (`refuse`).",
    ),
    plain(
        Key::RolesFile,
        "roles.file",
        Kind::Path,
        Fallback::Unset("none: everybody who is known may do everything"),
        Never,
        "The policy file: which roles and callers may use which tools, languages, directories, hosts \
         and how much time. With it, what no rule allows is denied. It is read again when it changes.",
    ),
    choice(
        Key::RolesSource,
        "roles.source",
        &["file", "database"],
        "file",
        Never,
        "Where the policy is: in `roles.file`, if that is set, or in the state database, where \
         `code-executor policy import` puts it for all gateways that use it.",
    ),
    boolean(
        Key::AuthRequired,
        "auth.required",
        false,
        Raise,
        "Whether every request needs a key or a token, even from this machine and even while there is \
         none. It is so by itself once there is a key or an issuer.",
    ),
    plain(
        Key::AuthResource,
        "auth.resource",
        Kind::Url,
        Fallback::Unset("the address that is listened on, where that is this machine's own"),
        Never,
        "The URL by which clients reach this server, such as `https://tools.example.com`. Tokens \
         are meant for it, or for its `/mcp`.",
    ),
    plain(
        Key::AuthIssuers,
        "auth.issuers",
        Kind::Issuers,
        Fallback::Unset("none"),
        Never,
        "The authorization servers whose tokens are taken.",
    ),
    integer(
        Key::AuthClockSkewSeconds,
        "auth.clockSkewSeconds",
        60,
        (0, 600),
        Lower,
        "Seconds by which an issuer's clock may differ from ours.",
    ),
    integer(
        Key::AuthKeysStaleSeconds,
        "auth.keysStaleSeconds",
        3_600,
        (60, 604_800),
        Lower,
        "Seconds for which an issuer's keys are used while it cannot be asked for them again.",
    ),
    plain(
        Key::AuthCaFile,
        "auth.caFile",
        Kind::Path,
        Fallback::Unset("none"),
        Never,
        "A file in PEM form of authorities that issuers may be vouched for by, besides the web's and \
         the system's.",
    ),
    origins(
        Key::ServerHosts,
        "server.hosts",
        "Names that the HTTP server goes by beside `localhost` and its own address, as requests carry \
         them in `Host`; a request for another name is refused, since a page of another site may have \
         sent it.",
    ),
    origins(
        Key::ServerOrigins,
        "server.origins",
        "Origins of pages that may send requests to the HTTP server from a browser, such as \
         `https://tools.example.com`.",
    ),
    origins(
        Key::ServerTrustedProxies,
        "server.trustedProxies",
        "Addresses and networks of proxies in front of the HTTP server, such as `10.0.0.0/8`, whose \
         `server.forwardedHeader` is believed: those behind them are counted, slowed down and recorded \
         each by its own address. What comes from such an address is never the local user's, with or \
         without that header.",
    ),
    choice(
        Key::ServerForwardedHeader,
        "server.forwardedHeader",
        &["x-forwarded-for", "forwarded"],
        "x-forwarded-for",
        Never,
        "The one header in which `server.trustedProxies` say for whom they ask: `X-Forwarded-For`, or \
         `Forwarded` of RFC 7239. The other is not read: a proxy passes it on as a client sent it.",
    ),
    plain(
        Key::ServerTlsCert,
        "server.tls.cert",
        Kind::Path,
        Fallback::Unset("plain HTTP"),
        Never,
        "The certificate of the HTTP server as PEM, followed by those that lead to a root that clients \
         know; with `server.tls.key`. It is read again when it changes.",
    ),
    plain(
        Key::ServerTlsPrivate,
        "server.tls.key",
        Kind::Path,
        Fallback::Unset("plain HTTP"),
        Never,
        "The private key of `server.tls.cert` as PEM.",
    ),
    integer(
        Key::ServerMaxConnections,
        "server.maxConnections",
        1_024,
        (1, 65_536),
        Lower,
        "Connections to the HTTP server at once; more wait to be accepted.",
    ),
    integer(
        Key::ServerMaxBodyBytes,
        "server.maxBodyBytes",
        8 * MIB,
        (KIB, 128 * MIB),
        Lower,
        "The longest body of a request to the HTTP server.",
    ),
    integer(
        Key::ServerMcpMaxSessions,
        "server.mcp.maxSessions",
        1_000,
        (1, 100_000),
        Lower,
        "MCP sessions over HTTP that there may be. The one that has been at rest the longest gives \
         way to a new one; where none is, a new one is refused.",
    ),
    integer(
        Key::ServerMcpMaxSessionsPerPrincipal,
        "server.mcp.maxSessionsPerPrincipal",
        100,
        (1, 100_000),
        Lower,
        "MCP sessions over HTTP that one caller may have, with the same rule.",
    ),
    integer(
        Key::ServerMcpSessionIdleMs,
        "server.mcp.sessionIdleMs",
        1_800_000,
        (1_000, 604_800_000),
        Lower,
        "How long an MCP session over HTTP may be at rest before it ends.",
    ),
    integer(
        Key::ServerDrainMs,
        "server.drainMs",
        10_000,
        (0, 10 * MINUTE),
        Lower,
        "How long executions may go on once the server was told to stop; what still runs then is \
         cancelled.",
    ),
    choice(
        Key::TelemetryLogLevel,
        "telemetry.logLevel",
        &["trace", "debug", "info", "warn", "error", "off"],
        "warn",
        Never,
        "What `serve` logs, unless `CODE_EXECUTOR_LOG` says it.",
    ),
    choice(
        Key::TelemetryMetricsReaders,
        "telemetry.metricsReaders",
        &["anybody", "thisMachine", "administrators"],
        "administrators",
        Raise,
        "Who may read `/metrics`: whoever has the scope `admin`, whoever connects from this machine as \
         well, or anybody who can connect.",
    ),
    boolean(
        Key::TelemetryWatchFiles,
        "telemetry.watchFiles",
        true,
        Never,
        "Whether a server over HTTP takes over what changes in its configuration files by itself. \
         SIGHUP has it look at any time.",
    ),
];
