use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use arc_swap::ArcSwap;
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs::{Ticketer, default_provider},
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use tokio_rustls::TlsAcceptor;

use super::Tls;

/// Why certificate and key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read, or holds no PEM of the kind wanted.
    #[error("cannot read {path}", path = path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        #[source]
        source: rustls_pki_types::pem::Error,
    },
    /// The certificate file holds no certificate.
    #[error("{path} holds no certificate", path = path.display())]
    NoCertificate {
        /// Which one.
        path: PathBuf,
    },
    /// Certificate and key do not fit, or cannot be used at all.
    #[error("certificate and private key cannot be used together")]
    Unusable(#[source] rustls::Error),
}

/// The certificate in use, and where it comes from.
pub(super) struct Identity {
    files: Tls,
    current: ArcSwap<ServerConfig>,
    stamp: Mutex<Stamp>,
}

/// What tells that a file is another one.
type Stamp = [Option<(SystemTime, u64)>; 2];

impl Identity {
    pub(super) fn load(files: &Tls) -> Result<Self, TlsError> {
        let stamp = stamp(files);
        let config = config(files)?;
        Ok(Self {
            files: files.clone(),
            current: ArcSwap::from_pointee(config),
            stamp: Mutex::new(stamp),
        })
    }

    /// Does handshakes with the certificate of this moment.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(self.current.load_full())
    }

    /// Loads the files again if they changed. Where the new ones cannot be used the old stay in force, and it is tried
    /// again at the next change.
    pub(super) fn follow(&self) -> Result<bool, TlsError> {
        let mut known = self.stamp.lock().unwrap_or_else(PoisonError::into_inner);
        let stamp = stamp(&self.files);
        if *known == stamp {
            return Ok(false);
        }
        *known = stamp;
        self.current.store(Arc::new(config(&self.files)?));
        Ok(true)
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("files", &self.files)
            .finish_non_exhaustive()
    }
}

fn stamp(files: &Tls) -> Stamp {
    [&files.certificate, &files.private_key].map(|path| {
        let metadata = std::fs::metadata(path).ok()?;
        Some((metadata.modified().ok()?, metadata.len()))
    })
}

fn config(files: &Tls) -> Result<ServerConfig, TlsError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |source| TlsError::File { path, source }
    };
    let chain = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(unreadable(&files.certificate))?;
    if chain.is_empty() {
        return Err(TlsError::NoCertificate {
            path: files.certificate.clone(),
        });
    }
    let key =
        PrivateKeyDer::from_pem_file(&files.private_key).map_err(unreadable(&files.private_key))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(TlsError::Unusable)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(TlsError::Unusable)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config.send_tls13_tickets = 1;
    config.ticketer = Ticketer::new().map_err(TlsError::Unusable)?;
    Ok(config)
}

#[cfg(test)]
mod tests {
    use rcgen::{CertifiedKey, generate_simple_self_signed};

    use super::*;

    fn write(files: &Tls) {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["app.example".to_owned()]).unwrap();
        std::fs::write(&files.certificate, cert.pem()).unwrap();
        std::fs::write(&files.private_key, signing_key.serialize_pem()).unwrap();
    }

    #[test]
    fn new_files_are_followed_and_bad_ones_are_not() {
        let directory = tempfile::tempdir().unwrap();
        let files = Tls {
            certificate: directory.path().join("tls.crt"),
            private_key: directory.path().join("tls.key"),
        };
        assert!(matches!(Identity::load(&files), Err(TlsError::File { .. })));
        write(&files);
        let identity = Identity::load(&files).unwrap();
        let first = identity.current.load_full();
        assert!(!identity.follow().unwrap());
        assert!(Arc::ptr_eq(&first, &identity.current.load_full()));

        std::fs::write(&files.certificate, "no certificate").unwrap();
        assert!(identity.follow().is_err());
        assert!(Arc::ptr_eq(&first, &identity.current.load_full()));
        // Tried once for each change.
        assert!(!identity.follow().unwrap());

        std::fs::remove_file(&files.private_key).unwrap();
        write(&files);
        assert!(identity.follow().unwrap());
        assert!(!Arc::ptr_eq(&first, &identity.current.load_full()));
    }

    #[test]
    fn a_key_of_another_certificate_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let files = Tls {
            certificate: directory.path().join("tls.crt"),
            private_key: directory.path().join("tls.key"),
        };
        write(&files);
        let key = std::fs::read(&files.private_key).unwrap();
        write(&files);
        std::fs::write(&files.private_key, key).unwrap();
        assert!(matches!(Identity::load(&files), Err(TlsError::Unusable(_))));
    }
}
