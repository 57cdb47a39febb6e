//! What the engine answers, before it becomes an HTTP response.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Value, json};

pub(crate) const ION: &str = "application/ion+json; okta-version=1.0.0";
const JSON: &str = "application/json";

/// Status, fields and a body that is at hand.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    /// Boxed: a reply is also what refusals are made of, and travels in `Result`s.
    pub(crate) headers: Box<HeaderMap>,
    pub(crate) body: Bytes,
}

impl Reply {
    pub(crate) fn empty(status: StatusCode) -> Self {
        Self {
            status,
            headers: Box::default(),
            body: Bytes::new(),
        }
    }

    fn typed(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self {
            body: body.into(),
            ..Self::empty(status)
        }
        .with(header::CONTENT_TYPE, content_type)
        .with(header::CACHE_CONTROL, "no-store")
    }

    pub(crate) fn json(status: StatusCode, body: &Value) -> Self {
        Self::typed(status, JSON, body.to_string())
    }

    pub(crate) fn ok(body: &Value) -> Self {
        Self::json(StatusCode::OK, body)
    }

    pub(crate) fn ion(status: StatusCode, body: &Value) -> Self {
        Self::typed(status, ION, body.to_string())
    }

    pub(crate) fn html(status: StatusCode, body: String) -> Self {
        Self::typed(status, "text/html; charset=utf-8", body)
            .with(
                header::CONTENT_SECURITY_POLICY,
                "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
            )
            .with(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
    }

    /// A page that any page may have in a frame.
    pub(crate) fn framed(title: &str, body: &str) -> Self {
        Self::html(
            StatusCode::OK,
            format!("<!doctype html><meta charset=utf-8><title>{title}</title>{body}"),
        )
        .with(
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; script-src 'unsafe-inline'; form-action 'self'; base-uri 'none'",
        )
    }

    pub(crate) fn redirect(to: &str) -> Self {
        Self::empty(StatusCode::FOUND).with(header::LOCATION, to)
    }

    /// After a form: the next page is fetched.
    pub(crate) fn see_other(to: &str) -> Self {
        Self::empty(StatusCode::SEE_OTHER).with(header::LOCATION, to)
    }

    /// RFC 6749 §5.2.
    pub(crate) fn oauth_error(status: StatusCode, error: &str, description: &str) -> Self {
        Self::json(
            status,
            &json!({"error": error, "error_description": description}),
        )
    }

    /// The shape of the management API (protocol reference 1.11).
    pub(crate) fn okta_error(status: StatusCode, code: &str, summary: &str, id: &str) -> Self {
        Self::json(
            status,
            &json!({"errorCode": code, "errorSummary": summary, "errorLink": code, "errorId": id,
                "errorCauses": []}),
        )
    }

    /// Sets a field; what cannot stand in one is left out.
    pub(crate) fn with(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }
}
