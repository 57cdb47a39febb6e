//! Cross-origin calls: loopback origins are trusted, others are answered without permission.

use http::{HeaderMap, HeaderValue, StatusCode, header};
use url::Url;

use super::reply::Reply;
use crate::public_url::is_loopback;

const HEADERS: &str = "Accept, Accept-Language, Authorization, Content-Type, DPoP, If-None-Match, X-Device-Fingerprint, \
X-Device-Token, X-Okta-User-Agent-Extended, X-Okta-XsrfToken, X-Requested-With";
const EXPOSED: &str = "DPoP-Nonce, Retry-After, WWW-Authenticate, X-Okta-Request-Id, X-Rate-Limit-Limit, \
X-Rate-Limit-Remaining, X-Rate-Limit-Reset";

/// The `Origin` of a browser's call, if it sent one.
pub(crate) fn origin(headers: &HeaderMap) -> Option<&HeaderValue> {
    headers.get(header::ORIGIN)
}

/// Whether an origin is in the org's list of trusted origins: every loopback origin is.
pub(crate) fn is_trusted(origin: &HeaderValue) -> bool {
    let Some(url) = origin.to_str().ok().and_then(|text| Url::parse(text).ok()) else {
        return false;
    };
    let http = matches!(url.scheme(), "http" | "https");
    http && url.host().is_some_and(|host| is_loopback(&host))
}

/// The answer to a preflight.
pub(crate) fn preflight() -> Reply {
    Reply::empty(StatusCode::NO_CONTENT)
        .with(header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, OPTIONS")
        .with(header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS)
        .with(header::ACCESS_CONTROL_MAX_AGE, "600")
}

/// Lets a trusted origin read the answer, with credentials.
pub(crate) fn allow(mut reply: Reply, origin: Option<&HeaderValue>) -> Reply {
    reply
        .headers
        .insert(header::VARY, HeaderValue::from_static("Origin"));
    let Some(origin) = origin.filter(|origin| is_trusted(origin)) else {
        return reply;
    };
    reply
        .headers
        .insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    reply
        .with(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, "true")
        .with(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_origins_are_trusted_and_no_others() {
        for (origin, trusted) in [
            ("http://localhost:3000", true),
            ("http://127.0.0.1:8080", true),
            ("https://app.localhost", true),
            ("http://[::1]:8080", true),
            ("https://example.com", false),
            ("http://127.0.0.1.example.com", false),
            ("null", false),
        ] {
            let origin = HeaderValue::from_static(origin);
            assert_eq!(is_trusted(&origin), trusted, "{origin:?}");
        }
    }
}
