//! How long calls may take: silence, progress, and ends that nothing moves.

use std::time::{Duration, Instant};

use serde_json::json;
use types::{ErrorCode, UpstreamCircuit};

use crate::tests::support::{AMPLE, config, fake, fakes, join_all, text, until};
use crate::{Config, Error, Hub, Limit};

/// Long enough for a sign of life on a busy machine.
const SILENCE: Duration = Duration::from_secs(3);

#[tokio::test]
async fn progress_keeps_a_call_alive_beyond_the_silence_that_is_allowed() {
    let eras = [&[][..], &["modern"][..]].into_iter().map(async |modes| {
        let fakes = fakes(&[("fake", modes)], Config { call_timeout: SILENCE, ..config() });
        let start = Instant::now();
        let call = fakes.call("progress", json!({"steps": 16, "pause": 0.2})).await;
        assert_eq!(text(&call.unwrap()), "done");
        assert!(start.elapsed() > SILENCE);
        let error = fakes.call("never", json!({})).await.unwrap_err();
        assert!(matches!(error, Error::Timeout { limit: Limit::Silence, .. }), "{error}");
        assert!(error.to_string().contains("`upstreams.callTimeoutMs`"), "{error}");
        until("a cancellation", async || fakes.text("cancelled").await == "1").await;
        fakes.hub.shutdown().await;
    });
    join_all(eras).await;
}

#[tokio::test]
async fn no_progress_outlasts_the_longest_call_or_the_callers_time() {
    let longest = SILENCE + Duration::from_secs(1);
    let fakes = fakes(
        &[("fake", &[])],
        Config { call_timeout: SILENCE, max_call_timeout: longest, ..config() },
    );
    let endless = || json!({"steps": 1000, "pause": 0.05});
    let error = fakes.call("progress", endless()).await.unwrap_err();
    assert!(matches!(error, Error::Timeout { limit: Limit::Longest, .. }), "{error}");
    assert!(error.to_string().contains("`upstreams.maxCallTimeoutMs`"), "{error}");
    let caller = Duration::from_millis(300);
    let error = fakes.call_within("progress", endless(), caller).await.unwrap_err();
    assert!(matches!(error, Error::Timeout { limit: Limit::Caller, .. }), "{error}");
    assert_eq!(error.code(), ErrorCode::UpstreamTimeout);
    until("cancellations", async || fakes.text("cancelled").await == "2").await;
    // The server was alive all the time.
    assert_eq!(fakes.hub.status()[0].circuit, UpstreamCircuit::Closed);
    assert_eq!(fakes.hub.status()[0].error, None);
    fakes.hub.shutdown().await;
}

#[tokio::test]
async fn a_servers_own_timeout_counts_within_the_longest() {
    let fakes = fake(&[]);
    let mut config = fakes.config.clone();
    config.call_timeout = SILENCE;
    config.max_call_timeout = SILENCE;
    for (own, limit) in [(SILENCE / 2, Limit::Silence), (AMPLE, Limit::Longest)] {
        config.servers[0].call_timeout = Some(own);
        let hub = Hub::new(config.clone());
        hub.call("fake", "echo", Default::default(), AMPLE).await.unwrap();
        let error = hub.call("fake", "never", Default::default(), AMPLE).await.unwrap_err();
        assert!(matches!(&error, Error::Timeout { limit: l, .. } if *l == limit), "{error}");
        hub.shutdown().await;
    }
}
