//! What an installation gets of a real registry, and what it does not.

use std::{collections::BTreeMap, ffi::OsString, sync::Arc};

use serde_json::Value;
use testkit::{JsrPackage, NpmPackage, NpmRegistry};

use super::*;

fn tls(_: Option<&std::path::Path>) -> Result<rustls::ClientConfig, String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider);
    let builder = builder.with_safe_default_protocol_versions().map_err(|it| it.to_string())?;
    Ok(builder.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth())
}

fn mirror_with(npmrc: &str, jsr: &str, packages: usize, bytes: u64) -> Mirror {
    let home = tempfile::tempdir().expect("a folder");
    std::fs::write(home.path().join(".npmrc"), npmrc).expect("written");
    let environment: BTreeMap<OsString, OsString> =
        [("HOME".into(), home.path().into()), ("JSR_URL".into(), jsr.into())].into();
    let registries = Arc::new(Registries::read(&environment).expect("read"));
    let client = Client::new(&registries.network, tls).expect("a client");
    let bounds = Bounds { wanted: "npm:a".to_owned(), packages, bytes };
    Mirror::new(registries, client, "http://127.0.0.1:4873/", bounds)
}

fn mirror(registry: &NpmRegistry) -> Mirror {
    let npmrc = registry.npmrc();
    mirror_with(&npmrc, &registry.jsr(), 10, 1 << 20)
}

fn registry() -> NpmRegistry {
    let scoped = NpmPackage::new("@a/b", "1.0.0", "export default 1");
    let jsr: &[JsrPackage<'_>] =
        &[("@std/x", "1.0.0", &[("mod.ts", "export const x: number = 1;")])];
    NpmRegistry::start(&[scoped], jsr)
}

#[tokio::test]
async fn documents_name_our_archives_and_archives_come_from_the_registry() {
    let registry = registry();
    let mirror = mirror(&registry);
    let document = mirror.answer("/npm/@a%2fb").await.expect("asked");
    assert_eq!((document.status, &*document.content_type), (200, "application/json"));
    let document: Value = serde_json::from_slice(&document.body).expect("JSON");
    let archive = document["versions"]["1.0.0"]["dist"]["tarball"].as_str().expect("a text");
    let path = archive.strip_prefix("http://127.0.0.1:4873").expect("ours");
    assert_eq!(path, "/archive/@a/b/1.0.0.tgz");
    assert!(mirror.packages().is_empty());
    let archive = mirror.answer(path).await.expect("asked");
    assert_eq!(archive.status, 200);
    assert_eq!(&archive.body[..2], b"\x1f\x8b");
    assert_eq!(mirror.packages(), ["@a/b@1.0.0"]);
    assert_eq!(registry.requests(), ["/npm/@a%2fb", "/files/@a/b-1.0.0.tgz"]);
}

#[tokio::test]
async fn modules_of_jsr_come_with_their_kind() {
    let registry = registry();
    let mirror = mirror(&registry);
    for path in ["@std/x/meta.json", "@std/x/1.0.0_meta.json", "@std/x/1.0.0/mod.ts"] {
        let answer = mirror.answer(&format!("/jsr/{path}")).await.expect("asked");
        assert_eq!(answer.status, 200, "{path}");
        let kind = if path.ends_with("ts") { "application/typescript" } else { "application/json" };
        assert_eq!(answer.content_type, kind);
    }
    assert_eq!(mirror.packages(), ["jsr:@std/x@1.0.0"]);
}

#[tokio::test]
async fn what_is_no_package_of_a_registry_is_never_asked_for() {
    let registry = registry();
    let mirror = mirror(&registry);
    for path in [
        "",
        "/",
        "/npm/",
        "/npm/../files/x",
        "/npm/%2e%2e%2ffiles",
        "/npm/-/all",
        "/npm/a/b",
        "/npm/a?token",
        "/npm/a#b",
        "/npm/a b",
        "/jsr/@std/x/../../../npm/a",
        "/jsr/@std/x/1.0.0/%2e%2e/x",
        "/jsr/@std/x/1.0.0/..%2f..%2fx",
        "/jsr/@std/x/",
        "/jsr/a/b/c",
        "http://evil.example/",
        "/files/@a/b-1.0.0.tgz",
    ] {
        assert_eq!(mirror.answer(path).await.expect("asked").status, 400, "{path}");
    }
    let unknown = mirror.answer("/archive/@a/b/1.0.0.tgz").await.expect("asked");
    assert_eq!(unknown.status, 404, "nothing named it yet");
    assert!(
        mirror.answer(&format!("/npm/{}", "a".repeat(2000))).await.expect("asked").status == 400
    );
    assert!(registry.requests().is_empty(), "{:?}", registry.requests());
}

#[tokio::test]
async fn a_registry_that_refuses_is_named_without_credentials() {
    let registry = registry();
    let npmrc = registry.npmrc_with("wr0ng");
    let error = mirror_with(&npmrc, &registry.jsr(), 10, 1000).answer("/npm/ms").await.unwrap_err();
    let words = error.to_string();
    assert!(matches!(error, Error::Denied { status: 401, has_credentials: true, .. }), "{words}");
    assert!(
        words.contains(registry.npm().trim_end_matches('/')) && words.contains("401"),
        "{words}"
    );
    assert!(!words.contains("wr0ng") && !words.contains("s3cret"), "{words}");

    let npmrc = format!("registry={}", registry.npm());
    let error = mirror_with(&npmrc, &registry.jsr(), 10, 1000).answer("/npm/ms").await.unwrap_err();
    assert!(matches!(error, Error::Denied { has_credentials: false, .. }), "{error}");
}

#[tokio::test]
async fn what_a_registry_has_not_is_remembered_and_what_it_breaks_ends_the_installation() {
    let registry = registry();
    let mirror = mirror(&registry);
    assert_eq!(mirror.answer("/npm/nosuch").await.expect("asked").status, 404);
    let words = mirror.missing().expect("remembered").to_string();
    assert!(words.contains("`nosuch` does not exist in http://127.0.0.1"), "{words}");
    registry.answer_with(503);
    let words = mirror.answer("/npm/@a%2fb").await.unwrap_err().to_string();
    assert!(words.contains("HTTP 503") && words.contains("@a/b"), "{words}");
    assert_eq!(registry.requests().len(), 4, "it was tried again");
    drop(registry);
    let words = mirror.answer("/npm/@a%2fb").await.unwrap_err().to_string();
    assert!(words.contains("cannot be reached"), "{words}");
}

#[tokio::test]
async fn packages_bytes_and_requests_are_bounded() {
    let registry = registry();
    let small = mirror_with(&registry.npmrc(), &registry.jsr(), 1, 10);
    small.answer("/npm/@a%2fb").await.expect("asked");
    let error = small.answer("/archive/@a/b/1.0.0.tgz").await.unwrap_err();
    assert!(matches!(error, Error::TooLarge { limit: 10, .. }), "{error}");
    let error = small.answer("/jsr/@std/x/1.0.0_meta.json").await.unwrap_err();
    assert!(matches!(error, Error::TooManyPackages { limit: 1, .. }), "{error}");
    for _ in 0..97 {
        assert!(small.answer("/").await.is_ok());
    }
    assert!(matches!(small.answer("/").await, Err(Error::TooManyPackages { .. })));
}
