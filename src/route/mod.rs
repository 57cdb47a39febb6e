//! Host, path and method to exactly one route; without one, 404.
//!
//! Gateway API semantics: the most specific host first (exact before wildcard before any), then the exact path, then the
//! longest prefix at segment borders, then a route that names the method before one that does not. Nothing else takes
//! part: no header, no query (security D1).

//!
//! Routes are ranked among those that match: where the most specific host has no route for a path or method, the next
//! host is asked. What no route matches is denied.

mod pattern;
mod table;

use std::{collections::BTreeMap, time::Duration};

use http::{HeaderName, Method};

pub use pattern::PatternError;
pub use table::{RouteConflict, RouteTable};

/// One `[[routes]]` entry, validated.
#[derive(Clone, Debug)]
pub struct Route {
    /// For logs, metrics and `explain`: the configured `name`, else the path pattern.
    pub name: String,
    /// `None`: any host.
    pub host: Option<HostPattern>,
    /// Which paths.
    pub path: PathPattern,
    /// Which methods; empty: all.
    pub methods: Vec<Method>,
    /// Who may come.
    pub access: Access,
    /// Index into the configured upstreams; `None` only where the gateway answers `200` itself (a public health path).
    pub upstream: Option<usize>,
    /// What a signed-in person or token must show.
    pub require: Requirements,
    /// Whether paths are taken that an app may read in several ways.
    pub takes_relaxed_paths: bool,
    /// What goes to the app as `Authorization`.
    pub upstream_authorization: UpstreamAuthorization,
    /// Further headers made from claims: header name to claim name.
    pub headers: Vec<(HeaderName, String)>,
    /// Largest request body in octets; `None`: any.
    pub max_body: Option<u64>,
}

#[cfg(test)]
impl Route {
    /// For all paths of any host, for whoever is signed in.
    pub(crate) fn for_everything() -> Self {
        Self {
            name: "all".to_owned(),
            host: None,
            path: "/*".parse().unwrap(),
            methods: Vec::new(),
            access: Access::SignedIn,
            upstream: Some(0),
            require: Requirements::default(),
            takes_relaxed_paths: false,
            upstream_authorization: UpstreamAuthorization::None,
            headers: Vec::new(),
            max_body: None,
        }
    }
}

/// Who may use a route (`access`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody; a session is not even looked at.
    Public,
    /// Everybody; who is signed in is told to the app. A bad Bearer token is refused; a dead cookie is
    /// nobody's, and is cleared.
    Optional,
    /// People with a session, or callers with a Bearer token.
    SignedIn,
    /// Callers with a Bearer token alone.
    Token,
}

/// What the app receives as `Authorization` (`upstream_authorization`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpstreamAuthorization {
    /// `Bearer` and the access token: the default where one signs in.
    AccessToken,
    /// Nothing.
    None,
    /// What the client sent: the default on `public` and `token` routes.
    Pass,
}

/// A route's `require` table; every entry must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requirements {
    /// All of these scopes in the access token's `scp`.
    pub scopes: Vec<String>,
    /// At least one of these groups.
    pub groups: Vec<String>,
    /// Each claim must equal (or, being a list, contain) one of the values.
    pub claims: BTreeMap<String, Vec<serde_json::Value>>,
    /// Authentication context class that `acr` must show (RFC 9470).
    pub acr: Option<String>,
    /// Longest time since `auth_time`.
    pub max_age: Option<Duration>,
    /// The client's certificate must have one of these subject alternative names (DNS name or URI), on every kind of
    /// route; empty: it needs none.
    pub client_certificates: Vec<String>,
}

/// A host to compare without case, port and trailing dot.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum HostPattern {
    /// This host alone, lower case.
    Exact(String),
    /// `*.example.com`: one or more labels before this suffix (kept with its leading dot, lower case).
    Wildcard(String),
}

/// `/p` is that path alone; `/p/*` is `/p` and all below it, at segment borders; `/*` is everything (decision 5).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PathPattern {
    /// That path alone, decoded form.
    Exact(String),
    /// A prefix without its trailing slash (`""` for `/*`), decoded form.
    Prefix(String),
}
