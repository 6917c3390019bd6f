//! What one caller may. The rules that reach the caller are picked once; which of them speak of a
//! request is looked at natively, in well below a microsecond; and what those come to is casbin's to
//! decide, once for each set of them. So neither a long list of tools nor a program that makes names up
//! costs more than a look at the rules.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use casbin::function_map::OperatorFunction;
use casbin::rhai::Dynamic;
use casbin::{CoreApi, DefaultModel, Enforcer, NullAdapter};
use futures_util::FutureExt;
use types::{ErrorCode, Language, Principal, Refusal, Runtime};

use crate::roles::file::{Member, Roles, holds_in};
use crate::roles::rule::{Act, Effect, Rule, covers, milliseconds};

/// Sets of rules whose outcome is remembered, for one caller. There are as many as rules overlap.
const MOST_DECIDED: usize = 1024;

/// Words of a request beyond this are spoken of by no rule, in bytes.
const MAX_ASKED: usize = 8 * 1024;

/// The model that casbin decides by.
static MODEL: LazyLock<Option<DefaultModel>> =
    LazyLock::new(|| DefaultModel::from_str(include_str!("model.conf")).now_or_never()?.ok());

/// What a caller may.
pub struct Rights {
    subject: String,
    tenant: String,
    /// Itself and every role it is in, each with the line that put it there.
    held: Vec<Holding>,
    /// The rules that speak of any of those, in the order of the file.
    rules: Vec<Rule>,
    /// Nobody could be asked without it: then nothing is allowed.
    enforcer: Option<Enforcer>,
    decided: Mutex<HashMap<Box<[u32]>, bool>>,
}

/// A role somebody is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Holding {
    pub(crate) role: String,
    /// The line of the file, or `None` where it came with the key or token.
    pub(crate) by: Option<Member>,
}

impl Rights {
    /// Of a caller, by these roles.
    pub fn new(roles: &Roles, principal: &Principal) -> Self {
        let subject = format!("user:{}", principal.subject);
        let tenant = principal.tenant.clone();
        let held = held(roles, principal, &subject);
        let mut reached: HashSet<&str> = held.iter().map(|held| held.role.as_str()).collect();
        reached.extend(["*", subject.as_str()]);
        let of_caller =
            |rule: &&Rule| holds_in(&rule.tenant, &tenant) && reached.contains(rule.who.as_str());
        let mut rules: Vec<Rule> = roles.all_rules().filter(of_caller).cloned().collect();
        let says_how_long = |rule: &Rule| rule.act == Act::Time && rule.effect == Effect::Allow;
        if !rules.iter().any(says_how_long) {
            rules.push(unless_said());
        }
        let enforcer = enforcer(&subject, &tenant, &held, &rules).or_else(|| {
            tracing::error!("the roles of a caller cannot be decided by: a defect");
            None
        });
        Self { subject, tenant, held, rules, enforcer, decided: Mutex::default() }
    }

    /// Whether the caller may do this.
    pub fn may(&self, act: Act, what: &str) -> bool {
        let covering = self.covering(act, what);
        if covering.is_empty() {
            return false;
        }
        let key: Box<[u32]> = covering.into();
        let mut decided = self.decided.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = decided.get(&key) {
            return *known;
        }
        let allowed = self.decide(act, what);
        if decided.len() >= MOST_DECIDED {
            decided.clear();
        }
        decided.insert(key, allowed);
        allowed
    }

    /// Whether a rule denies this, so that nothing else can allow it.
    pub fn is_denied(&self, act: Act, what: &str) -> bool {
        self.speaking(act, what).any(|rule| rule.effect == Effect::Deny)
    }

    /// What rules allow of this kind, as they are written.
    pub fn allowed(&self, act: Act) -> impl Iterator<Item = &str> {
        let rules = self.rules.iter();
        let allowing = rules.filter(move |rule| rule.act == act && rule.effect == Effect::Allow);
        allowing.map(|rule| rule.what.as_str())
    }

    /// Whether the caller may call any tool of a server, whatever they are. The server is given by its
    /// segment in full names.
    pub fn reaches_server(&self, segment: &str) -> bool {
        let all = format!("mcp__{segment}__");
        let calls = |effect| {
            let rules = self.rules.iter();
            rules.filter(move |rule| rule.act == Act::Call && rule.effect == effect)
        };
        let allowed = calls(Effect::Allow).any(|rule| match rule.what.strip_suffix('*') {
            Some(prefix) => all.starts_with(prefix) || prefix.starts_with(&all),
            None => rule.what.starts_with(&all),
        });
        let all_of_it =
            |rule: &Rule| rule.what.strip_suffix('*').is_some_and(|prefix| all.starts_with(prefix));
        allowed && !calls(Effect::Deny).any(all_of_it)
    }

    /// The most milliseconds a program of the caller may take, where a rule says so.
    pub fn longest(&self) -> Option<u64> {
        let times = |effect| {
            let rules = self.rules.iter();
            let rules = rules.filter(move |rule| rule.act == Act::Time && rule.effect == effect);
            rules.map(|rule| milliseconds(&rule.what))
        };
        // `*` allows any time, and denies any.
        let allowed = times(Effect::Allow).map(|time| time.unwrap_or(u64::MAX)).max();
        let denied = times(Effect::Deny).map(Option::unwrap_or_default).min();
        let longest = allowed.unwrap_or_default().min(denied.unwrap_or(u64::MAX));
        (longest < u64::MAX).then_some(longest)
    }

