//! Tokens as issuers write them, and as those write them who are none.

mod claims;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};

use crate::token::{Algorithm, Compact, KeySet, Wrong};

/// Tokens that openssl signed, and the keys they are checked with.
const RSA: &str = include_str!("tests/rsa.json");

/// An issuer with a key on P-256.
pub(crate) struct Issuer {
    pair: EcdsaKeyPair,
}

impl Issuer {
    pub(crate) fn new() -> Self {
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a key");
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random);
        Self { pair: pair.expect("its own form") }
    }

    pub(crate) fn jwk(&self, id: &str) -> Value {
        let point = self.pair.public_key().as_ref();
        let (x, y) = (BASE64.encode(&point[1..33]), BASE64.encode(&point[33..]));
        json!({"kty": "EC", "crv": "P-256", "kid": id, "x": x, "y": y})
    }

    pub(crate) fn token(&self, header: &Value, claims: &Value) -> String {
        let signed = signed(header, claims);
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes());
        format!("{signed}.{}", BASE64.encode(signature.expect("a signature").as_ref()))
    }
}

fn signed(header: &Value, claims: &Value) -> String {
    format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()))
}

fn set(keys: Vec<Value>) -> KeySet {
    KeySet::read(&json!({ "keys": keys })).expect("a set")
}

fn verify(set: &KeySet, token: &str) -> Result<(), Wrong> {
    set.verify(&Compact::read(token)?, &Algorithm::ALL)
}

#[test]
fn the_key_of_its_name_verifies_a_token_and_no_other_does() {
    let (one, other) = (Issuer::new(), Issuer::new());
    let keys = set(vec![one.jwk("one"), other.jwk("other")]);
    let token = |kid: &str| one.token(&json!({"alg": "ES256", "kid": kid}), &json!({}));
    assert_eq!(verify(&keys, &token("one")), Ok(()));
    assert_eq!(verify(&keys, &token("other")), Err(Wrong::Signature));
    assert_eq!(verify(&keys, &token("third")), Err(Wrong::UnknownKey));
    let unnamed = one.token(&json!({"alg": "ES256"}), &json!({}));
    assert_eq!(verify(&keys, &unnamed), Err(Wrong::UnknownKey), "it could be either");
    assert_eq!(verify(&set(vec![one.jwk("one")]), &unnamed), Ok(()));
    let compact = Compact::read(&unnamed).expect("a token");
    let keys = set(vec![one.jwk("one")]);
    assert_eq!(keys.verify(&compact, &[Algorithm::Rs256]), Err(Wrong::Algorithm));
}

#[test]
fn rsa_verifies_what_openssl_signed_but_not_with_small_keys() {
    let fixture: Value = serde_json::from_str(RSA).expect("JSON");
    let keys = KeySet::read(&fixture).expect("a set");
    let tokens = fixture["tokens"].as_object().expect("tokens");
    for (name, token) in tokens {
        let expected = if name == "small-RS256" { Err(Wrong::Signature) } else { Ok(()) };
        let token = token.as_str().expect("a text");
        assert_eq!(verify(&keys, token), expected, "{name}");
        let (head, signature) = token.rsplit_once('.').expect("three parts");
        let mut bytes = BASE64.decode(signature).expect("base64");
        bytes[7] ^= 1;
        let spoilt = format!("{head}.{}", BASE64.encode(bytes));
        assert_eq!(verify(&keys, &spoilt), Err(Wrong::Signature), "{name}");
    }
}

#[test]
fn ed25519_is_known_by_both_its_names() {
    let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("a key");
    let pair = Ed25519KeyPair::from_pkcs8(document.as_ref()).expect("its own form");
    let x = BASE64.encode(pair.public_key().as_ref());
    let key = |alg: &str| json!({"kty": "OKP", "crv": "Ed25519", "kid": "ed", "alg": alg, "x": x});
    let signed = signed(&json!({"alg": "EdDSA", "kid": "ed", "typ": "JWT"}), &json!({}));
    let token = format!("{signed}.{}", BASE64.encode(pair.sign(signed.as_bytes()).as_ref()));
    for name in ["EdDSA", "Ed25519"] {
        assert_eq!(verify(&set(vec![key(name)]), &token), Ok(()), "{name}");
    }
    assert!(set(vec![key("ES256K")]).is_empty());
}

#[test]
fn a_token_of_identity_gives_no_access() {
    let issuer = Issuer::new();
    let keys = set(vec![issuer.jwk("one")]);
    let of = |kind: &str, claims: &Value| {
        let header = json!({"alg": "ES256", "kid": "one", "typ": kind});
        verify(&keys, &issuer.token(&header, claims))
    };
    for claims in [json!({"nonce": "n"}), json!({"at_hash": "h"}), json!({"typ": "ID"})] {
        assert_eq!(of("JWT", &claims), Err(Wrong::Identity), "{claims}");
        assert_eq!(of("at+jwt", &claims), Ok(()), "{claims}");
    }
    assert_eq!(of("JWT", &json!({"typ": "Bearer", "nonce": "n"})), Ok(()), "Keycloak's of access");
}

