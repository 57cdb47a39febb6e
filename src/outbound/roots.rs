//! Whom we trust: the system's roots, Mozilla's where the system has none, and the operator's own.

use std::{
    path::Path,
    sync::{Arc, LazyLock},
};

use rustls::{ClientConfig, RootCertStore, pki_types::CertificateDer};
use rustls_pki_types::pem::PemObject;

use super::OutboundError;

/// The operator's own roots, read at start so that a wrong file is known at once.
pub(super) fn own(ca_file: Option<&Path>) -> Result<RootCertStore, OutboundError> {
    let mut roots = RootCertStore::empty();
    if let Some(path) = ca_file {
        add(&mut roots, path)?;
    }
    Ok(roots)
}

/// The system's roots, Mozilla's where it has none. They are hundreds of files on some systems: read once in the life of
/// the process, by the first that needs them.
fn system() -> Arc<RootCertStore> {
    static SYSTEM: LazyLock<Arc<RootCertStore>> = LazyLock::new(|| {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if roots.is_empty() {
            roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        }
        Arc::new(roots)
    });
    Arc::clone(&SYSTEM)
}

/// The system's roots and these; without these, no copy.
pub(crate) fn system_and(own: &RootCertStore) -> Arc<RootCertStore> {
    let mut roots = system();
    if !own.is_empty() {
        Arc::make_mut(&mut roots).extend(own.roots.iter().cloned());
    }
    roots
}

/// Trusts these and the system's.
pub(super) fn client_config(own: &RootCertStore) -> Result<ClientConfig, OutboundError> {
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    let config = ClientConfig::builder_with_provider(provider.into())
        .with_safe_default_protocol_versions()
        .map_err(|error| OutboundError::Roots(error.to_string()))?
        .with_root_certificates(system_and(own))
        .with_no_client_auth();
    Ok(config)
}

fn add(roots: &mut RootCertStore, path: &Path) -> Result<(), OutboundError> {
    let unreadable = |why: String| OutboundError::Roots(format!("{}: {why}", path.display()));
    let certificates = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| unreadable(error.to_string()))?;
    if certificates.is_empty() {
        return Err(unreadable("holds no certificate".to_owned()));
    }
    for certificate in certificates {
        roots
            .add(certificate)
            .map_err(|error| unreadable(error.to_string()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_roots_are_read_once_and_shared_by_all_who_add_nothing() {
        let (first, second) = (system(), system_and(&RootCertStore::empty()));
        assert!(!first.is_empty());
        assert!(Arc::ptr_eq(&first, &second));
    }

    #[test]
    fn what_one_adds_the_others_do_not_trust() {
        let own = RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS[..1].to_vec(),
        };
        let before = system().len();
        assert_eq!(system_and(&own).len(), before + 1);
        assert_eq!(system().len(), before);
    }
}
