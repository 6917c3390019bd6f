//! One rule: who, where, what, and whether it is allowed; and which requests it speaks of.

use std::fmt;
use std::path::{Component, Path};

/// What somebody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    /// Calls a tool, or reads a resource or a prompt of a server.
    Call,
    /// Runs a program.
    Run,
    /// Has a directory granted to read.
    Read,
    /// Has a directory granted to write to.
    Write,
    /// Has a host granted to send requests to.
    Net,
    /// Lets a program take so long.
    Time,
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Call, Self::Run, Self::Read, Self::Write, Self::Net, Self::Time];

    /// The word in the file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Run => "run",
            Self::Read => "read",
            Self::Write => "write",
            Self::Net => "net",
            Self::Time => "time",
        }
    }

    /// The act of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.as_str() == word)
    }
}

/// What a rule says of what it speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// It may be, unless another rule denies it.
    Allow,
    /// It may not be, whatever else is said.
    Deny,
}

impl Effect {
    /// The word in the file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
        }
    }

    /// The effect of a word.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Allow, Self::Deny].into_iter().find(|effect| effect.as_str() == word)
    }
}

/// A line that begins with `p`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Where it stands in the file, from 1.
    pub line: usize,
    /// `role:NAME`, `user:NAME`, or `*` for everybody.
    pub who: String,
    /// The tenant it holds in, or `*` for all.
    pub tenant: String,
    /// What it speaks of.
    pub act: Act,
    /// Which of these.
    pub what: String,
    /// What it says.
    pub effect: Effect,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { who, tenant, act, what, effect, .. } = self;
        write!(f, "p, {who}, {tenant}, {}, {what}, {}", act.as_str(), effect.as_str())
    }
}

impl Rule {
    /// Whether it speaks of this.
    pub(crate) fn covers(&self, what: &str) -> bool {
        covers(self.act, what, &self.what, self.effect)
    }
}

/// Whether a rule of this effect about `rule` speaks of `asked`.
///
/// What is asked for may stand for many things: a directory for everything below it, `*.example.com`
/// for all hosts there. It is allowed when all of it is, and denied when any of it is.
pub(crate) fn covers(act: Act, asked: &str, rule: &str, effect: Effect) -> bool {
    let denies = effect == Effect::Deny;
    if rule == "*" {
        return true;
    }
    match act {
        Act::Call => match rule.strip_suffix('*') {
            Some(prefix) => asked.starts_with(prefix),
            None => asked == rule,
        },
        Act::Run => {
            let rest = asked.strip_prefix(rule);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        }
        Act::Read | Act::Write => is_below(asked, rule) || denies && is_below(rule, asked),
        Act::Net => {
            let (asked, rule) = (Host::of(asked), Host::of(rule));
            asked.is_within(&rule) || denies && asked.meets(&rule)
        }
        Act::Time => match (milliseconds(asked), milliseconds(rule)) {
            (Some(asked), Some(rule)) => (asked <= rule) != denies,
            // What cannot be read is never more than it was.
            _ => denies,
        },
    }
}

/// Whether a directory is another or lies in it, as text. One with `..` lies nowhere.
fn is_below(path: &str, directory: &str) -> bool {
    let path = Path::new(path);
    path.components().all(|part| part != Component::ParentDir) && path.starts_with(directory)
}

/// A host as rules and requests name it.
struct Host<'a> {
    name: &'a str,
    /// Whether it stands for all names below.
    below: bool,
    port: Option<&'a str>,
}

impl<'a> Host<'a> {
    fn of(text: &'a str) -> Self {
        // An address of IPv6 has colons of its own, and stands in brackets when it has a port.
        let (name, port) = match text.rsplit_once(':') {
            Some((name, port)) if !name.contains(':') || name.ends_with(']') => (name, Some(port)),
            _ => (text, None),
        };
        let name = name.strip_prefix('[').and_then(|it| it.strip_suffix(']')).unwrap_or(name);
        match name.strip_prefix("*.") {
            Some(name) => Self { name, below: true, port },
            None => Self { name, below: false, port },
        }
    }

    fn is_within(&self, rule: &Self) -> bool {
        let same = self.name.eq_ignore_ascii_case(rule.name);
        let name = match (self.below, rule.below) {
            (false, false) => same,
            (true, false) => false,
            (false, true) => is_subdomain(self.name, rule.name),
            (true, true) => same || is_subdomain(self.name, rule.name),
        };
        name && (rule.port.is_none() || self.port == rule.port)
    }

    /// Whether there is something that both stand for.
    fn meets(&self, rule: &Self) -> bool {
        let any_port = |host: &Self| Self { port: None, name: host.name, below: host.below };
        let (one, other) = (any_port(self), any_port(rule));
        let ports = match (self.port, rule.port) {
            (Some(port), Some(other)) => port == other,
            // Without a port both usual ones are meant; with one, any is denied.
            (None, Some(port)) => ["80", "443"].contains(&port),
            (_, None) => true,
        };
        ports && (one.is_within(&other) || other.is_within(&one))
    }
}

fn is_subdomain(name: &str, of: &str) -> bool {
    let Some(at) = name.len().checked_sub(of.len() + 1) else { return false };
    name.is_char_boundary(at)
        && name[at..].starts_with('.')
        && name.get(at + 1..).is_some_and(|end| end.eq_ignore_ascii_case(of))
}

/// A time as it is written: `1500ms`, `30s`, `5m`, `1h`.
pub(crate) fn milliseconds(text: &str) -> Option<u64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let number: u64 = text[..digits].parse().ok()?;
    let unit = match &text[digits..] {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    number.checked_mul(unit).filter(|time| *time > 0)
}