#[test]
fn no_header_chooses_how_it_is_checked() {
    let issuer = Issuer::new();
    let jwk = issuer.jwk("one");
    let keys = set(vec![jwk.clone()]);
    for name in ["none", "None", "nOnE", "NONE", "HS256", "HS512", "", "es256", "RS256"] {
        let header = json!({"alg": name, "kid": "one"});
        for token in
            [format!("{}.", signed(&header, &json!({}))), issuer.token(&header, &json!({}))]
        {
            let wrong = verify(&keys, &token).expect_err(name);
            assert!(matches!(wrong, Wrong::Algorithm | Wrong::UnknownKey), "{name}: {wrong:?}");
        }
    }
    // The public key, in every form it has, as the secret of an HMAC.
    let point = issuer.pair.public_key().as_ref();
    let header = json!({"alg": "HS256", "kid": "one"});
    let signed = signed(&header, &json!({}));
    for secret in [point, &point[1..], jwk.to_string().as_bytes(), BASE64.encode(point).as_bytes()]
    {
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret);
        let tag = ring::hmac::sign(&key, signed.as_bytes());
        let token = format!("{signed}.{}", BASE64.encode(tag.as_ref()));
        assert_eq!(verify(&keys, &token), Err(Wrong::Algorithm));
    }
    let attacker = Issuer::new();
    let theirs = attacker.jwk("one");
    for header in [
        json!({"alg": "ES256", "kid": "one", "jwk": theirs}),
        json!({"alg": "ES256", "kid": "one", "jku": "https://evil.example/keys"}),
        json!({"alg": "ES256", "kid": "one", "x5u": "https://evil.example/cert"}),
        json!({"alg": "ES256", "kid": "one", "x5c": ["MIIB"]}),
    ] {
        assert_eq!(verify(&keys, &attacker.token(&header, &json!({}))), Err(Wrong::Signature));
    }
    for id in ["../../dev/null", "' OR 1=1 --", "https://evil.example/key", "one\0", ""] {
        let token = attacker.token(&json!({"alg": "ES256", "kid": id}), &json!({}));
        assert_eq!(verify(&keys, &token), Err(Wrong::UnknownKey), "{id:?}");
    }
}

#[test]
fn what_is_no_token_of_access_is_refused_before_its_signature() {
    let issuer = Issuer::new();
    let token = |header: Value| issuer.token(&header, &json!({}));
    let good = token(json!({"alg": "ES256", "typ": "at+jwt"}));
    assert!(Compact::read(&good).is_ok());
    let long = "k".repeat(257);
    for header in [
        json!({"alg": "ES256", "crit": ["exp"]}),
        json!({"alg": "ES256", "b64": false}),
        json!({"alg": "ES256", "typ": "logout+jwt"}),
        json!({"alg": "ES256", "typ": "dpop+jwt"}),
        json!({"alg": "ES256", "typ": 7}),
        json!({"alg": 7}),
        json!({"alg": "ES256", "kid": ["one"]}),
        json!({"alg": "ES256", "kid": long}),
        json!([]),
    ] {
        let read = Compact::read(&token(header.clone())).err();
        assert_eq!(read, Some(Wrong::Malformed), "{header}");
    }
    let (head, _) = good.rsplit_once('.').expect("three parts");
    for text in [
        "",
        "..",
        "a.b.c",
        head,
        &format!("{good}.x"),
        &format!("{good}="),
        &format!("{head}. "),
        &format!("{head}.{}", "A".repeat(20_000)),
        &good.replacen('e', "é", 1),
    ] {
        assert!(Compact::read(text).is_err(), "{text:.40}");
    }
}

#[test]
fn only_keys_for_signatures_of_known_kinds_are_kept() {
    let jwk = Issuer::new().jwk("one");
    let with = |name: &str, value: Value| {
        let mut key = jwk.clone();
        key[name] = value;
        key
    };
    assert_eq!(set(vec![with("use", json!("sig")), with("key_ops", json!(["verify"]))]).len(), 2);
    let passed_over = vec![
        with("use", json!("enc")),
        with("key_ops", json!(["encrypt"])),
        with("crv", json!("P-521")),
        with("crv", json!("secp256k1")),
        with("x", json!("AA")),
        with("x", json!("!")),
        with("alg", json!("HS256")),
        json!({"kty": "oct", "k": "c2VjcmV0", "kid": "one"}),
        json!("text"),
    ];
    assert!(set(passed_over).is_empty());
    assert!(KeySet::read(&json!({"keys": {}})).is_none() && KeySet::read(&json!([])).is_none());
    assert_eq!(set(vec![jwk; 500]).len(), 100, "bounded");
}
