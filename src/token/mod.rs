//! Access-token and ID-token validation against the cached JWKS (protocol reference 6.5, 6.6).
//!
//! In this order, so that a forgery costs little: length and header, algorithm, `typ`, whether the `kid` is known to be
//! nobody's, the claims (form, kind, issuer, times, audience, client), whether the token is remembered; the signature last. A token that was verified is remembered by its SHA-256, never longer than it lives, and only while its
//! key is in the set.
//!
//! With the org authorization server access tokens are opaque (protocol reference 6.4): Bearer tokens are asked about
//! there (RFC 7662).

mod claims;
mod claims_set;
mod jws;
mod key_set;
mod keys;
mod remembered;
mod unique;
mod verifier;
mod vouched;

use std::{sync::Arc, time::Duration};

use serde_json::{Map, Value};

pub use claims_set::ClaimsSet;
pub use verifier::{Accepted, IdTokenExpectation, Verifier};

use crate::oauth::OAuthError;

/// Claims that bind a token to its exchange or name it (OpenID Connect Core §2 and §3.3.2.11, RFC 7519 §4.1).
pub(crate) const OF_THE_TOKEN: [&str; 8] = [
    "at_hash", "aud", "azp", "c_hash", "cid", "jti", "nonce", "ver",
];

/// What tokens must be like (`[tokens]`).
#[derive(Clone, Debug)]
pub struct Settings {
    /// Accepted signature algorithms, asymmetric only; `RS256` by default.
    pub algorithms: Vec<jsonwebtoken::Algorithm>,
    /// Skew allowed on `exp`, `nbf` and `iat` (RFC 7519 §4.1.4-6), 0 to 60 s.
    pub clock_skew: Duration,
    /// The `aud` an access token must carry (`authorization_server.audience`); none with the org server.
    pub audience: Option<String>,
    /// Clients whose tokens are accepted on Bearer routes (`cid`); empty: any client of the issuer.
    pub accepted_clients: Vec<String>,
    /// Shortest time between two fetches of the key set caused by an unknown `kid`.
    pub key_refetch_interval: Duration,
    /// Longest time for which a key set counts as fresh, whatever its cache headers say.
    pub key_set_max_age: Duration,
    /// How many verified tokens are remembered.
    pub verified_tokens: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            algorithms: vec![jsonwebtoken::Algorithm::RS256],
            clock_skew: Duration::from_secs(30),
            audience: None,
            accepted_clients: Vec::new(),
            key_refetch_interval: Duration::from_mins(1),
            key_set_max_age: Duration::from_hours(1),
            verified_tokens: 10_000,
        }
    }
}

/// An access token that was verified (or that the org server vouched for). Times are seconds since 1970.
#[derive(Clone, Debug)]
pub struct AccessToken {
    /// `scp`.
    pub scopes: Arc<[String]>,
    /// `exp`.
    pub expires_at: u64,
    /// `kid` of the key that signed it; none for an opaque token.
    pub key_id: Option<Arc<str>>,
    /// `auth_time`.
    pub auth_time: Option<u64>,
    /// All claims, those of them that are asked for here of the right type.
    pub claims: Arc<ClaimsSet>,
}

impl AccessToken {
    /// `sub`: by default the login at Okta, no stable key.
    pub fn subject(&self) -> &str {
        self.claims.text("sub").unwrap_or_default()
    }

    /// `uid`: the person's id; absent when no person is behind the token.
    pub fn uid(&self) -> Option<&str> {
        self.claims.text("uid")
    }

    /// `cid`.
    pub fn client_id(&self) -> Option<&str> {
        self.claims.text("cid")
    }

    /// `acr`.
    pub fn acr(&self) -> Option<&str> {
        self.claims.text("acr")
    }
}

