//! A host in its one canonical form, the same for rules, for URLs and for what is dialled.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr},
};

/// The longest name, in characters, without a final dot.
const MAX_NAME: usize = 253;

/// The longest label of a name, in characters.
const MAX_LABEL: usize = 63;

/// A host after IDNA, case folding and without a final dot.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Host {
    /// `localhost` itself, which is never looked up.
    Localhost,
    /// A name for the resolver.
    Name(String),
    /// A literal.
    Address(IpAddr),
}

impl Host {
    /// What the URL parser made of a host, if that is a host.
    pub(crate) fn from_url(host: &url::Host<&str>) -> Result<Self, &'static str> {
        match host {
            url::Host::Domain(name) => Self::from_name(name),
            url::Host::Ipv4(address) => Ok(Self::Address(IpAddr::V4(*address))),
            url::Host::Ipv6(address) => Ok(Self::Address(IpAddr::V6(*address))),
        }
    }

    fn from_name(name: &str) -> Result<Self, &'static str> {
        let name = name.strip_suffix('.').unwrap_or(name);
        check_name(name)?;
        if name == "localhost" {
            return Ok(Self::Localhost);
        }
        if name.ends_with(".localhost") {
            return Err("names below localhost are not reached; write localhost itself");
        }
        // A resolver would read what still looks like a number as an address.
        if name.parse::<Ipv4Addr>().is_ok() {
            return Err("an IP address is written without a final dot");
        }
        Ok(Self::Name(name.to_owned()))
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Localhost => f.write_str("localhost"),
            Self::Name(name) => f.write_str(name),
            Self::Address(IpAddr::V4(address)) => write!(f, "{address}"),
            Self::Address(IpAddr::V6(address)) => write!(f, "[{address}]"),
        }
    }
}

/// Letters, digits, hyphens and underscores, in labels. The URL parser lets more through.
fn check_name(name: &str) -> Result<(), &'static str> {
    if name.is_empty() || name.len() > MAX_NAME {
        return Err("a host name has 1 to 253 characters");
    }
    for label in name.split('.') {
        if label.is_empty() || label.len() > MAX_LABEL {
            return Err("each label of a host name has 1 to 63 characters");
        }
        let is_known = |byte: u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_')
        };
        if !label.bytes().all(is_known) {
            return Err("a host name has letters, digits, hyphens and underscores only");
        }
        if label.starts_with('-') || label.ends_with('-') {
            return Err("no label of a host name begins or ends with a hyphen");
        }
    }
    Ok(())
}
