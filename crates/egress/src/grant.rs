//! The hosts an execution may reach: what the operator allows, what a program asks for, and the one
//! cut down to the other.

#[cfg(test)]
mod tests;

use crate::{
    Error,
    host::Host,
    rule::{HostRule, InvalidRule, Pattern, Ports, WEB_PORTS},
    target::{Origin, Target},
};

/// The most rules in one list.
pub const MAX_RULES: usize = 256;

/// A list of rules. Empty, which is also the default, means that nothing may be reached.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grant {
    rules: Vec<HostRule>,
}

/// Why a list of rules cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidGrant {
    /// One of the rules is none.
    #[error(transparent)]
    Rule(#[from] InvalidRule),
    /// The list is too long.
    #[error(
        "{count} hosts are too many, the limit is {MAX_RULES}; use *.example.com for many of one site"
    )]
    TooMany {
        /// How many there were.
        count: usize,
    },
}

impl Grant {
    /// Reads a list; any rule that is malformed fails it.
    pub fn parse<S: AsRef<str>>(entries: &[S]) -> Result<Self, InvalidGrant> {
        let (grant, set_aside) = Self::parse_operator(entries)?;
        match set_aside.into_iter().next() {
            Some(loopback) => Err(loopback.into()),
            None => Ok(grant),
        }
    }

    /// Reads an operator's list. Rules that name this machine without a port, which configurations of
    /// the origin have, are returned beside it, to warn of: they grant nothing.
    pub fn parse_operator<S: AsRef<str>>(
        entries: &[S],
    ) -> Result<(Self, Vec<InvalidRule>), InvalidGrant> {
        if entries.len() > MAX_RULES {
            return Err(InvalidGrant::TooMany { count: entries.len() });
        }
        let mut grant = Self::default();
        let mut set_aside = Vec::new();
        for entry in entries {
            match entry.as_ref().parse::<HostRule>() {
                Ok(rule) if !grant.rules.contains(&rule) => grant.rules.push(rule),
                Ok(_) => {}
                Err(invalid) if invalid.is_loopback() => set_aside.push(invalid),
                Err(invalid) => return Err(invalid.into()),
            }
        }
        Ok((grant, set_aside))
    }

    /// Exactly the host and port of a URL that the operator wrote down, whichever they are.
    pub fn origin(url: &str) -> Result<Self, Error> {
        let Origin { host, port, .. } = Target::parse(url)?.origin().clone();
        let rule = HostRule { pattern: Pattern::Exactly(host), ports: Ports::One(port) };
        Ok(Self { rules: vec![rule] })
    }

    /// `requested` cut down to what `operator` allows, and what of it was denied. A wider request than
    /// the operator's rule is granted as far as the rule goes and denied as what was asked.
    pub fn narrow(operator: &Self, requested: &Self) -> (Self, Vec<HostRule>) {
        let mut effective = Pieces::default();
        let mut denied = Pieces::default();
        for rule in &requested.rules {
            for &port in rule.ports.each() {
                let allowing =
                    || operator.rules.iter().filter(|own| own.ports.each().contains(&port));
                if allowing().any(|own| own.pattern.covers(&rule.pattern)) {
                    effective.add(&rule.pattern, port);
                    continue;
                }
                denied.add(&rule.pattern, port);
                for own in allowing().filter(|own| rule.pattern.covers(&own.pattern)) {
                    effective.add(&own.pattern, port);
                }
            }
        }
        (Self { rules: effective.into_rules() }, denied.into_rules())
    }

    /// Both together.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        let mut rules = self.rules.clone();
        rules.extend(other.rules.iter().filter(|rule| !self.rules.contains(rule)).cloned());
        Self { rules }
    }

    /// Keeps only these rules.
    pub fn retain(&mut self, keep: impl FnMut(&HostRule) -> bool) {
        self.rules.retain(keep);
    }

    /// The rules, in the order they were given.
    pub fn rules(&self) -> &[HostRule] {
        &self.rules
    }

    /// Whether nothing may be reached.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Whether a URL may be fetched under this grant, as far as its text says: well-formed, and to a
    /// host and port of these. Where its name leads is found out when it is fetched.
    pub fn check(&self, url: &str) -> Result<(), Error> {
        self.check_origin(Target::parse(url)?.origin())
    }

    pub(crate) fn check_origin(&self, origin: &Origin) -> Result<(), Error> {
        match self.allows(&origin.host, origin.port) {
            true => Ok(()),
            false => Err(Error::Denied { host: origin.host.to_string(), port: origin.port }),
        }
    }

    pub(crate) fn allows(&self, host: &Host, port: u16) -> bool {
        self.rules.iter().any(|rule| rule.allows(host, port))
    }
}

/// Hosts port by port, put together again at the end.
#[derive(Default)]
struct Pieces(Vec<(Pattern, Vec<u16>)>);

impl Pieces {
    fn add(&mut self, pattern: &Pattern, port: u16) {
        match self.0.iter_mut().find(|(own, _)| own == pattern) {
            Some((_, ports)) if ports.contains(&port) => {}
            Some((_, ports)) => ports.push(port),
            None => self.0.push((pattern.clone(), vec![port])),
        }
    }

    fn into_rules(self) -> Vec<HostRule> {
        let mut rules = Vec::new();
        for (pattern, mut ports) in self.0 {
            // `localhost` has no form without a port.
            let may_be_web = pattern != Pattern::Exactly(Host::Localhost);
            if may_be_web && WEB_PORTS.iter().all(|port| ports.contains(port)) {
                ports.retain(|port| !WEB_PORTS.contains(port));
                rules.push(HostRule { pattern: pattern.clone(), ports: Ports::Web });
            }
            rules.extend(
                ports
                    .into_iter()
                    .map(|port| HostRule { pattern: pattern.clone(), ports: Ports::One(port) }),
            );
        }
        rules
    }
}
