use std::{borrow::Cow, io, sync::Arc};

use http::uri::Scheme;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rustls_pki_types::ServerName;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};

use super::{SetupError, Target, Upstream, tls::Tls};
use crate::body::{
    Body,
    wire::{self, Socket},
};

/// Opens connections to one endpoint. Shared by all data threads.
#[derive(Debug)]
pub(super) struct Connector {
    target: Target,
    tls: Option<Arc<Tls>>,
}

/// A new connection, by the protocol it speaks. Its driver runs on the thread that asked for it.
pub(super) enum Opened {
    Http1(http1::SendRequest<Body>),
    Http2(http2::SendRequest<Body>),
}

impl Connector {
    pub(super) fn new(upstream: &Upstream, target: &Target) -> Result<Self, SetupError> {
        let tls = match target {
            Target::Https {
                server_name,
                ca_file,
                ..
            } => {
                let name = ServerName::try_from(server_name.clone()).map_err(|_| {
                    SetupError::ServerName {
                        upstream: upstream.name.clone(),
                    }
                })?;
                let tls = Tls::new(name, ca_file.clone(), upstream.client_identity.clone())?;
                Some(Arc::new(tls))
            }
            Target::Http { .. } | Target::H2c { .. } | Target::Unix { .. } => None,
        };
        Ok(Self {
            target: target.clone(),
            tls,
        })
    }

    /// Connects; with `http1_only` never by HTTP/2 (an `h2c` upstream speaks nothing else).
    pub(super) async fn connect(&self, http1_only: bool) -> io::Result<Opened> {
        match &self.target {
            Target::Http { authority } => begin_http1(tcp(authority).await?).await,
            Target::H2c { authority } => begin_http2(tcp(authority).await?).await,
            #[cfg(unix)]
            Target::Unix { path } => {
                begin_http1(tokio::net::UnixStream::connect(path).await?).await
            }
            #[cfg(not(unix))]
            Target::Unix { .. } => Err(io::ErrorKind::Unsupported.into()),
            Target::Https { authority, .. } => {
                let Some(tls) = &self.tls else {
                    return Err(io::ErrorKind::InvalidInput.into());
                };
                let stream = tls.connect(tcp(authority).await?, http1_only).await?;
                if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
                    begin_http2(stream).await
                } else {
                    begin_http1(stream).await
                }
            }
        }
    }

    /// A connection that is read here, where one can be had: in the clear, by HTTP/1.1.
    pub(super) async fn wire(&self) -> io::Result<Box<wire::Wire>> {
        let socket = match &self.target {
            Target::Http { authority } => Socket::Tcp(tcp(authority).await?),
            #[cfg(unix)]
            Target::Unix { path } => Socket::Unix(tokio::net::UnixStream::connect(path).await?),
            #[cfg(not(unix))]
            Target::Unix { .. } => return Err(io::ErrorKind::Unsupported.into()),
            Target::H2c { .. } | Target::Https { .. } => {
                return Err(io::ErrorKind::InvalidInput.into());
            }
        };
        Ok(Box::new(wire::Wire::new(socket)))
    }

    /// Whether its connections speak HTTP/1.1 in the clear.
    pub(super) fn is_plain(&self) -> bool {
        matches!(self.target, Target::Http { .. } | Target::Unix { .. })
    }

    /// Whether its connections can be upgraded, which those of HTTP/2 alone cannot.
    pub(super) fn can_upgrade(&self) -> bool {
        !matches!(self.target, Target::H2c { .. })
    }

    /// Whether its first connection speaks HTTP/2, as far as the configuration tells.
    pub(super) fn is_http2(&self) -> bool {
        matches!(self.target, Target::H2c { .. })
    }

    /// Its own `Host`.
    pub(super) fn authority(&self) -> Cow<'_, str> {
        match &self.target {
            Target::Http { authority }
            | Target::H2c { authority }
            | Target::Https { authority, .. } => authority.into(),
            Target::Unix { .. } => "localhost".into(),
        }
    }

    /// Where it connects to, for logs.
    pub(super) fn address(&self) -> String {
        self.target.to_string()
    }

    pub(super) fn scheme(&self) -> &'static Scheme {
        static HTTP: std::sync::LazyLock<Scheme> = std::sync::LazyLock::new(|| Scheme::HTTP);
        static HTTPS: std::sync::LazyLock<Scheme> = std::sync::LazyLock::new(|| Scheme::HTTPS);
        match self.target {
            Target::Https { .. } => &HTTPS,
            Target::Http { .. } | Target::H2c { .. } | Target::Unix { .. } => &HTTP,
        }
    }
}

async fn tcp(authority: &str) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(authority).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

async fn begin_http1<S>(stream: S) -> io::Result<Opened>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let (sender, connection) = http1::Builder::new()
        .handshake(TokioIo::new(stream))
        .await
        .map_err(io::Error::other)?;
    // Its errors reach whoever waits for an answer.
    tokio::spawn(async move {
        let _ = connection.with_upgrades().await;
    });
    Ok(Opened::Http1(sender))
}

async fn begin_http2<S>(stream: S) -> io::Result<Opened>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let (sender, connection) = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .keep_alive_interval(PING_INTERVAL)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(io::Error::other)?;
    tokio::spawn(async move {
        let _ = connection.await;
    });
    Ok(Opened::Http2(sender))
}

/// Finds out that a shared connection is dead although nothing closed it.
const PING_INTERVAL: std::time::Duration = std::time::Duration::from_secs(30);
