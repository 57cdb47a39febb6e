use std::{io, sync::Arc};

use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs::default_provider};
use rustls_pki_types::{CertificateDer, ServerName, pem::PemObject};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;

use super::{SetupError, Target, Upstream};
use crate::body::Body;

/// Opens connections to one upstream. Shared by all data threads.
pub(super) struct Connector {
    target: Target,
    tls: Option<Tls>,
}

struct Tls {
    name: ServerName<'static>,
    /// Offers HTTP/2 and HTTP/1.1.
    both: TlsConnector,
    /// For upgrades, which HTTP/1.1 alone has.
    http1: TlsConnector,
}

/// A new connection, by the protocol it speaks. Its driver runs on the thread that asked for it.
pub(super) enum Wire {
    Http1(http1::SendRequest<Body>),
    Http2(http2::SendRequest<Body>),
}

impl Connector {
    pub(super) fn new(upstream: &Upstream) -> Result<Self, SetupError> {
        let tls = match &upstream.target {
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
                let roots = roots(ca_file.as_deref())?;
                let both = client_config(roots.clone(), &[b"h2", b"http/1.1"])?;
                let http1 = client_config(roots, &[b"http/1.1"])?;
                Some(Tls { name, both, http1 })
            }
            Target::Http { .. } | Target::H2c { .. } | Target::Unix { .. } => None,
        };
        Ok(Self {
            target: upstream.target.clone(),
            tls,
        })
    }

    /// Connects; with `http1_only` never by HTTP/2 (an `h2c` upstream speaks nothing else).
    pub(super) async fn connect(&self, http1_only: bool) -> io::Result<Wire> {
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
                let connector = if http1_only { &tls.http1 } else { &tls.both };
                let stream = connector
                    .connect(tls.name.clone(), tcp(authority).await?)
                    .await?;
                if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
                    begin_http2(stream).await
                } else {
                    begin_http1(stream).await
                }
            }
        }
    }
}

async fn tcp(authority: &str) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(authority).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

async fn begin_http1<S>(stream: S) -> io::Result<Wire>
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
    Ok(Wire::Http1(sender))
}

async fn begin_http2<S>(stream: S) -> io::Result<Wire>
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
    Ok(Wire::Http2(sender))
}

fn roots(ca_file: Option<&std::path::Path>) -> Result<RootCertStore, SetupError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    if let Some(path) = ca_file {
        let unreadable = |source| SetupError::Roots {
            path: path.to_owned(),
            source,
        };
        for certificate in CertificateDer::pem_file_iter(path).map_err(unreadable)? {
            roots
                .add(certificate.map_err(unreadable)?)
                .map_err(SetupError::Tls)?;
        }
    }
    Ok(roots)
}

fn client_config(roots: RootCertStore, protocols: &[&[u8]]) -> Result<TlsConnector, SetupError> {
    let mut config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(SetupError::Tls)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    Ok(TlsConnector::from(Arc::new(config)))
}

impl std::fmt::Debug for Connector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connector")
            .field("target", &self.target)
            .finish_non_exhaustive()
    }
}

/// Finds out that a shared connection is dead although nothing closed it.
const PING_INTERVAL: std::time::Duration = std::time::Duration::from_secs(30);
