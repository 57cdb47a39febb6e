//! The calls of the Interaction Code flow: interact, introspect, proceed (protocol reference 1.3 to 1.7).

use std::{net::IpAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::ion::{Document, Form};
use crate::{
    oauth::{self, ClientAuth, CodeChallenge, OAuthError, request_id, retry_after},
    outbound::{Outbound, OutboundError},
    secret::Secret,
};

/// What `interact` is asked (protocol reference 1.5).
#[derive(Clone, Debug, Default)]
pub struct InteractRequest {
    /// Registered; used only by steps that redirect.
    pub redirect_uri: String,
    /// `S256`.
    pub code_challenge: CodeChallenge,
    /// Comes back on redirects.
    pub state: String,
    /// Comes back in the ID token.
    pub nonce: String,
    /// Whom to expect.
    pub login_hint: Option<String>,
    /// The assurance that is needed.
    pub acr_values: Option<String>,
    /// How old the authentication may be, in seconds; 0 forces a fresh one.
    pub max_age: Option<u64>,
    /// Instead of the configured scopes.
    pub scopes: Option<Vec<String>>,
    /// Begins the activation of a new account; confidential clients alone.
    pub activation_token: Option<Secret>,
    /// Begins a recovery.
    pub recovery_token: Option<Secret>,
}

/// Names a whole transaction, from `interact` on.
#[derive(Clone, Debug)]
pub struct InteractionHandle(Secret);

impl InteractionHandle {
    /// Takes back one that was kept.
    pub fn new(handle: Secret) -> Self {
        Self(handle)
    }

    /// To keep it.
    pub fn into_secret(self) -> Secret {
        self.0
    }
}

/// What the engine is told of the person's browser (protocol reference 1.4).
#[derive(Clone, Debug, Default)]
pub struct Browser {
    /// Its `User-Agent`.
    pub user_agent: Option<HeaderValue>,
    /// The languages the engine's words should be in.
    pub accept_language: Option<String>,
    /// Its address, told with client authentication alone.
    pub ip: Option<IpAddr>,
    /// At most 32 characters, stable per browser, told with client authentication alone.
    pub device_token: Option<String>,
}

/// One answer of the engine. A 4xx may carry the next step all the same.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its document.
    pub document: Document,
    /// When the engine wants to be asked again, after 429.
    pub retry_after: Option<Duration>,
}

