use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where the gateway listens and how people see it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::config) struct Server {
    /// Address and port of the public listener.
    pub(in crate::config) listen: String,
    /// A unix socket to listen on as well; whoever may open it counts as `127.0.0.1`.
    pub(in crate::config) unix: Option<UnixSocket>,
    /// The external origin that people type, such as `https://app.example.com`: decides cookie names, the redirect URI
    /// (`{public_url}/.interlock/callback`) and which requests count as the same origin. `http` on loopback alone.
    /// Required.
    pub(in crate::config) public_url: Option<String>,
    /// Address and port of the admin listener (`/livez`, `/readyz`, `/metrics`); keep it away from the public.
    pub(in crate::config) admin: String,
    /// Names under which the admin listener may be asked, besides IP addresses and `localhost`: `["interlock.internal"]`.
    pub(in crate::config) admin_hosts: Vec<String>,
    /// Ends TLS here; left out, the gateway speaks plain HTTP behind something that does.
    pub(in crate::config) tls: Option<Tls>,
    /// Networks such as `10.0.0.0/8` whose `X-Forwarded-*` is believed; nobody by default, loopback included.
    pub(in crate::config) trusted_proxies: Vec<String>,
    /// Networks or addresses of load balancers that begin every connection with a PROXY header, version 1 or 2, before
    /// TLS: `["10.0.0.0/8"]`. From these one is required, from others none is read; nobody by default.
    pub(in crate::config) proxy_protocol: Vec<String>,
    /// Further prefixes under which oauth2-proxy's paths are served: `["/oauth2"]`.
    pub(in crate::config) aliases: Vec<String>,
    /// Data threads; left out, one for each processor.
    #[schemars(range(min = 1, max = 512))]
    pub(in crate::config) threads: Option<u32>,
    /// Longest time from the connection to the end of the first request's head.
    pub(in crate::config) header_timeout: String,
    /// How long a kept-alive connection may stay silent.
    pub(in crate::config) idle_timeout: String,
    /// How long a client may take nothing of an answer that waits for it; then its connection is closed.
    pub(in crate::config) write_timeout: String,
    /// How long running requests may take to finish once the gateway is told to stop.
    pub(in crate::config) drain_timeout: String,
    /// Longest life of a WebSocket or another upgraded connection; left out, as long as both ends like.
    pub(in crate::config) tunnel_lifetime: Option<String>,
    /// Connections at once.
    #[schemars(range(min = 1, max = 10_000_000))]
    pub(in crate::config) max_connections: u32,
    /// Largest request head.
    pub(in crate::config) max_head: Size,
    /// Most header fields in a request.
    #[schemars(range(min = 10, max = 1000))]
    pub(in crate::config) max_headers: u32,
    /// Largest request target (path and query).
    pub(in crate::config) max_target: Size,
    /// HTTP/2 streams at once on a connection.
    #[schemars(range(min = 1, max = 10_000))]
    pub(in crate::config) max_streams: u32,
}

/// A unix socket to listen on.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::config) struct UnixSocket {
    /// Its absolute path, such as `/run/interlock/http.sock`; a socket that nobody serves any more is replaced.
    pub(in crate::config) path: Option<String>,
    /// Its permissions, as `chmod` takes them.
    pub(in crate::config) mode: String,
}

impl Default for UnixSocket {
    fn default() -> Self {
        Self {
            path: None,
            mode: "0660".to_owned(),
        }
    }
}

/// PEM files; relative paths start at the folder of the file that names them.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::config) struct Tls {
    /// The certificate chain, leaf first.
    pub(in crate::config) certificate: Option<String>,
    /// Its private key (PKCS#8, PKCS#1 or SEC1).
    pub(in crate::config) private_key: Option<String>,
    /// The roots that clients' certificates must come from (mutual TLS); left out, clients are not asked for any.
    pub(in crate::config) client_ca: Option<String>,
    /// Revocation lists of these authorities: a certificate that no list covers is refused.
    pub(in crate::config) client_crl: Option<String>,
    /// What becomes of clients without a certificate; left out, `required`.
    pub(in crate::config) client_auth: Option<ClientCertificates>,
}

/// What becomes of clients without a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::config) enum ClientCertificates {
    /// They may come; routes with `client_certificates` refuse them.
    Optional,
    /// They are refused in the handshake.
    Required,
}

/// Octets: a number with a unit such as `"64KiB"`, or a plain number.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(in crate::config) enum Size {
    /// Octets.
    Octets(u64),
    /// A number with a unit.
    Text(String),
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: "0.0.0.0:8080".to_owned(),
            unix: None,
            public_url: None,
            admin: "127.0.0.1:9090".to_owned(),
            admin_hosts: Vec::new(),
            tls: None,
            trusted_proxies: Vec::new(),
            proxy_protocol: Vec::new(),
            aliases: Vec::new(),
            threads: None,
            header_timeout: "10s".to_owned(),
            idle_timeout: "75s".to_owned(),
            write_timeout: "60s".to_owned(),
            drain_timeout: "30s".to_owned(),
            tunnel_lifetime: None,
            max_connections: 10_000,
            max_head: Size::Text("64KiB".to_owned()),
            max_headers: 100,
            max_target: Size::Text("16KiB".to_owned()),
            max_streams: 100,
        }
    }
}
