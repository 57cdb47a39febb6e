//! PEM files that are followed: certificates, private keys, revocation lists, and whether they have changed since.

use std::{
    path::{Path, PathBuf},
    time::SystemTime,
};

use rustls::RootCertStore;
use rustls_pki_types::{
    CertificateDer, CertificateRevocationListDer, PrivateKeyDer,
    pem::{self, PemObject},
};

/// Why a PEM file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PemError {
    /// It cannot be read, or holds no PEM of the kind wanted.
    #[error("cannot read {path}", path = path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        #[source]
        source: pem::Error,
    },
    /// It holds nothing of what was looked for.
    #[error("{path} holds no {what}", path = path.display())]
    Nothing {
        /// Which one.
        path: PathBuf,
        /// What was looked for.
        what: &'static str,
    },
    /// It holds a certificate that cannot be a trust root.
    #[error("{path} holds a certificate that cannot be trusted", path = path.display())]
    Root {
        /// Which one.
        path: PathBuf,
        /// Why.
        #[source]
        source: rustls::Error,
    },
}

/// All certificates of a file, at least one.
pub(crate) fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, PemError> {
    all(path, "certificate")
}

/// All revocation lists of a file, at least one.
pub(crate) fn revocation_lists(
    path: &Path,
) -> Result<Vec<CertificateRevocationListDer<'static>>, PemError> {
    all(path, "revocation list (X509 CRL)")
}

/// The private key in a file: PKCS#8, PKCS#1 or SEC1.
pub(crate) fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, PemError> {
    PrivateKeyDer::from_pem_file(path).map_err(|source| PemError::File {
        path: path.to_owned(),
        source,
    })
}

/// Adds the certificates of a file to `roots`.
pub(crate) fn add_roots(roots: &mut RootCertStore, path: &Path) -> Result<(), PemError> {
    for certificate in certificates(path)? {
        roots.add(certificate).map_err(|source| PemError::Root {
            path: path.to_owned(),
            source,
        })?;
    }
    Ok(())
}

fn all<T: PemObject>(path: &Path, what: &'static str) -> Result<Vec<T>, PemError> {
    let found = T::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|source| PemError::File {
            path: path.to_owned(),
            source,
        })?;
    if found.is_empty() {
        return Err(PemError::Nothing {
            path: path.to_owned(),
            what,
        });
    }
    Ok(found)
}

/// What tells that files are others than before: times and lengths. Mounted secrets are replaced by renames, which
/// watches on the file itself miss.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stamp(Vec<Option<(SystemTime, u64)>>);

impl Stamp {
    /// How the files are now; one that cannot be looked at counts as gone.
    pub(crate) fn of<'a>(paths: impl IntoIterator<Item = &'a Path>) -> Self {
        let look = |path| {
            let metadata = std::fs::metadata(path).ok()?;
            Some((metadata.modified().ok()?, metadata.len()))
        };
        Self(paths.into_iter().map(look).collect())
    }
}
