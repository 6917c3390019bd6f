//! What a request keeps of what it asks for, and what it is told it does not.

use proptest::prelude::*;

use super::{Grant, InvalidGrant, MAX_RULES};
use crate::{host::Host, rule::HostRule};

fn grant(entries: &[&str]) -> Grant {
    Grant::parse(entries).unwrap()
}

fn shown(rules: &[HostRule]) -> Vec<String> {
    rules.iter().map(HostRule::to_string).collect()
}

/// Operator's list, request, what it gets, what it does not.
fn check(operator: &[&str], requested: &[&str], effective: &[&str], denied: &[&str]) {
    let (got, refused) = Grant::narrow(&grant(operator), &grant(requested));
    assert_eq!(shown(got.rules()), effective, "{requested:?} under {operator:?}");
    assert_eq!(shown(&refused), denied, "denied of {requested:?} under {operator:?}");
}

#[test]
fn an_empty_list_on_either_side_gives_nothing() {
    check(&[], &["example.com"], &[], &["example.com"]);
    check(&["example.com"], &[], &[], &[]);
    check(&[], &[], &[], &[]);
    assert!(Grant::default().is_empty());
    assert!(!Grant::default().allows(&Host::Name("example.com".into()), 443));
}

#[test]
fn a_request_is_cut_down_to_the_operators_hosts_and_ports() {
    check(&["example.com"], &["example.com"], &["example.com"], &[]);
    check(&["example.com"], &["EXAMPLE.com."], &["example.com"], &[]);
    check(&["example.com"], &["example.com:443"], &["example.com:443"], &[]);
    check(&["example.com:443"], &["example.com"], &["example.com:443"], &["example.com:80"]);
    check(&["example.com:80", "example.com:443"], &["example.com"], &["example.com"], &[]);
    check(&["example.com"], &["example.com:8443"], &[], &["example.com:8443"]);
    check(&["example.com:8443"], &["example.com"], &[], &["example.com"]);
    check(&["example.com"], &["example.org", "example.com"], &["example.com"], &["example.org"]);
    check(&["localhost:3000"], &["localhost:3000"], &["localhost:3000"], &[]);
    check(&["localhost:3000"], &["localhost:3001"], &[], &["localhost:3001"]);
}

#[test]
fn a_wildcard_reaches_below_and_no_further() {
    check(&["*.example.com"], &["api.example.com"], &["api.example.com"], &[]);
    check(&["*.example.com"], &["a.b.example.com"], &["a.b.example.com"], &[]);
    check(&["*.example.com"], &["example.com"], &[], &["example.com"]);
    check(&["*.example.com"], &["evilexample.com"], &[], &["evilexample.com"]);
    check(&["*.example.com"], &["example.com.evil.org"], &[], &["example.com.evil.org"]);
    check(&["*.example.com"], &["*.b.example.com"], &["*.b.example.com"], &[]);
    check(&["*.b.example.com"], &["*.example.com"], &["*.b.example.com"], &["*.example.com"]);
    check(&["api.example.com"], &["*.example.com"], &["api.example.com"], &["*.example.com"]);
    check(&["*.example.com:8443"], &["*.example.com"], &[], &["*.example.com"]);
}

#[test]
fn a_wildcard_covers_names_and_nothing_else() {
    let grant = grant(&["*.example.com"]);
    assert!(grant.allows(&Host::Name("a.example.com".into()), 80));
    assert!(!grant.allows(&Host::Name("a.example.com".into()), 8080));
    assert!(!grant.allows(&Host::Name("example.com".into()), 80));
    assert!(!grant.allows(&Host::Name(".example.com".into()), 80));
    assert!(!grant.allows(&Host::Localhost, 80));
}

#[test]
fn lists_are_bounded_and_one_bad_rule_fails_them() {
    let many: Vec<String> = (0..=MAX_RULES).map(|n| format!("h{n}.example")).collect();
    assert_eq!(Grant::parse(&many), Err(InvalidGrant::TooMany { count: MAX_RULES + 1 }));
    assert!(Grant::parse(&["example.com", "*"]).is_err());
    assert!(Grant::parse(&["localhost"]).is_err());
    assert_eq!(grant(&["example.com", "Example.com"]).rules().len(), 1);
}

#[test]
fn an_operators_loopback_without_a_port_is_set_aside() {
    let (grant, set_aside) =
        Grant::parse_operator(&["localhost", "127.0.0.1", "example.com"]).unwrap();
    assert_eq!(shown(grant.rules()), ["example.com"]);
    assert_eq!(set_aside.len(), 2);
    assert!(Grant::parse_operator(&["*"]).is_err());
}

#[test]
fn a_url_is_held_against_the_grant() {
    let grant = grant(&["*.example.com", "localhost:3000"]);
    let code = |url: &str| grant.check(url).err().map(|error| error.code());
    assert_eq!(code("https://api.example.com/x"), None);
    assert_eq!(code("http://localhost:3000/"), None);
    assert_eq!(code("http://127.0.0.1:3000/"), Some("EgressDenied"));
    assert_eq!(code("http://0x7f.1:3000/"), Some("EgressBadUrl"));
    assert_eq!(
        grant.check("https://example.com/secret?token=1").unwrap_err().to_string(),
        "example.com:443 is not granted; ask for it in permissions.net, which reaches as far as the \
         operator's security.allowNetwork"
    );
}

fn rules() -> impl Strategy<Value = Vec<String>> {
    let host = prop::sample::select(vec![
        "a.example",
        "b.a.example",
        "c.b.a.example",
        "*.a.example",
        "*.b.a.example",
        "other.example",
    ]);
    let port = prop::sample::select(vec!["", ":80", ":443", ":8443"]);
    prop::collection::vec((host, port).prop_map(|(host, port)| format!("{host}{port}")), 0..6)
}

proptest! {
    /// What is reached is what both sides allow, neither more nor less.
    #[test]
    fn narrowing_is_the_intersection(operator in rules(), requested in rules()) {
        let operator = Grant::parse(&operator).unwrap();
        let requested = Grant::parse(&requested).unwrap();
        let (effective, denied) = Grant::narrow(&operator, &requested);
        let mut is_whole = true;
        for name in ["a.example", "b.a.example", "c.b.a.example", "d.a.example", "other.example"] {
            for port in [80, 443, 8443, 8080] {
                let host = Host::Name(name.to_owned());
                let (own, asked) = (operator.allows(&host, port), requested.allows(&host, port));
                prop_assert_eq!(effective.allows(&host, port), own && asked, "{}:{}", name, port);
                is_whole &= own || !asked;
            }
        }
        prop_assert!(is_whole || !denied.is_empty());
    }
}

#[test]
fn an_origin_is_one_host_and_port() {
    let own = Grant::origin("http://127.0.0.1:3000/v1").unwrap();
    assert!(own.check("http://127.0.0.1:3000/other?x").is_ok());
    for other in ["http://127.0.0.1:3001/", "http://localhost:3000/", "http://127.0.0.2:3000/"] {
        assert!(own.check(other).is_err(), "{other}");
    }
    let web = Grant::origin("https://API.example.com").unwrap();
    assert!(web.check("https://api.example.com/v1").is_ok());
    assert!(web.check("http://api.example.com/v1").is_err(), "another port");
    assert!(Grant::origin("ftp://example.com").is_err());
}
