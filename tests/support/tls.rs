//! A certificate that signs itself, in files.

use rcgen::{CertifiedKey, generate_simple_self_signed};

pub struct Files(tempfile::TempDir);

impl Files {
    /// For a name or an IP address; the key is one on P-256.
    pub fn new(name: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed([name.to_owned()]).unwrap();
        std::fs::write(directory.path().join("tls.crt"), cert.pem()).unwrap();
        std::fs::write(
            directory.path().join("tls.key"),
            signing_key.serialize_pem(),
        )
        .unwrap();
        Self(directory)
    }

    /// The line of `[server]` that uses them.
    pub fn toml(&self) -> String {
        let directory = self.0.path().display();
        format!(
            "tls = {{ certificate = \"{directory}/tls.crt\", private_key = \"{directory}/tls.key\" }}"
        )
    }
}
