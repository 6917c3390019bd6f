//! What the operator decides about sessions.

use std::time::Duration;

/// The settings of MCP over HTTP. Every bound is in force.
#[derive(Debug, Clone)]
pub struct McpConfig {
    /// Sessions there may be. One that is at rest gives way to a new one.
    pub max_sessions: usize,
    /// Sessions that one caller may have, with the same rule.
    pub max_sessions_per_principal: usize,
    /// How long a session may be at rest before it ends.
    pub session_idle: Duration,
}

impl Default for McpConfig {
    fn default() -> Self {
        Self {
            max_sessions: 1_000,
            max_sessions_per_principal: 100,
            session_idle: Duration::from_secs(30 * 60),
        }
    }
}
