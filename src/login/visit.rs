//! A browser's request to one of the sign-in's own paths, read once.

use http::{HeaderMap, HeaderValue, Method, header};
use url::form_urlencoded;

use crate::{edge::ClientAddress, idx::Browser, public_url::PublicUrl};

/// What a page of ours was asked with.
#[derive(Debug)]
pub struct Visit {
    /// The request's fields.
    pub headers: HeaderMap,
    /// The query, decoded.
    pub query: Pairs,
    /// Who connects.
    pub client: ClientAddress,
    /// For the log and for the person to quote.
    pub request_id: String,
}

/// Names and values of a query or a form, in their order.
#[derive(Clone, Debug, Default)]
pub struct Pairs(Vec<(String, String)>);

/// A parameter that stands more than once is not guessed at (security T5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("parameter `{0}` stands more than once")]
pub struct Duplicate(pub &'static str);

/// Most pairs that are read; a page of ours has far fewer.
const MOST_PAIRS: usize = 512;

impl Pairs {
    /// Decodes `application/x-www-form-urlencoded`.
    pub fn parse(encoded: &[u8]) -> Self {
        Self(
            form_urlencoded::parse(encoded)
                .into_owned()
                .take(MOST_PAIRS)
                .collect(),
        )
    }

    /// These pairs, in this order.
    pub(crate) fn of(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// The one value of a name.
    ///
    /// # Errors
    /// [`Duplicate`] when it stands twice.
    pub fn one(&self, name: &'static str) -> Result<Option<&str>, Duplicate> {
        let mut values = self
            .0
            .iter()
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value.as_str());
        match (values.next(), values.next()) {
            (value, None) => Ok(value),
            (_, Some(_)) => Err(Duplicate(name)),
        }
    }

    /// All of them.
    pub fn all(&self) -> &[(String, String)] {
        &self.0
    }
}

impl Visit {
    /// What of the browser the engine is told (protocol reference 1.4).
    pub fn browser(&self, device_token: Option<String>) -> Browser {
        Browser {
            user_agent: self.headers.get(header::USER_AGENT).cloned(),
            accept_language: self.accept_language().map(str::to_owned),
            ip: Some(self.client.ip),
            device_token,
        }
    }

    /// The languages that the browser asks for, where they are no flood.
    pub fn accept_language(&self) -> Option<&str> {
        self.text(&header::ACCEPT_LANGUAGE)
            .filter(|text| text.len() <= 256)
    }

    fn text(&self, name: &header::HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// Whether a state-changing request comes from our own pages: `Sec-Fetch-Site` decides if present, else `Origin`; with
/// neither, the caller's own token must suffice (decision 2).
pub fn same_origin(headers: &HeaderMap, public_url: &PublicUrl) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin";
    }
    headers
        .get(header::ORIGIN)
        .is_none_or(|origin| origin == public_url.origin())
}

/// Whether a request is a person's browser going somewhere, and not a script or an API client (decision 1).
pub fn is_navigation(method: &Method, headers: &HeaderMap) -> bool {
    if !matches!(*method, Method::GET | Method::HEAD) {
        return false;
    }
    // Asked of every request: one walk costs less than five searches.
    let (mut mode, mut is_fetch, mut takes_html) = (None, false, false);
    for (name, value) in headers {
        if *name == header::ACCEPT {
            takes_html = takes_html || accepts_html(value);
        } else if let Some(rest) = name.as_str().strip_prefix("sec-fetch-") {
            match rest {
                "mode" => mode = mode.or(Some(value)),
                "dest" | "site" | "user" => is_fetch = true,
                _ => {}
            }
        }
    }
    mode.map_or(takes_html && !is_fetch, |mode| mode == "navigate")
}

fn accepts_html(value: &HeaderValue) -> bool {
    value.to_str().is_ok_and(|text| {
        text.split(',').any(|range| {
            range
                .split(';')
                .next()
                .unwrap_or("")
                .trim()
                .eq_ignore_ascii_case("text/html")
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(fields: &[(&'static str, &'static str)]) -> HeaderMap {
        fields
            .iter()
            .map(|(name, value)| {
                (
                    http::HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect()
    }

    #[test]
    fn a_parameter_that_stands_twice_is_refused() {
        let pairs = Pairs::parse(b"state=a&code=b%20c&state=d");
        assert_eq!(pairs.one("code"), Ok(Some("b c")));
        assert_eq!(pairs.one("state"), Err(Duplicate("state")));
        assert_eq!(pairs.one("error"), Ok(None));
    }

    #[test]
    fn sec_fetch_site_decides_before_origin() {
        let ours: PublicUrl = "https://app.example.com".parse().unwrap();
        for (fields, same) in [
            (
                &[("sec-fetch-site", "same-origin"), ("origin", "null")][..],
                true,
            ),
            (
                &[
                    ("sec-fetch-site", "same-site"),
                    ("origin", "https://app.example.com"),
                ],
                false,
            ),
            (&[("sec-fetch-site", "none")], false),
            (&[("origin", "https://app.example.com")], true),
            (&[("origin", "http://app.example.com")], false),
            (&[("origin", "https://app.example.com:444")], false),
            (&[("origin", "null")], false),
            (&[], true),
        ] {
            assert_eq!(same_origin(&headers(fields), &ours), same, "{fields:?}");
        }
    }

    #[test]
    fn a_navigation_is_told_from_a_call() {
        for (method, fields, navigation) in [
            (Method::GET, &[("sec-fetch-mode", "navigate")][..], true),
            (
                Method::GET,
                &[("sec-fetch-mode", "cors"), ("accept", "text/html")],
                false,
            ),
            (
                Method::GET,
                &[("sec-fetch-site", "same-origin"), ("accept", "text/html")],
                false,
            ),
            (
                Method::GET,
                &[("accept", "text/html,application/xhtml+xml;q=0.9")],
                true,
            ),
            (Method::HEAD, &[("accept", "Text/HTML;q=0.8")], true),
            (Method::GET, &[("accept", "*/*")], false),
            (Method::GET, &[("accept", "application/json")], false),
            (Method::POST, &[("sec-fetch-mode", "navigate")], false),
            (Method::GET, &[], false),
        ] {
            assert_eq!(
                is_navigation(&method, &headers(fields)),
                navigation,
                "{method} {fields:?}"
            );
        }
    }
}