    /// Refuses a program that the caller may not run, and shortens its time to what the caller may
    /// have. `asked` is the time that was asked for.
    pub fn admit(
        &self,
        language: Language,
        runtime: &str,
        asked: Option<u64>,
        timeout_ms: &mut u64,
    ) -> Result<(), Refusal> {
        let run = format!("{}/{runtime}", language.as_str());
        if !self.may(Act::Run, &run) {
            let by = if runtime == Runtime::Deno.as_str() { " with the runtime deno" } else { "" };
            return Err(forbidden(format!(
                "the roles of the caller do not let it run programs in {}{by}; ask the operator for a \
                 role that does",
                language.as_str()
            )));
        }
        let Some(longest) = self.longest().filter(|longest| longest < timeout_ms) else {
            return Ok(());
        };
        if longest == 0 || asked.is_some_and(|asked| asked > longest) {
            return Err(forbidden(format!(
                "timeoutMs is {timeout_ms}; the roles of the caller allow at most {longest} \
                 milliseconds"
            )));
        }
        *timeout_ms = longest;
        Ok(())
    }

    pub(crate) fn subject(&self) -> &str {
        &self.subject
    }

    /// The names of all roles it is in, those that the file gives and those that it came with.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        self.held.iter().filter_map(|held| held.role.strip_prefix("role:"))
    }

    pub(crate) fn held(&self) -> &[Holding] {
        &self.held
    }

    /// The rules that reach the caller and speak of this.
    pub(crate) fn speaking(&self, act: Act, what: &str) -> impl Iterator<Item = &Rule> {
        self.covering(act, what).into_iter().map(|place| &self.rules[place as usize])
    }

    fn covering(&self, act: Act, what: &str) -> Vec<u32> {
        if what.len() > MAX_ASKED {
            // A rule that denies everything would: and nothing is allowed anyway.
            return Vec::new();
        }
        let rules = (0..).zip(&self.rules);
        let covering = rules.filter(|(_, rule)| rule.act == act && rule.covers(what));
        covering.map(|(place, _)| place).collect()
    }

    /// What casbin says. What it cannot say is no.
    fn decide(&self, act: Act, what: &str) -> bool {
        let request = (self.subject.as_str(), self.tenant.as_str(), act.as_str(), what);
        let decided = self.enforcer.as_ref().map(|enforcer| enforcer.enforce(request));
        match decided {
            Some(Ok(allowed)) => allowed,
            Some(Err(error)) => {
                tracing::error!(%error, "a decision on a caller's roles failed: a defect");
                false
            }
            None => false,
        }
    }
}

/// Who says nothing of time leaves it to the server's own limits.
fn unless_said() -> Rule {
    Rule {
        line: 0,
        who: "*".to_owned(),
        tenant: "*".to_owned(),
        act: Act::Time,
        what: "*".to_owned(),
        effect: Effect::Allow,
    }
}

/// Every role a caller is in, the nearest first.
fn held(roles: &Roles, principal: &Principal, subject: &str) -> Vec<Holding> {
    let given = principal.roles.iter().map(|role| format!("role:{role}"));
    let mut held: Vec<Holding> = given.map(|role| Holding { role, by: None }).collect();
    let mut seen: HashSet<String> = held.iter().map(|held| held.role.clone()).collect();
    let mut next: VecDeque<String> = std::iter::once(subject.to_owned()).collect();
    next.extend(seen.iter().cloned());
    while let Some(who) = next.pop_front() {
        for member in roles.memberships(&who, &principal.tenant) {
            if seen.insert(member.role.clone()) {
                next.push_back(member.role.clone());
                held.push(Holding { role: member.role.clone(), by: Some(member.clone()) });
            }
        }
    }
    held
}

/// Casbin with the rules and roles that reach a caller.
fn enforcer(subject: &str, tenant: &str, held: &[Holding], rules: &[Rule]) -> Option<Enforcer> {
    // Nothing of it waits: the model and its lines are in memory.
    let model = MODEL.as_ref()?.clone();
    let mut enforcer = Enforcer::new_raw(model, NullAdapter).now_or_never()?.ok()?;
    enforcer.add_function("covers", OperatorFunction::Arg4(covers_in_casbin));
    let model = enforcer.get_mut_model();
    for rule in rules {
        let (act, effect) = (rule.act.as_str(), rule.effect.as_str());
        let fields = [&rule.who, &rule.tenant, act, &rule.what, effect];
        model.add_policy("p", "p", fields.map(str::to_owned).into());
    }
    for Holding { role, by } in held {
        let who = by.as_ref().map_or(subject, |member| &member.who);
        model.add_policy("g", "g", [who, role, tenant].map(str::to_owned).into());
    }
    enforcer.build_role_links().ok()?;
    Some(enforcer)
}

/// [`covers`] as the model calls it.
pub(crate) fn covers_in_casbin(
    act: Dynamic,
    asked: Dynamic,
    rule: Dynamic,
    effect: Dynamic,
) -> Dynamic {
    let text = |value: Dynamic| value.into_immutable_string().unwrap_or_default();
    let (act, asked, rule, effect) = (text(act), text(asked), text(rule), text(effect));
    let known = Act::of(&act).zip(Effect::of(&effect));
    known.is_some_and(|(act, effect)| covers(act, &asked, &rule, effect)).into()
}

fn forbidden(message: String) -> Refusal {
    Refusal::new(ErrorCode::Forbidden, message)
}

/// Rights as they are shared.
pub(crate) type Shared = Arc<Rights>;
