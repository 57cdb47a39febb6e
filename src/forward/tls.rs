use std::{
    fmt, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use arc_swap::ArcSwap;
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs::default_provider};
use rustls_pki_types::ServerName;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::Instant,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::{ClientIdentity, SetupError};
use crate::{
    outbound::system_and,
    pem::{self, Stamp},
};

/// TLS towards one endpoint. Its files are followed: what changes counts for connections to come.
pub(super) struct Tls {
    name: ServerName<'static>,
    ca_file: Option<PathBuf>,
    identity: Option<ClientIdentity>,
    current: ArcSwap<Connectors>,
    looked: Mutex<Looked>,
}

struct Connectors {
    /// Offers HTTP/2 and HTTP/1.1.
    both: TlsConnector,
    /// For upgrades, which HTTP/1.1 alone has.
    http1: TlsConnector,
}

struct Looked {
    at: Instant,
    stamp: Stamp,
}

impl Tls {
    pub(super) fn new(
        name: ServerName<'static>,
        ca_file: Option<PathBuf>,
        identity: Option<ClientIdentity>,
    ) -> Result<Self, SetupError> {
        let stamp = Stamp::of(paths(ca_file.as_ref(), identity.as_ref()));
        let current = load(ca_file.as_deref(), identity.as_ref())?;
        Ok(Self {
            name,
            ca_file,
            identity,
            current: ArcSwap::from_pointee(current),
            looked: Mutex::new(Looked {
                at: Instant::now(),
                stamp,
            }),
        })
    }

    /// Does the handshake; with `http1_only` HTTP/2 is not offered.
    pub(super) async fn connect<S>(
        self: &Arc<Self>,
        stream: S,
        http1_only: bool,
    ) -> io::Result<TlsStream<S>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        if self.is_due() {
            let tls = Arc::clone(self);
            // Reading trust roots takes milliseconds, which data threads do not have.
            let _ = tokio::task::spawn_blocking(move || tls.follow()).await;
        }
        let current = self.current.load_full();
        let connector = if http1_only {
            &current.http1
        } else {
            &current.both
        };
        connector.connect(self.name.clone(), stream).await
    }

    /// Whether there are files, and nobody has looked at them of late.
    fn is_due(&self) -> bool {
        if self.ca_file.is_none() && self.identity.is_none() {
            return false;
        }
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = looked.at.elapsed() >= LOOK_EVERY;
        if is_due {
            looked.at = Instant::now();
        }
        is_due
    }

    /// Loads the files again if they changed. Where the new ones cannot be used the old stay in force.
    fn follow(&self) {
        let stamp = Stamp::of(paths(self.ca_file.as_ref(), self.identity.as_ref()));
        {
            // Data threads take this lock, too: it is not held while files are read.
            let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
            if looked.stamp == stamp {
                return;
            }
            looked.stamp = stamp;
        }
        match load(self.ca_file.as_deref(), self.identity.as_ref()) {
            Ok(connectors) => {
                self.current.store(Arc::new(connectors));
                tracing::info!(server_name = ?self.name, "certificates for an upstream reloaded");
            }
            Err(error) => tracing::error!(
                server_name = ?self.name,
                error = &error as &dyn std::error::Error,
                "the new certificates for an upstream cannot be used; the old ones stay"
            ),
        }
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Whether a handshake failed because the other end speaks none of the protocols that were offered (RFC 7301 §3.2).
pub(super) fn has_no_protocol(error: &io::Error) -> bool {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
    matches!(
        inner,
        Some(rustls::Error::AlertReceived(
            rustls::AlertDescription::NoApplicationProtocol
        ))
    )
}

fn paths<'a>(
    ca_file: Option<&'a PathBuf>,
    identity: Option<&'a ClientIdentity>,
) -> impl Iterator<Item = &'a Path> {
    let identity = identity.map(|identity| [&identity.certificate, &identity.private_key]);
    ca_file
        .into_iter()
        .chain(identity.into_iter().flatten())
        .map(AsRef::as_ref)
}

fn load(
    ca_file: Option<&Path>,
    identity: Option<&ClientIdentity>,
) -> Result<Connectors, SetupError> {
    let mut own = RootCertStore::empty();
    if let Some(path) = ca_file {
        pem::add_roots(&mut own, path)?;
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(SetupError::Tls)?
        .with_root_certificates(system_and(&own));
    let mut both = match identity {
        Some(identity) => {
            let chain = pem::certificates(&identity.certificate)?;
            let key = pem::private_key(&identity.private_key)?;
            builder
                .with_client_auth_cert(chain, key)
                .map_err(SetupError::Tls)?
        }
        None => builder.with_no_client_auth(),
    };
    let mut http1 = both.clone();
    both.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    http1.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Connectors {
        both: TlsConnector::from(Arc::new(both)),
        http1: TlsConnector::from(Arc::new(http1)),
    })
}

/// As often as the gateway's own certificate is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(2);
