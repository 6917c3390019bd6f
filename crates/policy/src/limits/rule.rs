//! A rule as the operator writes it: `client executions 30/1m burst 60`, `tenant cpuSeconds 3600/day`,
//! `client mcp__github__* 100/1h`.

use types::Principal;

use crate::MAX_PATTERN;
use crate::limits::span::Span;

/// The most rules there may be: each is looked at for every request.
pub const MAX_RULES: usize = 64;

/// The most a rule may allow.
const MAX_AMOUNT: u64 = 1_000_000_000;
/// The longest name of a role or tenant.
const MAX_NAME: usize = 128;

/// So much of something in so long, for each of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub(crate) who: Who,
    pub(crate) what: What,
    pub(crate) amount: u64,
    pub(crate) span: Span,
    /// What may come at once; of a quota, all of it.
    pub(crate) burst: u64,
    /// The rule in one way of writing it, by which its levels are kept.
    pub(crate) text: String,
}

/// Whom a rule counts together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// Each client for itself.
    Client,
    /// Each client of a role for itself.
    Role(String),
    /// The clients of each tenant together.
    Tenant,
    /// The clients of one tenant together.
    TenantNamed(String),
    /// Everybody together.
    Everyone,
}

/// What a rule counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    Executions,
    ToolCalls,
    CpuSeconds,
    /// Calls of a tool, or of all whose names begin so.
    Tools(String),
}

/// A text that is no rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is no limit: {why}; write it as `client executions 30/1m`, with client, tenant, all, \
     role:NAME or tenant:NAME, then executions, toolCalls, cpuSeconds or a tool such as \
     mcp__github__*, then a number per ms, s, m, h, day or month, and `burst` with a number if more \
     may come at once"
)]
pub struct InvalidRule {
    text: String,
    why: String,
}

impl Rule {
    /// Reads a rule.
    pub fn parse(text: &str) -> Result<Self, InvalidRule> {
        read(text).map_err(|why| InvalidRule { text: text.chars().take(80).collect(), why })
    }

    /// So many executions in so many milliseconds for each client.
    pub fn executions_of_a_client(amount: u64, every_ms: u64) -> Self {
        let (who, what, span) = (Who::Client, What::Executions, Span::Every(every_ms.max(1)));
        Self::new(who, what, amount.max(1), span, amount.max(1))
    }

    fn new(who: Who, what: What, amount: u64, span: Span, burst: u64) -> Self {
        let span_text = match span {
            Span::Every(every) => format!("{every}ms"),
            Span::Day => "day".to_owned(),
            Span::Month => "month".to_owned(),
        };
        let text = format!("{} {} {amount}/{span_text} burst {burst}", who.word(), what.word());
        Self { who, what, amount, span, burst, text }
    }

    /// Whether it is begun anew with the calendar.
    pub fn is_quota(&self) -> bool {
        !matches!(self.span, Span::Every(_))
    }

    /// Its name in headers and figures.
    pub(crate) fn name(&self) -> String {
        let span = match self.span {
            Span::Every(every) if every.is_multiple_of(1_000) => format!("{}s", every / 1_000),
            Span::Every(every) => format!("{every}ms"),
            Span::Day => "day".to_owned(),
            Span::Month => "month".to_owned(),
        };
        // It is a string of a structured field, whatever a role or tenant is called.
        let plain = |c: char| match c {
            ':' => '-',
            '"' | '\\' => '_',
            _ if c.is_ascii_graphic() => c,
            _ => '_',
        };
        let who: String = self.who.word().chars().map(plain).collect();
        format!("{who}-{}-{span}", self.what.word())
    }
}

impl Who {
    pub(crate) fn word(&self) -> String {
        match self {
            Self::Client => "client".to_owned(),
            Self::Role(role) => format!("role:{role}"),
            Self::Tenant => "tenant".to_owned(),
            Self::TenantNamed(tenant) => format!("tenant:{tenant}"),
            Self::Everyone => "all".to_owned(),
        }
    }

