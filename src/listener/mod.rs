//! Sockets, TLS, HTTP/1 and HTTP/2 connections, drain on shutdown; generic over what it serves.
//!
//! Each data thread has its own runtime and its own accept queue (`SO_REUSEPORT`); a connection stays on the thread that
//! accepted it. One deadline covers everything from accept to the head of the first request: TLS handshake, protocol
//! detection, the head itself (security L2). A thread's watch looks at all its connections at intervals, so that no
//! request sets a timer. Where many connections are open it also sends those to rest that wait for their next request:
//! they give up the buffers and the state of HTTP/1, and keep their socket (or TLS session) alone.
//!
//! A listed peer ([`Settings::proxy_protocol`]) begins with a PROXY header, before TLS; from then on the client is whom it
//! announces. From anybody else such a header is no request.

mod bind;
#[cfg(feature = "fuzzing")]
pub mod both_ways;
mod connection;
mod http1;
mod lent;
mod prefixed;
mod proxy;
mod shorter;
mod thread;
mod tls;
mod tracked;
mod unix;
mod watch;
mod watched;

use std::{
    fmt,
    future::Future,
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use http::{Request, Response};
use hyper::body::Incoming;
use ipnet::IpNet;
use tokio::sync::{Semaphore, oneshot};
use tokio_util::sync::CancellationToken;

pub use bind::BindError;
pub use proxy::{
    Announced, LONGEST as LONGEST_PROXY_HEADER, ProxyFault, parse as parse_proxy_header,
};
pub use tls::TlsError;
pub(crate) use watch::Busy;

use crate::body::Body;

/// Where and how the gateway listens (`[server]`).
#[derive(Clone, Debug)]
pub struct Settings {
    /// The public address.
    pub listen: SocketAddr,
    /// A unix socket beside it.
    pub unix: Option<UnixSocket>,
    /// TLS, or plain HTTP behind something that ends it.
    pub tls: Option<Tls>,
    /// Peers that begin every connection with a PROXY header, version 1 or 2; nobody by default.
    pub proxy_protocol: Vec<IpNet>,
    /// Data threads, each with its own runtime and accept queue.
    pub threads: usize,
    /// From accept to the end of the first request's head, TLS handshake and protocol detection included.
    pub header_timeout: Duration,
    /// How long a kept-alive connection may stay silent.
    pub idle_timeout: Duration,
    /// How long a client may take nothing of what waits for it on a connection, on any of its streams.
    pub write_timeout: Duration,
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

#[cfg(any(test, feature = "fuzzing"))]
impl Settings {
    /// One thread on a free port of loopback, in the clear.
    pub(crate) fn on_loopback() -> Self {
        Self {
            listen: (std::net::Ipv4Addr::LOCALHOST, 0).into(),
            unix: None,
            tls: None,
            proxy_protocol: Vec::new(),
            threads: 1,
            header_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(10),
            write_timeout: Duration::from_secs(10),
            max_connections: 100,
            max_head: 16 * 1024,
            max_headers: 100,
            max_streams: 100,
            drain_timeout: Duration::from_secs(10),
        }
    }
}

/// A unix socket to listen on. Whoever may open it speaks as `127.0.0.1` does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnixSocket {
    /// Where; a socket that nobody serves any more is replaced.
    pub path: PathBuf,
    /// Its permissions, as `chmod` takes them.
    pub mode: u32,
}

/// Certificate chain and key, PEM files, followed when they change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// Leaf first.
    pub certificate: PathBuf,
    /// PKCS#8, PKCS#1 or SEC1.
    pub private_key: PathBuf,
    /// Which certificates clients show; `None`: they are not asked.
    pub clients: Option<ClientAuthority>,
}

/// Who signs the certificates of clients (mutual TLS). All files are PEM and followed like the gateway's own certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientAuthority {
    /// The trust roots.
    pub ca_file: PathBuf,
    /// Revocation lists; where there are any, each certificate of a chain must be covered by one that is not out of date.
    pub crl_file: Option<PathBuf>,
    /// Whether a client without a certificate is refused in the handshake. One with a bad certificate always is.
    pub is_required: bool,
}

