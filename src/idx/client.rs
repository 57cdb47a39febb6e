//! The calls of the Interaction Code flow: interact, introspect, proceed (protocol reference 1.3 to 1.7).

use std::{fmt, net::IpAddr, sync::Arc};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::{Answer, CaptchaChallenge, IdxError, ion::Form};
use crate::{
    oauth::{self, ClientAuth, CodeChallenge, OAuthError, printable},
    outbound::Outbound,
    secret::Secret,
};

/// What `interact` is asked (protocol reference 1.5).
#[derive(Clone, Default)]
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

impl fmt::Debug for InteractRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InteractRequest")
            .field("redirect_uri", &self.redirect_uri)
            .field("acr_values", &self.acr_values)
            .field("max_age", &self.max_age)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
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

/// The calls.
#[derive(Debug)]
pub struct Client {
    oauth: Arc<oauth::Client>,
    outbound: Outbound,
}

pub(super) const INTERACT: &str = "interact";
const ION: &str = "application/ion+json; okta-version=1.0.0";
const SDK: &str = concat!("interlock/", env!("CARGO_PKG_VERSION"));
const MAX_DEVICE_TOKEN: usize = 32;
const ENGINE: &str = "/idp/idx/";

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
        let ask = || self.call("introspect", &url, ION, &body, browser);
        match ask().await {
            Err(IdxError::Transport(error)) if error.is_hiccup() => ask().await,
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
        let url = self
            .engine_url(&form.href)
            .filter(|_| form.method == "POST");
        let url = url.ok_or_else(|| IdxError::ForeignHref(printable(&form.name)))?;
        let content_type = form
            .accepts
            .as_deref()
            .filter(|accepts| is_json(accepts))
            .unwrap_or(ION);
        self.call("proceed", &url, content_type, body, browser)
            .await
    }

    /// Has the org set the problem of its CAPTCHA. The form's own fields are all that is sent.
    ///
    /// # Errors
    /// The form leads elsewhere, or no problem came.
    pub async fn captcha_challenge(
        &self,
        form: &Form,
        browser: &Browser,
    ) -> Result<CaptchaChallenge, IdxError> {
        let foreign = || IdxError::ForeignHref(printable(&form.name));
        let url = self.engine_url(&form.href).ok_or_else(foreign)?;
        let mut request = Request::new(Bytes::new());
        *request.uri_mut() = url.parse().map_err(|_| foreign())?;
        let headers = request.headers_mut();
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        headers.extend(of_browser(browser));
        if !form.is_link() {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(ION));
            let fields = form.value.iter();
            let given =
                fields.filter_map(|field| Some((field.name.clone()?, field.value.clone()?)));
            let body = Value::Object(given.collect());
            *request.body_mut() = body.to_string().into();
            *request.method_mut() = Method::POST;
        }
        let response = self.outbound.send(request).await?;
        let problem = serde_json::from_slice(response.body()).ok();
        problem
            .filter(|_| response.status().is_success())
            .ok_or_else(|| IdxError::no_captcha(&response))
    }

    /// The address that an `href` names, if it is on the issuer's origin and below the engine's path, and can be read in
    /// one way only (invariant 4). It is put together anew on the configured origin: no reading of the host by somebody
    /// else can lead elsewhere.
    fn engine_url(&self, href: &str) -> Option<String> {
        let issuer = &self.oauth.settings().issuer;
        let (scheme, rest) = href.split_once("://")?;
        let (authority, path) = rest.split_at(rest.find('/')?);
        let owned =
            Url::parse(&format!("{scheme}://{authority}/")).is_ok_and(|url| issuer.owns(&url));
        let host_alone = scheme.bytes().all(|b| b.is_ascii_alphabetic())
            && authority
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-.:[]".contains(&b));
        let (below, query) = path
            .strip_prefix(ENGINE)?
            .split_once('?')
            .unwrap_or((path.strip_prefix(ENGINE)?, ""));
        let in_query = |b: u8| b.is_ascii_graphic() && !b"#\"<>\\^`{|}".contains(&b);
        let plain = below.split('/').all(is_plain_segment) && query.bytes().all(in_query);
        (owned && host_alone && plain).then(|| format!("{}{path}", issuer.origin()))
    }

    async fn call(
        &self,
        endpoint: &'static str,
        url: &str,
        content_type: &str,
        body: &Value,
        browser: &Browser,
    ) -> Result<Answer, IdxError> {
        let mut request = Request::new(Bytes::from(body.to_string()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = url
            .parse()
            .map_err(|_| IdxError::ForeignHref(endpoint.to_owned()))?;
        let headers = request.headers_mut();
        headers.insert(header::ACCEPT, HeaderValue::from_static(ION));
        headers.extend(of_browser(browser));
        let content_type =
            HeaderValue::try_from(content_type).unwrap_or(HeaderValue::from_static(ION));
        headers.insert(header::CONTENT_TYPE, content_type);
        let response = self.outbound.send(request).await?;
        Answer::read(endpoint, &response)
    }
}

/// No dot segment, nothing encoded, nothing empty: the path that was judged is the one that is called.
fn is_plain_segment(segment: &str) -> bool {
    let dots = matches!(segment, "" | "." | "..");
    !dots
        && segment
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b))
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

#[cfg(test)]
mod tests;
