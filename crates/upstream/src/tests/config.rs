//! What is told to the hub, and what shows of it.

use std::time::Duration;

use types::{ErrorCode, UpstreamState};

use crate::tests::support::fake;
use crate::{Config, Error, Http, Hub, Program, Reached, ServerConfig};

#[test]
fn secrets_do_not_show() {
    let secret = || "hunter2".to_owned();
    let mut program = Program { args: vec![secret()], ..Program::default() };
    program.env.insert("API_KEY".to_owned(), secret());
    let mut http = Http { url: "https://h/?key=hunter2".to_owned(), ..Http::default() };
    http.headers.insert("Authorization".to_owned(), secret());
    let servers = [Reached::Program(program), Reached::Http(http)]
        .map(|reached| ServerConfig::new("s", reached))
        .to_vec();
    let config = Config { servers, ..Config::default() };
    let shown = format!("{config:?}");
    assert!(shown.contains("API_KEY") && !shown.contains("hunter2"), "{shown}");
}

#[test]
fn a_hub_needs_no_runtime_and_starts_nothing() {
    let fakes = fake(&["count=never"]);
    assert_eq!(fakes.hub.servers(), ["fake"]);
    assert_eq!(fakes.hub.status()[0].state, UpstreamState::Idle);
    assert_eq!(fakes.starts("never"), 0);
}

#[test]
fn bounds_are_kept_within_what_the_hub_can_do() {
    let config = Config {
        max_result_bytes: usize::MAX,
        in_flight_bytes: 0,
        max_parallel_starts: 0,
        max_concurrent_calls: 0,
        call_timeout: Duration::MAX,
        ..Config::default()
    }
    .clamped();
    assert_eq!(config.max_result_bytes, 64 * 1024 * 1024);
    assert_eq!(config.in_flight_bytes, 128 * 1024 * 1024);
    assert_eq!(config.call_timeout, Duration::from_secs(86_400));
    assert_eq!((config.max_parallel_starts, config.max_concurrent_calls), (1, 1));
}

#[tokio::test]
async fn an_unknown_server_is_said_to_be_unknown() {
    let error = Hub::new(Config::default()).tools("nobody").await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::ToolNotFound);
    assert!(error.to_string().contains("`nobody`"), "{error}");
}

#[test]
fn messages_name_values_and_limits() {
    let error = Error::Backoff {
        server: "s".to_owned(),
        retry_in: Duration::from_millis(420),
        last: "it exited".to_owned(),
    };
    let expected =
        "server `s` is not tried again for another 420 ms, after this failure: it exited";
    assert_eq!(error.to_string(), expected);
    assert_eq!(error.server(), "s");
}
