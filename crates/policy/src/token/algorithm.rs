//! The algorithms there are. None of them has a secret that a resource server would share, so no
//! public key can be taken for one.

use ring::signature as ring;

use crate::token::key::Material;

/// How a token is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// RSA with PKCS #1 padding and SHA-256.
    Rs256,
    /// The same with SHA-384.
    Rs384,
    /// The same with SHA-512.
    Rs512,
    /// RSA with PSS and SHA-256.
    Ps256,
    /// The same with SHA-384.
    Ps384,
    /// The same with SHA-512.
    Ps512,
    /// ECDSA on P-256.
    Es256,
    /// ECDSA on P-384.
    Es384,
    /// Ed25519.
    EdDsa,
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Es256,
        Self::Es384,
        Self::EdDsa,
    ];

    /// Its name in a token's header.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::EdDsa => "EdDSA",
        }
    }

    /// The one with this name, letter by letter.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// Whether a key can be used with it.
    pub(crate) fn fits(self, key: &Material) -> bool {
        match self {
            Self::Rs256 | Self::Rs384 | Self::Rs512 | Self::Ps256 | Self::Ps384 | Self::Ps512 => {
                matches!(key, Material::Rsa { .. })
            }
            Self::Es256 => matches!(key, Material::P256(_)),
            Self::Es384 => matches!(key, Material::P384(_)),
            Self::EdDsa => matches!(key, Material::Ed25519(_)),
        }
    }

    /// Whether this key made this signature of these bytes.
    pub(crate) fn verifies(self, key: &Material, signed: &[u8], signature: &[u8]) -> bool {
        let elliptic = |algorithm: &'static dyn ring::VerificationAlgorithm, point: &[u8]| {
            ring::UnparsedPublicKey::new(algorithm, point).verify(signed, signature).is_ok()
        };
        match (self, key) {
            (Self::Es256, Material::P256(point)) => elliptic(&ring::ECDSA_P256_SHA256_FIXED, point),
            (Self::Es384, Material::P384(point)) => elliptic(&ring::ECDSA_P384_SHA384_FIXED, point),
            (Self::EdDsa, Material::Ed25519(point)) => elliptic(&ring::ED25519, point),
            (algorithm, Material::Rsa { n, e }) => algorithm.rsa().is_some_and(|parameters| {
                let key = ring::RsaPublicKeyComponents { n, e };
                key.verify(parameters, signed, signature).is_ok()
            }),
            _ => false,
        }
    }

    /// Keys of less than 2048 bits verify nothing.
    fn rsa(self) -> Option<&'static ring::RsaParameters> {
        match self {
            Self::Rs256 => Some(&ring::RSA_PKCS1_2048_8192_SHA256),
            Self::Rs384 => Some(&ring::RSA_PKCS1_2048_8192_SHA384),
            Self::Rs512 => Some(&ring::RSA_PKCS1_2048_8192_SHA512),
            Self::Ps256 => Some(&ring::RSA_PSS_2048_8192_SHA256),
            Self::Ps384 => Some(&ring::RSA_PSS_2048_8192_SHA384),
            Self::Ps512 => Some(&ring::RSA_PSS_2048_8192_SHA512),
            Self::Es256 | Self::Es384 | Self::EdDsa => None,
        }
    }
}
