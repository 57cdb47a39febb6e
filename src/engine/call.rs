//! One request, read completely.

use std::net::SocketAddr;

use bytes::Bytes;
use http::{HeaderMap, Method};

use super::faults::TokenFlaw;

/// What an endpoint gets to see.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) query: Option<String>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) peer: SocketAddr,
    /// Scheme and host under which the client knows us: hrefs lead there.
    pub(crate) host: String,
    /// What shall be wrong with tokens.
    pub(crate) flaws: Vec<TokenFlaw>,
}

impl Call {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// A parameter of the query.
    pub(crate) fn query_field(&self, name: &str) -> Option<String> {
        let query = self.query.as_deref().unwrap_or_default();
        url::form_urlencoded::parse(query.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// Whether `Content-Type` is this media type, whatever its parameters.
    pub(crate) fn is(&self, media_type: &str) -> bool {
        let content_type = self.header("content-type").unwrap_or_default();
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        essence.eq_ignore_ascii_case(media_type)
    }
}
