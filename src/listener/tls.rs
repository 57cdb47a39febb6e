use std::{
    fmt,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use arc_swap::ArcSwap;
use rustls::{
    RootCertStore, ServerConfig,
    crypto::aws_lc_rs::{Ticketer, default_provider},
    server::{VerifierBuilderError, WebPkiClientVerifier, danger::ClientCertVerifier},
};
use rustls_pki_types::CertificateDer;
use tokio_rustls::TlsAcceptor;

use super::{ClientAuthority, ClientCertificate, Tls};
use crate::pem::{self, PemError, Stamp};

/// Why certificate and key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// Trust roots or revocation lists for clients cannot be used.
    #[error("the certificates of clients cannot be checked")]
    Clients(#[from] VerifierBuilderError),
    /// A file cannot be read, or holds no PEM of the kind wanted.
    #[error(transparent)]
    File(#[from] PemError),
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

impl Identity {
    pub(super) fn load(files: &Tls) -> Result<Self, TlsError> {
        let stamp = Stamp::of(paths(files));
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
        let stamp = Stamp::of(paths(&self.files));
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

fn paths(files: &Tls) -> impl Iterator<Item = &Path> {
    let clients = files.clients.iter();
    let clients = clients.flat_map(|of| std::iter::once(&of.ca_file).chain(&of.crl_file));
    [&files.certificate, &files.private_key]
        .into_iter()
        .chain(clients)
        .map(AsRef::as_ref)
}

fn config(files: &Tls) -> Result<ServerConfig, TlsError> {
    let chain = pem::certificates(&files.certificate)?;
    let key = pem::private_key(&files.private_key)?;
    let clients = match &files.clients {
        Some(authority) => verifier(authority)?,
        None => WebPkiClientVerifier::no_client_auth(),
    };
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(TlsError::Unusable)?
        .with_client_cert_verifier(clients)
        .with_single_cert(chain, key)
        .map_err(TlsError::Unusable)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    // Ours is the better order: hardware's ciphers and the hybrid key exchange first.
    config.ignore_client_order = true;
    config.send_tls13_tickets = 1;
    // New keys with each load: a session begun under older roots or revocation lists is not resumed.
    config.ticketer = Ticketer::new().map_err(TlsError::Unusable)?;
    Ok(config)
}

fn verifier(authority: &ClientAuthority) -> Result<Arc<dyn ClientCertVerifier>, TlsError> {
    let mut roots = RootCertStore::empty();
    pem::add_roots(&mut roots, &authority.ca_file)?;
    let mut builder =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::new(default_provider()));
    if let Some(path) = &authority.crl_file {
        // Past its next update a list says nothing of what was revoked since.
        builder = builder
            .with_crls(pem::revocation_lists(path)?)
            .enforce_revocation_expiration();
    }
    if !authority.is_required {
        builder = builder.allow_unauthenticated();
    }
    Ok(builder.build()?)
}

/// The names in the certificate that a client has shown, leaf first. It has been verified.
pub(super) fn certificate(chain: &[CertificateDer<'static>]) -> Option<Arc<ClientCertificate>> {
    let leaf = webpki::EndEntityCert::try_from(chain.first()?).ok()?;
    let names = leaf.valid_dns_names().chain(leaf.valid_uri_names());
    Some(Arc::new(ClientCertificate {
        names: names.map(ToOwned::to_owned).collect(),
    }))
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
            clients: None,
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
            clients: None,
        };
        write(&files);
        let key = std::fs::read(&files.private_key).unwrap();
        write(&files);
        std::fs::write(&files.private_key, key).unwrap();
        assert!(matches!(Identity::load(&files), Err(TlsError::Unusable(_))));
    }
}
