//! Starts that work, starts that do not, and what comes after.

use std::time::{Duration, Instant};

use serde_json::json;
use types::{ErrorCode, UpstreamState};

use crate::tests::support::{AMPLE, config, fake, fakes, text, until};
use crate::{Config, Error, Hub, ServerConfig};

#[tokio::test]
async fn each_era_is_found_and_shown() {
    for (modes, version) in [(&[][..], "2025-06-18"), (&["modern"][..], "2026-07-28")] {
        let fakes = fake(modes);
        let answer = fakes.call("echo", json!({"a": 1})).await.unwrap();
        assert_eq!(answer.structured_content, Some(json!({"a": 1})));
        let status = fakes.hub.status().remove(0);
        assert_eq!(status.state, UpstreamState::Ready);
        assert_eq!(status.protocol_version.as_deref(), Some(version));
        fakes.hub.shutdown().await;
        assert_eq!(fakes.hub.status()[0].state, UpstreamState::Stopped);
        let error = fakes.call("echo", json!({})).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::ShuttingDown);
    }
}

#[tokio::test]
async fn a_server_that_ignores_the_probe_costs_no_ten_seconds_and_is_remembered() {
    let fakes = fake(&["ignore-discover", "probes=probes"]);
    fakes.call("echo", json!({})).await.unwrap();
    assert_eq!(fakes.marks("probes"), 1);
    // The restart knows better than to probe again.
    fakes.call("die", json!({})).await.unwrap_err();
    until("a restart", async || fakes.call("echo", json!({})).await.is_ok()).await;
    assert_eq!(fakes.marks("probes"), 1);
    fakes.hub.shutdown().await;
}

#[tokio::test]
async fn a_server_that_exits_at_the_probe_is_started_without_it() {
    let fakes = fake(&["exit-on-discover", "count=marks"]);
    fakes.call("echo", json!({})).await.unwrap();
    assert_eq!(fakes.starts("marks"), 2);
    fakes.hub.shutdown().await;
}

#[tokio::test]
async fn a_slow_start_is_waited_for_in_either_era() {
    for modes in [&["start-after=3"][..], &["start-after=3", "modern"][..]] {
        let fakes = fake(modes);
        let answer = fakes.call("echo", json!({})).await;
        assert!(answer.is_ok(), "{modes:?}: {answer:?}");
        fakes.hub.shutdown().await;
    }
}

#[tokio::test]
async fn a_banner_on_standard_output_is_skipped() {
    let fakes = fake(&["banner"]);
    fakes.call("echo", json!({})).await.unwrap();
    fakes.hub.shutdown().await;
}

#[tokio::test]
async fn a_server_that_exits_says_how_and_is_left_alone_for_a_while() {
    let limits =
        Config { breaker_failures: 1, breaker_pause: AMPLE, breaker_max_pause: AMPLE, ..config() };
    let fakes = fakes(&[("fake", &["exit"])], limits);
    let error = fakes.call("echo", json!({})).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::UpstreamUnavailable);
    let message = error.to_string();
    assert!(message.contains("`fake` did not start: it exited with status 7"), "{message}");
    assert!(!message.contains("secret"), "{message}");
    let Err(Error::Backoff { retry_in, last, .. }) = fakes.call("echo", json!({})).await else {
        panic!("no backoff");
    };
    assert!(retry_in <= AMPLE && last.contains("status 7"));
    let status = fakes.hub.status().remove(0);
    assert_eq!(status.state, UpstreamState::Failed);
    assert!(status.error.unwrap().contains("status 7"));
}

#[tokio::test]
async fn a_server_that_comes_back_is_used_again_and_its_error_forgotten() {
    let fakes = fake(&["count=marks", "ok-from=3"]);
    assert!(fakes.call("echo", json!({})).await.is_err());
    until("a start that works", async || fakes.call("echo", json!({})).await.is_ok()).await;
    let status = fakes.hub.status().remove(0);
    assert_eq!((status.state, status.error), (UpstreamState::Ready, None));
    fakes.hub.shutdown().await;
}

