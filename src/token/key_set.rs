//! The issuer's public keys, parsed once.

use std::{collections::HashMap, fmt, sync::Arc};

use aws_lc_rs::{
    digest,
    signature::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, ParsedPublicKey,
        RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
        RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512,
        RsaParameters, RsaPublicKeyComponents, VerificationAlgorithm,
    },
};
use jsonwebtoken::Algorithm;
use serde::Deserialize;
use serde_json::Value;

use super::jws;
use crate::{base64url, quick_map::QuickMap};

/// Keys by `kid`. A set is replaced whole, never mixed with another.
#[derive(Debug, Default)]
pub(super) struct KeySet(QuickMap<String, Arc<Key>>);

/// One key and the only algorithm it verifies.
pub(super) struct Key {
    pub(super) algorithm: Algorithm,
    public: ParsedPublicKey,
}

/// Most keys that are read of a set; an issuer has three.
const MAX_KEYS: usize = 100;
/// Bits of an RSA modulus: RFC 7518 §3.3, and where verifying becomes a burden.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

/// A key as it is published (RFC 7517 §4, RFC 7518 §6). Members that lead to keys elsewhere (`x5u`, `x5c`) are not read.
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: String,
    alg: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    key_ops: Option<Vec<String>>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl KeySet {
    /// Reads a JWK set (RFC 7517 §5). Keys that are not for us are passed over: unknown types, symmetric or weak ones,
    /// encryption keys, algorithms that are not accepted. Keys that share a `kid` are all passed over.
    ///
    /// # Errors
    /// When it is no JWK set at all, or holds no key that we could use.
    pub(super) fn parse(document: &[u8], accepted: &[Algorithm]) -> Result<Self, &'static str> {
        let document: Document =
            serde_json::from_slice(document).map_err(|_| "it is no JWK set")?;
        if document.keys.len() > MAX_KEYS {
            return Err("it holds far more keys than an issuer has");
        }
        let mut named: HashMap<String, Option<Arc<Key>>> = HashMap::new();
        for value in document.keys {
            // The name is taken also by a key that we can't use: which of two is meant is not guessed.
            let Some(kid) = value
                .get("kid")
                .and_then(Value::as_str)
                .filter(|kid| !kid.is_empty())
            else {
                continue;
            };
            let kid = kid.to_owned();
            let key = serde_json::from_value(value)
                .ok()
                .and_then(|jwk| Key::of(&jwk, accepted))
                .map(Arc::new);
            named
                .entry(kid)
                .and_modify(|key| *key = None)
                .or_insert(key);
        }
        let keys: QuickMap<_, _> = named
            .into_iter()
            .filter_map(|(kid, key)| Some((kid, key?)))
            .collect();
        if keys.is_empty() {
            Err("it holds no key that can be used")
        } else {
            Ok(Self(keys))
        }
    }

    pub(super) fn get(&self, kid: &str) -> Option<&Arc<Key>> {
        self.0.get(kid)
    }
}

impl Key {
    fn of(jwk: &Jwk, accepted: &[Algorithm]) -> Option<Self> {
        let signs = jwk.purpose.as_ref().is_none_or(|purpose| purpose == "sig")
            && jwk
                .key_ops
                .as_ref()
                .is_none_or(|ops| ops.iter().any(|op| op == "verify"));
        if !signs || jwk.kid.len() > jws::MAX_KEY_ID {
            return None;
        }
        let fits = |algorithm: &Algorithm| jwk.family().contains(algorithm);
        // The key's own word where it says one; a key that says nothing verifies what is configured (security J1).
        let algorithm = match &jwk.alg {
            Some(named) => {
                Some(named.parse().ok()?).filter(|named| accepted.contains(named) && fits(named))?
            }
            None => accepted.iter().copied().find(fits)?,
        };
        Some(Self {
            algorithm,
            public: jwk.public(algorithm)?,
        })
    }

