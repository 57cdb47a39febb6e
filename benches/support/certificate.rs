//! The self-signed P-256 certificate of 127.0.0.1.

use std::{
    fs,
    path::{Path, PathBuf},
};

use rustls_pki_types::CertificateDer;

/// A certificate and its key, as PEM files.
pub struct Certificate {
    pub chain: PathBuf,
    pub key: PathBuf,
    pub der: CertificateDer<'static>,
}

impl Certificate {
    pub fn make(directory: &Path) -> Self {
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        let (certificate, key) = (made.cert.pem(), made.signing_key.serialize_pem());
        let file = |name: &str, text: &str| {
            let path = directory.join(name);
            fs::write(&path, text).unwrap();
            path
        };
        Self {
            chain: file("certificate.pem", &certificate),
            key: file("key.pem", &key),
            der: made.cert.der().clone(),
        }
    }
}
