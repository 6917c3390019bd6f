//! The URL policy against every spelling of an address and every quarrel between parsers.

use std::net::IpAddr;

use proptest::prelude::*;

use super::{MAX_URL, Scheme, Target};
use crate::{Error, Grant, address, host::Host};

fn refused(url: &str) -> Error {
    match Target::parse(url) {
        Ok(target) => panic!("{url:?} was taken as {}", target.shown()),
        Err(error) => error,
    }
}

#[test]
fn a_url_is_read_once_into_its_canonical_form() {
    let table = [
        ("http://example.com", "http://example.com/", "example.com", "example.com", 80),
        (
            "HTTPS://Example.COM:443/A?b#c",
            "https://example.com/A?b",
            "example.com",
            "example.com",
            443,
        ),
        (
            "http://example.com.:8080/",
            "http://example.com:8080/",
            "example.com:8080",
            "example.com",
            8080,
        ),
        (
            "https://bücher.example/ü",
            "https://xn--bcher-kva.example/%C3%BC",
            "xn--bcher-kva.example",
            "xn--bcher-kva.example",
            443,
        ),
        ("http://a。b．c｡example/", "http://a.b.c.example/", "a.b.c.example", "a.b.c.example", 80),
        (
            "http://ｌｏｃａｌｈｏｓｔ:3000/",
            "http://localhost:3000/",
            "localhost:3000",
            "localhost",
            3000,
        ),
        (
            "http://local\u{ad}host.:3000/",
            "http://localhost:3000/",
            "localhost:3000",
            "localhost",
            3000,
        ),
        ("http://%65xample.com/", "http://example.com/", "example.com", "example.com", 80),
        ("http://1.1.1.1/", "http://1.1.1.1/", "1.1.1.1", "1.1.1.1", 80),
        (
            "http://[2606:4700:4700::1111]:81/",
            "http://[2606:4700:4700::1111]:81/",
            "[2606:4700:4700::1111]:81",
            "[2606:4700:4700::1111]",
            81,
        ),
        (
            "http://example.com/a/../b/%2e%2e/c",
            "http://example.com/c",
            "example.com",
            "example.com",
            80,
        ),
    ];
    for (written, shown, authority, host, port) in table {
        let target = Target::parse(written).unwrap_or_else(|error| panic!("{written}: {error}"));
        assert_eq!(target.shown(), shown, "{written}");
        assert_eq!(target.authority(), authority, "{written}");
        assert_eq!(target.origin().host.to_string(), host, "{written}");
        assert_eq!(target.origin().port, port, "{written}");
    }
    let target = Target::parse("https://example.com/a?b=c d#e").unwrap();
    assert_eq!(target.path_and_query(), "/a?b=c%20d");
    assert_eq!(target.origin().scheme, Scheme::Https);
}

#[test]
fn only_http_is_spoken() {
    for url in [
        "gopher://127.0.0.1:6379/_FLUSHALL",
        "ftp://example.com/",
        "file:///etc/passwd",
        "http+unix://%2Fvar%2Frun%2Fdocker.sock/info",
        "data:text/plain,ESC",
        "about:blank",
        "blob:https://example.com/1",
        "javascript:1",
        "ws://example.com/",
        "wss://example.com/",
        "jar:http://example.com!/",
        "view-source:http://example.com",
        "example.com",
        "//example.com",
        "/path",
        "",
        "http",
        "http:",
        "http:/",
        "http://",
        "http:///",
        "http:example.com",
        "http:/example.com",
        "http:///example.com",
        "https:////example.com/",
        "http://:80/",
        "http://?x",
        "http://#",
        "ht\ntp://example.com",
    ] {
        assert_eq!(refused(url).code(), "EgressBadUrl", "{url}");
    }
}

#[test]
fn what_parsers_quarrel_about_is_refused() {
    for url in [
        "http://allowed.example@127.0.0.1/",
        "http://allowed.example:80@127.0.0.1/",
        "http://user:password@example.com/",
        "http://:password@example.com/",
        "http://user@example.com/",
        "http://a%40b@example.com/",
        "http://example.com\\@evil.org/",
        "http:\\\\example.com/",
        "http://example.com\\.evil.org/",
        "http://example.com/a\\b",
        "http://127.0.0.1\t:80/\r\nHost: allowed.example",
        "http://example.com/\r\nX: y",
        "http://exam\nple.com/",
        "http://exam\tple.com/",
        "http://evil.invalid\0.allowed.example/",
        "http://example.com/\0",
        "http://example.com/\u{7f}",
        "http://example.com/\u{85}",
        " http://example.com/",
        "http://example.com/ ",
        "\u{3000}http://example.com/",
        "http://evil.invalid%00.allowed.example/",
        "http://a%0d%0ab.example/",
        "http://a b.example/",
        "http://a%20b.example/",
        "http://a%2fb.example/",
        "http://a%40b.example/",
        "http://a$b.example/",
        "http://a,b.example/",
        "http://*.example.com/",
        "http://exa<mple.com/",
        "http://a..b/",
        "http://.example.com/",
        "http://example.com../",
        "http://-a.example/",
        "http://a-.example/",
        "http://example.com:0/",
        "http://example.com:65536/",
        "http://example.com:-1/",
        "http://example.com:80:80/",
        "http://example.com:8o/",
        "http://example.com:/:80@evil/x\\",
        "http://[::1/",
        "http://::1/",
        "http://[::1]x/",
        "http://[example.com]/",
        "http://x[::1]/",
    ] {
        assert_eq!(refused(url).code(), "EgressBadUrl", "{url}");
    }
    let long = format!("http://example.com/{}", "a".repeat(MAX_URL));
    assert_eq!(refused(&long).code(), "EgressTooLarge");
    let label = format!("http://{}.example/", "a".repeat(64));
    assert_eq!(refused(&label).code(), "EgressBadUrl");
}

