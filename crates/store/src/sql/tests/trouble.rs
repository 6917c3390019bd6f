//! Databases that are held, full, damaged, away, and back.

use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use testkit::Postgres;

use crate::sql::{Database, Error, Key, Options};

fn impatient() -> Options {
    Options { patience: Duration::from_secs(2), ..Options::default() }
}

/// Asks until it answers, as those do who come after a failure.
async fn comes_back(database: &Database) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while let Err(error) = database.keys().generation().await {
        assert!(error.is_passing(), "{error}");
        assert!(Instant::now() < deadline, "{error}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_file_is_for_its_owner_and_is_opened_again_when_it_was_taken_away() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let state = directory.path().join("state");
    let path = state.join("state.db");
    let url = format!("sqlite:{}", path.display());
    let database = Database::open(&url, impatient()).await.expect("it opens");
    let mode = |path| std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!((mode(&state), mode(&path)), (0o700, 0o600));
    let key = Key { prefix: "a".to_owned(), ..Key::default() };
    database.keys().insert(&key).await.expect("it is added");
    let elsewhere = directory.path().join("elsewhere");
    std::fs::rename(&state, &elsewhere).expect("it is moved away");
    comes_back(&database).await;
    assert_eq!(database.keys().find("a").await, Ok(None), "it is another database");
    std::fs::remove_dir_all(&state).expect("it is removed");
    std::fs::rename(&elsewhere, &state).expect("it is moved back");
    comes_back(&database).await;
    assert!(database.keys().find("a").await.expect("asked").is_some());
    database.close().await;
}

#[tokio::test]
async fn what_is_no_database_of_ours_is_refused_by_name() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("state.db");
    let url = format!("sqlite:{}", path.display());
    std::fs::write(&path, "this is a diary, not a database, however long it may be")
        .expect("written");
    let error = Database::open(&url, impatient()).await.expect_err("it is none");
    assert!(matches!(error, Error::Damaged { .. }), "{error:?}");
    assert!(error.to_string().contains("state.db"), "{error}");

    std::fs::remove_file(&path).expect("removed");
    let database = Database::open(&url, impatient()).await.expect("it opens");
    database.run(|pools| async move {
        let later = "PRAGMA user_version = 99";
        super::super::pools::on!(&pools, pool => sqlx::query(later).execute(pool).await.map(drop))
    }).await.expect("somebody later writes it");
    database.close().await;
    let error = Database::open(&url, impatient()).await.expect_err("it is later");
    assert!(matches!(error, Error::Newer { found: 99, .. }), "{error:?}");

    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o666)).expect("chmod");
    let error = Database::open(&url, impatient()).await.expect_err("anybody may write it");
    assert!(error.to_string().contains("chmod go-w"), "{error}");
    std::fs::remove_file(&path).expect("removed");
    std::os::unix::fs::symlink("/dev/null", &path).expect("linked");
    let error = Database::open(&url, impatient()).await.expect_err("it is a link");
    assert!(error.to_string().contains("link"), "{error}");
}

#[tokio::test]
async fn a_held_file_is_waited_for_so_long_and_is_free_again_afterwards() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let url = format!("sqlite:{}/state.db", directory.path().display());
    let database = Database::open(&url, impatient()).await.expect("it opens");
    let other = Database::open(&url, Options::default()).await.expect("two may use it");
    let (held, free) = (tokio::sync::Notify::new(), tokio::sync::Notify::new());
    let holding = other.run(|pools| async {
        let super::super::pools::Pools::Sqlite(pool) = pools else { unreachable!("it is a file") };
        let transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
        held.notify_one();
        free.notified().await;
        transaction.rollback().await
    });
    let key = Key { prefix: "a".to_owned(), ..Key::default() };
    let using = async {
        held.notified().await;
        let error = database.keys().insert(&key).await.expect_err("it is held");
        assert!(matches!(error, Error::Locked { .. }), "{error:?}");
        assert_eq!(database.keys().find("a").await, Ok(None), "reading goes on");
        free.notify_one();
    };
    let (holding, ()) = tokio::join!(holding, using);
    holding.expect("it lets go");
    database.keys().insert(&key).await.expect("it is free");
}

