//! Quotas outlive a process, and are shared by those that have one database.

use store::sql::Options;

use super::*;

async fn limiting(database: &Database) -> Limiting {
    let rules = vec![Rule::parse("client executions 3/day").unwrap()];
    Limiting::new(Limiter::new(rules, None, true), Some(database.clone()))
}

#[tokio::test]
async fn quotas_are_kept_and_shared() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("state.db").display());
    let database = Database::open(&url, Options::default()).await.unwrap();
    let who = Principal::local();
    let (one, other) = (limiting(&database).await, limiting(&database).await);
    one.begin(&who).await.unwrap();
    one.save().await;
    other.begin(&who).await.unwrap();
    other.save().await;
    assert_eq!(other.standings(&who)[0].remaining, 1, "one was used there, one here");
    one.begin(&who).await.unwrap();
    one.save().await;
    let refusal = one.begin(&who).await.unwrap_err();
    assert!(refusal.message.starts_with("quota: the 3 executions that one client"), "{refusal}");
    let after_a_start = limiting(&database).await;
    after_a_start.begin(&who).await.unwrap_err();
    database.close().await;
}
