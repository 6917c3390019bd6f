//! Who is charged what.

use types::ErrorCode;

use super::*;

const NOON: u64 = 1_000 * 86_400_000 + 43_200_000;

fn limiter(rules: &[&str]) -> Limiter {
    Limiter::new(rules.iter().map(|rule| Rule::parse(rule).unwrap()).collect(), None, true)
}

fn client(tenant: &str, subject: &str) -> Principal {
    Principal { tenant: tenant.to_owned(), subject: subject.to_owned(), ..Principal::local() }
}

#[tokio::test]
async fn clients_have_their_own_and_tenants_share() {
    let limiter = limiter(&["client executions 2/1m", "tenant executions 3/1m"]);
    let (ann, bob, eve) = (client("a", "ann"), client("a", "bob"), client("ab", "ob"));
    let _ = limiter.begin(&ann, NOON).await.unwrap();
    let _ = limiter.begin(&ann, NOON).await.unwrap();
    let refusal = limiter.begin(&ann, NOON).await.unwrap_err();
    assert!(refusal.message.contains("for one client; try again in 30 s"), "{refusal}");
    let _ = limiter.begin(&bob, NOON).await.unwrap();
    let refusal = limiter.begin(&bob, NOON).await.unwrap_err();
    assert!(refusal.message.contains("for one tenant; try again in 20 s"), "{refusal}");
    assert_eq!(refusal.retry_after, Some(Duration::from_secs(20)));
    let _ = limiter.begin(&eve, NOON).await.unwrap();
    let standings = limiter.standings(&bob, NOON);
    assert_eq!(
        (standings[0].policy.as_str(), standings[0].remaining),
        ("tenant-executions-60s", 0)
    );
    assert_eq!((standings[0].limit, standings[0].window_s, standings[0].reset_s), (3, 60, 60));
    assert_eq!(
        (standings[1].policy.as_str(), standings[1].remaining),
        ("client-executions-60s", 1)
    );
}

#[tokio::test]
async fn calls_are_counted_by_tool_and_cpu_time_when_it_was_used() {
    let limiter = limiter(&["client mcp__git__* 1/1m", "client cpuSeconds 10/10s"]);
    let ann = client("a", "ann");
    limiter.call(&ann, "mcp__git__log", NOON).await.unwrap();
    limiter.call(&ann, "mcp__fs__read", NOON).await.unwrap();
    let refusal = limiter.call(&ann, "mcp__git__show", NOON).await.unwrap_err();
    assert!(refusal.message.contains("1 call of mcp__git__*"), "{refusal}");
    assert!(limiter.counts_cpu());
    limiter.spend(&ann, Duration::from_secs(25), NOON).await;
    let refusal = limiter.begin(&ann, NOON).await.unwrap_err();
    assert_eq!(refusal.retry_after, Some(Duration::from_millis(15_001)));
    let _ = limiter.begin(&ann, NOON + 15_001).await.unwrap();
}

#[tokio::test]
async fn quotas_begin_anew_and_are_saved_and_learnt() {
    let rules = ["client executions 2/day", "client cpuSeconds 5/month", "all executions 9/day"];
    let limiter = self::limiter(&rules);
    let ann = client("a", "ann");
    assert_eq!(limiter.unknown(&ann, NOON).len(), 2, "the client and everybody");
    for (owner, _) in limiter.unknown(&ann, NOON) {
        limiter.learn(&owner, &[], &ann, NOON);
    }
    assert!(limiter.unknown(&ann, NOON).is_empty());
    let _ = limiter.begin(&ann, NOON).await.unwrap();
    let _ = limiter.begin(&ann, NOON).await.unwrap();
    let refusal = limiter.begin(&ann, NOON).await.unwrap_err();
    assert_eq!(refusal.code, ErrorCode::QuotaExceeded);
    assert!(refusal.message.contains("in 12 h, on 1972-09-28 at 00:00 UTC"), "{refusal}");
    let _ = limiter.begin(&ann, NOON + 43_200_000).await.unwrap();
    limiter.spend(&ann, Duration::from_millis(1_500), NOON).await;
    let mut unsaved = limiter.take_unsaved();
    unsaved.sort_by_key(|(used, _)| format!("{used:?}"));
    let told: Vec<_> = unsaved
        .iter()
        .map(|(used, amount)| (&*used.owner.subject, &*used.measure, &*used.period, *amount))
        .collect();
    assert_eq!(
        told,
        [
            ("", "executions@all", "1972-09-27", 2),
            ("", "executions@all", "1972-09-28", 1),
            ("ann", "cpuSeconds", "1972-09", 1500),
            ("ann", "executions", "1972-09-27", 2),
            ("ann", "executions", "1972-09-28", 1),
        ]
    );
    assert!(limiter.take_unsaved().is_empty());
    // Another process of the same database, on the same day.
    let other = self::limiter(&rules);
    for (owner, _) in other.unknown(&ann, NOON) {
        other.learn(&owner, &unsaved, &ann, NOON);
    }
    other.begin(&ann, NOON).await.unwrap_err();
    let (used, _) =
        unsaved.into_iter().find(|it| it.0.owner.subject == "ann" && it.1 == 2).unwrap();
    other.saved(&[(used, 1)], NOON);
    let _ = other.begin(&ann, NOON).await.unwrap();
}

#[tokio::test]
async fn what_never_began_is_given_back_and_no_more() {
    let limiter = limiter(&["client executions 2/1m", "client executions 3/day"]);
    let ann = client("a", "ann");
    let first = limiter.begin(&ann, NOON).await.unwrap();
    let _second = limiter.begin(&ann, NOON).await.unwrap();
    let refused = limiter.begin(&ann, NOON).await;
    refused.unwrap_err();
    limiter.give_back(first, NOON).await;
    let remaining = |at| -> Vec<u64> {
        limiter.standings(&ann, at).iter().map(|standing| standing.remaining).collect()
    };
    assert_eq!(remaining(NOON), [1, 2]);
    assert_eq!(limiter.take_unsaved()[0].1, 1);
    // One that waited over midnight is given back to the day that it was taken from.
    let third = limiter.begin(&ann, NOON).await.unwrap();
    let tomorrow = NOON + 43_200_000;
    limiter.give_back(third, tomorrow).await;
    assert_eq!(remaining(tomorrow), [2, 3], "a bucket is full at its capacity");
}

#[tokio::test]
async fn a_tenant_that_is_called_as_everybody_has_a_quota_of_its_own() {
    let limiter = limiter(&["tenant executions 1/day", "all executions 9/day"]);
    let (ann, star) = (client("a", "ann"), client("*", "star"));
    let _ = limiter.begin(&ann, NOON).await.unwrap();
    let _ = limiter.begin(&star, NOON).await.unwrap();
    limiter.begin(&star, NOON).await.unwrap_err();
}

#[tokio::test]
async fn rules_are_replaced_and_those_that_stay_keep_their_levels() {
    let limiter = limiter(&["client executions 1/1m"]);
    let ann = client("a", "ann");
    let _ = limiter.begin(&ann, NOON).await.unwrap();
    let rules = ["client executions 1/1m", "tenant executions 50/1m"];
    limiter.replace(rules.map(|rule| Rule::parse(rule).unwrap()).to_vec());
    limiter.begin(&ann, NOON).await.unwrap_err();
    limiter.replace(Vec::new());
    let _ = limiter.begin(&ann, NOON).await.unwrap();
    assert!(limiter.standings(&ann, NOON).is_empty());
}
