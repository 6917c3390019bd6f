//! Where a password that the operator gave for a provider goes, and how often it is used.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;

use super::eras::legacy;
use super::server::{Asked, Reply, Server, call, config};
use crate::oauth::{Begun, Error, Grant, OAuth, Secret, login, logout};
use crate::tests::support::join_all;
use crate::{Config, Http, Hub, Reached, ServerConfig};

/// A server that names the provider `one`, or `two` once it has `moved`; both are beside it. Tokens
/// are numbered by `given`; the server takes only those that came after number `least`.
#[derive(Default)]
struct World {
    moved: AtomicBool,
    given: AtomicUsize,
    least: AtomicUsize,
}

impl World {
    fn answer(&self, asked: &Asked) -> Reply {
        let origin = format!("http://{}", asked.header("host").unwrap());
        let path = asked.path.as_str();
        if path == "/.well-known/oauth-protected-resource/mcp" {
            let named = if self.moved.load(Ordering::SeqCst) { "two" } else { "one" };
            let resource = format!("{origin}/mcp");
            let providers = [format!("{origin}/{named}")];
            return Reply::json(&json!({"resource": resource, "authorization_servers": providers}));
        }
        if let Some(name) = path.strip_prefix("/.well-known/oauth-authorization-server/") {
            let issuer = format!("{origin}/{name}");
            return Reply::json(&json!({
                "issuer": issuer, "token_endpoint": format!("{issuer}/token"),
                "authorization_endpoint": format!("{issuer}/page"),
                "code_challenge_methods_supported": ["S256"],
            }));
        }
        if path.ends_with("/token") {
            let number = self.given.fetch_add(1, Ordering::SeqCst);
            let token = format!("token{number}");
            return Reply::json(&json!({"access_token": token, "token_type": "Bearer"}));
        }
        let token =
            asked.header("authorization").and_then(|text| text.strip_prefix("Bearer token"));
        let number = token.and_then(|number| number.parse::<usize>().ok());
        if number.is_some_and(|number| number >= self.least.load(Ordering::SeqCst)) {
            return legacy(asked);
        }
        let headers = vec![("www-authenticate", "Bearer".to_owned())];
        Reply::Full(401, headers, String::new())
    }
}

async fn start() -> (Arc<World>, Server, tempfile::TempDir) {
    let world = Arc::new(World::default());
    let shared = Arc::clone(&world);
    let server = Server::start(move |asked| shared.answer(asked)).await;
    (world, server, tempfile::tempdir().unwrap())
}

/// How to reach the server with a password of the operator's.
fn with(server: &Server, folder: &Path, issuer: Option<&str>, grant: Grant) -> Config {
    let origin = server.url.trim_end_matches("/mcp");
    let oauth = OAuth {
        client_id: Some("us".to_owned()),
        client_secret: Some(Secret::new("hunter2")),
        issuer: issuer.map(|name| format!("{origin}/{name}/")),
        grant,
        ..OAuth::default()
    };
    let http = Http { url: server.url.clone(), oauth, ..Http::default() };
    let servers = vec![ServerConfig::new("fake", Reached::Http(http))];
    Config { servers, tokens: Some(folder.to_owned()), ..config() }
}

/// A call by a host of its own, as after a restart.
async fn called(config: &Config) -> Result<String, String> {
    let hub = Hub::new(config.clone());
    let said = call(&hub, "echo").await.map_err(|error| error.to_string());
    hub.shutdown().await;
    said
}

async fn logged_in(config: &Config) -> Result<Begun, Error> {
    login(&config.servers[0], config).await
}

/// How often each provider was given the password.
fn sent(server: &Server) -> [usize; 2] {
    ["/one/token", "/two/token"].map(|path| {
        let asked = server.asked();
        asked.iter().filter(|asked| asked.path == path).count()
    })
}

