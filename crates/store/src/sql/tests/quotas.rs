//! What was used of quotas, on either database.

use crate::sql::{Database, Usage};

fn usage(subject: &str, measure: &str, period: &str, used: i64) -> Usage {
    Usage {
        tenant: "acme".to_owned(),
        subject: subject.to_owned(),
        measure: measure.to_owned(),
        period: period.to_owned(),
        used,
    }
}

pub async fn add_up_whoever_adds(database: &Database) {
    let uses = [usage("a", "executions", "2026-11-21", 2), usage("a", "executions", "2026-11", 2)];
    let mut totals = database.quotas().add(&uses).await.expect("it is added");
    totals.sort_by(|a, b| a.period.cmp(&b.period));
    assert_eq!(totals, [uses[1].clone(), uses[0].clone()]);
    // Many gateways at once, in any order: none waits for another for ever, and nothing is lost.
    let adding = (0..20).map(|number| {
        let database = database.clone();
        let mut uses = uses.to_vec();
        if number % 2 == 0 {
            uses.reverse();
        }
        tokio::spawn(async move { database.quotas().add(&uses).await.expect("it is added") })
    });
    for adding in adding.collect::<Vec<_>>() {
        adding.await.expect("it ends");
    }
    let of = database.quotas().of("acme", "a", &["2026-11-21", "2026-11"]).await.expect("read");
    assert_eq!(of.iter().map(|row| row.used).collect::<Vec<_>>(), [42, 42]);
    let twice = [usage("a", "cpuMs", "2026-11", 5), usage("a", "cpuMs", "2026-11", 6)];
    let totals = database.quotas().add(&twice).await.expect("it is added");
    assert_eq!(totals, [usage("a", "cpuMs", "2026-11", 11)]);
}

pub async fn of_others_are_theirs(database: &Database) {
    let uses = [
        usage("a", "executions", "2026-11", 1),
        usage("", "executions", "2026-11", 3),
        usage("b", "executions", "2026-11", 2),
        usage("a", "executions", "2026-10", 9),
    ];
    database.quotas().add(&uses).await.expect("it is added");
    assert_eq!(database.quotas().of("acme", "a", &["2026-11"]).await, Ok(vec![uses[0].clone()]));
    assert_eq!(database.quotas().of("acme", "", &["2026-11"]).await, Ok(vec![uses[1].clone()]));
    assert_eq!(database.quotas().of("other", "a", &["2026-11"]).await, Ok(Vec::new()));
    assert_eq!(database.quotas().add(&[]).await, Ok(Vec::new()));
}
