//! Signatures on curves: ECDSA on P-256 and P-384, and Ed25519. ECDSA signs the digest that is as
//! long as its curve, and verifies either.

use ring::agreement;
use ring::rand::SystemRandom;
use ring::signature::{
    self, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair, UnparsedPublicKey,
    VerificationAlgorithm,
};
use rquickjs::{Array, Ctx, Function, Object, Result, TypedArray};

use super::encoded::{self, Kind};
use super::{Bytes, Made, content, made, random};

/// `native.generateEc(curve)` and `native.generateEd25519()` give `[private, public]`;
/// `native.signEc(curve, hash, private, public, data)`, `native.verifyEc(curve, hash, public,
/// signature, data)`, `native.isEcPoint(curve, point)`, `native.isEcPair(curve, private, public)`,
/// `native.publicOfEd25519(private)`, `native.signEd25519(private, data)`,
/// `native.verifyEd25519(public, signature, data)`. Signatures of ECDSA are `r` and `s` one after the
/// other.
pub fn add<'js>(ctx: &Ctx<'js>, native: &Object<'js>) -> Result<()> {
    native.set("generateEc", Function::new(ctx.clone(), generate_ec))?;
    native.set("signEc", Function::new(ctx.clone(), sign_ec))?;
    native.set("verifyEc", Function::new(ctx.clone(), verify_ec))?;
    native.set("isEcPoint", Function::new(ctx.clone(), is_point))?;
    native.set("isEcPair", Function::new(ctx.clone(), is_pair))?;
    native.set("generateEd25519", Function::new(ctx.clone(), generate_ed25519))?;
    native.set("publicOfEd25519", Function::new(ctx.clone(), public_of_ed25519))?;
    native.set("signEd25519", Function::new(ctx.clone(), sign_ed25519))?;
    native.set("verifyEd25519", Function::new(ctx.clone(), verify_ed25519))
}

fn signing(curve: &str) -> Option<&'static EcdsaSigningAlgorithm> {
    match curve {
        "P-256" => Some(&signature::ECDSA_P256_SHA256_FIXED_SIGNING),
        "P-384" => Some(&signature::ECDSA_P384_SHA384_FIXED_SIGNING),
        _ => None,
    }
}

/// How a signature of two numbers is verified: in DER, where the digest is not the curve's own.
fn verifying(curve: &str, hash: &str) -> Option<(&'static dyn VerificationAlgorithm, bool)> {
    Some(match (curve, hash) {
        ("P-256", "sha256") => (&signature::ECDSA_P256_SHA256_FIXED, false),
        ("P-384", "sha384") => (&signature::ECDSA_P384_SHA384_FIXED, false),
        ("P-256", "sha384") => (&signature::ECDSA_P256_SHA384_ASN1, true),
        ("P-384", "sha256") => (&signature::ECDSA_P384_SHA256_ASN1, true),
        _ => return None,
    })
}

fn pair<'js>(ctx: Ctx<'js>, keys: Option<(Vec<u8>, Vec<u8>)>) -> Result<Option<Array<'js>>> {
    let Some((private, public)) = keys else { return Ok(None) };
    let pair = Array::new(ctx.clone())?;
    pair.set(0, TypedArray::<u8>::new_copy(ctx.clone(), private)?)?;
    pair.set(1, TypedArray::<u8>::new_copy(ctx, public)?)?;
    Ok(Some(pair))
}

fn generate_ec(ctx: Ctx<'_>, curve: String) -> Result<Option<Array<'_>>> {
    let keys = signing(&curve).and_then(|algorithm| {
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new()).ok()?;
        let key = encoded::private(document.as_ref())?;
        match key.kind {
            Kind::Ec(_) => Some((key.private, key.public?)),
            Kind::Ed25519 | Kind::Rsa => None,
        }
    });
    pair(ctx, keys)
}

/// Whether the private key is that of the public one is checked too.
fn key_pair(curve: &str, private: &[u8], public: &[u8]) -> Option<EcdsaKeyPair> {
    let random = SystemRandom::new();
    EcdsaKeyPair::from_private_key_and_public_key(signing(curve)?, private, public, &random).ok()
}

#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn sign_ec<'js>(
    ctx: Ctx<'js>,
    curve: String,
    hash: String,
    private: Bytes<'js>,
    public: Bytes<'js>,
    data: Bytes<'js>,
) -> Made<'js> {
    let is_own =
        matches!((curve.as_str(), hash.as_str()), ("P-256", "sha256") | ("P-384", "sha384"));
    let key = is_own.then(|| key_pair(&curve, content(&private), content(&public))).flatten();
    let signed = key.and_then(|key| key.sign(&SystemRandom::new(), content(&data)).ok());
    made(ctx, signed)
}

/// Null for a digest that cannot be verified with this curve.
#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn verify_ec<'js>(
    curve: String,
    hash: String,
    public: Bytes<'js>,
    signature: Bytes<'js>,
    data: Bytes<'js>,
) -> Option<bool> {
    let (algorithm, is_der) = verifying(&curve, &hash)?;
    let key = UnparsedPublicKey::new(algorithm, content(&public));
    let signature = content(&signature);
    let verified = if is_der {
        let half = if curve == "P-256" { 32 } else { 48 };
        let two = signature.split_at_checked(half).filter(|(_, s)| s.len() == half);
        two.is_some_and(|(r, s)| key.verify(content(&data), &encoded::two_numbers(r, s)).is_ok())
    } else {
        key.verify(content(&data), signature).is_ok()
    };
    Some(verified)
}

/// Whether these bytes are a point of the curve, not compressed.
#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn is_point(curve: String, point: Bytes<'_>) -> bool {
    let algorithm = match curve.as_str() {
        "P-256" => &agreement::ECDH_P256,
        "P-384" => &agreement::ECDH_P384,
        _ => return false,
    };
    // The library looks at a point only when something is done with it.
    let key = agreement::EphemeralPrivateKey::generate(algorithm, &SystemRandom::new());
    let point = agreement::UnparsedPublicKey::new(algorithm, content(&point));
    key.is_ok_and(|key| agreement::agree_ephemeral(key, &point, |_| ()).is_ok())
}

#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn is_pair(curve: String, private: Bytes<'_>, public: Bytes<'_>) -> bool {
    key_pair(&curve, content(&private), content(&public)).is_some()
}

fn generate_ed25519(ctx: Ctx<'_>) -> Result<Option<Array<'_>>> {
    let keys = random(32).and_then(|seed| {
        let public = of_seed(&seed)?.public_key().as_ref().to_vec();
        Some((seed, public))
    });
    pair(ctx, keys)
}

fn of_seed(seed: &[u8]) -> Option<Ed25519KeyPair> {
    Ed25519KeyPair::from_seed_unchecked(seed).ok()
}

#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn public_of_ed25519<'js>(ctx: Ctx<'js>, private: Bytes<'js>) -> Made<'js> {
    let key = of_seed(content(&private));
    made(ctx, key.as_ref().map(KeyPair::public_key))
}

#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn sign_ed25519<'js>(ctx: Ctx<'js>, private: Bytes<'js>, data: Bytes<'js>) -> Made<'js> {
    made(ctx, of_seed(content(&private)).map(|key| key.sign(content(&data))))
}

#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn verify_ed25519(public: Bytes<'_>, signature: Bytes<'_>, data: Bytes<'_>) -> bool {
    let key = UnparsedPublicKey::new(&signature::ED25519, content(&public));
    key.verify(content(&data), content(&signature)).is_ok()
}
