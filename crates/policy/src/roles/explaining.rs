//! By which rule something is allowed or denied, and how the caller came to be spoken of.

use crate::roles::file::{Member, Roles};
use crate::roles::rights::Rights;
use crate::roles::rule::{Act, Effect, Rule};

use types::Principal;

/// Why a caller may do something, or may not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// Whether it may.
    pub allowed: bool,
    /// The rule that decided; `None` when none speaks of it, which denies it.
    pub rule: Option<Rule>,
    /// How the caller has the role of that rule, from the caller on; empty when the rule speaks of the
    /// caller itself or of everybody.
    pub path: Vec<Held>,
    /// A rule that would allow it, if the one that decided did not deny it.
    pub overruled: Option<Rule>,
    /// Every role the caller has, the nearest first.
    pub roles: Vec<String>,
}

/// One step from a caller to a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The role.
    pub role: String,
    /// The line that gave it, or `None` where it comes with the key or token.
    pub by: Option<Member>,
}

impl Explanation {
    /// Of one request.
    pub fn new(roles: &Roles, principal: &Principal, act: Act, what: &str) -> Self {
        let rights = Rights::new(roles, principal);
        let first = |effect| rights.speaking(act, what).find(move |rule| rule.effect == effect);
        let allowed = rights.may(act, what);
        let (denying, allowing) = (first(Effect::Deny), first(Effect::Allow));
        let rule = denying.or(allowing).cloned();
        let path = rule.as_ref().map(|rule| path(&rights, &rule.who)).unwrap_or_default();
        let overruled = denying.and(allowing).cloned();
        let roles = rights.held().iter().map(|held| held.role.clone()).collect();
        Self { allowed, rule, path, overruled, roles }
    }
}

/// The steps from a caller to one of its roles.
fn path(rights: &Rights, role: &str) -> Vec<Held> {
    let mut steps = Vec::new();
    let mut wanted = role.to_owned();
    while let Some(held) = rights.held().iter().find(|held| held.role == wanted) {
        steps.push(Held { role: held.role.clone(), by: held.by.clone() });
        match &held.by {
            Some(member) if member.who != rights.subject() => wanted.clone_from(&member.who),
            _ => break,
        }
    }
    steps.reverse();
    steps
}
