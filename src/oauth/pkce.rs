//! Proof Key for Code Exchange (RFC 7636), `S256` alone.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::{
    random::{self, Random},
    secret::Secret,
};

/// The PKCE secret, kept until the token request (RFC 7636 §4.1).
#[derive(Clone, Debug)]
pub struct CodeVerifier(Secret);

/// What the authorization request carries of it (RFC 7636 §4.2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodeChallenge(String);

impl CodeVerifier {
    /// Draws 32 octets: 43 unreserved characters once encoded.
    pub fn generate(random: &dyn Random) -> Self {
        Self(random::token(random).into())
    }

    /// Takes back one that was kept.
    pub fn from_secret(secret: Secret) -> Self {
        Self(secret)
    }

    /// To keep it until the token request.
    pub fn into_secret(self) -> Secret {
        self.0
    }

    /// The text that the token request carries.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// The `S256` challenge, the only method we speak (RFC 9700 §2.1.1).
    pub fn challenge(&self) -> CodeChallenge {
        CodeChallenge(URL_SAFE_NO_PAD.encode(Sha256::digest(self.0.expose())))
    }
}

impl CodeChallenge {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;

    #[test]
    fn the_challenge_is_that_of_rfc_7636_appendix_b() {
        let verifier = CodeVerifier::from_secret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into());
        assert_eq!(verifier.challenge().as_str(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn a_verifier_has_43_unreserved_characters_and_is_new_each_time() {
        let (one, two) = (CodeVerifier::generate(&SystemRandom), CodeVerifier::generate(&SystemRandom));
        assert_eq!(one.expose().len(), 43);
        assert!(one.expose().bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)));
        assert_ne!(one.expose(), two.expose());
    }
}
