//! Why a request over HTTP has no answer, in words. They name the server's host; never a path, a
//! query, a header or a body.

use std::error::Error as StdError;
use std::io::{self, ErrorKind};

/// Why a request has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failed {
    /// In words, which begin with what the server did.
    pub(crate) reason: String,
    /// Whether another request would fare no better.
    pub(crate) hopeless: bool,
}

impl Failed {
    /// This request has failed; the next may not.
    pub(crate) fn this(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), hopeless: false }
    }

    /// The server cannot be used as it is configured, or as it is now.
    pub(crate) fn all(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), hopeless: true }
    }
}

/// What stands at the end of a reason when the request may have been read.
pub(crate) const UNKNOWN: &str = "whether it took effect is unknown, so it is not repeated";

/// What an error of the HTTP client means. `by_proxy` when the environment names a proxy.
pub(crate) fn words(error: &reqwest::Error, host: &str, by_proxy: bool) -> Failed {
    if error.is_builder() {
        return Failed::all("its url or a header of it is not valid".to_owned());
    }
    if let Some(why) = certificate(error) {
        return Failed::all(format!(
            "its host `{host}` cannot be trusted: {why}; where its certificate is your own \
             authority's, name the authority's file in `upstreams.caFile`"
        ));
    }
    if error.is_connect() {
        let through = if by_proxy { ", or to the proxy that the environment names" } else { "" };
        let why = if error.is_dns() {
            "its name is not known"
        } else {
            match io_kind(error) {
                Some(ErrorKind::ConnectionRefused) => "the connection was refused; is it running?",
                Some(ErrorKind::TimedOut) => "there was no answer in time",
                Some(ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable) => {
                    "there is no way to it"
                }
                _ if error.is_timeout() => "there was no answer in time",
                _ => "no connection came about",
            }
        };
        return Failed::all(format!("cannot connect to `{host}`{through}: {why}"));
    }
    Failed::this(format!("the connection to `{host}` broke before an answer came: {UNKNOWN}"))
}

/// What TLS has against a server, when it is that.
fn certificate(error: &reqwest::Error) -> Option<String> {
    let tls = causes(error).find_map(|cause| {
        let inner = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        let inner = inner.map(|inner| inner as &(dyn StdError + 'static));
        cause.downcast_ref::<rustls::Error>().or(inner.and_then(<dyn StdError>::downcast_ref))
    })?;
    Some(match tls {
        rustls::Error::InvalidCertificate(why) => {
            use rustls::CertificateError as C;
            let why = match why {
                C::UnknownIssuer => "is of an authority that is not trusted",
                C::Expired | C::ExpiredContext { .. } => "has expired",
                C::NotValidYet | C::NotValidYetContext { .. } => "is not valid yet",
                C::NotValidForName | C::NotValidForNameContext { .. } => "is for another name",
                C::Revoked => "was revoked",
                _ => "is not valid",
            };
            format!("its certificate {why}")
        }
        rustls::Error::InvalidMessage(_) => "what it speaks is not TLS".to_owned(),
        _ => "TLS could not be agreed on".to_owned(),
    })
}

fn io_kind(error: &reqwest::Error) -> Option<ErrorKind> {
    causes(error).filter_map(|cause| cause.downcast_ref::<io::Error>()).map(io::Error::kind).last()
}

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    std::iter::successors(error.source(), |&error| error.source())
}
