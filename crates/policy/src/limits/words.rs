//! How a refusal by a limit reads: whose limit, how much it is, and when to go on.

use std::time::Duration;

use types::{ErrorCode, Refusal};

use crate::limits::memory::LEVELS;
use crate::limits::rule::{Rule, What, Who};
use crate::limits::span::{DAY_MS, duration, words};

/// Nothing more of this for now.
pub(crate) fn refusal(rule: &Rule, wait_ms: u64, now: u64) -> Refusal {
    let whom = whom(&rule.who);
    let what = what(&rule.what, rule.amount);
    let again = Duration::from_millis(wait_ms);
    let wait = rounded(wait_ms);
    if rule.is_quota() {
        let day = words(now.saturating_add(wait_ms) / DAY_MS);
        let message = format!(
            "quota: the {what} that {whom} may have in {} are used up; it begins anew in {wait}, on \
             {day} at 00:00 UTC",
            rule.span
        );
        return Refusal::new(ErrorCode::QuotaExceeded, message).again_after(again);
    }
    let message =
        format!("rate limit: at most {what} in {} for {whom}; try again in {wait}", rule.span);
    Refusal::new(ErrorCode::RateLimited, message).again_after(again)
}

/// There are more clients than can be counted.
pub(crate) fn full() -> Refusal {
    let message = format!(
        "rate limit: this server counts {LEVELS} limits of clients at once, and all of them are in use; \
         try again in 1 s"
    );
    Refusal::new(ErrorCode::RateLimited, message).again_after(Duration::from_secs(1))
}

/// Nothing is run while it cannot be looked up what was used.
pub(crate) fn unavailable() -> Refusal {
    let message = "the limits of this server are kept in a Redis that does not answer, and the operator \
                   has `limits.whenRedisIsAway` set to `closed`: nothing is run until it does";
    Refusal::new(ErrorCode::LimitsUnavailable, message).again_after(Duration::from_secs(1))
}

fn whom(who: &Who) -> String {
    match who {
        Who::Client => "one client".to_owned(),
        Who::Role(role) => format!("one client with the role {role}"),
        Who::Tenant => "one tenant".to_owned(),
        Who::TenantNamed(tenant) => format!("the tenant {tenant}"),
        Who::Everyone => "all clients together".to_owned(),
    }
}

fn what(what: &What, amount: u64) -> String {
    let plural = if amount == 1 { "" } else { "s" };
    match what {
        What::Executions => format!("{amount} execution{plural}"),
        What::ToolCalls => format!("{amount} tool call{plural}"),
        What::CpuSeconds => format!("{amount} CPU second{plural}"),
        What::Tools(pattern) => format!("{amount} call{plural} of {pattern}"),
    }
}

/// A wait, not shorter than it is.
fn rounded(ms: u64) -> String {
    match ms {
        0..10_000 => duration(ms.max(1)),
        10_000..600_000 => duration(ms.div_ceil(1_000) * 1_000),
        600_000..36_000_000 => duration(ms.div_ceil(60_000) * 60_000),
        _ => duration(ms.div_ceil(3_600_000) * 3_600_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_say_whose_limit_it_is_and_when_to_go_on() {
        let said = |rule: &str, wait| {
            let refusal = refusal(&Rule::parse(rule).unwrap(), wait, 90 * DAY_MS);
            assert_eq!(refusal.retry_after, Some(Duration::from_millis(wait)));
            refusal.to_string()
        };
        let lines = [
            said("client executions 30/1m", 1_500),
            said("role:free mcp__github__* 1/h", 3_599_001),
            said("tenant cpuSeconds 90/30s burst 300", 61_000),
            said("tenant:acme toolCalls 5/day", 80_000_000),
            said("all executions 1000/month", DAY_MS),
        ];
        insta::assert_snapshot!(lines.join("\n"), @r"
        rate limit: at most 30 executions in 1 min for one client; try again in 1500 ms (rate_limited)
        rate limit: at most 1 call of mcp__github__* in 1 h for one client with the role free; try again in 1 h (rate_limited)
        rate limit: at most 90 CPU seconds in 30 s for one tenant; try again in 61 s (rate_limited)
        quota: the 5 tool calls that the tenant acme may have in a day are used up; it begins anew in 23 h, on 1970-04-01 at 00:00 UTC (quota_exceeded)
        quota: the 1000 executions that all clients together may have in a month are used up; it begins anew in 24 h, on 1970-04-02 at 00:00 UTC (quota_exceeded)
        ");
    }
}
