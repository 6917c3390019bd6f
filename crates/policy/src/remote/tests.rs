//! Issuers on this machine: their keys come, change, go away and come back.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::{ClientConfig, RootCertStore};
use serde_json::{Value, json};
use url::Url;

use crate::remote::{Asker, Failure, Introspection, IssuerConfig, Patience, Tokens, is_safe};
use crate::token::tests::Issuer as Signer;
use crate::token::{Algorithm, Expected, Mapping, TenantOf, Wrong};

const NOW: u64 = 1_800_000_000;

/// An HTTP server that gives what it is told to, and counts.
struct Site {
    origin: String,
    pages: Arc<Mutex<HashMap<String, (u16, String)>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Site {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let origin = format!("http://{}", listener.local_addr().expect("its address"));
        let (pages, asked) = (Arc::default(), Arc::default());
        let site = Self { origin, pages: Arc::clone(&pages), asked: Arc::clone(&asked) };
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                serve(stream, &pages, &asked);
            }
        });
        site
    }

    fn put(&self, path: &str, status: u16, page: &Value) {
        let page = (status, page.to_string());
        self.pages.lock().expect("unpoisoned").insert(path.to_owned(), page);
    }

    fn asked(&self, path: &str) -> usize {
        let asked = self.asked.lock().expect("unpoisoned");
        asked.iter().filter(|request| request.split(' ').nth(1) == Some(path)).count()
    }
}

type Pages = Mutex<HashMap<String, (u16, String)>>;

