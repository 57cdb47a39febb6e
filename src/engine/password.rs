//! Password hashes: Argon2id, made when a password is first needed and never on an async thread.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};

use crate::{
    random::{self, Random},
    secret::Secret,
};

/// A stored password.
#[derive(Clone, Debug)]
pub(crate) enum StoredPassword {
    /// As the config file has it, until somebody signs in with it.
    Configured(Secret),
    /// A PHC string.
    Hashed(String),
}

impl StoredPassword {
    /// Hashes `password` with a salt from `random`. Takes milliseconds: call it from a blocking thread.
    pub(crate) fn hash(password: &Secret, random: &dyn Random) -> Option<Self> {
        let salt = random::octets::<16>(random);
        let hash = hasher()?
            .hash_password_with_salt(password.expose().as_bytes(), &salt)
            .ok()?;
        Some(Self::Hashed(hash.to_string()))
    }

    /// Whether `attempt` is this password. Takes milliseconds, right or wrong.
    pub(crate) fn verify(&self, attempt: &Secret) -> bool {
        let Self::Hashed(phc) = self else {
            return false;
        };
        let Ok(hash) = PasswordHash::new(phc) else {
            return false;
        };
        Argon2::default()
            .verify_password(attempt.expose().as_bytes(), &hash)
            .is_ok()
    }
}

/// Real Argon2id at a small cost (4 MiB, 2 passes): these people exist on developers' machines alone.
fn hasher() -> Option<Argon2<'static>> {
    let params = Params::new(4096, 2, 1, None).ok()?;
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SeededRandom;

    #[test]
    fn the_right_password_matches_and_no_other() {
        let random = SeededRandom::new(1);
        let stored = StoredPassword::hash(&Secret::from("pässword"), &random).unwrap();
        assert!(stored.verify(&Secret::from("pässword")));
        assert!(!stored.verify(&Secret::from("password")));
        assert!(!StoredPassword::Configured(Secret::from("x")).verify(&Secret::from("x")));
    }
}
