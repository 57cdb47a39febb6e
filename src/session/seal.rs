//! Sealing what leaves the process: AES-256-GCM-SIV under keys derived from the cookie secrets.

use std::fmt;

use aws_lc_rs::{
    aead::{AES_256_GCM_SIV, Aad, Nonce, RandomizedNonceKey},
    hmac,
};
use zeroize::Zeroizing;

use crate::{
    base64url,
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
    /// One is so short that it could be guessed.
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
        let mut text = String::with_capacity(sealed.len() * 4 / 3 + 1);
        base64url::encode_into(sealed, &mut text);
        Ok(text)
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
        let octets = base64url::decode(sealed).ok_or(Unsealable)?;
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
mod tests;
