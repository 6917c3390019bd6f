//! The properties over tokens made of tempting pieces; the fuzzer goes further.

use proptest::prelude::*;

use super::tokens;

const PIECES: &[&str] = &[
    "{",
    "}",
    "\t",
    "\n",
    ",",
    ".",
    "\"alg\":\"none\"",
    "\"alg\":\"ES256\"",
    "\"alg\":\"HS256\"",
    "\"kid\":\"a\"",
    "\"crit\":[]",
    "\"typ\":\"at+jwt\"",
    "\"typ\":\"JWT\"",
    "\"iss\":\"https://issuer.example\"",
    "\"aud\":\"https://us.example\"",
    "\"aud\":[\"https://us.example\",1]",
    "\"exp\":1800000001",
    "\"exp\":1e308",
    "\"nbf\":-1",
    "\"sub\":\"ann\"",
    "\"sub\":\"\\u0000\"",
    "\"org\":{\"id\":\"acme\"}",
    "\"org.id\":\"local\"",
    "\"scope\":\"admin execute:python x\"",
    "\"realm_access\":{\"roles\":[\"r\"]}",
    "\"cnf\":{}",
    "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"\",\"y\":\"\"}]}",
    "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AA\",\"e\":\"AQAB\"}]}",
    "e30.e30.e30",
];

/// A line that holds, so that what it comes to is looked at as well.
const GOOD: &str = "{\"alg\":\"ES256\",\"typ\":\"at+jwt\"}\t{\"iss\":\"https://issuer.example\",\"aud\":\"https://us.example\",\"exp\":1800000100,\"sub\":\"ann\",\"org\":{\"id\":\"acme\"},\"scope\":\"admin execute:python\",\"realm_access\":{\"roles\":[\"r\"]}}\tsigned";

proptest! {
    #[test]
    fn tokens_of_tempting_pieces(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..24)) {
        tokens(pieces.concat().as_bytes());
    }

    #[test]
    fn a_good_token_with_something_changed(at in 0..GOOD.len(), with in any::<u8>()) {
        let mut bytes = GOOD.as_bytes().to_vec();
        bytes[at] = with;
        tokens(&bytes);
    }

    #[test]
    fn bytes_of_any_kind(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        tokens(&bytes);
    }
}

#[test]
fn a_good_token_is_read() {
    let encoded = super::encoded(GOOD);
    let read = crate::token::Compact::read(&encoded).expect("it is one");
    assert!(read.algorithm.is_some() && read.claims.len() == 7);
    tokens(GOOD.as_bytes());
}
