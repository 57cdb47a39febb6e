//! Sockets, TLS, HTTP/1 and HTTP/2 connections, drain on shutdown; generic over what it serves.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

/// Where and how the gateway listens (`[server]`).
#[derive(Clone, Debug)]
pub struct Settings {
    /// The public address.
    pub listen: SocketAddr,
    /// TLS, or plain HTTP behind something that ends it.
    pub tls: Option<Tls>,
    /// Data threads, each with its own runtime and accept queue.
    pub threads: usize,
    /// From accept to the end of the first request's head, TLS handshake and protocol detection included.
    pub header_timeout: Duration,
    /// How long a kept-alive connection may stay silent.
    pub idle_timeout: Duration,
    /// Connections at once, over all threads.
    pub max_connections: usize,
    /// Largest request head in octets.
    pub max_head: usize,
    /// Most header fields in a request.
    pub max_headers: usize,
    /// HTTP/2 streams at once on a connection.
    pub max_streams: u32,
    /// How long running requests may take to finish after the signal to stop.
    pub drain_timeout: Duration,
}

/// Certificate chain and key, PEM files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// Leaf first.
    pub certificate: PathBuf,
    /// PKCS#8, PKCS#1 or SEC1.
    pub private_key: PathBuf,
}