#[tokio::test]
async fn a_full_file_says_so_and_keeps_what_it_has() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let url = format!("sqlite:{}/state.db", directory.path().display());
    let options = Options { max_bytes: 200 * 1024, ..impatient() };
    let database = Database::open(&url, options).await.expect("it opens");
    let mut added = 0;
    let error = loop {
        let (prefix, hash) = (format!("{added:05}"), "x".repeat(256));
        let key = Key { prefix, hash, ..Key::default() };
        match database.keys().insert(&key).await {
            Ok(()) => added += 1,
            Err(error) => break error,
        }
        assert!(added < 2_000, "200 KiB do not hold that");
    };
    assert!(matches!(error, Error::Full { .. }), "{error:?}");
    assert!(database.keys().find("00000").await.expect("asked").is_some());
    let roomy = Database::open(&url, Options::default()).await.expect("it opens");
    let key = Key { prefix: "more".to_owned(), ..Key::default() };
    roomy.keys().insert(&key).await.expect("there is room again");
}

#[tokio::test]
async fn a_server_that_stops_fails_what_is_asked_and_is_used_again_when_it_returns() {
    let mut server = Postgres::start();
    let database = Database::open(&server.url("postgres"), impatient()).await.expect("it opens");
    let key = Key { prefix: "a".to_owned(), ..Key::default() };
    database.keys().insert(&key).await.expect("it is added");
    server.stop();
    let error = database.keys().find("a").await.expect_err("it is away");
    assert!(error.is_passing(), "{error:?}");
    let began = Instant::now();
    for _ in 0..20 {
        database.keys().find("a").await.expect_err("it is away");
    }
    assert!(began.elapsed() < Duration::from_secs(25), "they do not all wait in vain");
    // One that was never there can be named all the same: it is opened by its first use.
    let later = Database::new(&server.url("postgres"), impatient()).expect("the URL is right");
    later.ready().await.expect_err("it is away");
    server.resume();
    comes_back(&database).await;
    assert!(database.keys().find("a").await.expect("asked").is_some());
    comes_back(&later).await;
    assert!(later.keys().find("a").await.expect("asked").is_some());
    let (one, other) = tokio::join!(database.close(), later.close());
    let _ = (one, other);
}

#[tokio::test]
async fn a_server_that_says_nothing_is_not_waited_for_for_ever() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("postgres://me@{}/state", silent.local_addr().expect("an address"));
    let database = Database::new(&url, impatient()).expect("the URL is right");
    let began = Instant::now();
    for _ in 0..5 {
        let error = database.keys().find("a").await.expect_err("it says nothing");
        assert!(matches!(error, Error::Away { .. }), "{error:?}");
    }
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
}

#[tokio::test]
async fn what_a_server_locks_is_waited_for_so_long() {
    let server = Postgres::start();
    let database = Database::open(&server.url("postgres"), impatient()).await.expect("it opens");
    let other = Database::open(&server.url("postgres"), Options::default()).await.expect("opens");
    let (held, free) = (tokio::sync::Notify::new(), tokio::sync::Notify::new());
    let holding = other.run(|pools| async {
        let super::super::pools::Pools::Postgres(pool) = pools else { unreachable!("a server") };
        let mut transaction = pool.begin().await?;
        let lock = "LOCK TABLE cex_keys IN ACCESS EXCLUSIVE MODE";
        sqlx::raw_sql(lock).execute(&mut *transaction).await?;
        held.notify_one();
        free.notified().await;
        transaction.rollback().await
    });
    let using = async {
        held.notified().await;
        let error = database.keys().find("a").await.expect_err("it is held");
        assert!(matches!(error, Error::Locked { .. }), "{error:?}");
        free.notify_one();
    };
    let (holding, ()) = tokio::join!(holding, using);
    holding.expect("it lets go");
    assert_eq!(database.keys().find("a").await, Ok(None), "it is free");
    let (one, two) = (database.close(), other.close());
    tokio::join!(one, two);
}

#[tokio::test]
async fn servers_and_databases_that_are_not_ours_are_told_apart() {
    let server = Postgres::start();
    let error = Database::open(&server.url("missing"), impatient()).await.expect_err("not there");
    assert!(matches!(error, Error::Denied { .. }), "{error:?}");
    server.psql("postgres", "CREATE ROLE stranger LOGIN");
    server.create("ours");
    server.psql("ours", "REVOKE ALL ON SCHEMA public FROM PUBLIC");
    let url = server.url("ours").replace("postgres@", "stranger@");
    let error = Database::open(&url, impatient()).await.expect_err("it may not make tables");
    assert!(matches!(error, Error::Denied { .. }), "{error:?}");
    // Ten at once migrate a new database once.
    let url = server.create("fresh");
    let opening = (0..10).map(|_| {
        let url = url.clone();
        tokio::spawn(async move {
            let database = Database::open(&url, Options::default()).await.expect("it opens");
            database.keys().generation().await.expect("it is of our schema");
            database.close().await;
        })
    });
    for opening in opening.collect::<Vec<_>>() {
        opening.await.expect("it ends");
    }
}
