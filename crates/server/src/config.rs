//! What the operator decides about the MCP front.

use std::time::Duration;

/// The MCP front's settings. The limits are what the tool schemas tell clients; enforcing them is
/// the gateway's.
#[derive(Debug, Clone)]
pub struct Config {
    /// The product's version, as clients see it.
    pub version: String,
    /// Milliseconds a program may take when the request does not say.
    pub default_timeout_ms: u64,
    /// The most milliseconds a request may ask for.
    pub max_timeout_ms: u64,
    /// How long executions may go on once we have been told to stop.
    pub drain: Duration,
    /// The longest message accepted from a client, in bytes. It must hold the longest program in
    /// JSON, where a byte can take six.
    pub max_message_bytes: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            default_timeout_ms: 30_000,
            max_timeout_ms: 300_000,
            drain: Duration::from_secs(10),
            max_message_bytes: 8 * 1024 * 1024,
        }
    }
}
