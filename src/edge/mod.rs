//! Hygiene, before anything is decided. In this order:
//!
//! 1. the method is one we carry;
//! 2. the target is a path with exactly one reading ([`CanonicalPath`], decision 20), and short enough; below a relaxed
//!    route it may have several, all of which stay there;
//! 3. there is exactly one authority;
//! 4. the fields frame the message in one way;
//! 5. the client's `Connection` list is carried out, then every field is removed that only we may set: identity,
//!    forwarding, path and method overrides, in every spelling that an app server could fold into them;
//! 6. the client's address is worked out through trusted proxies, and the request gets an id.
//!
//! Nothing is repaired: what is not clean is a [`Rejection`], and the connection it came on should end with the answer.

mod admit;
mod authority;
mod client;
mod described;
mod fields;
mod names;
mod path;
mod rejection;
mod relaxed;
mod request_id;

pub(crate) use authority::is_name;
pub(crate) use names::Forbidden;

pub use admit::Edge;
pub use client::ClientAddress;
pub use described::{Proxied, Undescribed};
pub use path::{CanonicalPath, PathFault};
pub use rejection::Rejection;
pub use request_id::RequestId;

use std::sync::Arc;

use http::HeaderName;
use ipnet::IpNet;

use crate::{listener::ClientCertificate, public_url::PublicUrl};

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
    /// Prefixes of routes that take paths with several readings (`path_syntax = "relaxed"`), longest first.
    pub relaxed_prefixes: Vec<String>,
}

/// A request that passed the edge. Only [`Edge::admit`] makes one.
#[derive(Debug)]
pub struct Admitted {
    /// Method, target and fields. The target is in origin-form, its bytes are those of `path` and its query; there is
    /// exactly one `Host` and at most one `Cookie` and one `Authorization`; identity and forwarding fields of the client
    /// are gone; connection fields are still there.
    pub head: http::request::Parts,
    /// The body, not read, if there may be one.
    pub body: Option<hyper::body::Incoming>,
    /// The proven path.
    pub path: CanonicalPath,
    /// Host without port and trailing dot, lower case.
    pub host: String,
    /// Who connects, after trusted proxies.
    pub client: ClientAddress,
    /// A fresh id of this request, for logs, errors and the app.
    pub request_id: RequestId,
    /// The time by which it is judged, in whole seconds since 1970: that of its admission, or a later one where somebody had
    /// to be waited for. The usual request asks for the time once.
    pub judged_at: u64,
    /// The verified certificate of whoever connects to us, if it has shown one.
    pub certificate: Option<Arc<ClientCertificate>>,
    /// What a trusted proxy said about the request it asks for (forward authentication).
    pub proxied: Option<Box<Proxied>>,
}