#[tokio::test]
async fn a_server_that_hangs_or_babbles_fails_at_its_own_deadline_and_holds_nobody_up() {
    let config = Config { start_timeout: Duration::from_secs(15), ..config() };
    let servers: [(&str, &[&str]); 3] =
        [("hangs", &["hang"]), ("babbles", &["print-garbage"]), ("works", &[])];
    let mut fakes = fakes(&servers, config);
    fakes.hub = limited(&fakes, "hangs", Duration::from_secs(1));
    let start = Instant::now();
    let all = fakes.hub.all_tools().await;
    assert!(start.elapsed() < AMPLE);
    let names: Vec<_> = all.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["hangs", "babbles", "works"]);
    let hangs = all[0].1.as_ref().unwrap_err().to_string();
    assert!(hangs.contains("within 1000 ms"), "{hangs}");
    let babbles = all[1].1.as_ref().unwrap_err().to_string();
    assert!(babbles.contains("bytes that are no MCP messages"), "{babbles}");
    assert!(all[2].1.is_ok());
    fakes.hub.shutdown().await;
}

#[tokio::test]
async fn a_flood_of_garbage_is_cut_short() {
    let fakes = fake(&["flood-garbage"]);
    let start = Instant::now();
    let error = fakes.call("echo", json!({})).await.unwrap_err().to_string();
    assert!(error.contains("more than 1 MiB"), "{error}");
    assert!(start.elapsed() < AMPLE);
}

#[tokio::test]
async fn many_callers_share_one_start() {
    let fakes = fake(&["count=marks", "start-after=0.3"]);
    let calls: Vec<_> = (0..20)
        .map(|n| {
            let hub = fakes.hub.clone();
            tokio::spawn(async move {
                if n % 2 == 0 {
                    hub.tools("fake").await.map(|_| ())
                } else {
                    hub.call("fake", "pid", Default::default(), AMPLE).await.map(|_| ())
                }
            })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(fakes.starts("marks"), 1);
    fakes.hub.shutdown().await;
}

#[tokio::test]
async fn a_refused_handshake_is_told_in_the_servers_words() {
    let fakes = fake(&["refuse"]);
    let error = fakes.call("echo", json!({})).await.unwrap_err().to_string();
    assert!(
        error.contains("refused `initialize` with error -32600: no initialize here"),
        "{error}"
    );
}

#[tokio::test]
async fn a_missing_program_is_named_before_anything_is_started() {
    for (command, expected) in [
        ("no-such-program-anywhere", "is in no directory of PATH"),
        ("/no/such/path", "is not an executable file"),
    ] {
        let servers = vec![ServerConfig::program("s", command, [])];
        let hub = Hub::new(Config { servers, ..config() });
        let error = hub.tools("s").await.unwrap_err().to_string();
        assert!(error.contains(expected) && error.contains(command), "{error}");
    }
}

#[tokio::test]
async fn servers_get_little_of_our_environment_and_the_marker() {
    let fakes = fake(&[]);
    let answer = fakes.call("environment", json!({})).await.unwrap();
    let variables = answer.structured_content.unwrap();
    assert_eq!(variables["FAKE_VARIABLE"], "its value");
    assert_eq!(variables["CODE_EXECUTOR_UPSTREAM"], "1");
    assert!(variables.get("PATH").is_some());
    // Cargo sets it for every test; servers have no business with it.
    assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some());
    assert!(variables.get("CARGO_MANIFEST_DIR").is_none());
    fakes.hub.shutdown().await;
}

#[tokio::test]
async fn servers_work_without_a_guard_too() {
    let fakes = fakes(&[("fake", &[])], Config { guard: Vec::new(), ..config() });
    let pid = text(&fakes.call("pid", json!({})).await.unwrap());
    fakes.hub.shutdown().await;
    assert!(!super::support::runs(&pid));
}

/// A hub over the same servers in which one has its own start timeout.
fn limited(fakes: &crate::tests::support::Fakes, name: &str, limit: Duration) -> Hub {
    let mut config = fakes.config.clone();
    for server in &mut config.servers {
        if server.name == name {
            server.start_timeout = Some(limit);
        }
    }
    Hub::new(config)
}
