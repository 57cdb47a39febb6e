//! Discovery (OpenID Connect Discovery 1.0 §4, protocol reference 1.2).

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, header};
use serde::Deserialize;
use url::Url;

use super::{Issuer, OAuthError};
use crate::{
    clock::SharedClock,
    outbound::{Flight, Outbound, OutboundError},
};

/// What the issuer publishes about itself, as far as we read it. Every endpoint is on the issuer's origin.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Metadata {
    /// Equal to the configured issuer.
    pub issuer: String,
    /// Where browsers are sent to sign in; judged when it is used.
    pub authorization_endpoint: Option<String>,
    /// Whether answers at the callback name the issuer, and are to be refused where they don't (RFC 9207 §2.3).
    #[serde(default, rename = "authorization_response_iss_parameter_supported")]
    pub names_itself: bool,
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
/// After a failure without any good one, everybody gets that failure for so long: an outage is no reason for a storm.
const PAUSE: Duration = Duration::from_secs(1);

/// Reads the document when it is first needed, once for all who wait, and keeps the last good one.
#[derive(Debug)]
pub(super) struct Discovery {
    reader: Arc<Reader>,
    flight: Flight,
}

#[derive(Debug)]
struct Reader {
    issuer: Issuer,
    outbound: Outbound,
    clock: SharedClock,
    known: Mutex<Option<Known>>,
}

/// What the last reading brought, and until when nobody asks again.
#[derive(Clone, Debug)]
struct Known {
    result: Result<Arc<Metadata>, OAuthError>,
    until: u64,
}

impl Discovery {
    pub(super) fn new(issuer: Issuer, outbound: Outbound, clock: SharedClock) -> Self {
        let reader = Reader {
            issuer,
            outbound,
            clock,
            known: Mutex::new(None),
        };
        Self {
            reader: Arc::new(reader),
            flight: Flight::default(),
        }
    }

    pub(super) async fn metadata(&self) -> Result<Arc<Metadata>, OAuthError> {
        let reader = &self.reader;
        if let Some(fresh) = reader.fresh() {
            return fresh;
        }
        let read = || {
            if reader.fresh().is_some() {
                None
            } else {
                Some(reader.clone().read())
            }
        };
        self.flight.join(reader.outbound.runtime(), read).await;
        reader.last().unwrap_or(Err(OutboundError::Stopping.into()))
    }
}

