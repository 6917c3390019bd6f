//! What a request is charged, by which rules, and how a client stands in them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use types::{Principal, Refusal, Standing};

use crate::limits::memory::{Charge, Kind, Memory, Taken};
use crate::limits::redis::Redis;
use crate::limits::rule::{Rule, What, Who};
use crate::limits::span::{Span, Window};
use crate::limits::words;

/// The least that has to be there before something is begun that is charged at its end.
const SOME: f64 = 0.001;
/// Quotas whose use is to be saved.
const UNSAVED: usize = 100_000;

/// Everybody's limits.
#[derive(Debug)]
pub struct Limiter {
    rules: RwLock<Arc<[Rule]>>,
    memory: Memory,
    redis: Option<Redis>,
    /// What was used of quotas and is not saved yet; `None` where nobody saves it.
    unsaved: Option<Mutex<HashMap<Used, f64>>>,
}

/// Whose quota: a tenant, and a subject in it or all of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Owner {
    /// The tenant; `*` for everybody.
    pub tenant: String,
    /// The subject; empty for the tenant as a whole.
    pub subject: String,
}

/// A measure of one owner in one period.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Used {
    /// Whose it is.
    pub owner: Owner,
    /// What is counted.
    pub measure: String,
    /// When: `2026-11-21` or `2026-11`.
    pub period: String,
}

/// What is done.
#[derive(Debug, Clone, Copy)]
enum Deed<'a> {
    Begin,
    Call(&'a str),
    Spend(f64),
}

/// What was charged, each with what it counts for of a quota.
#[derive(Debug, Default)]
#[must_use = "what never began is given back"]
pub struct Charged(Vec<(Charge, Option<(Used, f64)>)>);

/// A rule as it is charged for somebody.
struct Applied<'a> {
    rule: &'a Rule,
    charge: Charge,
    quota: Option<Used>,
}

impl Limiter {
    /// By these rules; counted in Redis if there is one, and saved by whoever asks for what is not
    /// saved if that is wanted.
    pub fn new(rules: Vec<Rule>, redis: Option<Redis>, saved: bool) -> Self {
        let unsaved = (saved && redis.is_none()).then(Mutex::default);
        Self {
            rules: RwLock::new(rules.into()),
            memory: Memory::new(redis.is_some() || saved),
            redis,
            unsaved,
        }
    }

    /// Takes other rules from now on. A rule that stays the same keeps its levels.
    pub fn replace(&self, rules: Vec<Rule>) {
        *self.rules.write().unwrap_or_else(PoisonError::into_inner) = rules.into();
    }

    /// Charges an execution, or says when to ask again.
    pub async fn begin(&self, principal: &Principal, now: u64) -> Result<Charged, Refusal> {
        self.charge(principal, Deed::Begin, now).await
    }

    /// Gives back what was charged for an execution that never began.
    pub async fn give_back(&self, charged: Charged, now: u64) {
        let back = |(mut charge, quota): (Charge, Option<(Used, f64)>)| {
            (charge.need, charge.cost) = (f64::NEG_INFINITY, -charge.cost);
            (charge, quota.map(|(used, amount)| (used, -amount)))
        };
        let (charges, quotas): (Vec<Charge>, Vec<_>) = charged.0.into_iter().map(back).unzip();
        if charges.is_empty()
            || !matches!(self.take(&charges, now).await, Ok(Taken { refused: None, .. }))
        {
            return;
        }
        for (used, amount) in quotas.into_iter().flatten() {
            self.note(used, amount);
        }
    }

    /// Charges a call of a tool, or says when to ask again.
    pub async fn call(&self, principal: &Principal, tool: &str, now: u64) -> Result<(), Refusal> {
        self.charge(principal, Deed::Call(tool), now).await.map(drop)
    }

    /// Charges CPU time that was used.
    pub async fn spend(&self, principal: &Principal, cpu: Duration, now: u64) {
        // It has been used: nothing is refused for it.
        let _ = self.charge(principal, Deed::Spend(cpu.as_secs_f64()), now).await;
    }

    /// Whether CPU time is charged to anybody.
    pub fn counts_cpu(&self) -> bool {
        self.rules().iter().any(|rule| rule.what == What::CpuSeconds)
    }

    /// How a client stands in the limits on executions, the scarcest first.
    pub fn standings(&self, principal: &Principal, now: u64) -> Vec<Standing> {
        let rules = self.rules();
        let begins = rules.iter().filter(|rule| rule.what == What::Executions);
        let applied = begins.filter_map(|rule| Applied::new(rule, principal, Deed::Begin, now));
        let mut standings: Vec<Standing> = applied.map(|it| self.standing(&it, now)).collect();
        standings.sort_by_key(|standing| standing.remaining);
        standings
    }

