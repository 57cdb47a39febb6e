//! A page with the fields that confine it.

use http::{
    HeaderName, HeaderValue, Response, StatusCode,
    header::{
        CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, REFRESH,
        STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
    },
};

use super::insert;
use crate::{body::Body, gateway::Rooms, login::pages::Page};

/// Nobody keeps it, frames it, or runs in it what is not ours.
pub(super) fn page_response(rooms: &Rooms, status: StatusCode, page: Page) -> Response<Body> {
    let mut response = Response::new(Body::full(page.html));
    *response.status_mut() = status;
    insert(
        &mut response,
        CONTENT_SECURITY_POLICY,
        &page.content_security_policy,
    );
    if let Some(refresh) = &page.refresh {
        insert(&mut response, REFRESH, refresh);
    }
    let fields = response.headers_mut();
    for (name, value) in [
        (CONTENT_TYPE, TYPE),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, page.referrer_policy),
        (X_FRAME_OPTIONS, "DENY"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("permissions-policy"),
            "publickey-credentials-get=(self), publickey-credentials-create=(self)",
        ),
    ] {
        fields.insert(name, HeaderValue::from_static(value));
    }
    if rooms.public_url.is_secure() {
        let year = HeaderValue::from_static("max-age=31536000");
        fields.insert(STRICT_TRANSPORT_SECURITY, year);
    }
    response
}

/// The type of our pages.
pub(super) const TYPE: &str = "text/html; charset=utf-8";
