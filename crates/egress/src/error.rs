//! Why a request came to nothing. Every kind has a stable code.
//!
//! A program reads these texts, so they say nothing about what lies behind a name or a port: one text
//! covers a name that does not exist, an address that may not be dialled, a port that is closed and
//! one that does not answer. Which of them it was goes into the [`Record`](crate::Record), for the
//! operator.

use std::time::Duration;

/// Why a request failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The URL cannot be used.
    #[error("the URL cannot be fetched: {reason}")]
    BadUrl {
        /// What is wrong and what to write instead.
        reason: &'static str,
    },
    /// The method or a header cannot be sent.
    #[error("the request cannot be sent: {reason}")]
    BadRequest {
        /// What is wrong and what to write instead.
        reason: &'static str,
    },
    /// The host or the port is not granted.
    #[error(
        "{host}:{port} is not granted; ask for it in permissions.net, which reaches as far as the \
         operator's security.allowNetwork"
    )]
    Denied {
        /// The canonical host.
        host: String,
        /// The port.
        port: u16,
    },
    /// There is no way to the host, for whichever reason.
    #[error(
        "{host}:{port} could not be reached: no such name, nothing that answers there, or an address \
         that programs may not reach; the operator's audit log says which"
    )]
    Unreachable {
        /// The canonical host.
        host: String,
        /// The port.
        port: u16,
        /// Which reason it was. For the operator, never for the program.
        cause: Cause,
    },
    /// The server could not prove that it is the one that was asked for.
    #[error(
        "no trusted TLS connection to {host}:{port}: its certificate or its protocol was not accepted"
    )]
    Tls {
        /// The canonical host.
        host: String,
        /// The port.
        port: u16,
    },
    /// The whole request, redirects and body included, took too long.
    #[error("the request took longer than {} ms, the limit for one", limit.as_millis())]
    Timeout {
        /// The limit.
        limit: Duration,
    },
    /// Something is larger than its limit.
    #[error("{what} is larger than the limit of {limit}")]
    TooLarge {
        /// Such as `the response's body`.
        what: &'static str,
        /// The limit with its unit.
        limit: String,
    },
    /// More redirects than are followed.
    #[error("the server redirected more than {limit} times, the limit for one request")]
    TooManyRedirects {
        /// The limit.
        limit: usize,
    },
    /// A redirect where the program wanted none.
    #[error("the server answered with a redirect and the request says `redirect: error`")]
    Redirected,
    /// The execution made more requests than it may.
    #[error("the execution made more than {limit} requests, redirects included, the limit for one")]
    TooManyRequests {
        /// The limit.
        limit: usize,
    },
    /// The server does not speak HTTP as it should.
    #[error("the answer of {host}:{port} cannot be used: {reason}")]
    Protocol {
        /// The canonical host.
        host: String,
        /// The port.
        port: u16,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The caller gave up.
    #[error("the request was cancelled")]
    Cancelled,
    /// Something of this host failed before anything was sent.
    #[error("the host cannot make requests now: {reason}")]
    Host {
        /// What failed.
        reason: &'static str,
    },
}

/// What lies behind [`Error::Unreachable`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The resolver knows no address of that name, or did not answer.
    Resolve,
    /// The name or the literal leads to an address that is not globally routable.
    AddressNotGlobal,
    /// It leads to a cloud's metadata or host service.
    AddressMetadata,
    /// It leads to an address of this host.
    AddressOwn,
    /// Nothing took the connection, or not in time.
    Connect,
}

impl Error {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadUrl { .. } => "EgressBadUrl",
            Self::BadRequest { .. } => "EgressBadRequest",
            Self::Denied { .. } => "EgressDenied",
            Self::Unreachable { .. } => "EgressUnreachable",
            Self::Tls { .. } => "EgressTls",
            Self::Timeout { .. } => "EgressTimeout",
            Self::TooLarge { .. } => "EgressTooLarge",
            Self::TooManyRedirects { .. } => "EgressTooManyRedirects",
            Self::Redirected => "EgressRedirected",
            Self::TooManyRequests { .. } => "EgressTooManyRequests",
            Self::Protocol { .. } => "EgressProtocol",
            Self::Cancelled => "EgressCancelled",
            Self::Host { .. } => "EgressHost",
        }
    }

    /// What to tell the operator beyond the code.
    pub fn cause(&self) -> Option<Cause> {
        match self {
            Self::Unreachable { cause, .. } => Some(*cause),
            _ => None,
        }
    }
}

impl Cause {
    /// As it stands in a record.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Resolve => "resolve",
            Self::AddressNotGlobal => "address_not_global",
            Self::AddressMetadata => "address_metadata",
            Self::AddressOwn => "address_own",
            Self::Connect => "connect",
        }
    }
}
