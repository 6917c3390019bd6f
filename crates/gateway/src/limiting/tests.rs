//! Quotas outlive a process, and are shared by those that have one database.

use policy::roles::{Authority, Roles};
use store::sql::Options;

use crate::caller::Caller;

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
    let _began = one.begin(&who).await.unwrap();
    one.save().await;
    let _began = other.begin(&who).await.unwrap();
    other.save().await;
    assert_eq!(other.standings(&who)[0].remaining, 1, "one was used there, one here");
    let _began = one.begin(&who).await.unwrap();
    one.save().await;
    let refusal = one.begin(&who).await.unwrap_err();
    assert!(refusal.message.starts_with("quota: the 3 executions that one client"), "{refusal}");
    let after_a_start = limiting(&database).await;
    after_a_start.begin(&who).await.unwrap_err();
    database.close().await;
}

#[tokio::test]
async fn what_never_began_is_given_back_to_every_day_and_gateway() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("state.db").display());
    let database = Database::open(&url, Options::default()).await.unwrap();
    let who = Principal::local();
    let one = limiting(&database).await;
    let charged = one.begin(&who).await.unwrap();
    one.save().await;
    one.give_back(charged).await;
    assert_eq!(one.standings(&who)[0].remaining, 3);
    one.save().await;
    assert_eq!(one.standings(&who)[0].remaining, 3, "and so it is saved");
    let other = limiting(&database).await;
    let _began = other.begin(&who).await.unwrap();
    assert_eq!(other.standings(&who)[0].remaining, 2);
    database.close().await;
}

#[tokio::test]
async fn rules_of_a_role_are_about_those_that_the_policy_file_puts_in_it() {
    let rules = vec![Rule::parse("role:free executions 1/24h").unwrap()];
    let limiting = Limiting::new(Limiter::new(rules, None, false), None);
    let lines = "g, user:default, role:trial, *\ng, role:trial, role:free, *";
    let authority = Authority::new(Roles::parse(lines).unwrap());
    let charged = |subject: &str| {
        let principal = Principal { subject: subject.to_owned(), ..Principal::local() };
        Caller::new(Some(&authority), &principal).charged()
    };
    let (one, other) = (charged("default"), charged("other"));
    let _began = limiting.begin(&one).await.unwrap();
    limiting.begin(&one).await.unwrap_err();
    for _ in 0..3 {
        let _began = limiting.begin(&other).await.unwrap();
    }
}
