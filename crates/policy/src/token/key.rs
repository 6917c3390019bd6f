//! The keys of an issuer, as RFC 7517 writes them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde_json::Value;

use crate::token::{Algorithm, Compact, Wrong};

/// The most keys of one issuer that are kept.
const MAX_KEYS: usize = 100;

/// The keys of one issuer that can be used.
#[derive(Debug, Clone, Default)]
pub struct KeySet {
    keys: Vec<Key>,
}

/// One public key.
#[derive(Debug, Clone)]
pub struct Key {
    id: Option<String>,
    /// The one algorithm it is for, where it says so.
    algorithm: Option<Algorithm>,
    material: Material,
}

/// What a signature is checked with.
#[derive(Debug, Clone)]
pub(crate) enum Material {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    P256(Vec<u8>),
    P384(Vec<u8>),
    Ed25519(Vec<u8>),
}

impl KeySet {
    /// The set in a document. Keys of kinds that we do not know are passed over, as the standard
    /// wants it; `None` when the document is no set.
    pub fn read(document: &Value) -> Option<Self> {
        let keys = document.get("keys")?.as_array()?;
        Some(Self { keys: keys.iter().take(MAX_KEYS).filter_map(Key::read).collect() })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Checks who signed a token.
    ///
    /// # Errors
    ///
    /// [`Wrong::Algorithm`] when it is not one of `allowed`, [`Wrong::UnknownKey`] when there is no
    /// key for it here, [`Wrong::Signature`].
    pub fn verify(&self, token: &Compact<'_>, allowed: &[Algorithm]) -> Result<(), Wrong> {
        let algorithm = token.algorithm.filter(|it| allowed.contains(it));
        let algorithm = algorithm.ok_or(Wrong::Algorithm)?;
        let key = self.find(token.key_id.as_deref(), algorithm).ok_or(Wrong::UnknownKey)?;
        match algorithm.verifies(&key.material, token.signed, &token.signature) {
            true => Ok(()),
            false => Err(Wrong::Signature),
        }
    }

    /// The key with this name that fits; without a name, the only one that fits.
    fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Option<&Key> {
        let mut fitting = self.keys.iter().filter(|key| {
            algorithm.fits(&key.material)
                && key.algorithm.is_none_or(|own| own == algorithm)
                && (id.is_none() || key.id.as_deref() == id)
        });
        let first = fitting.next();
        if id.is_none() && fitting.next().is_some() { None } else { first }
    }
}

impl Key {
    /// A key for signatures of a kind that we know.
    pub fn read(document: &Value) -> Option<Self> {
        let word = |name: &str| document.get(name).and_then(Value::as_str);
        let bytes = |name: &str| BASE64.decode(word(name)?).ok();
        if word("use").is_some_and(|usage| usage != "sig") {
            return None;
        }
        let operations = document.get("key_ops").and_then(Value::as_array);
        if operations.is_some_and(|all| !all.iter().any(|one| one == "verify")) {
            return None;
        }
        let point = |length: usize| {
            let (x, y) = (bytes("x")?, bytes("y")?);
            let whole = x.len() == length && y.len() == length;
            whole.then(|| [&[4][..], &x, &y].concat())
        };
        let material = match (word("kty")?, word("crv")) {
            ("RSA", _) => Material::Rsa { n: bytes("n")?, e: bytes("e")? },
            ("EC", Some("P-256")) => Material::P256(point(32)?),
            ("EC", Some("P-384")) => Material::P384(point(48)?),
            ("OKP", Some("Ed25519")) => Material::Ed25519(bytes("x")?),
            _ => return None,
        };
        let algorithm = match word("alg") {
            None => None,
            // Ed25519 has two names since RFC 9864.
            Some("Ed25519") => Some(Algorithm::EdDsa),
            Some(name) => Some(Algorithm::named(name)?),
        };
        Some(Self { id: word("kid").map(str::to_owned), algorithm, material })
    }
}
