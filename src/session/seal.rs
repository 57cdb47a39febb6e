//! Sealing what leaves the process: AES-256-GCM-SIV under keys derived from the cookie secrets.

use std::fmt;

use aws_lc_rs::{
    aead::{AES_256_GCM_SIV, Aad, Nonce, RandomizedNonceKey},
    hmac,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use crate::{
    random::{self, Random},
    secret::Secret,
};

/// The keys made from the cookie secrets: the first seals, all open, so that a secret can be replaced without ending
/// a session.
///
/// What is sealed is `key id ‖ nonce ‖ ciphertext ‖ tag` in base64url. [`Purpose`] and the cookie's name are
/// authenticated with it, and each purpose has a key of its own (HKDF-SHA256, RFC 5869), so that nothing sealed for one
/// use opens for another.
pub struct KeyRing {
    keys: Vec<RingKey>,
}

/// What something is sealed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A whole session, kept in the cookie.
    Session,
    /// The name of a session that is kept elsewhere.
    SessionId,
    /// A sign-in transaction.
    Transaction,
}

/// Why no key ring could be made of the cookie secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyRingError {
    /// The library refused a key of the right length.
    #[error("the cryptographic library refused a derived key")]
    Library,
    /// There is none.
    #[error("there is no cookie secret")]
    NoSecret,
    /// One is too short to be guessed never.
    #[error(
        "cookie secret number {number} is shorter than 32 octets: make one with `interlock keygen`"
    )]
    TooShort {
        /// Its place in the list, from 1.
        number: usize,
    },
}

/// Nothing that we sealed for this purpose and name. One error for every cause, so that it is no oracle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not sealed by one of our keys for this use")]
pub struct Unsealable;

/// The library could not seal; only a text beyond all our bounds could bring that about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("sealing failed")]
pub struct SealError;

impl KeyRing {
    /// Derives the keys of every secret, in order.
    ///
    /// # Errors
    /// Without a secret, or where one is shorter than 32 octets.
    pub fn new(secrets: &[Secret]) -> Result<Self, KeyRingError> {
        if secrets.is_empty() {
            return Err(KeyRingError::NoSecret);
        }
        let keys = secrets
            .iter()
            .zip(1..)
            .map(|(secret, number)| match secret.expose().trim().as_bytes() {
                octets if octets.len() < MIN_SECRET => Err(KeyRingError::TooShort { number }),
                octets => RingKey::new(octets),
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { keys })
    }

    /// A ring that ends with the process.
    ///
    /// # Errors
    /// When the library refuses a key, which it does not.
    pub fn generate(random: &dyn Random) -> Result<Self, KeyRingError> {
        Self::new(&[random::token(random).into()])
    }

    /// Seals for a purpose and the cookie that will carry it. The same text never seals to the same value twice.
    ///
    /// # Errors
    /// [`SealError`], which no bounded text brings about.
    pub fn seal(
        &self,
        purpose: Purpose,
        name: &str,
        plaintext: &[u8],
    ) -> Result<String, SealError> {
        let key = self.keys.first().ok_or(SealError)?;
        let mut in_out = Zeroizing::new(Vec::with_capacity(plaintext.len() + TAG));
        in_out.extend_from_slice(plaintext);
        let nonce = key
            .aead(purpose)
            .seal_in_place_append_tag(aad(purpose, name), &mut *in_out)
            .map_err(|_| SealError)?;
        let mut sealed = Vec::with_capacity(HEAD + in_out.len());
        sealed.extend_from_slice(&key.id);
        sealed.extend_from_slice(nonce.as_ref());
        sealed.extend_from_slice(&in_out);
        Ok(URL_SAFE_NO_PAD.encode(sealed))
    }

    /// Opens what was sealed for the same purpose and name by any secret of the ring.
    ///
    /// # Errors
    /// [`Unsealable`], whatever the reason; also for anything longer than [`MAX_SEALED`].
    pub fn open(
        &self,
        purpose: Purpose,
        name: &str,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
        if sealed.len() > MAX_SEALED {
            return Err(Unsealable);
        }
        let octets = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| Unsealable)?;
        let (id, rest) = octets.split_at_checked(KEY_ID).ok_or(Unsealable)?;
        let (nonce, ciphertext) = rest.split_at_checked(NONCE).ok_or(Unsealable)?;
        self.keys
            .iter()
            .filter(|key| key.id == id)
            .find_map(|key| key.open(purpose, name, nonce, ciphertext))
            .ok_or(Unsealable)
    }

