use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Size;

/// An app behind the gateway.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::config) struct Upstream {
    /// How routes call it; also `aud` of the identity assertion it receives. Required.
    pub(in crate::config) name: Option<String>,
    /// `http://host:port`, `https://host:port`, `h2c://host:port` (HTTP/2 without TLS) or `unix:/path/to.sock`. Required,
    /// unless `urls` is given.
    pub(in crate::config) url: Option<String>,
    /// Several endpoints of one kind instead of one `url`; requests take them in turn, past those that fail.
    pub(in crate::config) urls: Vec<String>,
    /// When an endpoint is left out, where there are several.
    pub(in crate::config) health: Health,
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
    /// Whether the app is sent `X-Interlock-Assertion`. To sign one takes longer than all else about a request, and is
    /// due anew for each person every half minute; an app that does not verify it can do without.
    pub(in crate::config) assertion: bool,
    /// The name in the certificate of an `https` upstream, where it is not the URL's host.
    pub(in crate::config) server_name: Option<String>,
    /// A PEM file with further trust roots for an `https` upstream.
    pub(in crate::config) ca_file: Option<String>,
    /// A PEM file with the certificate that is shown to an `https` upstream that asks for one (mutual TLS), leaf first.
    pub(in crate::config) client_certificate: Option<String>,
    /// Its private key (PKCS#8, PKCS#1 or SEC1).
    pub(in crate::config) client_private_key: Option<String>,
}

/// When an endpoint is left out, where there are several.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::config) struct Health {
    /// Failures in a row (no connection, no answer, a broken one) after which an endpoint is left out.
    #[schemars(range(min = 1, max = 1000))]
    pub(in crate::config) unhealthy_after: u32,
    /// For how long the first time; it doubles each further time, up to sixteen times as long.
    pub(in crate::config) eject_for: String,
    /// A path such as `/healthz` that is asked for with `GET` at intervals; any status below 400 is fine. Left out, what
    /// requests find out has to do.
    pub(in crate::config) path: Option<String>,
    /// How often `path` is asked for, and how long an answer may take.
    pub(in crate::config) interval: String,
}

impl Default for Health {
    fn default() -> Self {
        Self {
            unhealthy_after: 3,
            eject_for: "10s".to_owned(),
            path: None,
            interval: "5s".to_owned(),
        }
    }
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
    /// Largest request body; a larger one is answered 413. Left out, any: bodies are streamed, never held.
    pub(in crate::config) max_body: Option<Size>,
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
    /// The client's certificate must name one of these: DNS names or URIs such as `spiffe://example.com/billing` among its
    /// subject alternative names. Needs `server.tls.client_ca`. Holds on public routes too; where a proxy asks (forward
    /// authentication), the certificate is the proxy's.
    pub(in crate::config) client_certificates: Vec<String>,
}

impl Default for Upstream {
    fn default() -> Self {
        Self {
            name: None,
            url: None,
            urls: Vec::new(),
            health: Health::default(),
            connect_timeout: "5s".to_owned(),
            response_timeout: "60s".to_owned(),
            idle_connections: 32,
            idle_timeout: "60s".to_owned(),
            pass_host: true,
            assertion: true,
            server_name: None,
            ca_file: None,
            client_certificate: None,
            client_private_key: None,
        }
    }
}