    /// Whether the signature is this key's. What is signed need not be hashed where its SHA-256 is at hand.
    pub(super) fn verifies(
        &self,
        signed: &str,
        sha256: Option<&digest::Digest>,
        signature: &[u8],
    ) -> bool {
        use Algorithm::{ES256, PS256, RS256};
        let by_sha256 = matches!(self.algorithm, RS256 | PS256 | ES256);
        let verified = match sha256.filter(|_| by_sha256) {
            Some(sha256) => self.public.verify_digest_sig(sha256, signature),
            None => self.public.verify_sig(signed.as_bytes(), signature),
        };
        verified.is_ok()
    }

    /// Whether the other verifies just the same signatures: a `kid` may be given to another key.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.algorithm == other.algorithm && self.public.as_ref() == other.public.as_ref()
    }
}

impl Jwk {
    /// What this kind of key can verify; never a symmetric algorithm.
    fn family(&self) -> &'static [Algorithm] {
        use Algorithm::{ES256, ES384, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};
        match (self.kty.as_str(), self.crv.as_deref()) {
            ("RSA", None) => &[RS256, RS384, RS512, PS256, PS384, PS512],
            ("EC", Some("P-256")) => &[ES256],
            ("EC", Some("P-384")) => &[ES384],
            ("OKP", Some("Ed25519")) => &[EdDSA],
            _ => &[],
        }
    }

    fn public(&self, algorithm: Algorithm) -> Option<ParsedPublicKey> {
        if let Some((_, parameters)) = RSA.iter().find(|(named, _)| *named == algorithm) {
            return self.rsa(parameters);
        }
        if algorithm == Algorithm::EdDSA {
            return ParsedPublicKey::new(&ED25519, octets(self.x.as_ref())?).ok();
        }
        let (_, point, size) = EC.iter().find(|(named, ..)| *named == algorithm)?;
        self.point(*point, *size)
    }

    fn rsa(&self, parameters: &'static RsaParameters) -> Option<ParsedPublicKey> {
        let (n, e) = (
            without_zeros(octets(self.n.as_ref())?),
            without_zeros(octets(self.e.as_ref())?),
        );
        let bits = (n.len() * 8).saturating_sub(n.first()?.leading_zeros() as usize);
        if !RSA_BITS.contains(&bits) {
            return None;
        }
        RsaPublicKeyComponents { n, e }
            .to_parsed_public_key(parameters)
            .ok()
    }

    /// An uncompressed point (SEC 1 §2.3.3); the library refuses one that is not on the curve.
    fn point(
        &self,
        algorithm: &'static dyn VerificationAlgorithm,
        size: usize,
    ) -> Option<ParsedPublicKey> {
        let (x, y) = (octets(self.x.as_ref())?, octets(self.y.as_ref())?);
        if x.len() != size || y.len() != size {
            return None;
        }
        ParsedPublicKey::new(algorithm, [&[4], x.as_slice(), &y].concat()).ok()
    }
}

const RSA: [(Algorithm, &RsaParameters); 6] = [
    (Algorithm::RS256, &RSA_PKCS1_2048_8192_SHA256),
    (Algorithm::RS384, &RSA_PKCS1_2048_8192_SHA384),
    (Algorithm::RS512, &RSA_PKCS1_2048_8192_SHA512),
    (Algorithm::PS256, &RSA_PSS_2048_8192_SHA256),
    (Algorithm::PS384, &RSA_PSS_2048_8192_SHA384),
    (Algorithm::PS512, &RSA_PSS_2048_8192_SHA512),
];
/// With the octets of a coordinate.
const EC: [(Algorithm, &dyn VerificationAlgorithm, usize); 2] = [
    (Algorithm::ES256, &ECDSA_P256_SHA256_FIXED, 32),
    (Algorithm::ES384, &ECDSA_P384_SHA384_FIXED, 48),
];

fn octets(member: Option<&String>) -> Option<Vec<u8>> {
    base64url::decode(member?)
}

fn without_zeros(octets: Vec<u8>) -> Vec<u8> {
    octets.into_iter().skip_while(|octet| *octet == 0).collect()
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}
