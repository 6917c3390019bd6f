//! The policy file, read and checked. What is wrong with it is told with its line; a file in which
//! anything is wrong is not taken at all.

mod checks;
mod fields;

use std::collections::HashMap;
use std::fmt;

use crate::roles::rule::{Act, Effect, Rule};

pub use fields::RUNTIMES;

/// The longest file, in bytes.
pub const MAX_FILE: usize = 4 << 20;

/// Lines that say something, at most.
const MAX_LINES: usize = 20_000;

/// Problems that are told; whoever has that many starts with those.
const MAX_PROBLEMS: usize = 50;

/// What a policy file says.
#[derive(Debug, Clone, Default)]
pub struct Roles {
    rules: Vec<Rule>,
    /// What is denied by names that lead elsewhere, once more by where they lead.
    resolved: Vec<Rule>,
    members: Vec<Member>,
    /// The places among `members` of whoever is in something.
    of: HashMap<String, Vec<usize>>,
    warnings: Vec<Problem>,
    version: Option<i64>,
}

/// A line that begins with `g`: somebody, or a role, has what another role has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Where it stands in the file, from 1.
    pub line: usize,
    /// `user:NAME` or `role:NAME`.
    pub who: String,
    /// `role:NAME`.
    pub role: String,
    /// The tenant it holds in, or `*` for all.
    pub tenant: String,
}

impl fmt::Display for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "g, {}, {}, {}", self.who, self.role, self.tenant)
    }
}

/// Something wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Which, from 1; 0 when it is the file as a whole.
    pub line: usize,
    /// What, and what to write instead.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.what),
            line => write!(f, "line {line}: {}", self.what),
        }
    }
}

impl Roles {
    /// Reads a policy file.
    pub fn parse(text: &str) -> Result<Self, Vec<Problem>> {
        if text.len() > MAX_FILE {
            let what = format!("the file has {} bytes; at most {MAX_FILE} are read", text.len());
            return Err(vec![Problem { line: 0, what }]);
        }
        let (mut roles, mut problems, mut said) = (Self::default(), Vec::new(), 0);
        for (line, text) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
            if fields::is_silent(text) {
                continue;
            }
            said += 1;
            if said > MAX_LINES {
                let what = format!("there are more than {MAX_LINES} rules");
                problems.push(Problem { line, what });
            } else if let Err(what) = fields::split(text).and_then(|all| roles.take(line, &all)) {
                problems.push(Problem { line, what });
            }
            if problems.len() >= MAX_PROBLEMS {
                return Err(problems);
            }
        }
        for (place, member) in roles.members.iter().enumerate() {
            roles.of.entry(member.who.clone()).or_default().push(place);
        }
        problems.extend(checks::circles(&roles));
        roles.warnings = checks::warnings(&roles);
        if problems.is_empty() { Ok(roles) } else { Err(problems) }
    }

    /// The same as a version of a policy that is kept with numbers.
    pub fn numbered(self, version: i64) -> Self {
        Self { version: Some(version), ..self }
    }

    /// Which version this is, where they have numbers.
    pub fn version(&self) -> Option<i64> {
        self.version
    }

    /// The rules, in the order of the file.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Adds to each rule that denies a directory the same of where it really is: `real` says that of
    /// one whose name leads elsewhere. What is allowed is allowed by its own name alone, so that
    /// whoever may change a link allows nothing with it.
    pub fn resolve(&mut self, real: impl Fn(&str) -> Option<String>) {
        let rules = self.rules.iter().filter(|rule| rule.effect == Effect::Deny);
        let rules = rules.filter(|rule| matches!(rule.act, Act::Read | Act::Write));
        let led = rules.filter_map(|rule| {
            let what = real(&rule.what).filter(|what| *what != rule.what)?;
            Some(Rule { what, ..rule.clone() })
        });
        self.resolved = led.collect();
    }

    /// The rules, and what they come to where names lead elsewhere.
    pub(crate) fn all_rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().chain(&self.resolved)
    }

    /// Who is in which role, in the order of the file.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// What is allowed and may not be meant.
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// The lines that put somebody in roles, in a tenant.
    pub(crate) fn memberships<'a>(
        &'a self,
        who: &str,
        tenant: &'a str,
    ) -> impl Iterator<Item = &'a Member> {
        let all = self.of.get(who).into_iter().flatten().map(|place| &self.members[*place]);
        all.filter(move |member| holds_in(&member.tenant, tenant))
    }

    fn take(&mut self, line: usize, fields: &[String]) -> Result<(), String> {
        match fields {
            [kind, who, tenant, act, what, effect] if kind == "p" => {
                let act = Act::of(act).ok_or_else(|| {
                    let words = Act::ALL.map(Act::as_str).join(", ");
                    format!("\"{}\" is nothing a rule speaks of; there are {words}", shown(act))
                })?;
                let effect = Effect::of(effect).ok_or_else(|| {
                    format!("the last field is \"{}\"; write allow or deny", shown(effect))
                })?;
                fields::check_who(who)?;
                fields::check_tenant(tenant)?;
                let what = fields::check_what(act, what)?;
                let (who, tenant) = (who.clone(), tenant.clone());
                self.rules.push(Rule { line, who, tenant, act, what, effect });
                Ok(())
            }
            [kind, who, role, tenant] if kind == "g" => {
                fields::check_member(who, role)?;
                fields::check_tenant(tenant)?;
                let (who, role, tenant) = (who.clone(), role.clone(), tenant.clone());
                self.members.push(Member { line, who, role, tenant });
                Ok(())
            }
            [kind, ..] if kind == "p" => Err(format!(
                "a rule has six fields, this one {}: p, who, tenant, act, what, allow or deny",
                fields.len()
            )),
            [kind, ..] if kind == "g" => Err(format!(
                "a membership has four fields, this one {}: g, who, role, tenant",
                fields.len()
            )),
            [kind, ..] => Err(format!("it begins with \"{}\"; write p or g", shown(kind))),
            [] => Err("it is empty".to_owned()),
        }
    }
}

/// Whether something written for a tenant holds in this one.
pub(crate) fn holds_in(written: &str, tenant: &str) -> bool {
    written == "*" || written == tenant
}

/// What was written, as it may be told.
fn shown(text: &str) -> String {
    const MOST: usize = 64;
    let mut told: String = text.chars().take(MOST).flat_map(char::escape_debug).collect();
    if text.chars().nth(MOST).is_some() {
        told.push('…');
    }
    told
}
