//! Many at once, one after the other, and making room.

use std::{fs, time::Duration};

use packages::Error;

use crate::support::{Place, declaration, index, until};

#[tokio::test(flavor = "multi_thread")]
async fn those_who_want_the_same_share_one_install() {
    let index = index();
    let place = Place::with_index(&index);
    // Two with a state of their own each, as two processes are.
    let both = [place.packages(), place.packages()];
    let mut tasks = tokio::task::JoinSet::new();
    for at in 0..8 {
        let (packages, interpreter) = (both[at % 2].clone(), place.interpreter.clone());
        tasks.spawn(async move {
            packages.prepare(&declaration(&["alpha"]), &interpreter, |_| {}).await
        });
    }
    let mut keys: Vec<String> = tasks
        .join_all()
        .await
        .into_iter()
        .map(|result| result.expect("installed").expect("something").key)
        .collect();
    keys.dedup();
    assert_eq!(keys.len(), 1, "{keys:?}");
    // Once for what it needs, since this index does not tell, and once to be installed.
    assert_eq!(index.downloads("alpha-1.0-py3-none-any.whl"), 2);
    assert_eq!(index.downloads("beta-1.2-py3-none-any.whl"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_wait_for_a_failure_get_it_too() {
    let index = index();
    let place = Place::with_index(&index);
    let packages = place.packages();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let (packages, interpreter) = (packages.clone(), place.interpreter.clone());
        tasks.spawn(async move {
            packages.prepare(&declaration(&["gamma"]), &interpreter, |_| {}).await.map(drop)
        });
    }
    for result in tasks.join_all().await {
        assert!(matches!(result, Err(Error::Resolve { .. })), "{result:?}");
    }
    let asked = index.requests().iter().filter(|path| *path == "GET /simple/gamma/").count();
    assert_eq!(asked, 1);
}

#[tokio::test]
async fn one_who_gives_up_does_not_spoil_it_for_the_other() {
    let index = index();
    let place = Place::with_index(&index);
    let (packages, interpreter) = (place.packages(), place.interpreter.clone());
    let first = tokio::spawn({
        let (packages, interpreter) = (packages.clone(), interpreter.clone());
        async move { packages.prepare(&declaration(&["alpha"]), &interpreter, |_| {}).await }
    });
    until("the first has begun", || !index.requests().is_empty()).await;
    let second = tokio::spawn(async move {
        packages.prepare(&declaration(&["alpha"]), &interpreter, |_| {}).await
    });
    tokio::task::yield_now().await;
    first.abort();
    let environment = second.await.expect("no panic").expect("installed").expect("something");
    assert_eq!(environment.packages.len(), 2);
}

#[tokio::test]
async fn a_full_queue_says_so() {
    let index = index();
    index.fall_silent();
    let mut place = Place::with_index(&index);
    place.config.max_parallel_installs = 1;
    place.config.max_waiting = 0;
    let (packages, interpreter) = (place.packages(), place.interpreter.clone());
    let first = tokio::spawn({
        let packages = packages.clone();
        async move { packages.prepare(&declaration(&["alpha"]), &interpreter, |_| {}).await }
    });
    until("the first has begun", || !index.requests().is_empty()).await;
    let error = place.prepare_with(&packages, &["delta"]).await.expect_err("no room");
    assert!(matches!(error, Error::Busy { waiting: 1 }), "{error}");
    first.abort();
    assert!(first.await.is_err());
}

#[tokio::test]
async fn room_is_made_by_the_one_used_longest_ago_and_never_by_one_in_use() {
    let index = index();
    let mut place = Place::with_index(&index);
    place.config.max_cached_environments = 1;
    let alpha = place.prepare(&["alpha"]).await.expect("installed");
    let beta = place.prepare(&["beta"]).await.expect("installed");
    assert!(alpha.site_packages.exists(), "it is in use");
    let held = alpha.clone();
    drop(alpha);
    place.prepare(&["delta"]).await.expect("installed");
    assert!(held.site_packages.exists(), "a clone is still in use");

    let (path, key) = (held.site_packages.clone(), held.key.clone());
    drop((held, beta));
    place.prepare(&["alpha", "delta"]).await.expect("installed");
    assert!(!path.exists(), "nobody uses it any more");
    let left = fs::read_dir(place.cache().join("environments")).expect("environments").count();
    assert_eq!(left, 1);

    let again = place.prepare(&["alpha"]).await.expect("installed again");
    assert_eq!(again.site_packages, path);
    assert_ne!(again.key, key, "whoever mounted the old one must not be taken for the new one");
}

#[tokio::test]
async fn a_resolution_that_is_too_old_is_made_again() {
    let index = index();
    let mut place = Place::with_index(&index);
    let first = place.prepare(&["delta"]).await.expect("installed");
    let asked = index.requests().len();
    place.config.resolution_age = Duration::ZERO;
    // Ages count in whole seconds.
    let deadline = std::time::Instant::now() + Duration::from_millis(1_100);
    until("a second is over", || std::time::Instant::now() >= deadline).await;
    let second = place.prepare(&["delta"]).await.expect("found");
    assert!(index.requests().len() > asked);
    assert_eq!(second.key, first.key, "the same versions are the same environment");
}

#[tokio::test]
async fn what_a_crash_left_is_removed() {
    let index = index();
    let place = Place::with_index(&index);
    let staging = place.cache().join("staging");
    fs::create_dir_all(staging.join("0123456789abcdef/empty")).expect("left over");
    fs::write(staging.join("0123456789abcdef.lock"), "").expect("left over");
    place.prepare(&["delta"]).await.expect("installed");
    assert_eq!(fs::read_dir(&staging).expect("staging").count(), 0);
}

#[tokio::test]
async fn downloads_do_not_pile_up() {
    let index = index();
    let mut place = Place::with_index(&index);
    place.config.max_cache_bytes = 1;
    let environment = place.prepare(&["delta"]).await.expect("installed");
    assert!(crate::support::files(&place.cache().join("uv")).is_empty());
    assert_eq!(place.python(&environment, "import delta; print(delta.name)"), "delta");
}
