//! The authorization request that a browser is sent away with (RFC 6749 §4.1.1, RFC 7636 §4.3, OpenID Connect Core §3.1.2.1).

use url::Url;

use super::{Client, CodeChallenge, OAuthError};

/// What is asked for, besides what the settings say.
#[derive(Clone)]
pub struct AuthorizationRequest {
    /// Where the answer goes; the token request names it again.
    pub redirect_uri: String,
    /// What the answer must bring back.
    pub state: String,
    /// What the ID token must carry.
    pub nonce: String,
    /// By which the code is bound to us.
    pub code_challenge: CodeChallenge,
    /// Assurance to reach.
    pub acr_values: Option<String>,
    /// How old an authentication may be, in seconds.
    pub max_age: Option<u64>,
}

/// Shows neither `state` nor `nonce`.
impl std::fmt::Debug for AuthorizationRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthorizationRequest")
            .field("redirect_uri", &self.redirect_uri)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// The address to send a browser to. It holds `state`: never log it.
    ///
    /// # Errors
    /// [`OAuthError::Metadata`] where the issuer publishes no authorization endpoint on its own origin; the rest is transport.
    pub async fn authorization_address(
        &self,
        request: &AuthorizationRequest,
    ) -> Result<Url, OAuthError> {
        let metadata = self.metadata().await?;
        let settings = self.settings();
        let endpoint = metadata.authorization_endpoint.as_deref();
        let mut address = endpoint
            .and_then(|text| Url::parse(text).ok())
            .filter(|url| settings.issuer.owns(url))
            .ok_or_else(|| {
                OAuthError::Metadata(
                    "its authorization_endpoint is missing, or not on the issuer's origin"
                        .to_owned(),
                )
            })?;
        let max_age = request.max_age.map(|seconds| seconds.to_string());
        address
            .query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &settings.client_id)
            .append_pair("redirect_uri", &request.redirect_uri)
            .append_pair("scope", &settings.scopes.join(" "))
            .append_pair("state", &request.state)
            .append_pair("nonce", &request.nonce)
            .append_pair("code_challenge", request.code_challenge.as_str())
            .append_pair("code_challenge_method", "S256")
            .extend_pairs(request.acr_values.iter().map(|acr| ("acr_values", acr)))
            .extend_pairs(max_age.iter().map(|age| ("max_age", age)));
        Ok(address)
    }
}
