//! What the operator decides about the HTTP front.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use crate::http::api::metrics::Scrape;
use crate::http::forwarded::{ForwardedHeader, Network};
use crate::http::mcp::McpConfig;
use crate::http::tls::TlsFiles;

/// The port of the HTTP API when none is given.
pub const DEFAULT_PORT: u16 = 9091;

/// The HTTP front's settings. Every bound is in force.
#[derive(Debug, Clone)]
pub struct HttpConfig {
    /// Where it listens.
    pub address: SocketAddr,
    /// Names of this server beside its own addresses and `localhost`, as requests carry them in
    /// `Host`: a page of another site that had its name lead here is not answered.
    pub hosts: Vec<String>,
    /// Origins of pages that may ask from a browser, such as `https://tools.example.com`.
    pub origins: Vec<String>,
    /// Proxies whose word is taken for where requests come from.
    pub trusted_proxies: Vec<Network>,
    /// The header in which they say it.
    pub forwarded_header: ForwardedHeader,
    /// The certificate, when connections are encrypted.
    pub tls: Option<TlsFiles>,
    /// The longest body of a request, in bytes.
    pub max_body_bytes: usize,
    /// Connections at once; more wait to be accepted.
    pub max_connections: usize,
    /// How long the head of a request may take.
    pub head_timeout: Duration,
    /// How long the body of a request may take.
    pub body_timeout: Duration,
    /// The metrics, where any are recorded.
    pub scrape: Option<Scrape>,
    /// Sessions of MCP.
    pub mcp: McpConfig,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, DEFAULT_PORT)),
            hosts: Vec::new(),
            origins: Vec::new(),
            trusted_proxies: Vec::new(),
            forwarded_header: ForwardedHeader::default(),
            tls: None,
            max_body_bytes: 8 * 1024 * 1024,
            max_connections: 1_024,
            head_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(30),
            scrape: None,
            mcp: McpConfig::default(),
        }
    }
}
