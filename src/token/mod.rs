//! Access-token and ID-token validation against the cached JWKS (protocol reference 6.5, 6.6).

use std::time::Duration;

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