    /// A 32-octet key for another use, one for each secret, the first secret's first. A label of its own for every use.
    pub fn derive(&self, label: &str) -> Vec<[u8; 32]> {
        self.keys
            .iter()
            .map(|key| expand(&key.derive, label.as_bytes()))
            .collect()
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRing")
            .field("keys", &self.keys.len())
            .finish()
    }
}

/// All that one secret gives.
struct RingKey {
    id: [u8; KEY_ID],
    session: RandomizedNonceKey,
    session_id: RandomizedNonceKey,
    transaction: RandomizedNonceKey,
    derive: hmac::Key,
}

impl RingKey {
    fn new(secret: &[u8]) -> Result<Self, KeyRingError> {
        let root = extract(SALT, secret);
        let aead = |purpose: Purpose| {
            let key = Zeroizing::new(expand(&root, purpose.label()));
            RandomizedNonceKey::new(&AES_256_GCM_SIV, &*key).map_err(|_| KeyRingError::Library)
        };
        let [a, b, c, d, ..] = expand(&root, b"key id");
        let derived = Zeroizing::new(expand(&root, b"derive"));
        Ok(Self {
            id: [a, b, c, d],
            session: aead(Purpose::Session)?,
            session_id: aead(Purpose::SessionId)?,
            transaction: aead(Purpose::Transaction)?,
            derive: hmac::Key::new(hmac::HMAC_SHA256, &*derived),
        })
    }

    fn aead(&self, purpose: Purpose) -> &RandomizedNonceKey {
        match purpose {
            Purpose::Session => &self.session,
            Purpose::SessionId => &self.session_id,
            Purpose::Transaction => &self.transaction,
        }
    }

    fn open(
        &self,
        purpose: Purpose,
        name: &str,
        nonce: &[u8],
        ciphertext: &[u8],
    ) -> Option<Zeroizing<Vec<u8>>> {
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut in_out = Zeroizing::new(ciphertext.to_vec());
        let length = self
            .aead(purpose)
            .open_in_place(nonce, aad(purpose, name), &mut in_out)
            .ok()?
            .len();
        in_out.truncate(length);
        Some(in_out)
    }
}

impl Purpose {
    fn label(self) -> &'static [u8] {
        match self {
            Self::Session => b"seal session",
            Self::SessionId => b"seal session id",
            Self::Transaction => b"seal transaction",
        }
    }
}

/// `purpose NUL name`: neither holds a NUL, so that no two pairs read alike.
fn aad(purpose: Purpose, name: &str) -> Aad<Vec<u8>> {
    Aad::from([purpose.label(), b"\0", name.as_bytes()].concat())
}

/// HKDF-Extract with SHA-256 (RFC 5869 §2.2).
fn extract(salt: &[u8], secret: &[u8]) -> hmac::Key {
    let root = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, salt), secret);
    hmac::Key::new(hmac::HMAC_SHA256, root.as_ref())
}

/// The first block of HKDF-Expand (RFC 5869 §2.3), which is all that a 32-octet key takes.
fn expand(root: &hmac::Key, info: &[u8]) -> [u8; 32] {
    let mut context = hmac::Context::with_key(root);
    context.update(info);
    context.update(&[1]);
    let mut block = [0; 32];
    for (to, from) in block.iter_mut().zip(context.sign().as_ref()) {
        *to = *from;
    }
    block
}

/// Longest sealed text that is looked at, in characters.
pub const MAX_SEALED: usize = 32 * 1024;

