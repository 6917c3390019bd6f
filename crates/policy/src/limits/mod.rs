//! How much clients, tenants and everybody together may ask for: rates, which fill again evenly, and
//! quotas, which begin anew with each day or month.
//!
//! `rule` is what an operator writes, `span` how long a rule counts, `memory` the levels, `limiter`
//! what a request is charged, `words` how a refusal reads, `redis` the levels where several gateways
//! share them: with `remote`, the only room here that does I/O. Time is passed in as Unix milliseconds.

mod limiter;
mod memory;
mod redis;
mod rule;
mod span;
mod words;

pub use limiter::{Charged, Limiter, Owner, Used};
pub use redis::{InvalidRedis, Redis, WhenAway};
pub use rule::{InvalidRule, MAX_RULES, Rule, Who};
