//! Executions, those who run them, and what is deleted, on either database.

use crate::sql::{Database, Execution, Key, Purged, Usage, Whose};

/// The id of the execution that began at this time.
fn id(started_at: i64) -> String {
    format!("{started_at:012x}aaaaaaaaaaaaaaaaaaaa")
}

fn begun(subject: &str, started_at: i64) -> Execution {
    Execution {
        id: id(started_at),
        tenant: "acme".to_owned(),
        subject: subject.to_owned(),
        instance: "one".to_owned(),
        language: "python".to_owned(),
        state: "running".to_owned(),
        started_at,
        code_hash: "c0de".to_owned(),
        code_bytes: 4,
        tools: "[]".to_owned(),
        ..Execution::default()
    }
}

fn ended(begun: &Execution) -> Execution {
    Execution {
        state: "failed".to_owned(),
        ended_at: Some(begun.started_at + 5),
        duration_ms: Some(4.25),
        error_class: Some("TypeError".to_owned()),
        limit_hit: Some("memory".to_owned()),
        isolation: Some("full".to_owned()),
        memory_bytes: Some(1 << 40),
        output_bytes: Some(7),
        truncated: 1,
        tool_calls: 2,
        tools: r#"["mcp__a__\"b\u0000"]"#.to_owned(),
        ..begun.clone()
    }
}

async fn write(database: &Database, executions: &[Execution]) {
    database.executions().write(&mut executions.to_vec()).await.expect("they are written");
}

pub async fn begin_and_end_once(database: &Database) {
    let begun = begun("a", 1_000);
    write(database, std::slice::from_ref(&begun)).await;
    let find = async || database.executions().find(&begun.id).await.expect("it is asked");
    assert_eq!(find().await, Some(begun.clone()));
    let ended = ended(&begun);
    write(database, std::slice::from_ref(&ended)).await;
    assert_eq!(find().await, Some(ended.clone()));
    // A beginning that comes late changes nothing.
    write(database, &[begun.clone(), self::begun("a", 2_000)]).await;
    assert_eq!(find().await, Some(ended));
    assert_eq!(database.executions().find("none").await, Ok(None));
    // What does not fit is cut, and a zero is no reason to lose the record.
    let (subject, tools) = (format!("a\0{}", "x".repeat(300)), "x".repeat(20_000));
    let odd = Execution { subject, tools, ..self::begun("", 3_000) };
    write(database, &[odd]).await;
    let odd = database.executions().find(&id(3_000)).await.expect("asked").expect("it is there");
    assert_eq!((odd.subject.len(), odd.tools.as_str()), (256, "[]"));
}

pub async fn are_listed_latest_first_of_whom_they_are(database: &Database) {
    let of_a = (1..=5).map(|number| begun("a", number * 1_000));
    write(database, &of_a.collect::<Vec<_>>()).await;
    write(database, &[ended(&begun("b", 2_500))]).await;
    let times = async |whose: &Whose, state, before: Option<&str>, limit| {
        let page = database.executions().page(whose, state, before, limit).await;
        page.expect("it is read").iter().map(|one| one.started_at).collect::<Vec<_>>()
    };
    let a = Whose::Principal("acme".to_owned(), "a".to_owned());
    assert_eq!(times(&Whose::All, None, None, 4).await, [5_000, 4_000, 3_000, 2_500]);
    assert_eq!(times(&a, None, None, 2).await, [5_000, 4_000]);
    assert_eq!(times(&a, None, Some(&id(4_000)), 100).await, [3_000, 2_000, 1_000]);
    let acme = Whose::Tenant("acme".to_owned());
    assert_eq!(times(&acme, Some("failed"), None, 100).await, [2_500]);
    assert_eq!(times(&a, Some("failed"), None, 100).await, [0; 0]);
    assert_eq!(times(&Whose::Tenant("other".to_owned()), None, None, 100).await, [0; 0]);
}

pub async fn are_lost_with_a_gateway_that_died(database: &Database) {
    write(
        database,
        &[begun("a", 1_000), Execution { instance: "two".to_owned(), ..begun("a", 2_000) }],
    )
    .await;
    let (one, instances) = (id(1_000), database.instances());
    instances.beat("one").await.expect("it lives");
    assert_eq!(instances.bury(10_000).await, Ok(1));
    let state = async |id: &str| {
        database.executions().find(id).await.expect("asked").expect("it is there").state
    };
    assert_eq!((state(&one).await, state(&id(2_000)).await), ("running".into(), "lost".into()));
    // It was not dead after all, and says so.
    let late = Execution { instance: "two".to_owned(), ..ended(&begun("a", 2_000)) };
    write(database, &[late]).await;
    assert_eq!(state(&id(2_000)).await, "failed");
    assert_eq!(instances.wish_cancelled(&one).await, Ok(true));
    assert_eq!(instances.wish_cancelled(&one).await, Ok(true));
    assert_eq!(instances.wish_cancelled(&id(2_000)).await, Ok(false), "it has ended");
    assert_eq!(instances.wish_cancelled("none").await, Ok(false));
    assert_eq!(instances.take_wishes("two").await, Ok(Vec::new()));
    assert_eq!(instances.take_wishes("one").await, Ok(vec![one]));
    assert_eq!(instances.take_wishes("one").await, Ok(Vec::new()));
    instances.leave("one").await.expect("it ends");
    assert_eq!(instances.bury(10_000).await, Ok(1));
}

