//! Registered clients.

use jsonwebtoken::jwk::Jwk;
use serde::Deserialize;

use super::defaults;
use crate::secret::Secret;

/// How a client proves itself (protocol reference 1.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuthMethod {
    /// `Authorization: Basic`.
    ClientSecretBasic,
    /// `client_secret` in the body.
    ClientSecretPost,
    /// An assertion signed with the secret (HS256, HS384, HS512).
    ClientSecretJwt,
    /// A public client.
    None,
    /// An assertion signed with one of the client's `keys`.
    PrivateKeyJwt,
}

impl ClientAuthMethod {
    /// As metadata and messages write it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::ClientSecretJwt => "client_secret_jwt",
            Self::None => "none",
            Self::PrivateKeyJwt => "private_key_jwt",
        }
    }

    pub(crate) fn needs_secret(self) -> bool {
        match self {
            Self::ClientSecretBasic | Self::ClientSecretPost | Self::ClientSecretJwt => true,
            Self::None | Self::PrivateKeyJwt => false,
        }
    }
}

/// What a client may redeem at the token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    /// RFC 6749 §4.1: a browser signs in at the org's own page.
    AuthorizationCode,
    /// RFC 8628.
    DeviceCode,
    /// Okta's extension.
    InteractionCode,
    /// RFC 6749 §6.
    RefreshToken,
}

/// Whether a client asks people for their consent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentMode {
    /// Each scope by itself (`granular-consent`).
    Granular,
    /// Never.
    #[default]
    None,
    /// All or nothing (`consent`).
    Simple,
}

/// A registered client.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientSettings {
    /// `client_id`.
    pub id: String,
    /// What people read.
    pub label: String,
    /// The secret of a confidential client.
    #[serde(default)]
    pub secret: Option<Secret>,
    /// Which methods it may use; any other is refused.
    pub auth: Vec<ClientAuthMethod>,
    /// Which grants are ticked.
    #[serde(default = "defaults::grants")]
    pub grants: Vec<GrantType>,
    /// Exact sign-in redirect URIs.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Any redirect URI on a loopback host is registered, too.
    #[serde(default = "defaults::yes")]
    pub loopback_redirects: bool,
    /// Where links in mails lead: this URL, or the redirect URI of the transaction where absent.
    #[serde(default)]
    pub email_callback: Option<String>,
    /// Whether consent is asked for.
    #[serde(default)]
    pub consent: ConsentMode,
    /// Public keys for `private_key_jwt` (RFC 7517).
    #[serde(default)]
    pub keys: Vec<Jwk>,
    /// It is where devices are connected: its transactions begin with a user code.
    #[serde(default)]
    pub device_activation: bool,
}
