//! The properties over random addresses and over URLs made of tempting pieces; the fuzzer goes
//! further.

use proptest::prelude::*;

use super::{addresses, urls};

const PIECES: &[&str] = &[
    "http://",
    "https://",
    "HTTP:",
    "//",
    "/",
    "\\",
    "@",
    ":",
    "#",
    "?",
    "%2e",
    "%00",
    ".",
    "..",
    "127.0.0.1",
    "0x7f.1",
    "2130706433",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "localhost",
    "LOCALHOST.",
    "example.com",
    "*.example.com",
    "a",
    "xn--",
    "ü",
    "。",
    "１２７",
    "\u{ad}",
    "\t",
    " ",
    "8080",
    "80",
    "0",
    "65536",
    "169.254.169.254",
    "metadata.google.internal",
    "1.1.1.1",
    "[2606:4700::1]",
    "user",
    "-",
    "_",
    "[",
    "]",
    "file:",
    "data:",
    "javascript:",
    "fe80::1%25lo",
];

fn line() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    // Each case is some hundred URLs.
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn no_address_that_is_not_public_is_dialled_or_granted(octets in any::<[u8; 16]>(), special in 0_usize..9) {
        addresses(&octets);
        let mut octets = octets;
        let prefixes: [&[u8]; 9] = [
            &[127], &[10], &[169, 254, 169, 254], &[192, 168], &[0xfd, 0], &[0x20, 0x02, 127, 0],
            &[0; 12], &[0, 0x64, 0xff, 0x9b], &[0x20, 0x01, 0, 0],
        ];
        octets[..prefixes[special].len()].copy_from_slice(prefixes[special]);
        addresses(&octets);
    }

}

proptest! {
    #[test]
    fn urls_and_rules_hold(
        host in line(), location in line(), scheme in any::<bool>(), rules in prop::collection::vec(line(), 0..8),
    ) {
        let scheme = if scheme { "http://" } else { "" };
        urls(format!("{scheme}{host}\n{location}\n{}", rules.join("\n")).as_bytes());
    }
}
