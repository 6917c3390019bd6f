//! What must hold for whatever somebody sends as a token, and an issuer as its keys: driven by the fuzzer
//! (`cargo xtask fuzz`) and by property tests, and in no build that ships. A broken property is a panic.

#[cfg(test)]
mod tests;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};
use types::scope;

use crate::token::{Algorithm, Compact, Expected, KeySet, Mapping, TenantOf, check};

/// The longest token there may be.
const MAX_TOKEN: usize = 16 * 1024;
/// When tokens are looked at, in seconds since 1970.
const NOW: u64 = 1_800_000_000;
const SKEW: u64 = 60;
const ISSUER: &str = "https://issuer.example";

/// Three lines: a token, or its three parts as they are before they are encoded, between tabs; claims; a
/// set of keys.
pub fn tokens(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut lines = text.splitn(3, '\n');
    let [token, claims, keys] = [(); 3].map(|()| lines.next().unwrap_or_default());
    let encoded = encoded(token);
    let keys = serde_json::from_str::<Value>(keys).ok();
    let keys = keys.as_ref().and_then(KeySet::read).unwrap_or_default();
    for token in [token, &encoded] {
        let Ok(read) = Compact::read(token) else { continue };
        reads_as_another_reads(token, &read);
        nobody_signed(&read, &keys);
        bears(&read.claims);
    }
    if let Ok(claims) = serde_json::from_str::<Map<String, Value>>(claims) {
        bears(&claims);
    }
}

fn encoded(parts: &str) -> String {
    let parts: Vec<_> = parts.split('\t').map(|part| URL_SAFE_NO_PAD.encode(part)).collect();
    parts.join(".")
}

/// What was read is what stands there, told by another decoder.
fn reads_as_another_reads(token: &str, read: &Compact<'_>) {
    assert!(token.len() <= MAX_TOKEN, "{} bytes are read", token.len());
    let parts: Vec<&str> = token.split('.').collect();
    assert_eq!(parts.len(), 3, "{token}");
    let decoded = |part: &str| {
        let mut text = part.replace('-', "+").replace('_', "/");
        text.extend(std::iter::repeat_n('=', (4 - text.len() % 4) % 4));
        STANDARD.decode(text).expect("it was decoded before")
    };
    let header: Value = serde_json::from_slice(&decoded(parts[0])).expect("it was read before");
    let claims: Value = serde_json::from_slice(&decoded(parts[1])).expect("it was read before");
    assert_eq!(Value::Object(read.claims.clone()), claims);
    assert_eq!(read.signature, decoded(parts[2]));
    assert_eq!(read.signed, format!("{}.{}", parts[0], parts[1]).as_bytes());
    assert_eq!(read.key_id.as_deref(), header["kid"].as_str());
    assert!(header.get("crit").is_none(), "a demand is passed over");
    let named = header["alg"].as_str().unwrap_or_default();
    if let Some(algorithm) = read.algorithm {
        // None is, and none of them is made with a secret that we would have to have.
        assert!(!named.eq_ignore_ascii_case("none") && !named.starts_with("HS"), "{algorithm:?}");
    }
}

/// A signature that holds would have to be made with a key of the set. Those in the inputs are of the
/// input's own making, so only a set of ours, whose secret nobody has, proves anything.
fn nobody_signed(read: &Compact<'_>, theirs: &KeySet) {
    let _ = theirs.verify(read, &Algorithm::ALL);
    let ours = json!({"keys": [{
        "kty": "EC", "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    }]});
    let ours = KeySet::read(&ours).expect("a set");
    assert!(ours.verify(read, &Algorithm::ALL).is_err(), "nobody has signed it");
    assert!(ours.verify(read, &[]).is_err(), "no algorithm is allowed");
}

/// Who bears a token with these claims, if anybody does.
fn bears(claims: &Map<String, Value>) {
    for may_admin in [false, true] {
        let expected = Expected {
            issuer: ISSUER.to_owned(),
            audience: vec!["https://us.example".to_owned()],
            skew: SKEW,
            mapping: Mapping {
                tenant: TenantOf::Claim("org.id".to_owned()),
                subject: "sub".to_owned(),
                scopes: vec!["scope".to_owned(), "scp".to_owned()],
                roles: vec!["realm_access.roles".to_owned(), "https://us.example/roles".to_owned()],
                may_admin,
            },
        };
        let Ok(checked) = check(claims, &expected, NOW) else { continue };
        let principal = &checked.principal;
        assert_eq!(claims["iss"], ISSUER);
        assert!(checked.expires.saturating_add(SKEW) > NOW, "its time is over");
        assert_ne!(principal.tenant, "local", "no issuer gives our own tenant away");
        let admin = principal.scopes.iter().any(|own| own == scope::ADMIN);
        assert!(may_admin || !admin, "an administrator of an issuer that may make none");
        for own in &principal.scopes {
            assert!(scope::ALL.contains(&own.as_str()), "{own} is no scope of ours");
        }
        let names = [&principal.tenant, &principal.subject].into_iter().chain(&principal.roles);
        for name in names {
            let plain =
                !name.is_empty() && name.len() <= 256 && !name.chars().any(char::is_control);
            assert!(plain, "{name:?}");
        }
    }
}