const MIN_SECRET: usize = 32;
const KEY_ID: usize = 4;
const NONCE: usize = 12;
const TAG: usize = 16;
const HEAD: usize = KEY_ID + NONCE;
const SALT: &[u8] = b"interlock cookie secret v1";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::random::{SeededRandom, SystemRandom};

    fn ring(secrets: &[&str]) -> KeyRing {
        let secrets: Vec<Secret> = secrets.iter().map(|text| text.repeat(16).into()).collect();
        KeyRing::new(&secrets).unwrap()
    }

    #[test]
    fn the_derivation_is_rfc_5869() {
        // Appendix A.1: the first 32 octets of its output are the first block.
        let info: Vec<u8> = (0xf0..=0xf9).collect();
        let salt: Vec<u8> = (0x00..=0x0c).collect();
        let block = expand(&extract(&salt, &[0x0b; 22]), &info);
        let expected = 0x3cb2_5f25_faac_d57a_9043_4f64_d036_2f2a_u128;
        let (first, second) = block.split_first_chunk::<16>().unwrap();
        assert_eq!(u128::from_be_bytes(*first), expected);
        assert_eq!(second[..4], [0x2d, 0x2d, 0x0a, 0x90]);
    }

    #[test]
    fn what_was_sealed_opens_and_never_looks_the_same() {
        let ring = ring(&["ab"]);
        let one = ring.seal(Purpose::Session, "s", b"text").unwrap();
        let two = ring.seal(Purpose::Session, "s", b"text").unwrap();
        assert_ne!(one, two);
        for sealed in [one, two] {
            let opened = ring.open(Purpose::Session, "s", sealed.as_bytes()).unwrap();
            assert_eq!(opened.as_slice(), b"text");
        }
    }

    #[test]
    fn another_purpose_name_or_ring_opens_nothing() {
        let own = ring(&["ab"]);
        let sealed = own.seal(Purpose::Session, "s", b"text").unwrap();
        for (ring, purpose, name) in [
            (&own, Purpose::Transaction, "s"),
            (&own, Purpose::SessionId, "s"),
            (&own, Purpose::Session, "t"),
            (&ring(&["cd"]), Purpose::Session, "s"),
        ] {
            assert_eq!(ring.open(purpose, name, sealed.as_bytes()), Err(Unsealable));
        }
    }

    #[test]
    fn every_changed_or_missing_character_makes_it_worthless() {
        let ring = ring(&["ab"]);
        let sealed = ring.seal(Purpose::Session, "s", b"a session").unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            assert!(
                ring.open(Purpose::Session, "s", &changed).is_err(),
                "changed at {at}"
            );
            let cut = &sealed.as_bytes()[..at];
            assert!(
                ring.open(Purpose::Session, "s", cut).is_err(),
                "cut at {at}"
            );
        }
    }

    #[test]
    fn the_first_secret_seals_and_all_open() {
        let (old, both, new) = (ring(&["ab"]), ring(&["cd", "ab"]), ring(&["cd"]));
        let sealed = old.seal(Purpose::Session, "s", b"old").unwrap();
        assert!(both.open(Purpose::Session, "s", sealed.as_bytes()).is_ok());
        assert!(new.open(Purpose::Session, "s", sealed.as_bytes()).is_err());
        let sealed = both.seal(Purpose::Session, "s", b"new").unwrap();
        assert!(new.open(Purpose::Session, "s", sealed.as_bytes()).is_ok());
        assert!(old.open(Purpose::Session, "s", sealed.as_bytes()).is_err());
    }

    #[test]
    fn derived_keys_differ_by_label_and_secret_and_come_in_order() {
        let both = ring(&["cd", "ab"]);
        let keys = both.derive("one");
        assert_eq!(keys.len(), 2);
        assert_eq!(keys[0], ring(&["cd"]).derive("one")[0]);
        assert_ne!(keys[0], keys[1]);
        assert_ne!(keys, both.derive("two"));
    }

    #[test]
    fn secrets_that_cannot_do_are_refused() {
        assert_eq!(KeyRing::new(&[]).unwrap_err(), KeyRingError::NoSecret);
        let secrets = ["a".repeat(32).into(), "a".repeat(31).into()];
        assert_eq!(
            KeyRing::new(&secrets).unwrap_err(),
            KeyRingError::TooShort { number: 2 }
        );
    }

    #[test]
    fn a_generated_ring_is_its_own_and_prints_nothing() {
        let (one, two) = (
            KeyRing::generate(&SystemRandom).unwrap(),
            KeyRing::generate(&SeededRandom::new(1)).unwrap(),
        );
        assert_ne!(one.derive("x"), two.derive("x"));
        assert_eq!(format!("{one:?}"), "KeyRing { keys: 1 }");
    }

    proptest! {
        #[test]
        fn any_text_survives_and_no_noise_opens(text: Vec<u8>, noise: Vec<u8>) {
            let ring = ring(&["ab"]);
            let sealed = ring.seal(Purpose::Transaction, "n", &text).unwrap();
            let opened = ring.open(Purpose::Transaction, "n", sealed.as_bytes()).unwrap();
            prop_assert_eq!(opened.as_slice(), text.as_slice());
            prop_assert!(ring.open(Purpose::Transaction, "n", &noise).is_err());
        }
    }
}
