use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An app behind the gateway.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::config) struct Upstream {
    /// How routes call it; also `aud` of the identity assertion it receives. Required.
    pub(in crate::config) name: Option<String>,
    /// `http://host:port`, `https://host:port`, `h2c://host:port` (HTTP/2 without TLS) or `unix:/path/to.sock`. Required.
    pub(in crate::config) url: Option<String>,
    /// Longest time to connect.
    pub(in crate::config) connect_timeout: String,
    /// Longest time from the end of the request to the head of the response.
    pub(in crate::config) response_timeout: String,
    /// Idle connections kept by each data thread.
    #[schemars(range(min = 0, max = 10_000))]
    pub(in crate::config) idle_connections: u32,
    /// How long an idle connection is kept.
    pub(in crate::config) idle_timeout: String,
    /// Whether the client's `Host` is passed on; otherwise the upstream's own is sent.
    pub(in crate::config) pass_host: bool,
    /// The name in the certificate of an `https` upstream, where it is not the URL's host.
    pub(in crate::config) server_name: Option<String>,
    /// A PEM file with further trust roots for an `https` upstream.
    pub(in crate::config) ca_file: Option<String>,
}

/// Which requests reach which app, and who may make them. The most specific host wins, then the exact path, then the
/// longest prefix, then a route that names the method.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::config) struct Route {
    /// For logs and metrics; left out, the path.
    pub(in crate::config) name: Option<String>,
    /// A host such as `app.example.com` or `*.example.com`; left out, any.
    pub(in crate::config) host: Option<String>,
    /// `/p` is that path alone, `/p/*` is `/p` and all below it, `/*` is everything. Required.
    pub(in crate::config) path: Option<String>,
    /// Methods such as `["GET", "HEAD"]`; left out, all.
    pub(in crate::config) methods: Vec<String>,
    /// Who may come; left out, `signed-in`.
    pub(in crate::config) access: Option<Access>,
    /// The name of the app that answers; may be left out where there is only one. A public route for one path without
    /// an upstream is answered 200 by the gateway.
    pub(in crate::config) upstream: Option<String>,
    /// What a person or a token must show; every entry must hold.
    pub(in crate::config) require: Option<Require>,
    /// Whether paths with `;`, `//` or `%2F` in them are taken, as long as no reading leaves the route; left out, `strict`.
    pub(in crate::config) path_syntax: Option<PathSyntax>,
    /// What the app receives as `Authorization`; left out, `access-token` where one signs in, `pass` on `public` and
    /// `token` routes.
    pub(in crate::config) upstream_authorization: Option<UpstreamAuthorization>,
    /// Further headers made from claims: header name to claim name.
    pub(in crate::config) headers: BTreeMap<String, String>,
}

/// How paths below a route may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::config) enum PathSyntax {
    /// With several readings too, all of which stay below the route.
    Relaxed,
    /// With one reading alone.
    Strict,
}

/// Who may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::config) enum Access {
    /// Everybody; who is signed in is told to the app.
    Optional,
    /// Everybody; nobody is asked who they are.
    Public,
    /// People with a session, or callers with a Bearer token.
    SignedIn,
    /// Callers with a Bearer token alone.
    Token,
}

/// What the app receives as `Authorization`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::config) enum UpstreamAuthorization {
    /// `Bearer` and the access token.
    AccessToken,
    /// Nothing.
    None,
    /// What the client sent.
    Pass,
}

/// What a person or a token must show; every entry must hold.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::config) struct Require {
    /// All of these scopes.
    pub(in crate::config) scopes: Vec<String>,
    /// At least one of these groups.
    pub(in crate::config) groups: Vec<String>,
    /// Each claim must equal, or being a list contain, the value or one of the listed values.
    pub(in crate::config) claims: BTreeMap<String, serde_json::Value>,
    /// The assurance that the sign-in must have reached, such as `urn:okta:loa:2fa:any`.
    pub(in crate::config) acr: Option<String>,
    /// Longest time since the person proved who they are.
    pub(in crate::config) max_age: Option<String>,
}

impl Default for Upstream {
    fn default() -> Self {
        Self {
            name: None,
            url: None,
            connect_timeout: "5s".to_owned(),
            response_timeout: "60s".to_owned(),
            idle_connections: 32,
            idle_timeout: "60s".to_owned(),
            pass_host: true,
            server_name: None,
            ca_file: None,
        }
    }
}
