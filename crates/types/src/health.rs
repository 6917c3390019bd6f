//! The health report: the shape clients of the product's first version know, plus each upstream.

use serde::{Deserialize, Serialize};

use crate::{Isolation, IsolationLevel, Language};

/// The answer to `health`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HealthReport {
    /// Whether executions can be taken now.
    pub healthy: bool,
    /// The state of the audit log.
    pub audit_log: AuditHealth,
    /// Connections to upstream MCP servers.
    pub mcp_clients: ClientsHealth,
    /// Executions running and waiting.
    pub connection_pool: PoolHealth,
    /// Seconds since this process started.
    pub uptime: f64,
    /// Now, RFC 3339 in UTC.
    pub timestamp: String,
    /// The product's version.
    pub version: String,
    /// Every language, whether or not it can be run.
    #[serde(default)]
    pub engines: Vec<EngineHealth>,
    /// The isolation executions get; absent until the first sandbox has started. That of the first
    /// engine where they differ: each engine has its own level in `engines`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub isolation: Option<Isolation>,
    /// The configuration, where it may change while we run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configuration: Option<ConfigurationHealth>,
    /// The policy, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles: Option<RolesHealth>,
    /// Interpreters that are kept between programs.
    #[serde(default)]
    pub sessions: SessionsHealth,
    /// The database, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<StateHealth>,
    /// Why executions are refused, when they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// Every configured upstream server.
    pub upstreams: Vec<UpstreamStatus>,
}

/// One language and what runs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EngineHealth {
    /// The language.
    pub language: Language,
    /// Whether programs in it are taken.
    pub available: bool,
    /// The engine, such as `quickjs`.
    pub engine: String,
    /// The engine's version, once it is known, where it is the machine's and not ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Where the machine has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub executable: Option<String>,
    /// The level its programs get; absent until it has started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<IsolationLevel>,
    /// Why programs in it are not taken, when they are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The state of the audit log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditHealth {
    /// Whether records are written.
    pub enabled: bool,
    /// Why records cannot be written, when they cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// The database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StateHealth {
    /// Its file, or its server and name.
    pub database: String,
    /// Executions whose records wait to be written.
    pub waiting: usize,
    /// Executions whose records were lost since this process started.
    pub lost: u64,
    /// Why nothing can be written, when it cannot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// The policy with the roles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RolesHealth {
    /// How many rules are in force.
    pub rules: usize,
    /// Which version of the policy that is, where it is kept in the database.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// Why the policy as it is now is not in force, when it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// The configuration, which may change while we run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConfigurationHealth {
    /// Whether what is on disk is in force. If not, the log says what is wrong with it.
    pub current: bool,
    /// When what is in force was loaded, RFC 3339 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loaded_at: Option<String>,
}

/// Connections to upstream MCP servers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClientsHealth {
    /// Servers connected now.
    pub connected: usize,
    /// Servers configured.
    pub configured: usize,
}

/// Executions running and waiting.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PoolHealth {
    /// Executions running now.
    pub active: usize,
    /// Executions waiting for a place.
    pub waiting: usize,
    /// The most that may run at once.
    pub max: usize,
}

/// Interpreters that are kept between programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionsHealth {
    /// Sessions there are.
    pub open: usize,
    /// Those in which a program runs.
    pub running: usize,
    /// The most there may be.
    pub max: usize,
}

/// One upstream server as `health` and the command line show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpstreamStatus {
    /// The server's name in the configuration.
    pub server: String,
    /// Where its connection stands.
    pub state: UpstreamState,
    /// How it is reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transport: Option<UpstreamTransport>,
    /// Whether calls are let through to it.
    #[serde(default)]
    pub circuit: UpstreamCircuit,
    /// In how many milliseconds it may be tried again, after a failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_in_ms: Option<u64>,
    /// How many tools it offered when last listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tools: Option<usize>,
    /// How many of them are not as they were approved: changed or new; absent when none is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_tools: Option<usize>,
    /// The MCP revision agreed on, while connected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol_version: Option<String>,
    /// The last failure, kept until the next success.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// How an upstream is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum UpstreamTransport {
    /// A program's standard input and output.
    Stdio,
    /// MCP over HTTP.
    Http,
    /// An HTTP API without MCP, by its OpenAPI document.
    OpenApi,
}

/// Whether calls are let through to an upstream that has failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum UpstreamCircuit {
    /// They are.
    #[default]
    Closed,
    /// It failed too often in a row: they are refused for a while.
    Open,
    /// One call at a time tries whether it works again.
    HalfOpen,
}

/// Where the connection to an upstream stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum UpstreamState {
    /// Not running: not needed yet, or not for a while. The next use starts it.
    Idle,
    /// Being started.
    Connecting,
    /// Connected.
    Ready,
    /// The last attempt failed; the next use tries again when its backoff is over.
    Failed,
    /// Stopped because we are stopping.
    Stopped,
}
