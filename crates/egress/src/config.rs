//! What the operator decides: which hosts, and how much of them.

use std::{path::PathBuf, time::Duration};

use crate::Grant;

const MIB: usize = 1024 * 1024;

/// The operator's settings. No proxy is used, whatever the environment names: through one, what is
/// dialled would be the proxy's decision.
#[derive(Debug, Clone)]
pub struct Config {
    /// Hosts that executions may be granted (`security.allowNetwork`). None by default.
    pub allow: Grant,
    /// Which addresses the granted hosts may have. Public ones by default.
    pub addresses: Addresses,
    /// A PEM file with certificates of authorities to trust beside the web's and the system's.
    pub certificates: Option<PathBuf>,
    /// How long a request may take, its wait for a free place, redirects and body included.
    /// 30 seconds by default.
    pub total_timeout: Duration,
    /// How long finding a host, connecting to it and its TLS handshake may take, for each redirect.
    /// 10 seconds by default.
    pub connect_timeout: Duration,
    /// Redirects that one request follows. 5 by default.
    pub redirects: usize,
    /// Requests that one execution may make, each redirect counted. 1,000 by default.
    pub requests: usize,
    /// Requests of one execution that may be under way at the same time; more wait. 8 by default.
    pub concurrent: usize,
    /// Requests of all executions that may be under way at the same time; more wait. 256 by default.
    pub concurrent_total: usize,
    /// Names and values of a request's headers together, in bytes. 32 KiB by default.
    pub request_header_bytes: usize,
    /// A request's body, in bytes. 16 MiB by default.
    pub request_body_bytes: usize,
    /// A response's status line and headers, in bytes; at least 8 KiB. 64 KiB by default.
    pub response_header_bytes: usize,
    /// A response's headers, in number. 256 by default.
    pub response_headers: usize,
    /// A response's body as it is sent, in bytes. 16 MiB by default.
    pub response_body_bytes: usize,
    /// A response's body after it was decompressed, in bytes. 16 MiB by default.
    pub decompressed_body_bytes: usize,
}

/// Which addresses a granted host may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Addresses {
    /// Globally routable ones that are not this host's: whoever chose the host need not be trusted.
    #[default]
    Public,
    /// Any but those of clouds' metadata services. Only for hosts that the operator wrote down one
    /// by one, and that no program, document or server can choose.
    Operators,
}

/// The least that `response_header_bytes` can be: with less, ordinary servers could not be used.
pub(crate) const MIN_HEADER_BYTES: usize = 8 * 1024;

impl Default for Config {
    fn default() -> Self {
        Self {
            allow: Grant::default(),
            addresses: Addresses::default(),
            certificates: None,
            total_timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            redirects: 5,
            requests: 1_000,
            concurrent: 8,
            concurrent_total: 256,
            request_header_bytes: 32 * 1024,
            request_body_bytes: 16 * MIB,
            response_header_bytes: 64 * 1024,
            response_headers: 256,
            response_body_bytes: 16 * MIB,
            decompressed_body_bytes: 16 * MIB,
        }
    }
}

/// Why the operator's settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InvalidConfig {
    /// A limit that would let nothing through.
    #[error("{setting} is {value}, it has to be {least} at least")]
    TooSmall {
        /// The setting.
        setting: &'static str,
        /// What it is.
        value: usize,
        /// What it has to be.
        least: usize,
    },
    /// The authorities' file.
    #[error("the certificates in {} cannot be used: {reason}", path.display())]
    Certificates {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// TLS itself.
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
}

impl Config {
    pub(crate) fn check(&self) -> Result<(), InvalidConfig> {
        let at_least = |setting, value: usize, least| match value < least {
            true => Err(InvalidConfig::TooSmall { setting, value, least }),
            false => Ok(()),
        };
        at_least("total_timeout", self.total_timeout.as_millis() as usize, 1)?;
        at_least("connect_timeout", self.connect_timeout.as_millis() as usize, 1)?;
        at_least("concurrent", self.concurrent, 1)?;
        at_least("concurrent_total", self.concurrent_total, 1)?;
        at_least("response_headers", self.response_headers, 1)?;
        at_least("response_header_bytes", self.response_header_bytes, MIN_HEADER_BYTES)
    }
}
