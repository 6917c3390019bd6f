//! The guard, as a process: the test binary runs itself again as one.

use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::json;

use crate::tests::support::{AMPLE, GUARD, config, fake, fakes, runs, until};
use crate::{Config, guard};

/// Not a test of its own: what the guard's command line runs. The words that follow the test's
/// name are the guard's, and libtest's own output before it is noise that hubs skip.
#[test]
fn be_the_guard() {
    if std::env::var_os(GUARD).is_some() {
        let words = std::env::args_os();
        guard::main(words.skip_while(|word| word != "tests::guard::be_the_guard").skip(1));
    }
}

#[tokio::test]
async fn shutdown_ends_the_server_and_what_it_left_behind() {
    let fakes = fake(&[]);
    let (server, orphan) = (fakes.text("pid").await, fakes.text("grandchild").await);
    assert!(runs(&server) && runs(&orphan));
    fakes.hub.shutdown().await;
    assert!(!runs(&server) && !runs(&orphan));
}

#[tokio::test]
async fn a_server_that_does_not_want_to_end_is_killed_within_the_stop_timeout() {
    let stop_timeout = Duration::from_millis(600);
    for modes in [&["ignore-close"][..], &["ignore-close", "ignore-term"][..]] {
        let fakes = fakes(&[("fake", modes)], Config { stop_timeout, ..config() });
        let (server, orphan) = (fakes.text("pid").await, fakes.text("grandchild").await);
        let start = std::time::Instant::now();
        fakes.hub.shutdown().await;
        assert!(start.elapsed() < AMPLE, "{:?}", start.elapsed());
        assert!(!runs(&server) && !runs(&orphan));
    }
}

#[tokio::test]
async fn a_server_that_dies_leaves_nothing_behind() {
    let fakes = fake(&[]);
    let orphan = fakes.text("grandchild").await;
    fakes.call("die", json!({})).await.unwrap_err();
    assert!(!runs(&orphan));
}

#[tokio::test]
async fn dropping_the_hub_ends_its_servers() {
    let fakes = fake(&[]);
    let (server, orphan) = (fakes.text("pid").await, fakes.text("grandchild").await);
    drop(fakes);
    until("the end of both", async || !runs(&server) && !runs(&orphan)).await;
}

/// Not a test of its own: a host with a server, which is killed by the test below.
#[tokio::test]
async fn be_a_host() {
    if std::env::var_os("UPSTREAM_TEST_HOST").is_none() {
        return;
    }
    let fakes = fake(&["ignore-close", "ignore-term"]);
    let (server, orphan) = (fakes.text("pid").await, fakes.text("grandchild").await);
    let pids = std::env::var_os("UPSTREAM_TEST_HOST").unwrap();
    std::fs::write(pids, format!("{server} {orphan}\n")).unwrap();
    // The temporary directory cannot be removed by one who is killed.
    drop(fakes.directory);
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn nothing_survives_the_kill_of_its_host() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("pids");
    let mut host = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "tests::guard::be_a_host"])
        .env("UPSTREAM_TEST_HOST", &file)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let pids = || std::fs::read_to_string(&file).unwrap_or_default();
    until("a server", async || pids().ends_with('\n')).await;
    let pids = pids();
    assert!(pids.split_whitespace().all(runs));
    host.kill().unwrap();
    host.wait().unwrap();
    until("the end of all", async || !pids.split_whitespace().any(runs)).await;
}

#[test]
fn a_wrong_command_line_is_refused() {
    for (words, status) in [
        (&["x", "--", "true"][..], 64),
        (&["3"][..], 64),
        (&["999", "--", "true"][..], 70),
        (&["0", "--", "/no/such/program"][..], 127),
    ] {
        let guard = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "--nocapture", "tests::guard::be_the_guard"])
            .args(words)
            .env(GUARD, "1")
            .stdin(Stdio::piped())
            .output()
            .unwrap();
        assert_eq!(guard.status.code(), Some(status), "{words:?}");
    }
}
