//! What the engine answered, and why it gave no document: told by the shape of the body (protocol reference 1.7, 1.11).

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode, header};
use serde::{Deserialize, de::IgnoredAny};

use super::{client::INTERACT, ion::Document};
use crate::{
    oauth::{OAuthError, request_id, retry_after},
    outbound::OutboundError,
};

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
    /// A form leads to where nobody may be called (security F2), or is a link for the browser.
    #[error("the form `{0}` is not one to be sent to the issuer's identity engine")]
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
            Self::NotIon { status, shape, .. } => {
                *shape != DEVICE_CHALLENGE
                    && matches!(*status, StatusCode::UNAUTHORIZED | StatusCode::GONE)
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

    /// What came is no problem of a CAPTCHA.
    pub(super) fn no_captcha(response: &Response<Bytes>) -> Self {
        let endpoint = "captcha";
        if response.status() == StatusCode::TOO_MANY_REQUESTS {
            return OAuthError::of(endpoint, response).into();
        }
        Self::NotIon {
            endpoint,
            status: response.status(),
            shape: "no problem of a CAPTCHA",
            request_id: request_id(response.headers()),
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

/// After 429 without a word on when to come back (protocol reference 1.10).
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
/// The engine asks for a proof that only Okta Verify or Apple's extension has: no error of the interaction.
const DEVICE_CHALLENGE: &str = "a device challenge";

/// The members that tell one shape of body from another.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Shape {
    version: Option<IgnoredAny>,
    messages: Option<IgnoredAny>,
    remediation: Option<IgnoredAny>,
    success_with_interaction_code: Option<IgnoredAny>,
    error_code: Option<IgnoredAny>,
    error: Option<IgnoredAny>,
}

impl Answer {
    /// Told by its JSON, not by its status (protocol reference 1.3, 1.11).
    pub(super) fn read(
        endpoint: &'static str,
        response: &Response<Bytes>,
    ) -> Result<Self, IdxError> {
        let (status, body) = (response.status(), response.body());
        let limited = status == StatusCode::TOO_MANY_REQUESTS;
        let shape: Option<Shape> = serde_json::from_slice(body).ok();
        let told = shape.as_ref();
        let is_ion = told.is_some_and(|shape| {
            let ion = shape.version.is_some() || shape.messages.is_some();
            ion || shape.remediation.is_some() || shape.success_with_interaction_code.is_some()
        });
        if is_ion && let Ok(document) = Document::parse(body) {
            let retry_after =
                limited.then(|| retry_after(response.headers()).unwrap_or(SHORTEST_PAUSE));
            return Ok(Self {
                status,
                document,
                retry_after,
            });
        }
        let is_error =
            told.is_some_and(|shape| shape.error_code.is_some() || shape.error.is_some());
        if limited || is_error && !status.is_success() {
            return Err(OAuthError::of(endpoint, response).into());
        }
        let shape = if is_device_challenge(response.headers()) {
            DEVICE_CHALLENGE
        } else if body.trim_ascii().is_empty() {
            "an empty body"
        } else if told.is_some() {
            "other JSON"
        } else if body.trim_ascii_start().starts_with(b"<") {
            "HTML"
        } else {
            "no JSON object"
        };
        Err(IdxError::NotIon {
            endpoint,
            status,
            shape,
            request_id: request_id(response.headers()),
        })
    }
}

fn is_device_challenge(headers: &HeaderMap) -> bool {
    let mut challenges = headers
        .get_all(header::WWW_AUTHENTICATE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    challenges.any(|challenge| challenge.to_ascii_lowercase().starts_with("oktadevicejwt"))
}