/// Why the engine gave no document.
#[derive(Debug, thiserror::Error)]
pub enum IdxError {
    /// A form leads to where nobody may be called (security F2).
    #[error("the form `{0}` leads away from the issuer's identity engine")]
    ForeignHref(String),
    /// The body is no Ion document.
    #[error(
        "{endpoint} answered {status} with no Ion document ({shape}; x-okta-request-id: {request_id})"
    )]
    NotIon {
        /// Which call.
        endpoint: &'static str,
        /// Its status.
        status: StatusCode,
        /// What it looked like.
        shape: &'static str,
        /// For Okta's support.
        request_id: String,
    },
    /// An OAuth or Okta error: mostly of `interact`.
    #[error(transparent)]
    OAuth(#[from] OAuthError),
    /// No answer.
    #[error("the identity engine can't be reached")]
    Transport(#[from] OutboundError),
}

impl IdxError {
    /// Whether the engine no longer knows the interaction: 4xx without a document (protocol reference 1.7).
    pub fn interaction_is_gone(&self) -> bool {
        match self {
            Self::NotIon { status, .. } => {
                matches!(*status, StatusCode::UNAUTHORIZED | StatusCode::GONE)
            }
            Self::OAuth(OAuthError::Refused {
                endpoint, status, ..
            }) => {
                *endpoint != INTERACT
                    && matches!(*status, StatusCode::UNAUTHORIZED | StatusCode::BAD_REQUEST)
            }
            Self::ForeignHref(_) | Self::OAuth(_) | Self::Transport(_) => false,
        }
    }

    /// Whether it is the engine's outage, not its word.
    pub fn is_unavailable(&self) -> bool {
        match self {
            Self::Transport(error) => !matches!(
                error,
                OutboundError::TooLarge(_) | OutboundError::Address(_)
            ),
            Self::OAuth(error) => matches!(error, OAuthError::Unavailable(_)),
            Self::NotIon { status, .. } => status.is_server_error(),
            Self::ForeignHref(_) => false,
        }
    }
}

/// The calls.
#[derive(Debug)]
pub struct Client {
    oauth: Arc<oauth::Client>,
    outbound: Outbound,
}

const INTERACT: &str = "interact";
const ION: &str = "application/ion+json; okta-version=1.0.0";
const SDK: &str = concat!("interlock/", env!("CARGO_PKG_VERSION"));
const MAX_DEVICE_TOKEN: usize = 32;

#[derive(Deserialize)]
struct Interacted {
    interaction_handle: Secret,
}

impl Client {
    /// Calls the engine of the client's issuer.
    pub fn new(oauth: Arc<oauth::Client>, outbound: Outbound) -> Self {
        Self { oauth, outbound }
    }

    /// Opens an interaction.
    ///
    /// # Errors
    /// [`IdxError::OAuth`] when the server refuses (a switch is off, the client is unknown), transport.
    pub async fn interact(
        &self,
        request: &InteractRequest,
        browser: &Browser,
    ) -> Result<InteractionHandle, IdxError> {
        let settings = self.oauth.settings();
        let scopes = request.scopes.as_ref().unwrap_or(&settings.scopes);
        let mut form = vec![
            ("scope", scopes.join(" ")),
            ("redirect_uri", request.redirect_uri.clone()),
            ("code_challenge", request.code_challenge.as_str().to_owned()),
            ("code_challenge_method", "S256".to_owned()),
            ("state", request.state.clone()),
            ("nonce", request.nonce.clone()),
        ];
        let optional = [
            ("login_hint", request.login_hint.clone()),
            ("acr_values", request.acr_values.clone()),
            (
                "max_age",
                request.max_age.map(|seconds| seconds.to_string()),
            ),
            (
                "activation_token",
                request
                    .activation_token
                    .as_ref()
                    .map(|token| token.expose().to_owned()),
            ),
            (
                "recovery_token",
                request
                    .recovery_token
                    .as_ref()
                    .map(|token| token.expose().to_owned()),
            ),
        ];
        form.extend(
            optional
                .into_iter()
                .filter_map(|(name, value)| value.map(|value| (name, value))),
        );
        let mut headers = of_browser(browser);
        if !matches!(settings.client_auth, ClientAuth::None) {
            headers.extend(of_device(browser));
        }
        let response = self.oauth.post(INTERACT, form, headers).await?;
        if !response.status().is_success() {
            return Err(OAuthError::of(INTERACT, &response).into());
        }
        match serde_json::from_slice::<Interacted>(response.body()) {
            Ok(answer) if !answer.interaction_handle.is_empty() => {
                Ok(InteractionHandle(answer.interaction_handle))
            }
            _ => Err(OAuthError::Malformed {
                endpoint: INTERACT,
                status: response.status(),
            }
            .into()),
        }
    }

    /// Reads the step that is due. May be asked again and again, so it is tried twice.
    ///
    /// # Errors
    /// No document came.
    pub async fn introspect(
        &self,
        handle: &InteractionHandle,
        browser: &Browser,
    ) -> Result<Answer, IdxError> {
        let body = json!({ "interactionHandle": handle.0.expose() });
        let url = self.oauth.settings().issuer.idx_introspect();
        let ask = || self.call("introspect", Method::POST, &url, ION, &body, browser);
        match ask().await {
            Err(IdxError::Transport(OutboundError::Connect(..) | OutboundError::Exchange(..))) => {
                ask().await
            }
            result => result,
        }
    }

    /// Sends a form, composed to be exactly what it asks for. Never repeated.
    ///
    /// # Errors
    /// The form leads elsewhere, or no document came.
    pub async fn proceed(
        &self,
        form: &Form,
        body: &Value,
        browser: &Browser,
    ) -> Result<Answer, IdxError> {
        if !self.is_engine(&form.href) {
            return Err(IdxError::ForeignHref(form.name.clone()));
        }
        let method = if form.method.eq_ignore_ascii_case("GET") {
            Method::GET
        } else {
            Method::POST
        };
        let content_type = form
            .accepts
            .as_deref()
            .filter(|accepts| is_json(accepts))
            .unwrap_or(ION);
        self.call("proceed", method, &form.href, content_type, body, browser)
            .await
    }

    /// On the issuer's origin and under the engine's path, read one way only (invariant 4).
    fn is_engine(&self, href: &str) -> bool {
        let plain = !href.contains(['\\', '@', '#'])
            && !href.to_ascii_lowercase().contains("%2e")
            && !href.contains("/..");
        let below = |url: &Url| url.path().starts_with("/idp/idx/") && !url.path().contains("//");
        let lower = href.to_ascii_lowercase();
        let absolute = lower.starts_with("https://") || lower.starts_with("http://");
        plain
            && absolute
            && Url::parse(href)
                .is_ok_and(|url| self.oauth.settings().issuer.owns(&url) && below(&url))
    }

    async fn call(
        &self,
        endpoint: &'static str,
        method: Method,
        url: &str,
        content_type: &str,
        body: &Value,
        browser: &Browser,
    ) -> Result<Answer, IdxError> {
        let body = if method == Method::GET {
            Bytes::new()
        } else {
            Bytes::from(body.to_string())
        };
        let content_type =
            HeaderValue::try_from(content_type).unwrap_or(HeaderValue::from_static(ION));
        let mut request = Request::new(body);
        *request.method_mut() = method;
        *request.uri_mut() = url
            .parse()
            .map_err(|_| IdxError::ForeignHref(endpoint.to_owned()))?;
        let headers = request.headers_mut();
        headers.insert(header::CONTENT_TYPE, content_type);
        headers.insert(header::ACCEPT, HeaderValue::from_static(ION));
        headers.extend(of_browser(browser));
        let response = self.outbound.send(request).await?;
        answer(endpoint, &response)
    }
}

/// Told by its JSON, not by its status (protocol reference 1.3, 1.11).
fn answer(endpoint: &'static str, response: &Response<Bytes>) -> Result<Answer, IdxError> {
    let status = response.status();
    if let Ok(document) = Document::parse(response.body())
        && [
            "version",
            "remediation",
            "messages",
            "successWithInteractionCode",
        ]
        .iter()
        .any(|key| document.raw().contains_key(*key))
    {
        return Ok(Answer {
            status,
            document,
            retry_after: retry_after(response.headers()),
        });
    }
    let value: Option<Value> = serde_json::from_slice(response.body()).ok();
    let has = |name: &str| {
        value
            .as_ref()
            .is_some_and(|value| value.get(name).is_some())
    };
    if status == StatusCode::TOO_MANY_REQUESTS
        || has("errorCode")
        || has("error") && !status.is_success()
    {
        return Err(OAuthError::of(endpoint, response).into());
    }
    let shape = match (&value, response.body().is_empty()) {
        (_, true) => "empty",
        (Some(_), _) => "other JSON",
        (None, _) => "no JSON",
    };
    Err(IdxError::NotIon {
        endpoint,
        status,
        shape,
        request_id: request_id(response.headers()),
    })
}

fn is_json(accepts: &str) -> bool {
    let kind = accepts.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json") || kind.to_ascii_lowercase().ends_with("+json")
}

fn of_browser(browser: &Browser) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(
        HeaderName::from_static("x-okta-user-agent-extended"),
        HeaderValue::from_static(SDK),
    );
    if let Some(agent) = &browser.user_agent {
        headers.insert(header::USER_AGENT, agent.clone());
    }
    if let Some(language) = browser
        .accept_language
        .as_deref()
        .and_then(|text| HeaderValue::try_from(text).ok())
    {
        headers.insert(header::ACCEPT_LANGUAGE, language);
    }
    headers
}

fn of_device(browser: &Browser) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Some(ip) = browser
        .ip
        .and_then(|ip| HeaderValue::try_from(ip.to_string()).ok())
    {
        headers.insert(HeaderName::from_static("x-forwarded-for"), ip);
    }
    let device = browser
        .device_token
        .as_deref()
        .filter(|token| !token.is_empty() && token.len() <= MAX_DEVICE_TOKEN);
    if let Some(device) = device.and_then(|token| HeaderValue::try_from(token).ok()) {
        headers.insert(HeaderName::from_static("x-device-token"), device);
    }
    headers
}
