//! One host that programs may reach, as an operator or a program writes it.
//!
//! | written | reaches |
//! |---|---|
//! | `example.com` | this host, ports 80 and 443 |
//! | `example.com:8443` | this host, this port only |
//! | `*.example.com` | every name below `example.com`, not itself; ports 80 and 443 |
//! | `*.example.com:8443` | the same, this port only |
//! | `localhost:3000` | this machine, this port only; there is no other way to name it |
//! | `1.1.1.1`, `[2606:4700:4700::1111]:8443` | a public address, written canonically |

#[cfg(test)]
mod tests;

use std::{fmt, str::FromStr};

use crate::{address, host::Host};

/// The longest rule, in bytes.
const MAX_RULE: usize = 512;

/// The most of a refused rule that is shown, in characters.
const MAX_SHOWN: usize = 64;

/// A host, or all names below one, and the ports of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HostRule {
    pub(crate) pattern: Pattern,
    pub(crate) ports: Ports,
}

/// Which hosts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Pattern {
    /// This one.
    Exactly(Host),
    /// All names below this one.
    Below(String),
}

/// Which ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Ports {
    /// 80 and 443.
    Web,
    /// This one.
    One(u16),
}

/// The ports of a rule that names none.
pub(crate) const WEB_PORTS: [u16; 2] = [80, 443];

/// Why a rule is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{rule}` names no host that can be granted: {reason}")]
pub struct InvalidRule {
    rule: String,
    reason: Reason,
}

/// What is wrong with a rule, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum Reason {
    #[error("it is empty; write a host such as example.com")]
    Empty,
    #[error("it is longer than {MAX_RULE} bytes")]
    TooLong,
    #[error("a rule is a host with or without a port, such as example.com or example.com:8443")]
    NotAHost,
    #[error("{0}")]
    Name(&'static str),
    #[error("a port is a number from 1 to 65535, without leading zeros")]
    Port,
    #[error(
        "`*` stands only at the front, before a dot and a name of two labels or more, as in \
         *.example.com"
    )]
    Wildcard,
    #[error("an IP address is written in its canonical form, which here is {0}")]
    NotCanonical(String),
    #[error("an IPv6 address is written in brackets, as in [2606:4700:4700::1111]:443")]
    Brackets,
    #[error("this address is not a public one")]
    NotPublic,
    #[error("this machine is reached by name and port only, as in localhost:3000")]
    Loopback,
}

impl InvalidRule {
    /// The rule, shortened where it is long.
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// What is wrong with it and what to write instead.
    pub fn reason(&self) -> String {
        self.reason.to_string()
    }

    /// Whether the rule names this machine, but not by name and port: harmless, and worth a word
    /// rather than a refusal where older configurations have it.
    pub fn is_loopback(&self) -> bool {
        self.reason == Reason::Loopback
    }
}

impl HostRule {
    /// Whether a host and port are under this rule.
    pub(crate) fn allows(&self, host: &Host, port: u16) -> bool {
        self.ports.contains(port) && self.pattern.matches(host)
    }
}

impl Pattern {
    fn matches(&self, host: &Host) -> bool {
        match (self, host) {
            (Self::Exactly(own), host) => own == host,
            (Self::Below(parent), Host::Name(name)) => is_below(name, parent),
            (Self::Below(_), _) => false,
        }
    }

    /// Whether everything that `other` matches is matched by this one too.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (own, Self::Exactly(host)) => own.matches(host),
            (Self::Below(own), Self::Below(other)) => own == other || is_below(other, own),
            (Self::Exactly(_), Self::Below(_)) => false,
        }
    }
}

fn is_below(name: &str, parent: &str) -> bool {
    name.strip_suffix(parent).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
}

impl Ports {
    fn contains(self, port: u16) -> bool {
        match self {
            Self::Web => WEB_PORTS.contains(&port),
            Self::One(own) => own == port,
        }
    }

