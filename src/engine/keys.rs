//! The signing keys: an active one, perhaps a next one, and those that were active before (protocol reference 6.6).

use aws_lc_rs::{
    encoding::AsDer as _,
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, RSA_PKCS1_SHA256},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// An RSA key that signs, and what is published of it.
#[derive(Debug)]
pub(crate) struct SigningKey {
    pair: KeyPair,
    kid: String,
    modulus: String,
    exponent: String,
}

/// The library could make or use no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the cryptographic library failed")]
pub struct KeyError;

impl SigningKey {
    /// A fresh 2048-bit key, named by the hash of its public half.
    pub(crate) fn generate() -> Result<Self, KeyError> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError)?;
        let public = pair.public_key().as_ref();
        let (modulus, exponent) = rsa_public_key(public).ok_or(KeyError)?;
        let modulus = URL_SAFE_NO_PAD.encode(modulus);
        let exponent = URL_SAFE_NO_PAD.encode(exponent);
        let kid = URL_SAFE_NO_PAD.encode(Sha256::digest(public));
        Ok(Self {
            kid,
            modulus,
            exponent,
            pair,
        })
    }

    pub(crate) fn kid(&self) -> &str {
        &self.kid
    }

    fn jwk(&self) -> Value {
        json!({"kty": "RSA", "alg": "RS256", "kid": self.kid, "use": "sig", "e": self.exponent, "n": self.modulus})
    }

    /// A compact JWS with `alg` and `kid` alone in its header.
    pub(crate) fn sign(&self, claims: &Value) -> Result<String, KeyError> {
        self.sign_as(&json!({"alg": "RS256", "kid": self.kid}), claims)
    }

    /// The same with another header.
    pub(crate) fn sign_as(&self, header: &Value, claims: &Value) -> Result<String, KeyError> {
        let message = signing_input(header, claims);
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                message.as_bytes(),
                &mut signature,
            )
            .map_err(|_| KeyError)?;
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// The public half as SubjectPublicKeyInfo: what an attacker would use as an HMAC key.
    pub(crate) fn public_der(&self) -> Vec<u8> {
        let der: Result<aws_lc_rs::encoding::PublicKeyX509Der<'_>, _> =
            self.pair.public_key().as_der();
        der.map_or_else(|_| Vec::new(), |der| der.as_ref().to_vec())
    }
}

/// `header.claims`, both encoded.
pub(crate) fn signing_input(header: &Value, claims: &Value) -> String {
    format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header.to_string()),
        URL_SAFE_NO_PAD.encode(claims.to_string())
    )
}

/// The key set of an authorization server.
#[derive(Debug)]
pub(crate) struct Keys {
    active: SigningKey,
    next: Option<SigningKey>,
    previous: Vec<SigningKey>,
}

impl Keys {
    pub(crate) fn generate() -> Result<Self, KeyError> {
        Ok(Self {
            active: SigningKey::generate()?,
            next: None,
            previous: Vec::new(),
        })
    }

    pub(crate) fn active(&self) -> &SigningKey {
        &self.active
    }

    /// Publishes the key that will sign after the next rotation.
    pub(crate) fn prepare(&mut self) -> Result<(), KeyError> {
        if self.next.is_none() {
            self.next = Some(SigningKey::generate()?);
        }
        Ok(())
    }

    /// Signs with another key from now on; the old one stays published, three in all at most.
    pub(crate) fn rotate(&mut self) -> Result<(), KeyError> {
        let fresh = match self.next.take() {
            Some(next) => next,
            None => SigningKey::generate()?,
        };
        let old = std::mem::replace(&mut self.active, fresh);
        self.previous.insert(0, old);
        self.previous.truncate(1);
        Ok(())
    }

    /// Stops publishing the keys that no longer sign.
    pub(crate) fn withdraw(&mut self) {
        self.previous.clear();
    }

    /// The JWK set.
    pub(crate) fn published(&self) -> Value {
        let keys: Vec<Value> = std::iter::once(&self.active)
            .chain(&self.next)
            .chain(&self.previous)
            .map(SigningKey::jwk)
            .collect();
        json!({ "keys": keys })
    }
}

/// Modulus and exponent of a PKCS#1 `RSAPublicKey`, without leading zeros.
fn rsa_public_key(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (sequence, _) = element(der, 0x30)?;
    let (modulus, rest) = element(sequence, 0x02)?;
    let (exponent, _) = element(rest, 0x02)?;
    Some((unsigned(modulus), unsigned(exponent)))
}

/// A DER element's content, and what follows it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let rest = der.strip_prefix(&[tag])?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let (octets, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
        let length = octets
            .iter()
            .fold(0usize, |length, octet| (length << 8) | usize::from(*octet));
        (length, rest)
    };
    rest.split_at_checked(length)
}

fn unsigned(integer: &[u8]) -> &[u8] {
    integer.strip_prefix(&[0]).unwrap_or(integer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kids(keys: &Keys) -> Vec<String> {
        let set = keys.published();
        let keys = set["keys"].as_array().unwrap();
        keys.iter()
            .map(|key| key["kid"].as_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn rotation_publishes_prepares_and_withdraws() {
        let mut keys = Keys::generate().unwrap();
        let first = kids(&keys);
        keys.prepare().unwrap();
        let both = kids(&keys);
        assert_eq!((both.len(), &both[0]), (2, &first[0]));
        keys.rotate().unwrap();
        assert_eq!(kids(&keys), [both[1].clone(), first[0].clone()]);
        keys.withdraw();
        assert_eq!(kids(&keys), [both[1].clone()]);
        assert_eq!(keys.published()["keys"][0]["e"], "AQAB");
    }
}