impl Reader {
    async fn read(self: Arc<Self>) {
        let (result, life) = match (self.fetch().await, self.last()) {
            (Ok(metadata), _) => (Ok(Arc::new(metadata)), LIFE),
            (Err(error), Some(Ok(last))) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "metadata not read again, the last is used"
                );
                (Ok(last), RETRY)
            }
            (Err(error), _) => (Err(error), PAUSE),
        };
        let until = self.clock.unix().saturating_add(life.as_secs());
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(Known { result, until });
    }

    fn fresh(&self) -> Option<Result<Arc<Metadata>, OAuthError>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known
            .as_ref()
            .filter(|known| self.clock.unix() < known.until)
            .map(|known| known.result.clone())
    }

    fn last(&self) -> Option<Result<Arc<Metadata>, OAuthError>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().map(|known| known.result.clone())
    }

    async fn fetch(&self) -> Result<Metadata, OAuthError> {
        let request = || {
            Request::get(self.issuer.openid_configuration())
                .header(header::ACCEPT, "application/json")
                .body(Bytes::new())
                .map_err(|error| OAuthError::Metadata(error.to_string()))
        };
        let response = match self.outbound.send(request()?).await {
            Err(error) if error.is_hiccup() => self.outbound.send(request()?).await?,
            result => result?,
        };
        if !response.status().is_success() {
            return Err(OAuthError::of("discovery", &response));
        }
        let metadata: Metadata =
            serde_json::from_slice(response.body()).map_err(|_| OAuthError::Malformed {
                endpoint: "discovery",
                status: response.status(),
            })?;
        self.judge(metadata)
    }

    /// The issuer must be the configured one, letter by letter, and every endpoint on its origin (security IDP-14).
    fn judge(&self, metadata: Metadata) -> Result<Metadata, OAuthError> {
        if metadata.issuer != self.issuer.as_str() {
            let text = format!(
                "it is for `{}`, and `{}` is configured",
                super::error::printable(&metadata.issuer),
                self.issuer
            );
            return Err(OAuthError::Metadata(text));
        }
        let endpoints = [
            ("jwks_uri", Some(&metadata.jwks_uri)),
            ("token_endpoint", Some(&metadata.token_endpoint)),
            ("userinfo_endpoint", metadata.userinfo_endpoint.as_ref()),
            ("revocation_endpoint", metadata.revocation_endpoint.as_ref()),
            (
                "introspection_endpoint",
                metadata.introspection_endpoint.as_ref(),
            ),
            (
                "end_session_endpoint",
                metadata.end_session_endpoint.as_ref(),
            ),
        ];
        for (name, endpoint) in endpoints {
            let ours = endpoint
                .is_none_or(|text| Url::parse(text).is_ok_and(|url| self.issuer.owns(&url)));
            if !ours {
                return Err(OAuthError::Metadata(format!(
                    "its {name} is not on the issuer's origin"
                )));
            }
        }
        Ok(metadata)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use serde_json::json;
    use tokio::runtime::Handle;

    use super::*;
    use crate::{
        clock::ManualClock,
        outbound::{
            self,
            test_server::{self, TestServer, reply, until},
        },
    };

    fn judge(document: serde_json::Value) -> Result<Metadata, OAuthError> {
        let outbound = Outbound::new(&outbound::Settings::default(), Handle::current()).unwrap();
        let issuer = "https://example.okta.com/oauth2/default".parse().unwrap();
        Discovery::new(issuer, outbound, Arc::new(ManualClock::new()))
            .reader
            .judge(serde_json::from_value(document).unwrap())
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
            assert!(
                matches!(judge(changed), Err(OAuthError::Metadata(_))),
                "{member} {value}"
            );
        }
    }

    #[tokio::test]
    async fn it_is_read_once_for_all_and_the_last_good_one_is_kept() {
        let (fail, origin) = (
            Arc::new(AtomicBool::new(false)),
            Arc::new(Mutex::new(String::new())),
        );
        let (failing, at) = (fail.clone(), origin.clone());
        let server = TestServer::start(move |_| {
            let origin = at.lock().unwrap().clone();
            let document = json!({ "issuer": origin, "jwks_uri": format!("{origin}/keys"), "token_endpoint": format!("{origin}/token") });
            if failing.load(Ordering::SeqCst) { reply(500, "") } else { reply(200, document.to_string()) }
        })
        .await;
        *origin.lock().unwrap() = server.origin();
        let clock = ManualClock::new();
        let discovery = Arc::new(Discovery::new(
            server.origin().parse().unwrap(),
            test_server::outbound(),
            Arc::new(clock.clone()),
        ));
        let ask = || {
            let discovery = discovery.clone();
            async move { discovery.metadata().await }
        };

        fail.store(true, Ordering::SeqCst);
        for _ in 0..20 {
            assert!(matches!(ask().await, Err(OAuthError::Unavailable(_))));
        }
        assert!(
            server.seen().len() <= 2,
            "an outage is no reason for a storm"
        );
        fail.store(false, Ordering::SeqCst);
        clock.advance(Duration::from_secs(2));
        let before = server.seen().len();
        server.hold();
        let calls: Vec<_> = (0..50).map(|_| tokio::spawn(ask())).collect();
        until("it is asked", || server.seen().len() == before + 1).await;
        server.release();
        for call in calls {
            assert!(call.await.unwrap().is_ok());
        }
        assert_eq!(server.seen().len(), before + 1);

        clock.advance(Duration::from_hours(23));
        ask().await.unwrap();
        assert_eq!(server.seen().len(), before + 1, "kept for a day");
        fail.store(true, Ordering::SeqCst);
        clock.advance(Duration::from_hours(2));
        for _ in 0..5 {
            ask().await.unwrap();
        }
        assert_eq!(
            server.seen().len(),
            before + 2,
            "the last good one, asked for again later"
        );
    }
}
