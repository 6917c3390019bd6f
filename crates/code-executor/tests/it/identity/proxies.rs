//! Who stands behind a proxy: believed of those that are trusted, and of nobody else.

use serde_json::json;
use testkit::{DEFAULT_WAIT, HttpServer, Workspace, run, wait_until};

use crate::support::workspace;

fn behind(proxies: &[&str]) -> Workspace {
    workspace().with_setting("server", json!({"trustedProxies": proxies}))
}

fn tools(server: &HttpServer, headers: &[(&str, &str)]) -> u16 {
    server.request("GET", "/tools", headers, "").status
}

#[test]
fn each_behind_a_trusted_proxy_is_slowed_down_by_itself() {
    let workspace = behind(&["127.0.0.0/8"]).with_setting("auth", json!({"required": true}));
    let server = HttpServer::start(&workspace);
    let wrong = |forwarded: &str| {
        tools(&server, &[("Authorization", "Bearer wrong"), ("X-Forwarded-For", forwarded)])
    };
    let slowed = (0..60).map(|_| wrong("203.0.113.9")).find(|status| *status != 401);
    assert_eq!(slowed, Some(429));
    assert_eq!(wrong("203.0.113.10"), 401, "another is not");
    let spoofed = "203.0.113.11, 203.0.113.9";
    assert_eq!(wrong(spoofed), 429, "what it wrote itself changes nothing");
    let other = [
        ("Authorization", "Bearer wrong"),
        ("X-Forwarded-For", "203.0.113.9"),
        ("Forwarded", "for=203.0.113.12"),
    ];
    assert_eq!(tools(&server, &other), 429, "nor does a header that the proxy does not write");
    let on_record = || workspace.audit_records().iter().any(|it| it["peer"] == "203.0.113.10");
    wait_until(DEFAULT_WAIT, "its address on record", on_record);
}

#[test]
fn nobody_becomes_local_by_a_header_and_nobody_behind_a_proxy_is() {
    let trusting = HttpServer::start(&behind(&["127.0.0.1"]));
    assert_eq!(tools(&trusting, &[]), 401, "the proxy may have said nothing");
    assert_eq!(trusting.get("/metrics").status, 401);
    for header in [("X-Forwarded-For", "127.0.0.1"), ("Forwarded", "for=203.0.113.9")] {
        assert_eq!(tools(&trusting, &[header]), 401, "{header:?}");
    }
    let metrics = trusting.request("GET", "/metrics", &[("X-Forwarded-For", "127.0.0.1")], "");
    assert_eq!(metrics.status, 401);
    let elsewhere = HttpServer::start(&behind(&["10.0.0.0/8"]));
    assert_eq!(tools(&elsewhere, &[("X-Forwarded-For", "203.0.113.9")]), 200, "it is not read");
    assert_eq!(tools(&elsewhere, &[]), 200, "who comes by itself is the local user");
    let wrong = run(behind(&["10.0.0.1/8"]).command(&["serve"]), DEFAULT_WAIT);
    assert_eq!(wrong.code(), Some(64), "{wrong:?}");
    assert!(wrong.stderr.contains("server.trustedProxies"), "{wrong:?}");
}

#[test]
fn a_proxy_that_writes_forwarded_is_read_in_that_alone() {
    let proxies = json!({"trustedProxies": ["127.0.0.1"], "forwardedHeader": "forwarded"});
    let workspace = workspace().with_setting("server", proxies);
    let server = HttpServer::start(&workspace);
    let headers = [
        ("Authorization", "Bearer wrong"),
        ("Forwarded", "for=203.0.113.9"),
        ("X-Forwarded-For", "203.0.113.10"),
    ];
    assert_eq!(tools(&server, &headers), 401);
    let of = |peer: &str| workspace.audit_records().iter().any(|it| it["peer"] == peer);
    wait_until(DEFAULT_WAIT, "its address on record", || of("203.0.113.9"));
    assert!(!of("203.0.113.10"));
}
