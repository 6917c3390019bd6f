//! Signatures with RSA keys of 2048 to 8192 bits, which come from elsewhere: none are made here.

use ring::rand::SystemRandom;
use ring::signature::{self, RsaEncoding, RsaKeyPair, RsaParameters, UnparsedPublicKey};
use rquickjs::{Ctx, Function, Object, Result};

use super::{Bytes, Made, content, made};

/// `native.signRsa(padding, hash, private, data)` and `native.verifyRsa(padding, hash, public,
/// signature, data)`, keys in PKCS #1. Null for what cannot be signed or verified at all.
pub fn add<'js>(ctx: &Ctx<'js>, native: &Object<'js>) -> Result<()> {
    native.set("signRsa", Function::new(ctx.clone(), sign))?;
    native.set("isRsaKey", Function::new(ctx.clone(), is_key))?;
    native.set("verifyRsa", Function::new(ctx.clone(), verify))
}

fn signing(padding: &str, hash: &str) -> Option<&'static dyn RsaEncoding> {
    Some(match (padding, hash) {
        ("pkcs1", "sha256") => &signature::RSA_PKCS1_SHA256,
        ("pkcs1", "sha384") => &signature::RSA_PKCS1_SHA384,
        ("pkcs1", "sha512") => &signature::RSA_PKCS1_SHA512,
        ("pss", "sha256") => &signature::RSA_PSS_SHA256,
        ("pss", "sha384") => &signature::RSA_PSS_SHA384,
        ("pss", "sha512") => &signature::RSA_PSS_SHA512,
        _ => return None,
    })
}

fn verifying(padding: &str, hash: &str) -> Option<&'static RsaParameters> {
    Some(match (padding, hash) {
        ("pkcs1", "sha1") => &signature::RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
        ("pkcs1", "sha256") => &signature::RSA_PKCS1_2048_8192_SHA256,
        ("pkcs1", "sha384") => &signature::RSA_PKCS1_2048_8192_SHA384,
        ("pkcs1", "sha512") => &signature::RSA_PKCS1_2048_8192_SHA512,
        ("pss", "sha256") => &signature::RSA_PSS_2048_8192_SHA256,
        ("pss", "sha384") => &signature::RSA_PSS_2048_8192_SHA384,
        ("pss", "sha512") => &signature::RSA_PSS_2048_8192_SHA512,
        _ => return None,
    })
}

#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn sign<'js>(
    ctx: Ctx<'js>,
    padding: String,
    hash: String,
    private: Bytes<'js>,
    data: Bytes<'js>,
) -> Made<'js> {
    let signed = signing(&padding, &hash).and_then(|padding| {
        let key = RsaKeyPair::from_der(content(&private)).ok()?;
        let mut signature = vec![0; key.public().modulus_len()];
        let random = SystemRandom::new();
        key.sign(padding, &random, content(&data), &mut signature).ok()?;
        Some(signature)
    });
    made(ctx, signed)
}

#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn is_key(private: Bytes<'_>) -> bool {
    RsaKeyPair::from_der(content(&private)).is_ok()
}

#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn verify(
    padding: String,
    hash: String,
    public: Bytes<'_>,
    signature: Bytes<'_>,
    data: Bytes<'_>,
) -> Option<bool> {
    let key = UnparsedPublicKey::new(verifying(&padding, &hash)?, content(&public));
    Some(key.verify(content(&data), content(&signature)).is_ok())
}