pub async fn are_kept_for_so_long_and_so_many(database: &Database) {
    let many = (1..=5_000).map(|number| begun("a", number * 1_000));
    write(database, &many.collect::<Vec<_>>()).await;
    let oldest = async || {
        let all = database.executions().page(&Whose::All, None, None, 500).await.expect("read");
        (all.len(), all.last().map(|one| one.started_at))
    };
    assert_eq!(database.expire(4_001_000, 10_000).await, Ok(4_000));
    assert_eq!(database.expire(0, 1_000).await, Ok(0), "no more than that are there");
    assert_eq!(database.expire(0, 300).await, Ok(700));
    assert_eq!(oldest().await, (300, Some(4_701_000)));
    assert_eq!(database.expire(i64::MAX >> 17, 300).await, Ok(300));
    assert_eq!(oldest().await, (0, None));
}

/// A little of everything: for two subjects of `acme` and one of `other`.
async fn fill(database: &Database) {
    let of_other = Execution { tenant: "other".to_owned(), ..begun("a", 3_000) };
    write(database, &[ended(&begun("a", 1_000)), begun("b", 2_000), of_other]).await;
    for (tenant, subject) in [("acme", "a"), ("acme", "b"), ("acme", ""), ("other", "a")] {
        let (prefix, period) = (format!("{tenant}-{subject}"), "2026-11".to_owned());
        let (tenant, subject) = (tenant.to_owned(), subject.to_owned());
        let usage = Usage { tenant, subject, measure: "calls".to_owned(), period, used: 3 };
        database.quotas().add(std::slice::from_ref(&usage)).await.expect("it is added");
        let Usage { tenant, subject, .. } = usage;
        let (scopes, expires_at) = (vec!["tools:read".to_owned()], Some(5));
        let key = Key { prefix, tenant, subject, scopes, expires_at, ..Key::default() };
        database.keys().insert(&key).await.expect("it is added");
    }
}

pub async fn are_deleted_with_all_else_of_somebody(database: &Database) {
    fill(database).await;
    let generation = database.keys().generation().await.expect("asked");
    let one_each = Purged { executions: 1, quotas: 1, keys: 1 };
    assert_eq!(database.purge("acme", Some("a")).await, Ok(one_each));
    assert!(database.keys().generation().await.expect("asked") > generation);
    assert_eq!(database.keys().find("acme-a").await, Ok(None));
    assert!(database.keys().find("acme-b").await.expect("asked").is_some());
    assert_eq!(database.purge("acme", Some("a")).await, Ok(Purged::default()));
    let rest = Purged { executions: 1, quotas: 2, keys: 2 };
    assert_eq!(database.purge("acme", None).await, Ok(rest));
    assert_eq!(database.purge("other", None).await, Ok(one_each));
}

pub async fn are_copied_with_all_else_into_a_file_and_back(database: &Database) {
    fill(database).await;
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("backup.db");
    database.backup(&path).await.expect("it is copied");
    let refused = database.backup(&path).await.expect_err("it is there already");
    assert!(refused.to_string().contains("backup.db"), "{refused}");
    let listed = std::fs::read_dir(directory.path()).expect("listed").count();
    assert_eq!(listed, 1, "nothing is left beside it");

    let copy = format!("sqlite:{}", path.display());
    let copy = Database::open(&copy, Default::default()).await.expect("it is a database of ours");
    let everything = async |database: &Database| {
        let executions = database.executions().page(&Whose::All, None, None, 500).await;
        let keys = database.keys().list(&Default::default(), None, 500).await;
        let quotas = database.quotas().of("acme", "", &["2026-11"]).await;
        (executions.expect("read"), keys.expect("read"), quotas.expect("read"))
    };
    let before = everything(database).await;
    assert_eq!(everything(&copy).await, before);
    copy.close().await;
    database.purge("acme", None).await.expect("it is deleted");
    database.restore(&path).await.expect("it is put back");
    assert_eq!(everything(database).await, before);
    database.restore(&directory.path().join("missing")).await.expect_err("there is none");
    // What is no backup is told, and left as it is.
    for wrong in ["", "no database"] {
        let path = directory.path().join("wrong.db");
        std::fs::write(&path, wrong).expect("written");
        database.restore(&path).await.expect_err("it is no backup");
        assert_eq!(std::fs::read_to_string(&path).expect("read"), wrong);
    }
}
