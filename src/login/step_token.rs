//! Proof that a posted answer belongs to the step which this transaction shows.

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::transaction::Transaction;
use crate::{
    random::{self, Random},
    session::KeyRing,
};

/// Issues and checks the token in each page's form (decision 9).
///
/// It names the step and its fingerprint, and an HMAC-SHA256 binds them to the transaction. Each page masks it with
/// fresh random octets, so that no two pages hold the same text and compression tells nothing about it (BREACH).
pub struct StepTokens {
    keys: Vec<hmac::Key>,
}

/// What a posted token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepCheck {
    /// Not of this transaction, or no token at all.
    Foreign,
    /// Of this transaction, but of another step than is due: somebody moved on.
    Stale,
    /// Of the step that is due.
    Valid,
}

/// What the page showed to which a token of this transaction belonged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The transaction's step counter.
    pub step: u32,
    /// The step's fingerprint.
    pub fingerprint: [u8; 8],
}

/// What a token is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// What it belongs to: a transaction, or a session.
    pub id: [u8; 16],
    /// How far that has come.
    pub step: u32,
}

impl From<&Transaction> for Bound {
    fn from(transaction: &Transaction) -> Self {
        Self {
            id: transaction.id,
            step: transaction.step,
        }
    }
}

impl StepTokens {
    /// Under keys derived from the cookie secrets: the first makes, all check.
    pub fn new(ring: &KeyRing) -> Self {
        let key = |octets: [u8; 32]| hmac::Key::new(hmac::HMAC_SHA256, &octets);
        Self {
            keys: ring.derive("step token").into_iter().map(key).collect(),
        }
    }

    /// A token for a page that shows this step: 118 characters of base64url.
    pub fn issue(&self, to: impl Into<Bound>, fingerprint: [u8; 8], random: &dyn Random) -> String {
        let to = to.into();
        let shown = Shown {
            step: to.step,
            fingerprint,
        };
        let said = shown.to_octets();
        let mut plain = [0; TOKEN];
        let (head, tag) = plain.split_at_mut(SAID);
        head.copy_from_slice(&said);
        if let Some(key) = self.keys.first() {
            tag.copy_from_slice(hmac::sign(key, &message(to, &said)).as_ref());
        }
        let mask: [u8; TOKEN] = random::octets(random);
        URL_SAFE_NO_PAD.encode([mask, xor(plain, mask)].concat())
    }

    /// What the page showed, if the token belongs to this transaction or session at all.
    pub fn read(&self, to: impl Into<Bound>, token: &str) -> Option<Shown> {
        if token.len() != CHARACTERS {
            return None;
        }
        let octets = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (mask, masked) = octets.split_first_chunk::<TOKEN>()?;
        let plain = xor(*masked.first_chunk()?, *mask);
        let (said, tag) = plain.split_first_chunk::<SAID>()?;
        let message = message(to.into(), said);
        // `verify` compares in constant time.
        let ours = |key: &hmac::Key| hmac::verify(key, &message, tag).is_ok();
        self.keys
            .iter()
            .any(ours)
            .then(|| Shown::from_octets(*said))
    }

    /// Whether the token belongs to the step that is due: the transaction's counter and the fingerprint of the step.
    pub fn check(&self, to: impl Into<Bound>, fingerprint: [u8; 8], token: &str) -> StepCheck {
        let to = to.into();
        let due = Shown {
            step: to.step,
            fingerprint,
        };
        match self.read(to, token) {
            None => StepCheck::Foreign,
            Some(shown) if shown == due => StepCheck::Valid,
            Some(_) => StepCheck::Stale,
        }
    }
}

impl std::fmt::Debug for StepTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StepTokens").finish_non_exhaustive()
    }
}

impl Shown {
    fn to_octets(self) -> [u8; SAID] {
        let mut said = [0; SAID];
        let (step, fingerprint) = said.split_at_mut(4);
        step.copy_from_slice(&self.step.to_be_bytes());
        fingerprint.copy_from_slice(&self.fingerprint);
        said
    }

    fn from_octets([a, b, c, d, fingerprint @ ..]: [u8; SAID]) -> Self {
        Self {
            step: u32::from_be_bytes([a, b, c, d]),
            fingerprint,
        }
    }
}

fn message(to: Bound, said: &[u8; SAID]) -> Vec<u8> {
    [to.id.as_slice(), said.as_slice()].concat()
}

fn xor(mut octets: [u8; TOKEN], mask: [u8; TOKEN]) -> [u8; TOKEN] {
    for (octet, mask) in octets.iter_mut().zip(mask) {
        *octet ^= mask;
    }
    octets
}

/// Step and fingerprint.
const SAID: usize = 4 + 8;
const TOKEN: usize = SAID + 32;
const CHARACTERS: usize = (2 * TOKEN * 4).div_ceil(3);

#[cfg(test)]
mod tests;
