//! OAuth 2.0 and OpenID Connect as a client: the words of RFC 6749, 7636 and 8414 and the calls to the authorization
//! server's endpoints. Knows no HTTP server.

mod authorization;
mod client;
mod client_auth;
mod error;
mod issuer;
mod metadata;
mod pkce;
mod userinfo;

use std::path::PathBuf;

pub use authorization::AuthorizationRequest;
pub use client::{Client, Introspection, TokenResponse, TokenTypeHint};

pub use error::{OAuthError, Unavailable};
pub(crate) use error::{printable, request_id, retry_after};
pub use issuer::{Issuer, IssuerError, IssuerKind};
pub use metadata::Metadata;
pub use pkce::{CodeChallenge, CodeVerifier};
pub use userinfo::UserinfoError;

use crate::secret::Secret;

/// Who we are at which authorization server (`[authorization_server]`).
#[derive(Clone, Debug)]
pub struct Settings {
    /// The one issuer that is trusted.
    pub issuer: Issuer,
    /// Our `client_id`.
    pub client_id: String,
    /// How we prove it at every endpoint (RFC 6749 §2.3).
    pub client_auth: ClientAuth,
    /// What is asked for at `interact`.
    pub scopes: Vec<String>,
    /// Further trust roots (PEM) for calls to the issuer, besides the system's.
    pub ca_file: Option<PathBuf>,
}

/// Client authentication, one method for every endpoint (protocol reference 1.8).
#[derive(Clone, Debug)]
pub enum ClientAuth {
    /// A public client: `client_id` in the body, PKCE is the only proof.
    None,
    /// `Authorization: Basic`, id and secret form-encoded first (RFC 6749 §2.3.1).
    SecretBasic(Secret),
    /// `client_secret` in the body.
    SecretPost(Secret),
    /// An assertion signed with a private key, in PEM (RFC 7523); `key_id` becomes `kid`.
    PrivateKeyJwt {
        /// PKCS#8 or PKCS#1 PEM text of an RSA or P-256 key.
        private_key: Secret,
        /// The `kid` registered at the authorization server.
        key_id: Option<String>,
    },
}