/// Spellings of one IPv4 address, as resolvers and parsers have taken them.
fn spellings(address: [u8; 4]) -> Vec<String> {
    let [a, b, c, d] = address;
    let whole = u32::from_be_bytes(address);
    let (low16, low24) = (whole & 0xffff, whole & 0xff_ffff);
    let wide = |text: String| -> String {
        text.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c)).collect()
    };
    let mut all = vec![
        format!("{whole}"),
        format!("0x{whole:x}"),
        format!("0X{whole:X}"),
        format!("0{whole:o}"),
        format!("000000000000{whole:o}"),
        format!("0x00000000{whole:x}"),
        format!("{a}.{low24}"),
        format!("{a}.{b}.{low16}"),
        format!("0x{a:x}.{low24}"),
        format!("0{a:o}.{b}.{low16}"),
        format!("0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}"),
        format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}"),
        format!("000{a:o}.000{b:o}.000{c:o}.000{d:o}"),
        format!("0x{a:x}.0{b:o}.{c}.{d}"),
        format!("{a}.{b}.{c}.{d}."),
        format!("{a}。{b}．{c}｡{d}"),
        format!("%{:02x}{}.{b}.{c}.{d}", format!("{a}").as_bytes()[0], &format!("{a}")[1..]),
        wide(format!("{a}.{b}.{c}.{d}")),
        wide(format!("{whole}")),
        format!("[::ffff:{a}.{b}.{c}.{d}]"),
        format!("[::FFFF:{:x}:{:x}]", whole >> 16, low16),
        format!("[0:0:0:0:0:ffff:{a}.{b}.{c}.{d}]"),
        format!("[::{a}.{b}.{c}.{d}]"),
        format!("[::ffff:0:{a}.{b}.{c}.{d}]"),
        format!("[64:ff9b::{a}.{b}.{c}.{d}]"),
        format!("[64:ff9b:1::{a}.{b}.{c}.{d}]"),
        format!("[2002:{:x}:{:x}::]", whole >> 16, low16),
        format!("[2001:0:4136:e378:8000:63bf:{:x}:{:x}]", !(whole >> 16) & 0xffff, !low16 & 0xffff),
    ];
    all.push(format!("{a}.{b}.{c}.{d}"));
    all
}

/// A spelling is no URL, or is not covered by any grant that can be written, or leads to an address
/// that is refused. Never does it lead to a name.
fn is_harmless(url: &str) -> bool {
    let Ok(target) = Target::parse(url) else { return true };
    let host = &target.origin().host;
    let is_refused = match host {
        Host::Address(address) => address::refusal(*address).is_some(),
        Host::Name(_) | Host::Localhost => false,
    };
    let grants = ["localhost:80", "*.example.com", "example.com", "1.1.1.1", "localhost:3000"];
    is_refused && !Grant::parse(&grants).unwrap().allows(host, target.origin().port)
}

#[test]
fn every_spelling_of_every_inner_address_is_harmless() {
    let inner = [
        [127, 0, 0, 1],
        [127, 1, 2, 3],
        [10, 0, 0, 1],
        [172, 16, 0, 1],
        [192, 168, 0, 1],
        [169, 254, 169, 254],
        [169, 254, 170, 2],
        [168, 63, 129, 16],
        [192, 0, 0, 192],
        [100, 100, 100, 200],
        [100, 64, 0, 1],
        [198, 18, 0, 1],
        [224, 0, 0, 1],
        [192, 0, 2, 1],
        [255, 255, 255, 255],
        [240, 0, 0, 1],
        [0, 0, 0, 0],
    ];
    for address in inner {
        for host in spellings(address) {
            for port in ["", ":80", ":3000"] {
                let url = format!("http://{host}{port}/");
                assert!(is_harmless(&url), "{url}");
            }
        }
    }
    for host in [
        "127.1",
        "0",
        "0x0",
        "00",
        "[::]",
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "[::0001]",
        "[fc00::1]",
        "[fe80::1]",
        "[fe80::1%25eth0]",
        "[fe80::1%eth0]",
        "[fd00:ec2::254]",
        "[fd20:ce::254]",
        "[ff02::1]",
        "[::ffff:7f00:1]",
        "[::1%25lo]",
        "127.0.0.1%00.example.com",
    ] {
        let url = format!("http://{host}/");
        assert!(is_harmless(&url), "{url}");
    }
}