    /// Whose level a principal's requests count to: a tenant, and a subject in it or all of it; `None`
    /// where the rule is not about this principal.
    pub(crate) fn owner<'a>(&self, principal: &'a Principal) -> Option<(&'a str, &'a str)> {
        let client = (principal.tenant.as_str(), principal.subject.as_str());
        match self {
            Self::Client => Some(client),
            Self::Role(role) => principal.roles.contains(role).then_some(client),
            Self::Tenant => Some((client.0, "")),
            Self::TenantNamed(tenant) => (principal.tenant == *tenant).then_some((client.0, "")),
            Self::Everyone => Some(("*", "")),
        }
    }

    fn parse(word: &str) -> Result<Self, String> {
        let named = |name: &str| match name.is_empty() || name.len() > MAX_NAME {
            true => Err(format!("`{word}` names nobody")),
            false => Ok(name.to_owned()),
        };
        match word.split_once(':') {
            None if word == "client" => Ok(Self::Client),
            None if word == "tenant" => Ok(Self::Tenant),
            None if word == "all" => Ok(Self::Everyone),
            Some(("role", name)) => named(name).map(Self::Role),
            Some(("tenant", name)) => named(name).map(Self::TenantNamed),
            _ => Err(format!("`{word}` is nobody that is counted")),
        }
    }
}

impl What {
    pub(crate) fn word(&self) -> &str {
        match self {
            Self::Executions => "executions",
            Self::ToolCalls => "toolCalls",
            Self::CpuSeconds => "cpuSeconds",
            Self::Tools(pattern) => pattern,
        }
    }

    /// Whether a call of a tool counts.
    pub(crate) fn counts_call(&self, tool: &str) -> bool {
        match self {
            Self::ToolCalls => true,
            Self::Tools(pattern) => match pattern.strip_suffix('*') {
                Some(prefix) => tool.starts_with(prefix),
                None => tool == pattern,
            },
            Self::Executions | Self::CpuSeconds => false,
        }
    }

    fn parse(word: &str) -> Result<Self, String> {
        let is_name = |name: &str| {
            let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
            name.len() <= MAX_PATTERN && name.starts_with("mcp__") && name.chars().all(is_part)
        };
        match word {
            "executions" => Ok(Self::Executions),
            "toolCalls" => Ok(Self::ToolCalls),
            "cpuSeconds" => Ok(Self::CpuSeconds),
            _ if is_name(word.strip_suffix('*').unwrap_or(word)) => {
                Ok(Self::Tools(word.to_owned()))
            }
            _ => Err(format!("`{word}` is nothing that is counted")),
        }
    }
}

fn read(text: &str) -> Result<Rule, String> {
    let mut words = text.split_whitespace();
    let mut next = |what: &str| words.next().ok_or_else(|| format!("{what} is missing"));
    let who = Who::parse(next("whom it counts")?)?;
    let what = What::parse(next("what it counts")?)?;
    let rate = next("how much it allows")?;
    let (amount, span) = rate.split_once('/').ok_or(format!("`{rate}` has no `/`"))?;
    let amount = count(amount)?;
    let span = Span::parse(span).ok_or_else(|| {
        format!("`{span}` is no span up to a day: there are ms, s, m, h, day and month")
    })?;
    let burst = match words.next() {
        None => amount,
        Some("burst") => count(words.next().unwrap_or_default())?,
        Some(word) => return Err(format!("`{word}` is not `burst`")),
    };
    if let Some(more) = words.next() {
        return Err(format!("`{more}` is one word too many"));
    }
    if burst != amount && !matches!(span, Span::Every(_)) {
        return Err("a quota has no burst".to_owned());
    }
    Ok(Rule::new(who, what, amount, span, burst))
}

fn count(word: &str) -> Result<u64, String> {
    let count = word.parse().ok().filter(|count| (1..=MAX_AMOUNT).contains(count));
    count.ok_or_else(|| format!("`{word}` is no number from 1 to {MAX_AMOUNT}"))
}

#[cfg(test)]
mod tests;
