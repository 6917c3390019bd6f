//! What a rule may be, what its canonical form is, and what is refused with which words.

use proptest::prelude::*;

use super::HostRule;

fn canonical(text: &str) -> String {
    match text.parse::<HostRule>() {
        Ok(rule) => rule.to_string(),
        Err(invalid) => panic!("{invalid}"),
    }
}

#[test]
fn rules_take_their_canonical_form() {
    let rules = [
        ("example.com", "example.com"),
        ("EXAMPLE.com.", "example.com"),
        ("example.com:8443", "example.com:8443"),
        ("example.com:80", "example.com:80"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
        ("a。b.example", "a.b.example"),
        ("intranet", "intranet"),
        ("_dmarc.example.com", "_dmarc.example.com"),
        ("*.example.com", "*.example.com"),
        ("*.Example.COM:8443", "*.example.com:8443"),
        ("localhost:3000", "localhost:3000"),
        ("LOCALHOST.:3000", "localhost:3000"),
        ("ｌｏｃａｌｈｏｓｔ:3000", "localhost:3000"),
        ("1.1.1.1", "1.1.1.1"),
        ("1.1.1.1:853", "1.1.1.1:853"),
        ("[2606:4700:4700::1111]", "[2606:4700:4700::1111]"),
        ("[2606:4700:4700::1111]:8443", "[2606:4700:4700::1111]:8443"),
    ];
    for (written, expected) in rules {
        assert_eq!(canonical(written), expected, "{written}");
        assert_eq!(canonical(expected), expected, "the canonical form of {written}");
    }
}

#[test]
fn what_names_no_host_is_refused() {
    let refused = [
        "",
        " ",
        "*",
        "*:443",
        "*.",
        "*.com",
        "*.localhost",
        "*.localhost:80",
        "*.*.example.com",
        "a.*.example.com",
        "*example.com",
        "example.*",
        ".",
        "..",
        ".example.com",
        "a..b",
        "https://example.com",
        "example.com/",
        "example.com/path",
        "user@example.com",
        "a b.example",
        "example.com ",
        "\texample.com",
        "exa\0mple.com",
        "evil.invalid\0.allowed.example",
        "example.com?x",
        "example.com#x",
        "exam%70le.com",
        "example.com\\",
        "example.com:",
        "example.com:0",
        "example.com:080",
        "example.com:+80",
        "example.com:65536",
        "example.com:8443:1",
        "example.com:https",
        "-a.example",
        "a-.example",
        "a$b.example",
        "a,b.example",
    ];
    for rule in refused {
        assert!(rule.parse::<HostRule>().is_err(), "{rule:?} was taken");
    }
    let long_label = format!("{}.example", "a".repeat(64));
    let long_name = format!("{}example", "abcdefghij.".repeat(25));
    for rule in [long_label, long_name, "a".repeat(10_000)] {
        assert!(rule.parse::<HostRule>().is_err(), "{} bytes were taken", rule.len());
    }
}

#[test]
fn this_machine_is_named_by_name_and_port_only() {
    for rule in [
        "localhost",
        "LOCALHOST",
        "localhost.",
        "127.0.0.1",
        "127.0.0.1:3000",
        "127.1:3000",
        "0:3000",
        "0.0.0.0:3000",
        "2130706433:80",
        "0x7f000001",
        "017700000001",
        "[::1]:3000",
        "[::]",
        "[::ffff:127.0.0.1]:3000",
    ] {
        let invalid = rule.parse::<HostRule>().expect_err(rule);
        assert!(invalid.is_loopback(), "{invalid}");
        assert!(invalid.to_string().contains("localhost:3000"), "{invalid}");
    }
    for rule in ["app.localhost", "app.localhost:3000"] {
        assert!(rule.parse::<HostRule>().is_err(), "{rule}");
    }
}

#[test]
fn addresses_are_public_and_canonical() {
    for rule in [
        "10.0.0.1",
        "192.168.0.1:8080",
        "169.254.169.254",
        "100.64.0.1",
        "[fc00::1]",
        "[fe80::1]",
        "[fe80::1%25eth0]",
        "[fe80::1%eth0]",
        "1.1.1",
        "01.1.1.1",
        "0x1.1.1.1",
        "16843009",
        "1.1.1.1.",
        "[::ffff:1.1.1.1]",
        "[2606:4700:4700:0::1111]",
        "2606:4700:4700::1111",
        "[2606:4700:4700::1111",
        "2606:4700:4700::1111]",
        "[1.1.1.1]",
        "[]",
        "[example.com]",
    ] {
        let invalid = rule.parse::<HostRule>().expect_err(rule);
        assert!(!invalid.is_loopback(), "{invalid}");
    }
}

#[test]
fn messages_name_the_rule_and_say_what_to_write() {
    let message = |rule: &str| rule.parse::<HostRule>().expect_err(rule).to_string();
    assert_eq!(
        message("*.com"),
        "`*.com` names no host that can be granted: `*` stands only at the front, before a dot and a \
         name of two labels or more, as in *.example.com"
    );
    assert_eq!(
        message("01.1.1.1"),
        "`01.1.1.1` names no host that can be granted: an IP address is written in its canonical \
         form, which here is 1.1.1.1"
    );
    assert!(message("a\u{1b}[31m.example").starts_with("`a\\u{1b}[31m.example` names"));
    assert!(message(&"x".repeat(5_000)).len() < 200);
}

proptest! {
    #[test]
    fn any_text_is_refused_or_has_a_canonical_form(text in "\\PC{0,40}") {
        if let Ok(rule) = text.parse::<HostRule>() {
            let shown = rule.to_string();
            prop_assert_eq!(shown.parse::<HostRule>().unwrap(), rule);
            prop_assert!(shown.is_ascii());
        }
    }

    #[test]
    fn rule_like_text_is_refused_or_has_a_canonical_form(
        text in "(\\*\\.)?[a-zA-Z0-9.\\[\\]:_%x-]{0,24}(:[0-9]{0,6})?"
    ) {
        if let Ok(rule) = text.parse::<HostRule>() {
            prop_assert_eq!(rule.to_string().parse::<HostRule>().unwrap(), rule);
        }
    }
}
