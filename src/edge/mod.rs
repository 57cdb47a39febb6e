//! Hygiene, before anything is decided: one authority, one canonical path, forged identity fields dropped, the client's
//! address worked out, a request id.

use http::HeaderName;
use ipnet::IpNet;

use crate::public_url::PublicUrl;

/// What the edge must know (`[server]`).
#[derive(Clone, Debug)]
pub struct Settings {
    /// The external origin.
    pub public_url: PublicUrl,
    /// Peers whose `X-Forwarded-*` is believed; nobody by default, loopback included (security H7).
    pub trusted_proxies: Vec<IpNet>,
    /// Header names mapped from claims on any route: removed from every incoming request, like the built-in ones.
    pub identity_headers: Vec<HeaderName>,
    /// Largest request target in octets.
    pub max_target: usize,
}

/// A request that passed the edge. Only [`Edge::admit`] makes one.
#[derive(Debug)]
pub struct Admitted {
    /// Method, target and fields; the target's bytes are those of `path` and its query; identity and forwarding fields
    /// of the client are gone, connection fields are still there.
    pub head: http::request::Parts,
    /// The body, not read.
    pub body: hyper::body::Incoming,
    /// The proven path.
    pub path: CanonicalPath,
    /// Host without port and trailing dot, lower case.
    pub host: String,
    /// Who connects, after trusted proxies.
    pub client: ClientAddress,
    /// A fresh id of this request, for logs, errors and the app.
    pub request_id: String,
}

/// The path of a target that has exactly one reading (decision 20): the received bytes, and the form decoded once that
/// routes are matched against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CanonicalPath {
    received: String,
    decoded: String,
}

/// Where a request comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientAddress {
    /// The person's address: the peer's, or what a trusted proxy says.
    pub ip: std::net::IpAddr,
    /// Whether the person's connection was encrypted, as far as we or a trusted proxy know.
    pub secure: bool,
}
