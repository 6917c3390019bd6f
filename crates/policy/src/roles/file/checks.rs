//! What only the whole file shows: roles that lead back to themselves or too far, and lines that do
//! nothing.

use std::collections::{HashMap, HashSet};

use crate::roles::file::{Problem, Roles};
use crate::roles::rule::Effect;

/// Roles one leads to another through, at most. The library that decides looks no further than nine.
pub(super) const MAX_DEPTH: usize = 8;

/// Roles that lead back to themselves, or through too many others, whatever the tenants.
pub(super) fn circles(roles: &Roles) -> Vec<Problem> {
    let mut walk = Walk { roles, known: HashMap::new(), under_way: Vec::new() };
    let mut problems = Vec::new();
    let mut seen = HashSet::new();
    for member in roles.members().iter().filter(|member| seen.insert(member.who.as_str())) {
        let depth = walk.depth(&member.who);
        walk.under_way.clear();
        let what = match depth {
            Ok(depth) if depth <= MAX_DEPTH => continue,
            Ok(depth) => format!(
                "{} leads through {depth} roles, one into the other; at most {MAX_DEPTH} are followed",
                member.who
            ),
            Err(circle) => format!("{circle} leads back to itself; take one of the lines out"),
        };
        problems.push(Problem { line: member.line, what });
        if problems.len() >= MAX_PROBLEMS {
            break;
        }
    }
    problems
}

/// Problems of this kind that are told.
const MAX_PROBLEMS: usize = 10;

/// Steps beyond which nobody looks for the end of a chain: it is too long in any case.
const MAX_STEPS: usize = 64;

struct Walk<'a> {
    roles: &'a Roles,
    known: HashMap<&'a str, usize>,
    under_way: Vec<&'a str>,
}

impl<'a> Walk<'a> {
    /// Through how many roles somebody leads at most; or who leads back to itself.
    fn depth(&mut self, who: &'a str) -> Result<usize, &'a str> {
        if let Some(depth) = self.known.get(who) {
            return Ok(*depth);
        }
        if self.under_way.contains(&who) {
            return Err(who);
        }
        if self.under_way.len() >= MAX_STEPS {
            return Ok(0);
        }
        self.under_way.push(who);
        let places: &[usize] = self.roles.of.get(who).map_or(&[], Vec::as_slice);
        let mut deepest = 0;
        for place in places {
            deepest = deepest.max(1 + self.depth(&self.roles.members[*place].role)?);
        }
        self.under_way.pop();
        self.known.insert(who, deepest);
        Ok(deepest)
    }
}

/// Lines that change nothing.
pub(super) fn warnings(roles: &Roles) -> Vec<Problem> {
    let mut warnings = Vec::new();
    let mut seen = HashMap::new();
    for rule in roles.rules() {
        if let Some(first) = seen.insert(rule.to_string(), rule.line) {
            let what = format!("it says the same as line {first}");
            warnings.push(Problem { line: rule.line, what });
        }
    }
    let speaks: HashSet<&str> = roles.rules().iter().map(|rule| rule.who.as_str()).collect();
    for member in roles.members() {
        if !speaks.contains(member.role.as_str()) && !roles.of.contains_key(&member.role) {
            let what = format!("no rule speaks of {}, and it is in no other role", member.role);
            warnings.push(Problem { line: member.line, what });
        }
    }
    if roles.rules().iter().all(|rule| rule.effect == Effect::Deny) {
        let what = "no rule allows anything, so nobody may do anything".to_owned();
        warnings.push(Problem { line: 0, what });
    }
    warnings.sort_by_key(|warning| warning.line);
    warnings
}