    /// Those whose quotas have to be looked up before this principal's next request.
    pub fn unknown(&self, principal: &Principal, now: u64) -> Vec<(Owner, Vec<String>)> {
        let mut owners: Vec<(Owner, Vec<String>)> = Vec::new();
        if self.unsaved.is_none() {
            return owners;
        }
        for rule in self.rules().iter().filter(|rule| rule.is_quota()) {
            let Some(window) = rule.span.window(now) else { continue };
            let Some(used) = used(rule, principal, &window) else { continue };
            if self.memory.knows(&used.key(), window.ends_at) {
                continue;
            }
            match owners.iter_mut().find(|(owner, _)| *owner == used.owner) {
                Some((_, periods)) if periods.contains(&used.period) => {}
                Some((_, periods)) => periods.push(used.period),
                None => owners.push((used.owner, vec![used.period])),
            }
        }
        owners
    }

    /// Takes over what an owner has used, as far as that was saved; a measure that is not among them was
    /// not used.
    pub fn learn(&self, owner: &Owner, saved: &[(Used, i64)], principal: &Principal, now: u64) {
        for rule in self.rules().iter().filter(|rule| rule.is_quota()) {
            let Some(window) = rule.span.window(now) else { continue };
            let Some(used) = used(rule, principal, &window) else { continue };
            if used.owner != *owner || self.memory.knows(&used.key(), window.ends_at) {
                continue;
            }
            let total =
                saved.iter().find(|(known, _)| *known == used).map_or(0, |(_, total)| *total);
            self.set_used(rule, &used, &window, total, now);
        }
    }

    /// What was used since this was last asked.
    pub fn take_unsaved(&self) -> Vec<(Used, i64)> {
        let Some(unsaved) = &self.unsaved else { return Vec::new() };
        let mut unsaved = unsaved.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken = Vec::new();
        unsaved.retain(|used, amount| {
            let whole = amount.trunc();
            *amount -= whole;
            taken.push((used.clone(), whole as i64));
            *amount != 0.0
        });
        taken.retain(|(_, whole)| *whole != 0);
        taken
    }

    /// Puts back what could not be saved.
    pub fn put_back(&self, taken: Vec<(Used, i64)>) {
        for (used, amount) in taken {
            self.note(used, amount as f64);
        }
    }

    /// Takes over totals that were saved, to which other gateways may have added.
    pub fn saved(&self, totals: &[(Used, i64)], now: u64) {
        let rules = self.rules();
        for (used, total) in totals {
            for rule in rules.iter().filter(|rule| rule.is_quota() && measure(rule) == used.measure)
            {
                let window = rule.span.window(now);
                if let Some(window) = window.filter(|window| window.label == used.period) {
                    self.set_used(rule, used, &window, *total, now);
                }
            }
        }
    }

    async fn charge(
        &self,
        principal: &Principal,
        deed: Deed<'_>,
        now: u64,
    ) -> Result<Charged, Refusal> {
        let rules = self.rules();
        let applied: Vec<Applied<'_>> =
            rules.iter().filter_map(|rule| Applied::new(rule, principal, deed, now)).collect();
        if applied.is_empty() {
            return Ok(Charged::default());
        }
        let charges: Vec<Charge> = applied.iter().map(|applied| applied.charge.clone()).collect();
        let taken = self.take(&charges, now).await?;
        if taken.is_full {
            return Err(words::full());
        }
        if let Some((index, wait)) = taken.refused {
            return Err(words::refusal(applied[index].rule, wait, now));
        }
        let charged = applied.into_iter().map(|Applied { rule, charge, quota }| {
            let amount = charge.cost * unit(rule);
            let quota = quota.map(|used| (used, amount));
            if let Some((used, amount)) = &quota {
                self.note(used.clone(), *amount);
            }
            (charge, quota)
        });
        Ok(Charged(charged.collect()))
    }

    async fn take(&self, charges: &[Charge], now: u64) -> Result<Taken, Refusal> {
        let Some(redis) = &self.redis else { return Ok(self.memory.take(charges, now)) };
        match redis.take(charges, now).await {
            Some(taken) => {
                // So that headers can be told without asking again, and that counting goes on from
                // here while it is away.
                for (charge, left) in charges.iter().zip(&taken.left) {
                    self.memory.set_left(&charge.key, charge.kind, *left, now);
                }
                Ok(taken)
            }
            None if redis.is_open_when_away() => Ok(self.memory.take(charges, now)),
            None => Err(words::unavailable()),
        }
    }

