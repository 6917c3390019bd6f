//! Nothing secret comes through.

use proptest::prelude::*;

use super::Mask;

#[test]
fn known_secrets_are_hidden_in_every_shape() {
    let mut mask = Mask::default();
    mask.hide("s3cr3t/w0rd");
    mask.hide("s3cr3t");
    assert_eq!(mask.apply("s3cr3t/w0rd and s3cr3t%2Fw0rd and s3cr3t"), "**** and **** and ****");
}

#[test]
fn whatever_stands_before_a_host_is_hidden() {
    let mask = Mask::default();
    for (text, shown) in [
        ("see https://a:b@host/x, or", "see https://****@host/x, or"),
        ("`http://token@host:80`", "`http://****@host:80`"),
        ("https://a:b@c@host/x", "https://****@host/x"),
        ("https://host/@scope", "https://host/@scope"),
        ("nothing here", "nothing here"),
        ("://", "://"),
    ] {
        assert_eq!(mask.apply(text), shown);
    }
}

#[test]
fn a_short_secret_does_not_eat_the_message() {
    let mut mask = Mask::default();
    mask.hide("a");
    assert_eq!(mask.apply("a package at http://u:a@host/"), "a package at http://****@host/");
}

proptest! {
    #[test]
    fn no_secret_survives(secret in "[!-~]{4,20}", before in "\\PC{0,20}", after in "\\PC{0,20}") {
        prop_assume!(!"****@".contains(&secret) && !secret.contains('*'));
        let mut mask = Mask::default();
        mask.hide(&secret);
        let shown = mask.apply(&format!("{before}{secret}{after}"));
        prop_assert!(!shown.contains(&secret), "{}", shown);
    }
}
