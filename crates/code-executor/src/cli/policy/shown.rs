//! What is said of a policy file and of a decision. From values to text.

use std::fmt::Write as _;

use jiff::Timestamp;
use policy::roles::{Act, Effect, Explanation, Held, Roles, Rule};
use serde_json::{Value, json};
use store::sql::PolicyVersion;
use types::Principal;

use crate::cli::render::{counted, visible};

/// Of a policy that can be used.
pub(super) fn checked(name: &str, roles: &Roles) -> String {
    let rules = counted(roles.rules().len() as u64, "rule");
    let members = counted(roles.members().len() as u64, "membership");
    let mut text = format!("{}: {rules}, {members}\n", visible(name));
    for warning in roles.warnings() {
        let _ = writeln!(text, "  {}", visible(&warning.to_string()));
    }
    text
}

/// Of the versions that are kept, the first of them in force.
pub(super) fn versions(all: &[PolicyVersion]) -> String {
    let mut text = String::new();
    for (place, version) in all.iter().enumerate() {
        let rules = counted(version.rules.unsigned_abs(), "rule");
        let members = counted(version.members.unsigned_abs(), "membership");
        let (when, by) = (moment(version.made_at), visible(&version.made_by));
        let _ = write!(text, "version {}: {rules}, {members}, {when} by {by}", version.version);
        if !version.note.is_empty() {
            let _ = write!(text, ": {}", visible(&version.note));
        }
        text.push_str(if place == 0 { "; in force\n" } else { "\n" });
    }
    text
}

/// The same for a program.
pub(super) fn versions_as_json(all: &[PolicyVersion]) -> String {
    let one = |version: &PolicyVersion| {
        json!({
            "version": version.version,
            "sha256": version.digest,
            "rules": version.rules,
            "memberships": version.members,
            "by": version.made_by,
            "at": moment(version.made_at),
            "note": version.note,
        })
    };
    format!("{:#}\n", Value::from_iter(all.iter().map(one)))
}

fn moment(milliseconds: i64) -> String {
    let moment = Timestamp::from_millisecond(milliseconds);
    moment.map_or_else(|_| milliseconds.to_string(), |moment| format!("{moment:.0}"))
}

/// Of a decision: what it is, and the rule that made it.
pub(super) fn explained(who: &Principal, act: Act, what: &str, by: &Explanation) -> String {
    let allowed = if by.allowed { "allowed" } else { "denied" };
    let (subject, tenant) = (visible(&who.subject), visible(&who.tenant));
    let may = if by.allowed { "may" } else { "may not" };
    let deed = deed(act, &visible(what));
    let mut text = format!("{allowed}: {subject} of tenant {tenant} {may} {deed}\n");
    match &by.rule {
        None => text.push_str("  no rule speaks of it, and what no rule allows is denied\n"),
        Some(rule) if rule.line == 0 => {
            text.push_str("  no rule says how long; the limits of the server hold\n");
        }
        Some(rule) => {
            let _ = writeln!(text, "  by {}", line(rule));
            for step in &by.path {
                let _ = writeln!(text, "  {}", way(step));
            }
        }
    }
    if let Some(rule) = &by.overruled {
        let _ = writeln!(text, "  which overrules {}", line(rule));
    }
    let roles: Vec<_> = by.roles.iter().map(|role| visible(role)).collect();
    let roles = if roles.is_empty() { "none".to_owned() } else { roles.join(", ") };
    let _ = writeln!(text, "  roles: {roles}");
    text
}

fn deed(act: Act, what: &str) -> String {
    match act {
        Act::Call => format!("call {what}"),
        Act::Run => format!("run programs in {what}"),
        Act::Read => format!("have {what} to read"),
        Act::Write => format!("have {what} to write to"),
        Act::Net => format!("send requests to {what}"),
        Act::Time => format!("let a program take {what}"),
    }
}

fn line(rule: &Rule) -> String {
    format!("line {}: {}", rule.line, visible(&rule.to_string()))
}

fn way(step: &Held) -> String {
    match &step.by {
        Some(member) => format!(
            "{} is in {} by line {}: {}",
            visible(&member.who),
            visible(&step.role),
            member.line,
            visible(&member.to_string())
        ),
        None => format!("{} comes with the key or token", visible(&step.role)),
    }
}

/// The same for a program.
pub(super) fn as_json(by: &Explanation) -> String {
    let rule = |rule: &Rule| {
        let effect = rule.effect == Effect::Allow;
        json!({"line": rule.line, "rule": rule.to_string(), "allows": effect})
    };
    let step = |step: &Held| {
        let line = step.by.as_ref().map(|member| member.line);
        json!({"role": step.role, "line": line})
    };
    let path: Vec<Value> = by.path.iter().map(step).collect();
    let report = json!({
        "allowed": by.allowed,
        "rule": by.rule.as_ref().map(rule),
        "path": path,
        "overruled": by.overruled.as_ref().map(rule),
        "roles": by.roles,
    });
    format!("{report:#}\n")
}
