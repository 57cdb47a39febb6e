use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::secret::Secret;

/// The Okta authorization server, and who we are there.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::config) struct AuthorizationServer {
    /// The custom server, `https://example.okta.com/oauth2/default`, or the org server, `https://example.okta.com`.
    /// Plain `http` on loopback alone. Required.
    pub(in crate::config) issuer: Option<String>,
    /// The app's client id at the issuer. Required.
    pub(in crate::config) client_id: Option<String>,
    /// The client secret itself; a file is better. None of the secrets and keys: a public client.
    #[serde(skip_serializing)]
    #[schemars(with = "Option<String>")]
    pub(in crate::config) client_secret: Option<Secret>,
    /// A file that holds the client secret.
    pub(in crate::config) client_secret_file: Option<String>,
    /// A PEM file with the private key (RSA or P-256) that signs client assertions.
    pub(in crate::config) private_key_file: Option<String>,
    /// The `kid` under which the key is registered.
    pub(in crate::config) private_key_id: Option<String>,
    /// How we authenticate, at every endpoint alike; left out, `client_secret_basic` with a secret, `private_key_jwt`
    /// with a key, else `none`.
    pub(in crate::config) client_auth: Option<ClientAuth>,
    /// The scopes that are asked for.
    pub(in crate::config) scopes: Vec<String>,
    /// The `aud` that access tokens of a custom server must carry, such as `api://default`; without it Bearer tokens are
    /// refused.
    pub(in crate::config) audience: Option<String>,
    /// A PEM file with further trust roots for calls to the issuer.
    pub(in crate::config) ca_file: Option<String>,
    /// Longest time to connect to the issuer.
    pub(in crate::config) connect_timeout: String,
    /// Longest time for a call to the issuer, answer included.
    pub(in crate::config) timeout: String,
}

/// Client authentication methods (OpenID Connect Core, section 9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::config) enum ClientAuth {
    /// `Authorization: Basic`.
    ClientSecretBasic,
    /// The secret in the body.
    ClientSecretPost,
    /// A public client: PKCE is the only proof.
    None,
    /// An assertion signed with the private key.
    PrivateKeyJwt,
}

/// What tokens must be like.
#[expect(clippy::struct_field_names, reason = "the names are the file's")]
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::config) struct Tokens {
    /// Accepted signature algorithms: RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, `EdDSA`.
    pub(in crate::config) algorithms: Vec<String>,
    /// Skew allowed between the clocks, at most 60s.
    pub(in crate::config) clock_skew: String,
    /// Clients (`cid`) whose tokens are accepted as Bearer tokens; empty: any client of the issuer.
    pub(in crate::config) accepted_clients: Vec<String>,
    /// Shortest time between two fetches of the signing keys because of an unknown key.
    pub(in crate::config) key_refetch_interval: String,
    /// Longest time for which fetched signing keys count as fresh.
    pub(in crate::config) key_set_max_age: String,
    /// How many verified tokens are remembered.
    #[schemars(range(min = 0, max = 10_000_000))]
    pub(in crate::config) verified_tokens: u32,
}

impl Default for AuthorizationServer {
    fn default() -> Self {
        Self {
            issuer: None,
            client_id: None,
            client_secret: None,
            client_secret_file: None,
            private_key_file: None,
            private_key_id: None,
            client_auth: None,
            scopes: ["openid", "profile", "email", "offline_access"]
                .map(str::to_owned)
                .to_vec(),
            audience: None,
            ca_file: None,
            connect_timeout: "5s".to_owned(),
            timeout: "15s".to_owned(),
        }
    }
}

impl Default for Tokens {
    fn default() -> Self {
        Self {
            algorithms: vec!["RS256".to_owned()],
            clock_skew: "30s".to_owned(),
            accepted_clients: Vec::new(),
            key_refetch_interval: "1m".to_owned(),
            key_set_max_age: "1h".to_owned(),
            verified_tokens: 10_000,
        }
    }
}
