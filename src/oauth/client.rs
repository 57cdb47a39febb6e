//! The calls to the OAuth endpoints.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, header};
use serde::Deserialize;
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::{
    CodeVerifier, Metadata, OAuthError, Settings, Unavailable,
    client_auth::{self, Form},
    metadata::Discovery,
};
use crate::{clock::SharedClock, outbound::Outbound, random::SharedRandom, secret::Secret};

/// Us, as a client of the configured issuer.
#[derive(Debug)]
pub struct Client {
    settings: Arc<Settings>,
    discovery: Discovery,
    outbound: Outbound,
    clock: SharedClock,
    random: SharedRandom,
}

/// What the token endpoint hands out (RFC 6749 §5.1).
#[derive(Clone, Debug)]
pub struct TokenResponse {
    /// A Bearer token.
    pub access_token: Secret,
    /// With `offline_access` alone.
    pub refresh_token: Option<Secret>,
    /// With `openid` alone.
    pub id_token: Option<Secret>,
    /// The access token's life in seconds.
    pub expires_in: Option<u64>,
    /// What was granted; may be less than what was asked for.
    pub scope: Vec<String>,
}

/// What kind of token is revoked (RFC 7009 §2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenTypeHint {
    /// An access token.
    AccessToken,
    /// A refresh token: its access tokens go with it.
    RefreshToken,
}

/// What the server says about a token (RFC 7662 §2.2); nothing but `active` counts when that is false.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Introspection {
    /// Whether it is good now.
    #[serde(default)]
    pub active: bool,
    /// All else that was said.
    #[serde(flatten)]
    pub claims: Map<String, Value>,
}

#[derive(Deserialize)]
struct RawTokenResponse {
    access_token: Secret,
    token_type: String,
    refresh_token: Option<Secret>,
    id_token: Option<Secret>,
    expires_in: Option<u64>,
    #[serde(default)]
    scope: String,
}

impl Client {
    /// A client that calls nobody yet.
    pub fn new(
        settings: Arc<Settings>,
        outbound: Outbound,
        clock: SharedClock,
        random: SharedRandom,
    ) -> Self {
        let discovery = Discovery::new(settings.issuer.clone(), outbound.clone(), clock.clone());
        Self {
            settings,
            discovery,
            outbound,
            clock,
            random,
        }
    }

    /// Who we are where.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What the issuer publishes, read at most once a day.
    ///
    /// # Errors
    /// It was never read and can't be read now, or can't be trusted.
    pub async fn metadata(&self) -> Result<Arc<Metadata>, OAuthError> {
        self.discovery.metadata().await
    }

    /// `grant_type=interaction_code` (protocol reference 1.6). Never repeated: the code is good once.
    ///
    /// # Errors
    /// [`OAuthError::Refused`] for a code that is spent, unknown or another's; the rest is transport.
    pub async fn redeem_interaction_code(
        &self,
        code: &Secret,
        verifier: &CodeVerifier,
    ) -> Result<TokenResponse, OAuthError> {
        self.token(vec![
            ("grant_type", "interaction_code".to_owned()),
            ("interaction_code", code.expose().to_owned()),
            ("code_verifier", verifier.expose().to_owned()),
        ])
        .await
    }

    /// `grant_type=authorization_code` (RFC 6749 §4.1.3, RFC 7636 §4.5). Never repeated: the code is good once.
    ///
    /// # Errors
    /// As [`Client::redeem_interaction_code`].
    pub async fn redeem_authorization_code(
        &self,
        code: &Secret,
        redirect_uri: &str,
        verifier: &CodeVerifier,
    ) -> Result<TokenResponse, OAuthError> {
        self.token(vec![
            ("grant_type", "authorization_code".to_owned()),
            ("code", code.expose().to_owned()),
            ("redirect_uri", redirect_uri.to_owned()),
            ("code_verifier", verifier.expose().to_owned()),
        ])
        .await
    }

    /// `grant_type=refresh_token` (RFC 6749 §6). What was rotated comes back in the answer.
    ///
    /// # Errors
    /// [`OAuthError::Refused`] when the session is over.
    pub async fn refresh(&self, refresh_token: &Secret) -> Result<TokenResponse, OAuthError> {
        self.token(vec![
            ("grant_type", "refresh_token".to_owned()),
            ("refresh_token", refresh_token.expose().to_owned()),
        ])
        .await
    }

