//! A token in its compact form: three parts of base64url, of which the first says how it is signed.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde_json::{Map, Value};

use crate::token::{Algorithm, Wrong};

/// The longest token that is looked at, in bytes.
const MAX_TOKEN: usize = 16 * 1024;
/// The longest name of a key.
const MAX_KEY_ID: usize = 256;

/// A token that was read and not checked: what it says is a claim.
#[derive(Debug)]
pub struct Compact<'a> {
    /// How it says it is signed; `None` for whatever is no algorithm of ours, such as `none`.
    pub algorithm: Option<Algorithm>,
    /// The key that it says it is signed with.
    pub key_id: Option<String>,
    /// What it says.
    pub claims: Map<String, Value>,
    /// What was signed.
    pub(crate) signed: &'a [u8],
    /// The signature.
    pub(crate) signature: Vec<u8>,
}

impl<'a> Compact<'a> {
    /// Whether a credential has the form of one.
    pub fn is(text: &str) -> bool {
        text.bytes().filter(|byte| *byte == b'.').count() == 2
    }

    /// Reads one. Where a key or its certificate could be had (`jku`, `x5u`, `jwk`, `x5c`) is not
    /// even looked at.
    ///
    /// # Errors
    ///
    /// [`Wrong::Malformed`].
    pub fn read(text: &'a str) -> Result<Self, Wrong> {
        if text.len() > MAX_TOKEN || !Self::is(text) {
            return Err(Wrong::Malformed);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(Wrong::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(Wrong::Malformed)?;
        let header = object(header)?;
        // A demand that we do not know is one that we cannot meet.
        if header.contains_key("crit") || header.contains_key("b64") {
            return Err(Wrong::Malformed);
        }
        let word = |name: &str| match header.get(name) {
            None => Ok(None),
            Some(Value::String(word)) => Ok(Some(word.as_str())),
            Some(_) => Err(Wrong::Malformed),
        };
        let kind = word("typ")?.map(str::to_ascii_lowercase).unwrap_or_default();
        let kind = kind.strip_prefix("application/").unwrap_or(&kind);
        // A token of another kind (a logout, a proof of possession) is none of access.
        if !matches!(kind, "" | "jwt" | "at+jwt") {
            return Err(Wrong::Malformed);
        }
        let claims = object(claims)?;
        if kind != "at+jwt" && is_of_identity(&claims) {
            return Err(Wrong::Identity);
        }
        let key_id = word("kid")?;
        if key_id.is_some_and(|id| id.len() > MAX_KEY_ID) {
            return Err(Wrong::Malformed);
        }
        Ok(Self {
            algorithm: word("alg")?.and_then(Algorithm::named),
            key_id: key_id.map(str::to_owned),
            claims,
            signed: signed.as_bytes(),
            signature: BASE64.decode(signature).map_err(|_| Wrong::Malformed)?,
        })
    }

    /// Who it says has issued it.
    pub fn issuer(&self) -> Option<&str> {
        self.claims.get("iss")?.as_str()
    }
}

/// Whether a token says to a client who has logged in, as none of access does. Keycloak names the kind
/// of its tokens in a claim, and those of access had a `nonce` for long.
fn is_of_identity(claims: &Map<String, Value>) -> bool {
    match claims.get("typ").and_then(Value::as_str) {
        Some("Bearer") => false,
        Some("ID") => true,
        _ => ["nonce", "at_hash", "c_hash"].iter().any(|name| claims.contains_key(*name)),
    }
}

fn object(part: &str) -> Result<Map<String, Value>, Wrong> {
    let bytes = BASE64.decode(part).map_err(|_| Wrong::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| Wrong::Malformed)
}
