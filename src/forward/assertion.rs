use std::fmt;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::{authenticate::Principal, base64url};

/// Makes `X-Interlock-Assertion`: a JWT by which an app can prove who asks without trusting the network (decision 12).
pub struct Assertion {
    keys: Vec<Key>,
    issuer: String,
}

struct Key {
    pair: Ed25519KeyPair,
    /// `x` of the JWK.
    public: String,
    /// Thumbprint (RFC 7638).
    id: String,
    /// The encoded JOSE header.
    header: String,
}

/// Why there is no assertion.
#[derive(Debug, thiserror::Error)]
pub enum AssertionError {
    /// No seed at all, or one that is no Ed25519 key.
    #[error("no usable signing key")]
    Key,
}

impl Assertion {
    /// The first seed signs, all are published. `issuer` becomes `iss`.
    ///
    /// # Errors
    /// [`AssertionError::Key`] without a usable seed.
    pub fn new(seeds: &[[u8; 32]], issuer: &str) -> Result<Self, AssertionError> {
        let keys = seeds.iter().map(Key::new).collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() {
            return Err(AssertionError::Key);
        }
        Ok(Self {
            keys,
            issuer: issuer.to_owned(),
        })
    }

    /// The public keys as a JWK set (RFC 7517 §5, RFC 8037), for `/.interlock/jwks.json`.
    pub fn jwks(&self) -> String {
        let keys: Vec<_> = self.keys.iter().map(Key::jwk).collect();
        json!({ "keys": keys }).to_string()
    }

    /// What an assertion about somebody says beside its times: one that says the same may be used again.
    pub(super) fn said(&self, principal: &Principal, audience: &str) -> Vec<u8> {
        self.claims(principal, audience, 0).said()
    }

    fn claims<'a>(&'a self, principal: &'a Principal, audience: &'a str, now: u64) -> Claims<'a> {
        let groups = principal.groups();
        Claims {
            iss: &self.issuer,
            aud: audience,
            sub: principal.subject(),
            iat: now,
            exp: now + LIFE,
            email: principal.text("email"),
            email_verified: principal.claims().one("email_verified"),
            name: principal.text("name"),
            preferred_username: principal.text("preferred_username"),
            groups: (!groups.is_empty()).then_some(groups),
            scp: principal.scopes(),
            acr: principal.acr(),
            amr: principal.claims().one("amr"),
            auth_time: principal.auth_time(),
        }
    }

    /// An assertion about somebody for an audience, good for 60 seconds from `now` (seconds since 1970).
    pub fn sign(&self, principal: &Principal, audience: &str, now: u64) -> String {
        let claims = self.claims(principal, audience, now);
        let Some(key) = self.keys.first() else {
            return String::new();
        };
        // Maps with text keys cannot fail to serialize.
        let claims = serde_json::to_vec(&claims).unwrap_or_default();
        let mut token = String::with_capacity(key.header.len() + claims.len() * 4 / 3 + 96);
        token.push_str(&key.header);
        token.push('.');
        base64url::encode_into(claims, &mut token);
        let signature = key.pair.sign(token.as_bytes());
        token.push('.');
        base64url::encode_into(signature, &mut token);
        token
    }
}

impl fmt::Debug for Assertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Assertion")
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

impl Key {
    fn new(seed: &[u8; 32]) -> Result<Self, AssertionError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| AssertionError::Key)?;
        let public = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        // RFC 7638 §3: required members alone, in this order, without spaces.
        let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{public}"}}"#);
        let id = URL_SAFE_NO_PAD.encode(Sha256::digest(members));
        let header = format!(r#"{{"alg":"EdDSA","kid":"{id}","typ":"JWT"}}"#);
        Ok(Self {
            pair,
            public,
            id,
            header: URL_SAFE_NO_PAD.encode(header),
        })
    }

    fn jwk(&self) -> Value {
        json!({
            "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": self.id, "x": self.public,
        })
    }
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: &'a str,
    iat: u64,
    exp: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_verified: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_username: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    groups: Option<Vec<&'a str>>,
    scp: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    acr: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amr: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<u64>,
}

impl Claims<'_> {
    /// All but the issuer and the times, so that whatever else differs is written differently. Cheaper than JSON.
    fn said(&self) -> Vec<u8> {
        // By name, so that none can be forgotten here.
        let Claims {
            iss: _,
            aud,
            sub,
            iat: _,
            exp: _,
            email,
            email_verified,
            name,
            preferred_username,
            groups,
            scp,
            acr,
            amr,
            auth_time,
        } = self;
        let mut said = Vec::with_capacity(512);
        for text in [
            &Some(*aud),
            &Some(*sub),
            email,
            name,
            preferred_username,
            acr,
        ] {
            put(&mut said, text.map(str::as_bytes));
        }
        put_all(&mut said, groups.as_deref().unwrap_or_default());
        put_all(&mut said, scp);
        for value in [email_verified, amr] {
            let json = value.as_ref().map(ToString::to_string);
            put(&mut said, json.as_ref().map(String::as_bytes));
        }
        put(
            &mut said,
            auth_time
                .map(u64::to_le_bytes)
                .as_ref()
                .map(<[u8; 8]>::as_slice),
        );
        said
    }
}

/// A part behind its length; no part is as long as one that is missing seems to be.
fn put(said: &mut Vec<u8>, part: Option<&[u8]>) {
    let length = part.map_or(usize::MAX, <[u8]>::len);
    said.extend_from_slice(&length.to_le_bytes());
    said.extend_from_slice(part.unwrap_or_default());
}

fn put_all(said: &mut Vec<u8>, texts: &[impl AsRef<str>]) {
    said.extend_from_slice(&texts.len().to_le_bytes());
    for text in texts {
        put(said, Some(text.as_ref().as_bytes()));
    }
}

/// Seconds that an assertion is good for.
pub(super) const LIFE: u64 = 60;
