use std::{fmt, path::PathBuf, time::Duration};

use http::Uri;

use crate::public_url::PublicUrl;

/// What forwarding must know.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The external origin: what `X-Forwarded-Proto` says, and the `Origin` of WebSocket handshakes.
    pub public_url: PublicUrl,
    /// All upstreams; routes name them by index.
    pub upstreams: Vec<Upstream>,
    /// Longest life of an upgraded connection; `None`: as long as both ends like.
    pub tunnel_lifetime: Option<Duration>,
}

/// One `[[upstreams]]` entry, validated.
#[derive(Clone, Debug)]
pub struct Upstream {
    /// Its name: `aud` of the assertion, label of its metrics.
    pub name: String,
    /// Its endpoints, at least one, all of one kind; requests take them in turn.
    pub targets: Vec<Target>,
    /// What we show to endpoints that ask for a certificate (mutual TLS).
    pub client_identity: Option<ClientIdentity>,
    /// When an endpoint is left out, where there are several.
    pub health: Health,
    /// Longest time to connect (TCP, and TLS where used).
    pub connect_timeout: Duration,
    /// Longest time from the end of the request to the head of the response.
    pub response_timeout: Duration,
    /// Idle connections kept a data thread.
    pub idle_connections: usize,
    /// How long one is kept idle.
    pub idle_timeout: Duration,
    /// Whether the client's `Host` is passed on (default) or the target's own authority is sent.
    pub pass_host: bool,
    /// Whether the app is sent an assertion (default).
    pub assertion: bool,
}

impl Upstream {
    /// For whom assertions are signed; `None`: the app does without.
    pub(super) fn audience(&self) -> Option<&str> {
        self.assertion.then_some(&self.name)
    }
}

/// A certificate and its key, PEM files, followed when they change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientIdentity {
    /// Leaf first.
    pub certificate: PathBuf,
    /// PKCS#8, PKCS#1 or SEC1.
    pub private_key: PathBuf,
}

/// When an endpoint is left out (`[upstreams.health]`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Failures in a row after which it is left out.
    pub unhealthy_after: u32,
    /// For how long the first time; it doubles with each further time, up to sixteen times as long.
    pub eject_for: Duration,
    /// A question asked at intervals, besides what requests find out.
    pub check: Option<Check>,
}

impl Default for Health {
    fn default() -> Self {
        Self {
            unhealthy_after: 3,
            eject_for: Duration::from_secs(10),
            check: None,
        }
    }
}

/// An active health check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What is asked for by `GET`; any status below 400 is fine.
    pub path: Uri,
    /// How often, and how long an answer may take.
    pub interval: Duration,
}

/// The address of an upstream (`url`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// `http://host:port`: HTTP/1.1.
    Http {
        /// `host:port` to connect to.
        authority: String,
    },
    /// `h2c://host:port`: HTTP/2 with prior knowledge.
    H2c {
        /// `host:port` to connect to.
        authority: String,
    },
    /// `https://host:port`: TLS, HTTP/2 or HTTP/1.1 by ALPN.
    Https {
        /// `host:port` to connect to.
        authority: String,
        /// Name for SNI and certificate check.
        server_name: String,
        /// Further trust roots (PEM).
        ca_file: Option<PathBuf>,
    },
    /// `unix:/path/to.sock`: HTTP/1.1.
    Unix {
        /// The socket.
        path: PathBuf,
    },
}

impl fmt::Display for Target {
    /// As it is configured.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http { authority } => write!(f, "http://{authority}"),
            Self::H2c { authority } => write!(f, "h2c://{authority}"),
            Self::Https { authority, .. } => write!(f, "https://{authority}"),
            Self::Unix { path } => write!(f, "unix:{}", path.display()),
        }
    }
}
