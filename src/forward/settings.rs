use std::{path::PathBuf, time::Duration};

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
    /// Where it listens.
    pub target: Target,
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