#[test]
fn public_addresses_are_written_canonically_too() {
    for host in spellings([1, 1, 1, 1]) {
        let url = format!("http://{host}/");
        match Target::parse(&url) {
            Ok(target) => assert!(
                matches!(target.origin().host, Host::Address(IpAddr::V6(_))) || host == "1.1.1.1",
                "{url}"
            ),
            Err(error) => assert_eq!(error.code(), "EgressBadUrl", "{url}"),
        }
    }
    for host in
        ["[2606:4700:4700:0:0::1111]", "[2606:4700:4700::0:1111]", "[2606:4700:4700::1.1.17.17]"]
    {
        assert_eq!(refused(&format!("http://{host}/")).code(), "EgressBadUrl", "{host}");
    }
    assert!(Target::parse("http://[2606:4700:4700::ABCD]/").is_ok());
}

#[test]
fn names_that_only_look_granted_are_other_names() {
    let grant = Grant::parse(&["allowed.example", "localhost:3000"]).unwrap();
    for url in [
        "http://allowed.example.evil.invalid/",
        "http://evilallowed.example/",
        "http://a.allowed.example/",
        "http://allowed-example/",
        "http://allowed.example:22/",
        "http://localhost/",
        "http://localhost.:80/",
        "http://LOCALHOST:3001/",
        "http://allowed.examp1e/",
        "http://аllowed.example/",
        "http://localhost.localdomain:3000/",
        "http://metadata.google.internal/computeMetadata/v1/",
    ] {
        let target = Target::parse(url).unwrap_or_else(|error| panic!("{url}: {error}"));
        let origin = target.origin();
        assert!(!grant.allows(&origin.host, origin.port), "{url}");
    }
    for url in ["http://ALLOWED.example./", "https://allowed.example/", "http://ⓛocalhost:3000/"]
    {
        let target = Target::parse(url).unwrap();
        assert!(grant.allows(&target.origin().host, target.origin().port), "{url}");
    }
}

#[test]
fn a_redirect_is_read_as_strictly() {
    let here = Target::parse("http://example.com/a/b?c#frag").unwrap();
    let to = |location: &str| here.join(location).map(|target| target.shown());
    assert_eq!(to("d").unwrap(), "http://example.com/a/d");
    assert_eq!(to("/d?e").unwrap(), "http://example.com/d?e");
    assert_eq!(to("//other.example/").unwrap(), "http://other.example/");
    assert_eq!(to("https://other.example./x").unwrap(), "https://other.example/x");
    for location in [
        "file:///etc/passwd",
        "data:,x",
        "gopher://127.0.0.1/",
        "http://user@example.com/",
        "//user:password@example.com/",
        "http://0x7f000001/",
        "//2130706433/",
        "http://127.1/",
        "\\\\127.0.0.1\\",
        "/a\r\nX: y",
        "http://exa\0mple.com/",
        "http://[::ffff:127.0.0.1]/",
        "http://example.com:0/",
    ] {
        assert!(here.join(location).is_err(), "{location:?}");
    }
    let grant = Grant::parse(&["example.com"]).unwrap();
    for location in
        ["http://127.0.0.1/", "//169.254.169.254/", "http://[::1]/", "http://localhost/"]
    {
        let target = here.join(location).unwrap();
        assert!(!grant.allows(&target.origin().host, target.origin().port), "{location}");
    }
}

proptest! {
    #[test]
    fn no_text_panics_and_what_is_taken_is_stable(text in "\\PC{0,60}") {
        check_stable(&text)?;
        check_stable(&format!("http://{text}"))?;
        check_stable(&format!("https://example.com{text}"))?;
    }

    #[test]
    fn url_like_text_is_stable(
        host in "[a-zA-Z0-9.\\[\\]:%_@\\\\-]{0,30}", port in "(:[0-9]{0,6})?", path in "[/?#a-z%.]{0,10}"
    ) {
        check_stable(&format!("http://{host}{port}{path}"))?;
    }

    #[test]
    fn every_spelling_of_any_refused_address_is_harmless(
        first in prop::sample::select(vec![0, 10, 127, 224, 239, 240, 255_u8]), rest: [u8; 3]
    ) {
        let address = std::net::Ipv4Addr::new(first, rest[0], rest[1], rest[2]);
        for host in spellings(address.octets()) {
            let url = format!("http://{host}/");
            prop_assert!(is_harmless(&url), "{}", url);
        }
    }
}

/// What was read reads again as the same, so that nothing downstream can read it otherwise.
fn check_stable(text: &str) -> Result<(), TestCaseError> {
    if let Ok(target) = Target::parse(text) {
        let again = Target::parse(&target.shown());
        prop_assert!(again.is_ok(), "{text} became {}", target.shown());
        prop_assert_eq!(again.map(|again| again.origin().clone()), Ok(target.origin().clone()));
        prop_assert!(target.path_and_query().starts_with('/'));
        prop_assert!(!target.path_and_query().contains(|c: char| c.is_control() || c == ' '));
    }
    Ok(())
}
