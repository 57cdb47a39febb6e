//! The issuer's public keys, parsed once.

use std::collections::HashMap;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse},
};
use serde::Deserialize;
use serde_json::Value;

/// Keys by `kid`. A set is replaced whole, never mixed with another.
#[derive(Debug, Default)]
pub(super) struct KeySet(HashMap<String, Key>);

/// One key and the only algorithm it verifies.
pub(super) struct Key {
    pub(super) algorithm: Algorithm,
    decoding: DecodingKey,
}

/// Most keys that are read of a set; an issuer has three.
const MAX_KEYS: usize = 100;
/// Shortest RSA modulus in octets (RFC 7518 §3.3).
const MIN_RSA: usize = 256;

#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

impl KeySet {
    /// Reads a JWK set (RFC 7517 §5). Keys that are not for us are passed over: unknown types, symmetric or weak ones,
    /// encryption keys, algorithms that are not accepted. Two keys with one `kid` are both passed over.
    ///
    /// # Errors
    /// When it is no JWK set at all, or holds no key that we could use.
    pub(super) fn parse(document: &[u8], accepted: &[Algorithm]) -> Result<Self, &'static str> {
        let document: Document =
            serde_json::from_slice(document).map_err(|_| "it is no JWK set")?;
        if document.keys.len() > MAX_KEYS {
            return Err("it holds far more keys than an issuer has");
        }
        let mut keys = HashMap::new();
        let mut twice = Vec::new();
        for value in document.keys {
            let Ok(jwk) = serde_json::from_value::<Jwk>(value) else {
                continue;
            };
            let Some((kid, key)) = Key::of(&jwk, accepted) else {
                continue;
            };
            if keys.insert(kid.clone(), key).is_some() {
                twice.push(kid);
            }
        }
        for kid in twice {
            keys.remove(&kid);
        }
        if keys.is_empty() {
            Err("it holds no key that can be used")
        } else {
            Ok(Self(keys))
        }
    }

    pub(super) fn get(&self, kid: &str) -> Option<&Key> {
        self.0.get(kid)
    }

    pub(super) fn contains(&self, kid: &str) -> bool {
        self.0.contains_key(kid)
    }
}

impl Key {
    fn of(jwk: &Jwk, accepted: &[Algorithm]) -> Option<(String, Self)> {
        let kid = jwk.common.key_id.clone().filter(|kid| !kid.is_empty())?;
        if !matches!(
            jwk.common.public_key_use,
            None | Some(PublicKeyUse::Signature)
        ) {
            return None;
        }
        let named = match jwk.common.key_algorithm {
            // The key's own word, where it says one.
            Some(algorithm) => Some(algorithm.to_string().parse::<Algorithm>().ok()?),
            None => None,
        };
        let fits = |algorithm: &Algorithm| family(&jwk.algorithm).contains(algorithm);
        let algorithm = match named {
            Some(algorithm) => Some(algorithm)
                .filter(|algorithm| accepted.contains(algorithm) && fits(algorithm))?,
            None => accepted.iter().copied().find(fits)?,
        };
        if let AlgorithmParameters::RSA(rsa) = &jwk.algorithm
            && URL_SAFE_NO_PAD
                .decode(&rsa.n)
                .ok()?
                .iter()
                .skip_while(|octet| **octet == 0)
                .count()
                < MIN_RSA
        {
            return None;
        }
        Some((
            kid,
            Self {
                algorithm,
                decoding: DecodingKey::from_jwk(jwk).ok()?,
            },
        ))
    }

    /// Whether the signature is this key's.
    pub(super) fn verifies(&self, signed: &str, signature: &str) -> bool {
        jsonwebtoken::crypto::verify(signature, signed.as_bytes(), &self.decoding, self.algorithm)
            .unwrap_or(false)
    }
}

/// What a kind of key can verify; never a symmetric algorithm.
fn family(parameters: &AlgorithmParameters) -> &'static [Algorithm] {
    use Algorithm::{ES256, ES384, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};
    if let AlgorithmParameters::RSA(_) = parameters {
        return &[RS256, RS384, RS512, PS256, PS384, PS512];
    }
    if let AlgorithmParameters::OctetKeyPair(_) = parameters {
        return &[EdDSA];
    }
    let AlgorithmParameters::EllipticCurve(key) = parameters else {
        return &[];
    };
    if key.curve == EllipticCurve::P256 {
        &[ES256]
    } else if key.curve == EllipticCurve::P384 {
        &[ES384]
    } else {
        &[]
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Key")
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}
