//! JSON that nobody keeps; above all, what is wrong (RFC 9457).

use bytes::Bytes;
use http::{
    HeaderValue, Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
};
use serde::Serialize;

use crate::body::Body;

/// A problem document (RFC 9457).
#[derive(Debug, Serialize)]
struct Problem<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    /// Where a person may sign in.
    #[serde(skip_serializing_if = "Option::is_none")]
    sign_in: Option<&'a str>,
}

/// What is wrong, as a script reads it.
pub(super) fn problem(
    status: StatusCode,
    detail: &str,
    request_id: Option<&str>,
    sign_in: Option<&str>,
) -> Response<Body> {
    let problem = Problem {
        r#type: "about:blank",
        title: status.canonical_reason().unwrap_or("Error"),
        status: status.as_u16(),
        detail,
        request_id,
        sign_in,
    };
    let mut text = Vec::with_capacity(256);
    // Texts and a number, into memory: nothing that could fail.
    drop(serde_json::to_writer(&mut text, &problem));
    json(status, text, "application/problem+json")
}

/// A JSON answer that nobody keeps.
pub(in crate::gateway) fn json(
    status: StatusCode,
    text: impl Into<Bytes>,
    content_type: &'static str,
) -> Response<Body> {
    let mut response = Response::new(Body::full(text));
    *response.status_mut() = status;
    let fields = response.headers_mut();
    fields.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    fields.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    fields.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