/// An ID token that was verified.
#[derive(Clone, Debug)]
pub struct IdToken {
    /// `sub`: the person's id.
    pub subject: String,
    /// All claims.
    pub claims: Map<String, Value>,
    /// `acr`, where it was asked for.
    pub acr: Option<String>,
    /// `amr` (RFC 8176).
    pub amr: Vec<String>,
    /// `auth_time`.
    pub auth_time: Option<u64>,
    /// `exp`.
    pub expires_at: u64,
    /// `kid` of the key that signed it.
    pub key_id: Arc<str>,
}

/// A logout token that was verified (OpenID Connect Back-Channel Logout 1.0 §2.4): it names somebody, one of somebody's
/// sessions, or both.
#[derive(Clone, Debug)]
pub struct LogoutToken {
    /// `jti`: good once.
    pub id: String,
    /// `sub`.
    pub subject: Option<String>,
    /// `sid`.
    pub sid: Option<String>,
    /// `exp`.
    pub expires_at: u64,
}

/// How a key stands in the last set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyStanding {
    /// It is in it.
    Current,
    /// There is no set yet.
    Unknown,
    /// It is not, or no longer, in it.
    Withdrawn,
}

/// Why a token is not good. For the log: a client is told no reason (security J12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Not one of the configured algorithms, or not the key's.
    #[error("its algorithm is not accepted")]
    Algorithm,
    /// Another audience.
    #[error("it is for another audience")]
    Audience,
    /// `at_hash` is not that of the access token.
    #[error("it belongs to another access token")]
    AtHash,
    /// A claim is missing or of a wrong type.
    #[error("claim `{0}` is missing or of a wrong type")]
    Claim(&'static str),
    /// Another client.
    #[error("it was issued to another client")]
    Client,
    /// `exp` is over.
    #[error("it has expired")]
    Expired,
    /// The authorization server says that it is not active.
    #[error("the authorization server says that it is not active")]
    Inactive,
    /// Another issuer.
    #[error("it is another issuer's")]
    Issuer,
    /// No `kid`, or one that the issuer has not.
    #[error("it names no key of the issuer")]
    Key,
    /// An ID token or logout token where an access token is due, or the reverse.
    #[error("it is another kind of token")]
    Kind,
    /// Not a compact JWS.
    #[error("{0}")]
    Malformed(&'static str),
    /// Another `nonce`.
    #[error("its nonce is not that of this sign-in")]
    Nonce,
    /// `nbf`, `iat` or `auth_time` in the future.
    #[error("it is not valid yet")]
    NotYet,
    /// The signature is not the key's.
    #[error("its signature is not good")]
    Signature,
    /// `auth_time` is longer ago than was asked for.
    #[error("the authentication is older than was asked for")]
    TooOld,
}

/// Why an access token was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum AccessTokenError {
    /// The caller's fault: 401 `invalid_token`.
    #[error("access token refused")]
    Refused {
        /// Why.
        #[source]
        reason: Refused,
    },
    /// The authorization server can't be asked about an opaque token: never taken for "invalid".
    #[error("the authorization server can't be asked about the token")]
    Introspection(#[source] OAuthError),
    /// Nothing to judge it by: ours or upstream's fault, never taken for "invalid".
    #[error("signing keys unavailable")]
    Keys(#[source] KeySetError),
}

/// Why an ID token was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum IdTokenError {
    /// It is not good.
    #[error("ID token refused")]
    Refused(#[from] Refused),
    /// Nothing to judge it by.
    #[error("signing keys unavailable")]
    Keys(#[source] KeySetError),
}

/// Why there are no keys.
#[derive(Clone, Debug, thiserror::Error)]
pub enum KeySetError {
    /// No set was ever fetched, and the next try is not due.
    #[error("no key set was fetched yet")]
    Never,
    /// The issuer could not be asked.
    #[error("the key set can't be fetched")]
    Fetch(#[from] OAuthError),
    /// What came is no key set.
    #[error("the key set can't be used: {0}")]
    Unusable(&'static str),
}

impl From<Refused> for AccessTokenError {
    fn from(reason: Refused) -> Self {
        Self::Refused { reason }
    }
}

#[cfg(test)]
mod tests;
