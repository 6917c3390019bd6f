//! Keys, on either database.

use crate::sql::{Database, Error, Key, KeyFilter};

fn key(prefix: &str) -> Key {
    Key {
        prefix: prefix.to_owned(),
        hash: "d2f0".to_owned(),
        name: "the build's".to_owned(),
        tenant: "acme".to_owned(),
        subject: "build".to_owned(),
        scopes: vec!["execute:python".to_owned(), "tools:read".to_owned()],
        roles: vec!["builder".to_owned()],
        created_at: 1_000,
        expires_at: Some(9_000),
        ..Key::default()
    }
}

pub async fn are_found_as_they_were_made(database: &Database) {
    let made = key("a1");
    database.keys().insert(&made).await.expect("it is added");
    assert_eq!(database.keys().find("a1").await.expect("it is asked"), Some(made.clone()));
    assert_eq!(database.keys().find("a2").await.expect("it is asked"), None);
    assert_eq!(database.keys().find("' OR 1=1 --").await.expect("it is asked"), None);
    assert_eq!(database.keys().insert(&made).await, Err(Error::Conflict));
}

pub async fn are_listed_in_pages_of_whom_they_are(database: &Database) {
    for number in 0..5 {
        database.keys().insert(&key(&format!("k{number}"))).await.expect("it is added");
    }
    let other = Key { subject: "deploy".to_owned(), ..key("k2x") };
    database.keys().insert(&other).await.expect("it is added");
    let all = KeyFilter::default();
    let page = database.keys().list(&all, None, 2).await.expect("it is listed");
    assert_eq!(prefixes(&page), ["k0", "k1"]);
    let page = database.keys().list(&all, Some("k1"), 100).await.expect("it is listed");
    assert_eq!(prefixes(&page), ["k2", "k2x", "k3", "k4"]);
    let of_deploy = KeyFilter { subject: Some("deploy".to_owned()), ..KeyFilter::default() };
    let page = database.keys().list(&of_deploy, None, 100).await.expect("it is listed");
    assert_eq!(page, [other]);
    let of_nobody = KeyFilter { tenant: Some("nobody".to_owned()), ..KeyFilter::default() };
    assert!(database.keys().list(&of_nobody, None, 100).await.expect("it is listed").is_empty());
}

pub async fn are_rotated_and_revoked_once(database: &Database) {
    database.keys().insert(&key("old")).await.expect("it is added");
    let new = Key { replaces: Some("old".to_owned()), expires_at: None, ..key("new") };
    assert_eq!(database.keys().rotate("missing", &new, 5_000).await, Ok(false));
    assert_eq!(database.keys().find("new").await, Ok(None), "nothing is done for a missing key");
    assert_eq!(database.keys().rotate("old", &new, 5_000).await, Ok(true));
    let expires = |found: Option<Key>| found.expect("it is there").expires_at;
    assert_eq!(expires(database.keys().find("old").await.expect("asked")), Some(5_000));
    assert_eq!(database.keys().find("new").await, Ok(Some(new.clone())));
    // The old one's time never grows, and a conflict changes nothing.
    assert_eq!(database.keys().rotate("old", &key("newer"), 8_000).await, Ok(true));
    assert_eq!(expires(database.keys().find("old").await.expect("asked")), Some(5_000));
    assert_eq!(database.keys().rotate("old", &new, 1_000).await, Err(Error::Conflict));
    assert_eq!(expires(database.keys().find("old").await.expect("asked")), Some(5_000));
    assert_eq!(database.keys().revoke("new", 6_000).await, Ok(true));
    assert_eq!(database.keys().revoke("new", 7_000).await, Ok(false), "it was already");
    assert_eq!(database.keys().rotate("new", &key("x"), 7_000).await, Ok(false));
    let revoked = database.keys().find("new").await.expect("asked").expect("it is still known");
    assert_eq!(revoked.revoked_at, Some(6_000));
}

pub async fn tell_when_they_were_last_used(database: &Database) {
    database.keys().insert(&key("a")).await.expect("it is added");
    database.keys().insert(&key("b")).await.expect("it is added");
    let uses = [("a".to_owned(), 40), ("missing".to_owned(), 41), ("a".to_owned(), 42)];
    database.keys().touch(&uses).await.expect("it is written");
    database.keys().touch(&[("a".to_owned(), 7)]).await.expect("an earlier use changes nothing");
    let last_used = async |prefix: &str| {
        database.keys().find(prefix).await.expect("asked").expect("there").last_used_at
    };
    assert_eq!(last_used("a").await, Some(42));
    assert_eq!(last_used("b").await, None);
}

pub async fn say_that_they_changed(database: &Database) {
    let mut known = database.keys().generation().await.expect("it is asked");
    let mut changed = async || {
        let before = known;
        known = database.keys().generation().await.expect("it is asked");
        known > before
    };
    database.keys().insert(&key("a")).await.expect("it is added");
    assert!(changed().await);
    database.keys().rotate("a", &key("b"), 5).await.expect("it is rotated");
    assert!(changed().await);
    database.keys().touch(&[("b".to_owned(), 5)]).await.expect("it is written");
    assert!(!changed().await, "a use is no change");
    let hashes = database.keys().hashes("a").await.expect("they are listed");
    assert_eq!(hashes, [("b".to_owned(), key("b").hash)], "from after that one on");
    database.keys().revoke("b", 5).await.expect("it is revoked");
    assert!(changed().await);
    let hashes = database.keys().hashes("a").await.expect("they are listed");
    assert!(hashes.is_empty(), "it was revoked");
    assert_eq!(database.keys().revoke("b", 6).await, Ok(false));
    assert_eq!(database.keys().revoke("c", 6).await, Ok(false));
    database.purge("nobody", None).await.expect("nothing is there");
    assert!(!changed().await, "nothing was done");
}

pub async fn beyond_the_bounds_are_refused(database: &Database) {
    let refused = async |key: Key| {
        let refused = database.keys().insert(&key).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
    };
    refused(Key { name: "x".repeat(257), ..key("a") }).await;
    refused(Key { subject: "a\0b".to_owned(), ..key("a") }).await;
    refused(Key { scopes: vec!["x".to_owned(); 65], ..key("a") }).await;
    assert_eq!(database.keys().find("a").await, Ok(None));
}

fn prefixes(keys: &[Key]) -> Vec<&str> {
    keys.iter().map(|key| key.prefix.as_str()).collect()
}