fn serve(mut stream: TcpStream, pages: &Pages, asked: &Mutex<Vec<String>>) {
    let (mut request, mut piece) = (Vec::new(), [0; 4096]);
    let whole = |request: &[u8]| {
        let text = String::from_utf8_lossy(request).to_ascii_lowercase();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
        let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
        body.len() >= length.and_then(|length| length.parse().ok()).unwrap_or(0)
    };
    while !whole(&request)
        && let Ok(read @ 1..) = stream.read(&mut piece)
    {
        request.extend_from_slice(&piece[..read]);
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    asked.lock().expect("unpoisoned").push(request);
    let page = pages.lock().expect("unpoisoned").get(&path).cloned();
    let (status, body) = page.unwrap_or((404, String::new()));
    let head =
        format!("HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {}", body.len());
    let _ = stream.write_all(format!("{head}\r\nLocation: /elsewhere\r\n\r\n{body}").as_bytes());
}

fn asker() -> Asker {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring knows them")
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    Asker::new(tls).expect("no proxy is needed")
}

fn config(issuer: &str) -> IssuerConfig {
    IssuerConfig {
        expected: Expected {
            issuer: issuer.to_owned(),
            audience: vec!["https://us.example".to_owned()],
            skew: 60,
            mapping: Mapping {
                tenant: TenantOf::All("acme".to_owned()),
                subject: "sub".to_owned(),
                scopes: vec!["scope".to_owned()],
                roles: Vec::new(),
                may_admin: false,
            },
        },
        keys: None,
        algorithms: vec![Algorithm::Es256, Algorithm::Rs256],
        introspection: None,
    }
}

fn claims(issuer: &str) -> Value {
    json!({"iss": issuer, "aud": "https://us.example", "sub": "alice", "exp": NOW + 60})
}

fn token(signer: &Signer, kid: &str, issuer: &str) -> String {
    signer.token(&json!({"alg": "ES256", "kid": kid}), &claims(issuer))
}

fn wrong(wrong: Wrong) -> Failure {
    Failure::Wrong(wrong)
}

const DISCOVERY: &str = "/.well-known/openid-configuration";

/// An issuer that describes itself and has these keys.
fn issuer(keys: &[Value]) -> Site {
    let site = Site::new();
    let (origin, jwks) = (&site.origin, format!("{}/keys", site.origin));
    site.put(DISCOVERY, 200, &json!({"issuer": origin, "jwks_uri": jwks}));
    site.put("/keys", 200, &json!({ "keys": keys }));
    site
}

fn tokens(site: &Site, patience: Patience) -> Tokens {
    Tokens::new(vec![config(&site.origin)], &asker(), patience)
}

#[tokio::test]
async fn keys_are_found_fetched_once_and_kept() {
    let signer = Signer::new();
    let site = issuer(&[signer.jwk("one")]);
    let tokens = Arc::new(tokens(&site, Patience::default()));
    let text = token(&signer, "one", &site.origin);
    let at_once = (0..20).map(|_| {
        let (tokens, text) = (Arc::clone(&tokens), text.clone());
        tokio::spawn(async move { tokens.verify(&text, NOW).await })
    });
    for checked in futures_util::future::join_all(at_once.collect::<Vec<_>>()).await {
        let checked = checked.expect("no panic").expect("it holds");
        assert_eq!(checked.principal.subject, "alice");
    }
    assert_eq!((site.asked(DISCOVERY), site.asked("/keys")), (1, 1));
    let verify = async |text: &str| tokens.verify(text, NOW).await.expect_err("it does not hold");
    assert_eq!(verify(&token(&signer, "one", "https://evil.example")).await, wrong(Wrong::Issuer));
    assert_eq!(verify(&token(&Signer::new(), "one", &site.origin)).await, wrong(Wrong::Signature));
    assert_eq!(verify("opaque").await, wrong(Wrong::Malformed));
    assert_eq!(tokens.verify(&text, NOW + 120).await, Err(wrong(Wrong::Expired)));
}

#[tokio::test]
async fn a_new_key_is_fetched_but_unknown_ones_do_not_make_us_fetch() {
    let (old, new) = (Signer::new(), Signer::new());
    let site = issuer(&[old.jwk("old")]);
    let patience = Patience { cooldown: Duration::from_millis(300), ..Patience::default() };
    let tokens = tokens(&site, patience);
    tokens.verify(&token(&old, "old", &site.origin), NOW).await.expect("it holds");
    for n in 0..50 {
        let unknown = token(&old, &format!("unknown-{n}"), &site.origin);
        let refused = tokens.verify(&unknown, NOW).await;
        assert_eq!(refused, Err(wrong(Wrong::UnknownKey)));
    }
    assert!(site.asked("/keys") <= 3, "{} fetches", site.asked("/keys"));
    site.put("/keys", 200, &json!({"keys": [new.jwk("new")]}));
    let text = token(&new, "new", &site.origin);
    let begun = std::time::Instant::now();
    while tokens.verify(&text, NOW).await.is_err() {
        assert!(begun.elapsed() < Duration::from_secs(20), "it is never fetched");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let refused = tokens.verify(&token(&old, "old", &site.origin), NOW).await;
    assert_eq!(refused, Err(wrong(Wrong::UnknownKey)), "a key that was taken back");
}

#[tokio::test]
async fn keys_go_on_for_a_while_when_their_issuer_is_down() {
    let signer = Signer::new();
    let site = issuer(&[signer.jwk("one")]);
    let patience = Patience {
        fresh: Duration::ZERO,
        stale: Duration::from_millis(700),
        cooldown: Duration::from_millis(20),
    };
    let tokens = tokens(&site, patience);
    let text = token(&signer, "one", &site.origin);
    tokens.verify(&text, NOW).await.expect("it holds");
    site.put("/keys", 500, &json!({}));
    let begun = std::time::Instant::now();
    tokens.verify(&text, NOW).await.expect("the keys go on");
    let unavailable = loop {
        assert!(begun.elapsed() < Duration::from_secs(20), "they go on for ever");
        match tokens.verify(&text, NOW).await {
            Ok(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            Err(failure) => break failure,
        }
    };
    assert!(matches!(&unavailable, Failure::Unavailable(why) if why.contains("answered 500")));
    site.put("/keys", 200, &json!({"keys": [signer.jwk("one")]}));
    let begun = std::time::Instant::now();
    while tokens.verify(&text, NOW).await.is_err() {
        assert!(begun.elapsed() < Duration::from_secs(20), "it never comes back");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn what_an_issuer_says_of_itself_has_to_fit() {
    let signer = Signer::new();
    let unavailable = async |site: &Site| {
        let tokens = tokens(site, Patience::default());
        match tokens.verify(&token(&signer, "one", &site.origin), NOW).await {
            Err(Failure::Unavailable(why)) => why,
            other => panic!("{other:?}"),
        }
    };
    let site = issuer(&[signer.jwk("one")]);
    let described = |keys: &str, issuer: &str| json!({"issuer": issuer, "jwks_uri": keys});
    let own = format!("{}/keys", site.origin);
    site.put(DISCOVERY, 200, &described(&own, "https://another.example"));
    assert!(unavailable(&site).await.contains("404"), "the last place is told");
    for keys in ["http://192.0.2.1/keys", "file:///etc/passwd", "keys", "https://a:b@host/keys"] {
        let path = "/.well-known/oauth-authorization-server";
        site.put(path, 200, &described(keys, &site.origin));
        assert!(unavailable(&site).await.contains("no `jwks_uri`"), "{keys}");
    }
    for (status, page, said) in [
        (302, json!({}), "answered 302"),
        (200, json!([]), "no key"),
        (200, json!({"keys": []}), "no key"),
        (200, json!({"keys": [], "x": "y".repeat(300_000)}), "more than"),
    ] {
        let site = issuer(&[]);
        site.put("/keys", status, &page);
        let why = unavailable(&site).await;
        assert!(why.contains(said), "{why}");
        assert_eq!(site.asked("/elsewhere"), 0, "no redirect is followed");
    }
}

#[tokio::test]
async fn opaque_tokens_are_asked_about() {
    let site = Site::new();
    let endpoint = format!("{}/introspect", site.origin);
    let introspection = Introspection {
        endpoint: Url::parse(&endpoint).expect("a URL"),
        client_id: "us:1".to_owned(),
        client_secret: "p/w".to_owned(),
    };
    assert!(!format!("{introspection:?}").contains("p/w"));
    let config = IssuerConfig { introspection: Some(introspection), ..config(&site.origin) };
    let tokens = Tokens::new(vec![config], &asker(), Patience::default());
    let verify = async |said: Value| {
        site.put("/introspect", 200, &said);
        tokens.verify("opaque+token", NOW).await
    };
    let active = json!({"active": true, "aud": "https://us.example", "sub": "alice",
                        "scope": "tools:read", "token_type": "Bearer"});
    let with = |name: &str, value: Value| {
        let mut said = active.clone();
        said[name] = value;
        said
    };
    let checked = verify(active.clone()).await.expect("it holds");
    assert_eq!(checked.principal.scopes, ["tools:read"]);
    assert_eq!(checked.expires, NOW + 60);
    let request = site.asked.lock().expect("unpoisoned").last().cloned().unwrap_or_default();
    assert!(request.ends_with("token=opaque%2Btoken&token_type_hint=access_token"), "{request}");
    // `us%3A1:p%2Fw`
    assert!(request.contains("authorization: Basic dXMlM0ExOnAlMkZ3"), "{request}");
    for (said, why) in [
        (json!({"active": false}), Wrong::Inactive),
        (json!({"active": "true"}), Wrong::Inactive),
        (json!([]), Wrong::Inactive),
        (with("token_type", json!("DPoP")), Wrong::Bound),
        (with("token_type", json!("refresh_token")), Wrong::Malformed),
        (with("aud", json!("https://other.example")), Wrong::Audience),
        (with("aud", Value::Null), Wrong::Audience),
        (with("iss", json!("https://other.example")), Wrong::Issuer),
        (with("exp", json!(NOW - 100)), Wrong::Expired),
        (with("sub", Value::Null), Wrong::Claims),
    ] {
        assert_eq!(verify(said.clone()).await, Err(wrong(why)), "{said}");
    }
    site.put("/introspect", 401, &json!({}));
    let refused = tokens.verify("opaque", NOW).await;
    assert!(matches!(refused, Err(Failure::Unavailable(why)) if why.contains("answered 401")));
    let shown = format!("{tokens:?}");
    assert!(shown.contains("/introspect") && !shown.contains("dXMlM0ExOnAlMkZ3"), "{shown}");
}

#[test]
fn only_urls_that_nobody_else_can_answer_are_safe() {
    let safe = |text: &str| is_safe(&Url::parse(text).expect("a URL"));
    for url in ["https://a.example", "http://127.0.0.1:1", "http://[::1]/", "http://localhost:3/x"]
    {
        assert!(safe(url), "{url}");
    }
    for url in [
        "http://a.example",
        "http://10.0.0.1",
        "ftp://a.example",
        "https://u@a.example",
        "http://localhost.evil.example",
        "https://a.example/#x",
        "file:///etc/passwd",
    ] {
        assert!(!safe(url), "{url}");
    }
}
