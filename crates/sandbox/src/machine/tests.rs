//! What is found on a search path, and what is asked of it.

use super::*;

#[test]
fn the_search_path_gives_the_first_executable() {
    assert_eq!(on_path("python3", None), None);
    assert_eq!(on_path("no-such-interpreter", Some(OsStr::new("/usr/bin:/bin"))), None);
    // A relative entry would make the working directory choose.
    assert_eq!(on_path("sh", Some(OsStr::new("."))), None);
    assert!(on_path("sh", Some(OsStr::new("/nonexistent:/bin"))).is_some());
}

#[tokio::test]
async fn what_hangs_is_given_up() {
    let mut command = Command::new("/bin/sleep");
    let patience = Duration::from_millis(20);
    let given_up = ask_within(patience, command.arg("1000"), 100).await.unwrap_err();
    assert_eq!(given_up, "did not say what it is within 20ms");
}

#[tokio::test]
async fn what_is_given_up_goes_with_all_that_it_started() {
    let folder = tempfile::tempdir().unwrap();
    let pid = folder.path().join("pid");
    let mut command = Command::new("/bin/sh");
    command.args(["-c", "sleep 1000 & echo $! > \"$0\"; wait"]).arg(&pid);
    let asking = tokio::spawn(async move { ask(&mut command, 100).await });
    let stat = loop {
        let known = std::fs::read_to_string(&pid).unwrap_or_default();
        if known.ends_with('\n') {
            break format!("/proc/{}/stat", known.trim());
        }
        assert!(!asking.is_finished(), "it was given up before it hung");
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    asking.abort();
    let is_there = || std::fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z "));
    let began = Instant::now();
    while is_there() {
        assert!(began.elapsed() < Duration::from_secs(30), "what it started is still there");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
