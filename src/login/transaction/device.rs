//! What a browser is called towards the engine: `X-Device-Token`, by which that tells a device that it knows from a new one
//! (protocol reference 1.4).
//!
//! It says nothing of anybody and opens nothing, and it outlives sign-ins and sessions: a cookie of its own keeps it for a
//! year, as it is, so that it stays the same when the cookie secrets change. It is made only where the engine listens to it.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::HeaderMap;

use super::Transactions;
use crate::{
    random,
    session::{SetCookies, candidates},
};

impl Transactions {
    /// The name of the request's browser: the one that it brings, else a new one. A client that is no browser would get a
    /// new one each time, which is worse than none.
    pub fn device_token(&self, headers: &HeaderMap) -> Option<String> {
        if let Ok(brought) = candidates(headers, self.names.device())
            && let [only] = brought.as_slice()
            && let Some(token) = known(only)
        {
            return Some(token);
        }
        let is_browser = headers.contains_key("sec-fetch-mode")
            || headers
                .get_all(http::header::ACCEPT)
                .iter()
                .any(|accept| accept.to_str().is_ok_and(|text| text.contains("text/html")));
        is_browser.then(|| URL_SAFE_NO_PAD.encode(random::octets::<OCTETS>(&*self.random)))
    }

    /// The cookie that keeps it.
    pub(super) fn keep_device(&self, token: &str) -> SetCookies {
        SetCookies::one(self.names.keep(self.names.device(), token))
    }
}

/// A name that we may have given: of the one length, and nothing in it that a header could not hold.
fn known(brought: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(brought).ok()?;
    let octets = URL_SAFE_NO_PAD.decode(text).ok()?;
    (octets.len() == OCTETS).then(|| text.to_owned())
}

/// 32 characters, which is as long as it may be.
const OCTETS: usize = 24;
