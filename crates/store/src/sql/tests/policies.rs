//! Policies, on either database.

use crate::sql::{Database, Error, PolicyVersion, Put};

const BODY: &str = "# \"a comment\", it's ours\np, *, *, call, mcp__a__*, allow\r\n";

fn about(made_by: &str) -> PolicyVersion {
    PolicyVersion {
        version: 0,
        digest: "c0ffee".to_owned(),
        rules: 1,
        members: 0,
        made_by: made_by.to_owned(),
        made_at: 1_000,
        note: "as asked in #12".to_owned(),
    }
}

pub async fn are_put_in_force_as_they_were_written(database: &Database) {
    let policies = database.policies();
    assert_eq!(policies.version().await, Ok(0));
    assert_eq!(policies.in_force().await, Ok((0, String::new())));
    assert_eq!(policies.latest().await, Ok(None));
    assert_eq!(policies.put(&about("ann"), BODY, None).await, Ok(Put::Version(1)));
    assert_eq!(policies.put(&about("bob"), "", Some(1)).await, Ok(Put::Version(2)));
    let first = PolicyVersion { version: 1, ..about("ann") };
    let second = PolicyVersion { version: 2, ..about("bob") };
    assert_eq!(policies.version().await, Ok(2));
    assert_eq!(policies.in_force().await, Ok((2, "c0ffee".to_owned())));
    assert_eq!(policies.latest().await, Ok(Some((second.clone(), String::new()))));
    assert_eq!(policies.get(1).await, Ok(Some((first.clone(), BODY.to_owned()))));
    assert_eq!(policies.get(3).await, Ok(None));
    assert_eq!(policies.list().await, Ok(vec![second, first]));
}

pub async fn are_not_put_over_one_that_was_not_seen(database: &Database) {
    let policies = database.policies();
    assert_eq!(policies.put(&about("ann"), BODY, Some(0)).await, Ok(Put::Version(1)));
    assert_eq!(policies.put(&about("bob"), "", Some(0)).await, Ok(Put::Overtaken(1)));
    assert_eq!(policies.list().await.expect("they are listed").len(), 1, "nothing was done");
    // Of many who do it at once each has a number of its own, or is told that it was overtaken.
    let puts = (0..8).map(|number| async move {
        let by = about(&format!("u{number}"));
        database.policies().put(&by, BODY, (number % 2 == 0).then_some(1)).await
    });
    let mut numbers = Vec::new();
    for put in futures_util::future::join_all(puts).await {
        if let Put::Version(version) = put.expect("it is put in") {
            numbers.push(version);
        }
    }
    let count = numbers.len() as i64;
    numbers.sort_unstable();
    assert_eq!(numbers, (2..2 + count).collect::<Vec<_>>());
    assert!(
        (4..=5).contains(&count),
        "{count}: four asked for any, and at most one after the first"
    );
    assert_eq!(policies.version().await, Ok(1 + count));
}

pub async fn are_kept_for_so_many_versions(database: &Database) {
    let policies = database.policies();
    for _ in 0..i64::from(super::super::KEPT_VERSIONS) + 3 {
        policies.put(&about("ann"), BODY, None).await.expect("it is put in");
    }
    let kept = policies.list().await.expect("they are listed");
    assert_eq!(kept.len(), super::super::KEPT_VERSIONS as usize);
    assert_eq!(kept.last().map(|oldest| oldest.version), Some(4));
    assert_eq!(policies.get(3).await, Ok(None));
}

pub async fn beyond_the_bounds_are_refused(database: &Database) {
    let policies = database.policies();
    let long = "x".repeat((4 << 20) + 1);
    for (by, body) in [("ann", "a\0b"), ("ann", long.as_str()), ("a\0b", BODY)] {
        let refused = policies.put(&about(by), body, None).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
    }
    assert_eq!(policies.version().await, Ok(0));
}

pub async fn are_copied_only_where_there_was_none(database: &Database) {
    let policies = database.policies();
    policies.put(&about("ann"), "", None).await.expect("it is put in");
    policies.put(&about("ann"), BODY, None).await.expect("it is put in");
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("backup.db");
    database.backup(&file).await.expect("it is copied");
    let other = |name: &str| format!("sqlite:{}/{name}.db", directory.path().display());
    let empty = Database::open(&other("empty"), super::Options::default()).await.expect("it opens");
    empty.restore(&file).await.expect("it is put back");
    assert_eq!(empty.policies().latest().await, policies.latest().await);
    assert_eq!(empty.policies().list().await, policies.list().await);
    policies.put(&about("bob"), "", None).await.expect("it is put in");
    database.restore(&file).await.expect("it is put back");
    assert_eq!(policies.version().await, Ok(3), "what is in force stays in force");
    empty.close().await;
}