/// The other end of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// As accepted, or as announced by PROXY header; otherwise a proxy's, where one stands in front.
    pub address: SocketAddr,
    /// Whether it speaks TLS to us.
    pub secure: bool,
    /// The certificate it has shown, if it has.
    pub certificate: Option<Arc<ClientCertificate>>,
}

/// A client's certificate that was verified: its subject alternative names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientCertificate {
    /// DNS names and URIs (a SPIFFE id is one), as they stand in the certificate.
    pub names: Vec<String>,
}

/// What a listener serves: one clone a data thread.
pub trait Handler: Clone + Send + Sync + 'static {
    /// Answers one request; without a body there is nothing to read of it. A panic in here ends this request and no other. The future is dropped when the client goes
    /// away. Every connection has room for one, so that it should be small.
    fn handle(
        self,
        request: Request<Option<Incoming>>,
        peer: Peer,
    ) -> impl Future<Output = Response<Body>> + Send;
}

/// Sockets that are bound: connections queue up from here on.
pub struct Listener {
    settings: Settings,
    address: SocketAddr,
    sockets: Vec<TcpListener>,
    unix: Option<unix::Bound>,
    tls: Option<Arc<tls::Identity>>,
}

impl Listener {
    /// Binds one socket a data thread (port 0 picks one port for all) and loads the certificate.
    ///
    /// # Errors
    /// [`BindError`] when the address is taken or the certificate cannot be used.
    pub fn bind(settings: &Settings) -> Result<Self, BindError> {
        let tls = settings.tls.as_ref().map(tls::Identity::load).transpose()?;
        let sockets = bind::sockets(settings.listen, settings.threads.max(1))?;
        let address = bind::address(&sockets)?;
        let unix = settings.unix.as_ref().map(unix::Bound::new).transpose()?;
        Ok(Self {
            settings: settings.clone(),
            address,
            sockets,
            unix,
            tls: tls.map(Arc::new),
        })
    }

    /// The address in use, its port never 0.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Starts the data threads. `handler_for_thread` is called once on each, within its runtime. When `shutdown` is
    /// cancelled nothing more is accepted, running requests have `drain_timeout` to finish, idle connections end.
    ///
    /// # Errors
    /// When the operating system gives no thread or no runtime.
    pub fn serve<H: Handler>(
        self,
        handler_for_thread: impl Fn(usize) -> H + Send + Sync + 'static,
        shutdown: &CancellationToken,
    ) -> std::io::Result<Serving> {
        let permits = Arc::new(Semaphore::new(
            self.settings.max_connections.min(Semaphore::MAX_PERMITS),
        ));
        let settings = Arc::new(self.settings);
        let handler_for_thread = Arc::new(handler_for_thread);
        let mut threads = Vec::new();
        for (index, socket) in self.sockets.into_iter().enumerate() {
            let thread = thread::DataThread {
                index,
                socket,
                unix: self.unix.as_ref().map(unix::Bound::share).transpose()?,
                settings: Arc::clone(&settings),
                tls: self.tls.clone(),
                permits: Arc::clone(&permits),
                shutdown: shutdown.clone(),
            };
            threads.push(thread.start(Arc::clone(&handler_for_thread))?);
        }
        Ok(Serving {
            threads,
            _unix: self.unix.map(unix::Bound::into_file),
        })
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listener")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// Data threads at work.
#[derive(Debug)]
pub struct Serving {
    threads: Vec<oneshot::Receiver<()>>,
    _unix: Option<unix::File>,
}

impl Serving {
    /// Waits until every data thread has ended, which is soon after `shutdown` is cancelled: at most `drain_timeout`.
    pub async fn ended(self) {
        for thread in self.threads {
            // An error means that the thread is gone, which is what we wait for.
            let _ = thread.await;
        }
    }
}