    /// Each of them.
    pub(crate) fn each(&self) -> &[u16] {
        match self {
            Self::Web => &WEB_PORTS,
            Self::One(port) => std::slice::from_ref(port),
        }
    }
}

impl FromStr for HostRule {
    type Err = InvalidRule;

    fn from_str(text: &str) -> Result<Self, InvalidRule> {
        parse(text).map_err(|reason| InvalidRule { rule: shown(text), reason })
    }
}

impl fmt::Display for HostRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.pattern {
            Pattern::Exactly(host) => write!(f, "{host}")?,
            Pattern::Below(parent) => write!(f, "*.{parent}")?,
        }
        match self.ports {
            Ports::Web => Ok(()),
            Ports::One(port) => write!(f, ":{port}"),
        }
    }
}

fn parse(text: &str) -> Result<HostRule, Reason> {
    if text.is_empty() {
        return Err(Reason::Empty);
    }
    if text.len() > MAX_RULE {
        return Err(Reason::TooLong);
    }
    let is_foreign = |c: char| {
        c.is_control() || c.is_whitespace() || matches!(c, '/' | '\\' | '@' | '?' | '#' | '%')
    };
    if text.contains(is_foreign) {
        return Err(Reason::NotAHost);
    }
    let (host, ports) = split_port(text)?;
    let pattern = match host.strip_prefix("*.") {
        Some(parent) => Pattern::Below(parent_name(parent)?),
        None if host.contains('*') => return Err(Reason::Wildcard),
        None => Pattern::Exactly(exact_host(host)?),
    };
    if pattern == Pattern::Exactly(Host::Localhost) && ports == Ports::Web {
        return Err(Reason::Loopback);
    }
    Ok(HostRule { pattern, ports })
}

fn split_port(text: &str) -> Result<(&str, Ports), Reason> {
    let after_host = match text.find(']') {
        Some(end) => end + 1,
        None if text.matches(':').count() > 1 => return Err(Reason::Brackets),
        None => text.find(':').unwrap_or(text.len()),
    };
    let (host, rest) = text.split_at(after_host);
    if rest.is_empty() {
        return Ok((host, Ports::Web));
    }
    let digits = rest.strip_prefix(':').ok_or(Reason::NotAHost)?;
    let is_number = !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
    match digits.parse() {
        Ok(port) if is_number => Ok((host, Ports::One(port))),
        _ => Err(Reason::Port),
    }
}

fn parent_name(parent: &str) -> Result<String, Reason> {
    if parent.contains('*') {
        return Err(Reason::Wildcard);
    }
    match read_host(parent)? {
        Host::Name(name) if name.contains('.') => Ok(name),
        _ => Err(Reason::Wildcard),
    }
}

fn exact_host(text: &str) -> Result<Host, Reason> {
    let host = read_host(text)?;
    let Host::Address(address) = host else { return Ok(host) };
    if address.to_canonical().is_loopback() || address.is_unspecified() {
        return Err(Reason::Loopback);
    }
    let canonical = Host::Address(address.to_canonical()).to_string();
    if canonical != text {
        return Err(Reason::NotCanonical(canonical));
    }
    match address::refusal(address) {
        Some(_) => Err(Reason::NotPublic),
        None => Ok(host),
    }
}

fn read_host(text: &str) -> Result<Host, Reason> {
    let host = url::Host::parse(text).map_err(|_| Reason::NotAHost)?;
    let host = match &host {
        url::Host::Domain(name) => url::Host::Domain(name.as_str()),
        url::Host::Ipv4(address) => url::Host::Ipv4(*address),
        url::Host::Ipv6(address) => url::Host::Ipv6(*address),
    };
    Host::from_url(&host).map_err(Reason::Name)
}

/// The rule for a message: bounded, and nothing in it that a terminal would act on.
fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(MAX_SHOWN).flat_map(char::escape_debug).collect();
    if text.chars().nth(MAX_SHOWN).is_some() {
        shown.push('…');
    }
    shown
}
