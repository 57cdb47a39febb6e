//! One request, read completely.

use std::net::{IpAddr, SocketAddr};

use bytes::Bytes;
use http::{HeaderMap, Method};

use super::faults::TokenFlaw;

/// What an endpoint gets to see.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) path: String,
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

    /// Its address without the query.
    pub(crate) fn url(&self) -> String {
        format!("{}{}", self.host, self.path)
    }

    /// A parameter of the query.
    pub(crate) fn query_field(&self, name: &str) -> Option<String> {
        let query = self.query.as_deref().unwrap_or_default();
        url::form_urlencoded::parse(query.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// Whether it comes from a page of our own, or from no page at all.
    pub(crate) fn is_own(&self) -> bool {
        let site = self.header("sec-fetch-site");
        let origin = self.header("origin");
        site.is_none_or(|site| matches!(site, "none" | "same-origin"))
            && origin.is_none_or(|origin| origin == self.host)
    }

    /// Who really calls, where those before us may be believed.
    pub(crate) fn client_ip(&self, trusted: &[ipnet::IpNet]) -> IpAddr {
        let believed = |ip: &IpAddr| trusted.iter().any(|network| network.contains(ip));
        let peer = self.peer.ip().to_canonical();
        if !believed(&peer) {
            return peer;
        }
        let hops = self.header("x-forwarded-for").unwrap_or_default();
        let mut last = peer;
        for hop in hops.rsplit(',') {
            let Ok(ip) = hop.trim().parse::<IpAddr>() else {
                break;
            };
            last = ip;
            if !believed(&ip) {
                break;
            }
        }
        last
    }

    /// Whether `Content-Type` is this media type, whatever its parameters.
    pub(crate) fn is(&self, media_type: &str) -> bool {
        let content_type = self.header("content-type").unwrap_or_default();
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        essence.eq_ignore_ascii_case(media_type)
    }
}