#[tokio::test]
async fn a_password_goes_to_the_provider_of_the_login_and_to_no_other_before_the_logout() {
    let (world, server, folder) = start().await;
    let config = with(&server, folder.path(), None, Grant::ClientCredentials);
    let unsaid = called(&config).await.unwrap_err();
    assert!(unsaid.contains("set `oauth.issuer`"), "{unsaid}");
    assert!(unsaid.contains("run `code-executor upstreams login fake`"), "{unsaid}");
    assert!(unsaid.contains("/one`"), "{unsaid}");
    assert_eq!(sent(&server), [0, 0], "nobody chose a provider");

    assert!(matches!(logged_in(&config).await, Ok(Begun::Done(_))));
    assert_eq!(called(&config).await.unwrap(), "legacy");
    world.least.store(1, Ordering::SeqCst);
    assert_eq!(called(&config).await.unwrap(), "legacy", "the same provider is asked again");
    assert_eq!(sent(&server), [2, 0]);

    world.moved.store(true, Ordering::SeqCst);
    world.least.store(2, Ordering::SeqCst);
    let elsewhere = called(&config).await.unwrap_err();
    assert!(elsewhere.contains("run `code-executor upstreams logout fake`"), "{elsewhere}");
    let again = logged_in(&config).await.unwrap_err().to_string();
    assert!(again.contains("is not sent to another one"), "{again}");
    let browser = with(&server, folder.path(), None, Grant::Login);
    assert!(logged_in(&browser).await.is_err(), "the browser's login sends it too");
    assert_eq!(sent(&server), [2, 0]);

    logout(&config.servers[0], &config).await.unwrap();
    logged_in(&config).await.unwrap();
    assert_eq!(sent(&server), [2, 1]);
    for words in [unsaid, elsewhere, again] {
        assert!(!words.contains("hunter2"), "{words}");
    }
}

#[tokio::test]
async fn a_login_is_taken_up_by_a_hub_that_was_refused_often_before() {
    let (_world, server, folder) = start().await;
    let config = with(&server, folder.path(), None, Grant::ClientCredentials);
    let (pause, longest) = (Duration::from_millis(1), Duration::from_secs(600));
    let config =
        Config { breaker_failures: 2, breaker_pause: pause, breaker_max_pause: longest, ..config };
    let hub = Hub::new(config.clone());
    for _ in 0..5 {
        let refused = call(&hub, "echo").await.unwrap_err().to_string();
        assert!(refused.contains("upstreams login fake"), "{refused}");
    }
    logged_in(&config).await.unwrap();
    assert_eq!(call(&hub, "echo").await.unwrap(), "legacy");
    hub.shutdown().await;
}

#[tokio::test]
async fn a_provider_of_the_configuration_is_asked_without_a_login_and_no_other_is() {
    let (world, server, folder) = start().await;
    let config = with(&server, folder.path(), Some("one"), Grant::ClientCredentials);
    assert_eq!(called(&config).await.unwrap(), "legacy");
    assert_eq!(sent(&server), [1, 0]);
    world.moved.store(true, Ordering::SeqCst);
    world.least.store(1, Ordering::SeqCst);
    let told = called(&config).await.unwrap_err();
    assert!(told.contains("Correct `oauth.issuer`"), "{told}");
    for grant in [Grant::ClientCredentials, Grant::Login] {
        let config = with(&server, folder.path(), Some("one"), grant);
        let told = logged_in(&config).await.unwrap_err().to_string();
        assert!(told.contains("Correct `oauth.issuer`"), "{told}");
    }
    assert_eq!(sent(&server), [1, 0]);
}

#[tokio::test]
async fn many_calls_whose_token_was_refused_have_one_new_token_and_a_server_that_takes_none_no_more()
 {
    let (world, server, folder) = start().await;
    let config = with(&server, folder.path(), Some("one"), Grant::ClientCredentials);
    let hub = Hub::new(config);
    assert_eq!(call(&hub, "echo").await.unwrap(), "legacy");
    world.least.store(1, Ordering::SeqCst);
    for said in join_all((0..12).map(|_| call(&hub, "echo"))).await {
        assert_eq!(said.unwrap(), "legacy");
    }
    assert_eq!(sent(&server), [2, 0], "one for the start, one for all calls");
    world.least.store(usize::MAX, Ordering::SeqCst);
    for _ in 0..3 {
        assert!(call(&hub, "echo").await.is_err());
    }
    assert!(sent(&server)[0] <= 3, "{:?}", sent(&server));
    hub.shutdown().await;
}
