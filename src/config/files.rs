//! Files that the configuration names: secrets, certificates, keys.

use std::path::PathBuf;

use rustls_pki_types::{
    CertificateDer, CertificateRevocationListDer, PrivateKeyDer, pem::PemObject,
};

use super::{key::Key, reader::Reader};
use crate::secret::Secret;

/// Shortest cookie secret, in octets: what AES-256 is worth.
pub(super) const SHORTEST_SECRET: usize = 32;

impl Reader<'_> {
    /// A secret that is given as text, or as a file, or not at all. White space around it does not count.
    pub(super) fn secret(
        &self,
        (key, text): (&Key, Option<&Secret>),
        (file_key, file): (&Key, Option<&String>),
    ) -> Option<Secret> {
        match (text, file) {
            (Some(_), Some(_)) => {
                self.wrong(
                    file_key,
                    format!("stands beside {key}; keep one of the two"),
                );
                None
            }
            (Some(text), None) => {
                let trimmed = text.expose().trim();
                if trimmed.is_empty() {
                    self.wrong(key, "is empty; give the secret or remove the key");
                    return None;
                }
                Some(Secret::new(trimmed))
            }
            (None, Some(file)) => self.secret_file(file_key, file),
            (None, None) => None,
        }
    }

    /// The secret in a file.
    pub(super) fn secret_file(&self, key: &Key, file: &str) -> Option<Secret> {
        let text = Secret::new(self.text_file(key, file)?);
        let trimmed = text.expose().trim();
        if trimmed.is_empty() {
            self.wrong(key, "is an empty file; write the secret into it");
            return None;
        }
        Some(Secret::new(trimmed))
    }

    /// A PEM file with one certificate or more.
    pub(super) fn certificates(&self, key: &Key, file: &str) -> Option<PathBuf> {
        let text = self.text_file(key, file)?;
        let count = CertificateDer::pem_slice_iter(text.as_bytes())
            .flatten()
            .count();
        if count == 0 {
            self.wrong(
                key,
                "holds no certificate; give a PEM file with BEGIN CERTIFICATE in it",
            );
            return None;
        }
        Some(self.layers.resolve(key, file))
    }

    /// A PEM file with one revocation list or more.
    pub(super) fn revocation_lists(&self, key: &Key, file: &str) -> Option<PathBuf> {
        let text = self.text_file(key, file)?;
        let count = CertificateRevocationListDer::pem_slice_iter(text.as_bytes())
            .flatten()
            .count();
        if count == 0 {
            self.wrong(
                key,
                "holds no revocation list; give a PEM file with BEGIN X509 CRL in it",
            );
            return None;
        }
        Some(self.layers.resolve(key, file))
    }

    /// A PEM file with a private key, and its text.
    pub(super) fn private_key(&self, key: &Key, file: &str) -> Option<(PathBuf, Secret)> {
        let text = Secret::new(self.text_file(key, file)?);
        if PrivateKeyDer::from_pem_slice(text.expose().as_bytes()).is_err() {
            self.wrong(
                key,
                "holds no private key that can be read; give an unencrypted PEM file (PKCS#8, PKCS#1 or SEC1)",
            );
            return None;
        }
        Some((self.layers.resolve(key, file), text))
    }

    /// The content of a file, whatever it is.
    pub(super) fn octets(&self, key: &Key, file: &str) -> Option<Vec<u8>> {
        let path = self.layers.resolve(key, file);
        std::fs::read(&path)
            .map_err(|error| {
                let path = path.display();
                self.wrong(
                    key,
                    format!("{path} can't be read ({error}); check its name and its permissions"),
                );
            })
            .ok()
    }

    /// The text in a file.
    pub(super) fn text_file(&self, key: &Key, file: &str) -> Option<String> {
        if file.trim().is_empty() {
            self.wrong(key, "is empty; name a file or remove the key");
            return None;
        }
        let path = self.layers.resolve(key, file);
        match std::fs::read_to_string(&path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
                self.wrong(
                    key,
                    "is a file that holds no text; a secret can be made with `interlock keygen`",
                );
                None
            }
            Err(error) => {
                let path = path.display();
                self.wrong(
                    key,
                    format!("{path} can't be read ({error}); check its name and its permissions"),
                );
                None
            }
        }
    }
}