    async fn token(&self, form: Form) -> Result<TokenResponse, OAuthError> {
        let response = self.post("token", form, HeaderMap::new()).await?;
        if !response.status().is_success() {
            return Err(OAuthError::of("token", &response));
        }
        let malformed = || OAuthError::Malformed {
            endpoint: "token",
            status: response.status(),
        };
        let raw: RawTokenResponse =
            serde_json::from_slice(response.body()).map_err(|_| malformed())?;
        if !raw.token_type.eq_ignore_ascii_case("bearer") || raw.access_token.is_empty() {
            return Err(malformed());
        }
        Ok(TokenResponse {
            access_token: raw.access_token,
            refresh_token: raw.refresh_token.filter(|token| !token.is_empty()),
            id_token: raw.id_token.filter(|token| !token.is_empty()),
            expires_in: raw.expires_in,
            scope: raw
                .scope
                .split_ascii_whitespace()
                .map(str::to_owned)
                .collect(),
        })
    }

    /// Revokes a token (RFC 7009). An unknown one counts as revoked.
    ///
    /// # Errors
    /// The server could not be asked, or does not know us.
    pub async fn revoke(&self, token: &Secret, hint: TokenTypeHint) -> Result<(), OAuthError> {
        let hint = match hint {
            TokenTypeHint::AccessToken => "access_token",
            TokenTypeHint::RefreshToken => "refresh_token",
        };
        let form = vec![
            ("token", token.expose().to_owned()),
            ("token_type_hint", hint.to_owned()),
        ];
        let response = self.post("revoke", form, HeaderMap::new()).await?;
        if response.status().is_success() {
            Ok(())
        } else {
            Err(OAuthError::of("revoke", &response))
        }
    }

    /// Asks about an access token (RFC 7662). Asking changes nothing, so a call that broke off is made once more.
    ///
    /// # Errors
    /// The server could not be asked, or does not know us.
    pub async fn introspect(&self, token: &Secret) -> Result<Introspection, OAuthError> {
        let ask = || {
            let form = vec![
                ("token", token.expose().to_owned()),
                ("token_type_hint", "access_token".to_owned()),
            ];
            self.post("introspect", form, HeaderMap::new())
        };
        let response = match ask().await {
            Err(OAuthError::Unavailable(Unavailable::Outbound(error))) if error.is_hiccup() => {
                ask().await?
            }
            result => result?,
        };
        Self::json("introspect", &response)
    }

    /// Reads the person's claims. Whoever calls compares `sub` with the ID token's.
    ///
    /// # Errors
    /// The token is not good there, or the server could not be asked.
    pub async fn userinfo(&self, access_token: &Secret) -> Result<Map<String, Value>, OAuthError> {
        let url = self.settings.issuer.endpoint("userinfo");
        let mut authorization = HeaderValue::try_from(format!("Bearer {}", access_token.expose()))
            .map_err(|_| OAuthError::Malformed {
                endpoint: "userinfo",
                status: http::StatusCode::OK,
            })?;
        authorization.set_sensitive(true);
        let mut request = request(Method::GET, &url, Bytes::new())?;
        request
            .headers_mut()
            .insert(header::AUTHORIZATION, authorization);
        let response = self.outbound.send(request).await?;
        Self::json("userinfo", &response)
    }

    fn json<T: for<'de> Deserialize<'de>>(
        endpoint: &'static str,
        response: &Response<Bytes>,
    ) -> Result<T, OAuthError> {
        if !response.status().is_success() {
            return Err(OAuthError::of(endpoint, response));
        }
        serde_json::from_slice(response.body()).map_err(|_| OAuthError::Malformed {
            endpoint,
            status: response.status(),
        })
    }

    /// Posts a form to `{base}/v1/{endpoint}`, with our proof in it.
    pub(crate) async fn post(
        &self,
        endpoint: &'static str,
        mut form: Form,
        mut headers: HeaderMap,
    ) -> Result<Response<Bytes>, OAuthError> {
        let url = self.settings.issuer.endpoint(endpoint);
        client_auth::authenticate(
            &self.settings.client_auth,
            &self.settings.client_id,
            &url,
            &mut form,
            &mut headers,
            &*self.clock,
            &*self.random,
        )?;
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let mut request = request(Method::POST, &url, body.into())?;
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        );
        request.headers_mut().extend(headers);
        Ok(self.outbound.send(request).await?)
    }
}

fn request(method: Method, url: &str, body: Bytes) -> Result<Request<Bytes>, OAuthError> {
    Request::builder()
        .method(method)
        .uri(url)
        .header(header::ACCEPT, "application/json")
        .body(body)
        .map_err(|error| OAuthError::Metadata(error.to_string()))
}

#[cfg(test)]
mod tests;