    fn standing(&self, applied: &Applied<'_>, now: u64) -> Standing {
        let Applied { rule, charge, .. } = applied;
        let left = self.memory.left(&charge.key, charge.kind, now);
        let whole = charge.kind.whole();
        let (window_ms, reset_ms) = match (charge.kind, rule.span) {
            (Kind::Bucket { per_ms, .. }, Span::Every(every)) => (every, (whole - left) / per_ms),
            (Kind::Quota { ends_at, .. }, span) => {
                let length = span.window(now).map_or(0, |window| window.length_ms);
                (length, ends_at.saturating_sub(now) as f64)
            }
            (Kind::Bucket { .. }, _) => (0, 0.0),
        };
        Standing {
            policy: rule.name(),
            limit: rule.amount,
            window_s: window_ms.div_ceil(1_000),
            remaining: (left + SOME).max(0.0) as u64,
            reset_s: (reset_ms.max(0.0) / 1_000.0).ceil() as u64,
        }
    }

    fn set_used(&self, rule: &Rule, used: &Used, window: &Window, total: i64, now: u64) {
        let kind = Kind::Quota { limit: rule.burst as f64, ends_at: window.ends_at };
        let pending = self.unsaved.as_ref().map_or(0.0, |unsaved| {
            let unsaved = unsaved.lock().unwrap_or_else(PoisonError::into_inner);
            unsaved.get(used).copied().unwrap_or_default()
        });
        let left = kind.whole() - (total as f64 + pending) / unit(rule);
        self.memory.set_left(&used.key(), kind, left, now);
    }

    fn note(&self, used: Used, amount: f64) {
        let Some(unsaved) = &self.unsaved else { return };
        let mut unsaved = unsaved.lock().unwrap_or_else(PoisonError::into_inner);
        if amount != 0.0 && (unsaved.len() < UNSAVED || unsaved.contains_key(&used)) {
            *unsaved.entry(used).or_default() += amount;
        }
    }

    fn rules(&self) -> Arc<[Rule]> {
        Arc::clone(&self.rules.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<'a> Applied<'a> {
    /// The rule as it is charged, if it is about this principal and what is done.
    fn new(rule: &'a Rule, principal: &Principal, deed: Deed<'_>, now: u64) -> Option<Self> {
        let (need, cost) = match (&rule.what, deed) {
            (What::Executions, Deed::Begin) => (1.0, 1.0),
            (What::CpuSeconds, Deed::Begin) => (SOME, 0.0),
            (What::CpuSeconds, Deed::Spend(seconds)) => (f64::NEG_INFINITY, seconds),
            (what, Deed::Call(tool)) if what.counts_call(tool) => (1.0, 1.0),
            _ => return None,
        };
        let (tenant, subject) = rule.who.owner(principal)?;
        if let Some(window) = rule.span.window(now) {
            let used = used(rule, principal, &window)?;
            let kind = Kind::Quota { limit: rule.burst as f64, ends_at: window.ends_at };
            let charge = Charge { key: used.key(), need, cost, kind };
            return Some(Self { rule, charge, quota: Some(used) });
        }
        let Span::Every(every) = rule.span else { return None };
        let key = format!("{}|{}:{tenant}{subject}", rule.text, tenant.len());
        let (capacity, per_ms) = (rule.burst as f64, rule.amount as f64 / every as f64);
        let charge = Charge { key, need, cost, kind: Kind::Bucket { capacity, per_ms } };
        Some(Self { rule, charge, quota: None })
    }
}

impl Used {
    fn key(&self) -> String {
        let Owner { tenant, subject } = &self.owner;
        format!("{} {}|{}:{tenant}{subject}", self.measure, self.period, tenant.len())
    }
}

fn used(rule: &Rule, principal: &Principal, window: &Window) -> Option<Used> {
    let (tenant, subject) = rule.who.owner(principal)?;
    let owner = Owner { tenant: tenant.to_owned(), subject: subject.to_owned() };
    Some(Used { owner, measure: measure(rule), period: window.label.clone() })
}

/// What a quota counts, and for whom where the owner does not say it.
fn measure(rule: &Rule) -> String {
    let what = rule.what.word();
    match rule.who.word() {
        // A tenant may be called `*`, as everybody is where it is saved.
        who if who.contains(':') || rule.who == Who::Everyone => format!("{what}@{who}"),
        _ => what.to_owned(),
    }
}

/// What is saved for one: CPU seconds are saved in milliseconds.
fn unit(rule: &Rule) -> f64 {
    if rule.what == What::CpuSeconds { 1_000.0 } else { 1.0 }
}

#[cfg(test)]
mod tests;
