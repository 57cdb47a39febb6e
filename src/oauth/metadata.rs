//! Discovery (OpenID Connect Discovery 1.0 §4, protocol reference 1.2).

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, header};
use serde::Deserialize;
use tokio::sync::Mutex as AsyncMutex;
use url::Url;

use super::{Issuer, OAuthError};
use crate::{
    clock::SharedClock,
    outbound::Outbound,
};

/// What the issuer publishes about itself, as far as we read it. Every endpoint is on the issuer's origin.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Metadata {
    /// Equal to the configured issuer.
    pub issuer: String,
    /// Where keys are.
    pub jwks_uri: String,
    /// Where codes and refresh tokens are redeemed.
    pub token_endpoint: String,
    /// Where claims are.
    pub userinfo_endpoint: Option<String>,
    /// RFC 7009.
    pub revocation_endpoint: Option<String>,
    /// RFC 7662.
    pub introspection_endpoint: Option<String>,
    /// RP-initiated logout.
    pub end_session_endpoint: Option<String>,
}

/// How long a document is used before it is read again.
const LIFE: Duration = Duration::from_hours(24);
/// After a failure the last good one is used this long before another try.
const RETRY: Duration = Duration::from_mins(1);

/// Reads the document when it is first needed, once for all who wait, and keeps the last good one.
#[derive(Debug)]
pub(super) struct Discovery {
    issuer: Issuer,
    outbound: Outbound,
    clock: SharedClock,
    known: Mutex<Option<Known>>,
    turn: AsyncMutex<()>,
}

#[derive(Clone, Debug)]
struct Known {
    metadata: Arc<Metadata>,
    until: u64,
}

impl Discovery {
    pub(super) fn new(issuer: Issuer, outbound: Outbound, clock: SharedClock) -> Self {
        Self { issuer, outbound, clock, known: Mutex::new(None), turn: AsyncMutex::new(()) }
    }

    pub(super) async fn metadata(&self) -> Result<Arc<Metadata>, OAuthError> {
        if let Some(known) = self.fresh() {
            return Ok(known);
        }
        let _turn = self.turn.lock().await;
        if let Some(known) = self.fresh() {
            return Ok(known);
        }
        match self.fetch().await {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                self.keep(metadata.clone(), LIFE);
                Ok(metadata)
            }
            Err(error) => match self.last() {
                Some(last) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "metadata not read again, the last is used");
                    self.keep(last.clone(), RETRY);
                    Ok(last)
                }
                None => Err(error),
            },
        }
    }

    fn fresh(&self) -> Option<Arc<Metadata>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().filter(|known| self.clock.unix() < known.until).map(|known| known.metadata.clone())
    }

    fn last(&self) -> Option<Arc<Metadata>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().map(|known| known.metadata.clone())
    }

    fn keep(&self, metadata: Arc<Metadata>, life: Duration) {
        let until = self.clock.unix().saturating_add(life.as_secs());
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(Known { metadata, until });
    }

    async fn fetch(&self) -> Result<Metadata, OAuthError> {
        let request = Request::get(self.issuer.openid_configuration())
            .header(header::ACCEPT, "application/json")
            .body(Bytes::new())
            .map_err(|error| OAuthError::Metadata(error.to_string()))?;
        let response = self.outbound.send(request).await?;
        if !response.status().is_success() {
            return Err(OAuthError::of("discovery", &response));
        }
        let metadata: Metadata = serde_json::from_slice(response.body())
            .map_err(|_| OAuthError::Malformed { endpoint: "discovery", status: response.status() })?;
        self.judge(metadata)
    }

    /// The issuer must be the configured one, letter by letter, and every endpoint on its origin (security IDP-14).
    fn judge(&self, metadata: Metadata) -> Result<Metadata, OAuthError> {
        if metadata.issuer != self.issuer.as_str() {
            let text = format!("it is for `{}`, and `{}` is configured", super::error::printable(&metadata.issuer), self.issuer);
            return Err(OAuthError::Metadata(text));
        }
        let endpoints = [
            ("jwks_uri", Some(&metadata.jwks_uri)),
            ("token_endpoint", Some(&metadata.token_endpoint)),
            ("userinfo_endpoint", metadata.userinfo_endpoint.as_ref()),
            ("revocation_endpoint", metadata.revocation_endpoint.as_ref()),
            ("introspection_endpoint", metadata.introspection_endpoint.as_ref()),
            ("end_session_endpoint", metadata.end_session_endpoint.as_ref()),
        ];
        for (name, endpoint) in endpoints {
            let ours = endpoint.is_none_or(|text| Url::parse(text).is_ok_and(|url| self.issuer.owns(&url)));
            if !ours {
                return Err(OAuthError::Metadata(format!("its {name} is not on the issuer's origin")));
            }
        }
        Ok(metadata)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tokio::runtime::Handle;

    use super::*;
    use crate::{clock::ManualClock, outbound};

    fn judge(document: serde_json::Value) -> Result<Metadata, OAuthError> {
        let outbound = Outbound::new(&outbound::Settings::default(), Handle::current()).unwrap();
        let issuer = "https://example.okta.com/oauth2/default".parse().unwrap();
        Discovery::new(issuer, outbound, Arc::new(ManualClock::new())).judge(serde_json::from_value(document).unwrap())
    }

    fn document() -> serde_json::Value {
        json!({
            "issuer": "https://example.okta.com/oauth2/default",
            "jwks_uri": "https://example.okta.com/oauth2/default/v1/keys",
            "token_endpoint": "https://example.okta.com/oauth2/default/v1/token",
        })
    }

    #[tokio::test]
    async fn another_issuer_or_an_endpoint_elsewhere_is_not_believed() {
        judge(document()).unwrap();
        for (member, value) in [
            ("issuer", "https://example.okta.com/oauth2/default/"),
            ("issuer", "https://evil.example"),
            ("jwks_uri", "https://evil.example/keys"),
            ("jwks_uri", "https://example.okta.com@evil.example/keys"),
            ("token_endpoint", "http://example.okta.com/token"),
            ("userinfo_endpoint", "https://example.okta.com:444/userinfo"),
        ] {
            let mut changed = document();
            changed[member] = value.into();
            assert!(matches!(judge(changed), Err(OAuthError::Metadata(_))), "{member} {value}");
        }
    }
}
