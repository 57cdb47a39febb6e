//! The browser's one sign-in transaction: sealed in a cookie, good once.

use std::{fmt, sync::Arc, time::Duration};

use http::HeaderMap;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::return_to::ReturnTo;
use crate::{
    clock::SharedClock,
    oauth::CodeVerifier,
    random::{self, Random, SharedRandom},
    secret::{Secret, exposed},
    session::{CookieNames, ExpiringTable, KeyRing, Purpose, SealError, SetCookies, candidates},
};

/// A sign-in under way, as the browser that began it carries it (invariant 6). Times are seconds since 1970.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Transaction {
    /// 128 random bits, from [`Transactions::new_id`].
    #[serde(rename = "i")]
    pub id: [u8; 16],
    /// What `interact` handed out; the whole sign-in resumes from it.
    #[serde(rename = "h", with = "exposed")]
    pub interaction_handle: Secret,
    /// For the token request (RFC 7636 §4.5).
    #[serde(rename = "v", with = "exposed")]
    pub code_verifier: Secret,
    /// The `state` that a callback must bring back.
    #[serde(rename = "s")]
    pub state: String,
    /// The `nonce` that the ID token must carry.
    #[serde(rename = "n")]
    pub nonce: String,
    /// Counts the answers: a page and its token belong to one count.
    #[serde(rename = "c")]
    pub step: u32,
    /// When `interact` was called.
    #[serde(rename = "b")]
    pub started_at: u64,
    /// What was asked for at a step-up.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub acr_values: Option<String>,
    /// The same, in seconds.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub max_age: Option<u64>,
    /// Where the tab was going that left for a provider (decision 8); dropped where it does not fit.
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    pub left_for: Option<ReturnTo>,
    /// What the browser left with for the server's own page.
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    pub hosted: Option<Hosted>,
    /// What the browser is called towards the engine, to be sent with each call.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub device_token: Option<String>,
}

/// The secrets of an authorization request that went to the server's own page: none of them is `interact`'s.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Hosted {
    /// For the token request.
    #[serde(rename = "v", with = "exposed")]
    pub code_verifier: Secret,
    /// The `nonce` that the ID token must carry.
    #[serde(rename = "n")]
    pub nonce: String,
    /// The `state` that the callback must bring back.
    #[serde(rename = "s")]
    pub state: String,
}

impl Hosted {
    /// Draws them.
    pub fn new(random: &dyn Random) -> Self {
        Self {
            code_verifier: CodeVerifier::generate(random).into_secret(),
            nonce: random::token(random),
            state: random::token(random),
        }
    }
}

/// Shows nothing.
impl fmt::Debug for Hosted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hosted").finish_non_exhaustive()
    }
}

/// Shows neither `state` nor `nonce`.
impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction")
            .field("step", &self.step)
            .field("started_at", &self.started_at)
            .finish_non_exhaustive()
    }
}

/// Why a transaction could not be sealed.
#[derive(Debug, thiserror::Error)]
pub enum TransactionError {
    /// A record that JSON cannot hold.
    #[error("the transaction could not be written")]
    Encode(#[source] serde_json::Error),
    /// The library could not seal it.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The authorization server's handle is longer than any that is known.
    #[error("the transaction takes {size} octets and its cookie holds {limit}")]
    TooLarge {
        /// Octets that it would take.
        size: usize,
        /// Octets that there are.
        limit: usize,
    },
}

/// Whether something that is good once was still good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "only the first may go on"]
pub enum Spent {
    /// It is spent already, by this request's twin or an earlier one.
    Already,
    /// It was good, and is spent now.
    Now,
}

/// Opens, seals and spends transactions. What is spent is known to this replica, in bounded tables.
#[derive(Debug)]
pub struct Transactions {
    names: CookieNames,
    ring: Arc<KeyRing>,
    clock: SharedClock,
    random: SharedRandom,
    lifetime: u64,
    /// The highest step of each whose answer was sent; [`FINISHED`] when there are no more to come.
    sent: ExpiringTable<[u8; 16], u32>,
}

impl Transactions {
    /// Transactions that may take `lifetime` from their first step.
    pub fn new(
        lifetime: Duration,
        names: CookieNames,
        ring: Arc<KeyRing>,
        clock: SharedClock,
        random: SharedRandom,
    ) -> Self {
        Self {
            names,
            ring,
            clock,
            random,
            lifetime: lifetime.as_secs(),
            sent: ExpiringTable::new(MAX_REMEMBERED),
        }
    }

    /// A name for a transaction that is about to begin.
    pub fn new_id(&self) -> [u8; 16] {
        random::octets(&*self.random)
    }

    /// The one transaction that the request's browser has under way; `None` also for one that is too old or finished,
    /// and for good ones of two different transactions, since one of them was planted.
    ///
    /// Its step is never one whose answer was already sent from here: when that answer's page was lost on the way to
    /// the browser, the next page shows the step after it.
    pub fn open(&self, headers: &HeaderMap) -> Option<Transaction> {
        self.current(self.presented(headers)?)
    }

    /// The name of the transaction that the request's browser had, where it is finished.
    pub fn finished(&self, headers: &HeaderMap) -> Option<[u8; 16]> {
        let id = self.presented(headers)?.id;
        let sent = self.sent.get(&id, self.clock.unix());
        (sent == Some(FINISHED)).then_some(id)
    }

    fn presented(&self, headers: &HeaderMap) -> Option<Transaction> {
        let now = self.clock.unix();
        let mut opened: Option<Transaction> = None;
        for sealed in candidates(headers, self.names.transaction()).ok()? {
            let Some(found) = self.unseal(self.names.transaction(), &sealed, now) else {
                continue;
            };
            match &opened {
                Some(before) if before.id != found.id => return None,
                Some(before) if before.step >= found.step => {}
                _ => opened = Some(found),
            }
        }
        opened
    }

    /// The same transaction as far as it has come by now; `None` when it is finished.
    pub fn current(&self, mut transaction: Transaction) -> Option<Transaction> {
        if let Some(due) = self.current_step(&transaction.id) {
            transaction.step = transaction.step.max(due);
        }
        (transaction.step != FINISHED).then_some(transaction)
    }

    /// The transaction of a client that keeps it itself, from what [`Self::carry`] made. A cookie is none.
    pub fn carried(&self, sealed: &str) -> Option<Transaction> {
        if sealed.len() > CARRIED_MOST {
            return None;
        }
        let found = self.unseal(CARRIED, sealed.as_bytes(), self.clock.unix())?;
        self.current(found)
    }

    /// The transaction for a client that has no cookies and keeps it itself.
    ///
    /// # Errors
    /// As [`Self::seal`].
    pub fn carry(&self, transaction: &Transaction) -> Result<String, TransactionError> {
        let padded = pad(transaction)?;
        Ok(self.ring.seal(Purpose::Transaction, CARRIED, &padded)?)
    }

    /// Whether the request carries such a cookie at all, good or not.
    pub fn is_presented(&self, headers: &HeaderMap) -> bool {
        candidates(headers, self.names.transaction()).is_ok_and(|candidates| !candidates.is_empty())
    }

    /// The cookie that carries it, always of the same length; with the first one, the cookie that names the browser.
    ///
    /// # Errors
    /// [`TransactionError::TooLarge`], where a handle is far longer than any that is known.
    pub fn seal(&self, transaction: &Transaction) -> Result<SetCookies, TransactionError> {
        let padded = match pad(transaction) {
            Err(TransactionError::TooLarge { .. }) if transaction.left_for.is_some() => {
                pad(&Transaction {
                    left_for: None,
                    ..transaction.clone()
                })?
            }
            padded => padded?,
        };
        let name = self.names.transaction();
        let sealed = self.ring.seal(Purpose::Transaction, name, &padded)?;
        let cookies = SetCookies::one(self.names.set(name, &sealed));
        Ok(match &transaction.device_token {
            Some(token) if transaction.step == 0 => cookies.and(self.keep_device(token)),
            _ => cookies,
        })
    }

    /// Takes the cookie away from the browser.
    pub fn clear(&self) -> SetCookies {
        SetCookies::one(self.names.cleared(self.names.transaction()))
    }

    /// Spends a step, before its answer is sent: [`Spent::Now`] for one caller alone, and only while no later step was
    /// spent and the transaction is not finished.
    pub fn spend(&self, id: &[u8; 16], step: u32) -> Spent {
        let now = self.clock.unix();
        self.sent.update(*id, now, |sent| match sent {
            Some(sent) if *sent >= step => (None, Spent::Already),
            _ => (Some((step, self.until(now))), Spent::Now),
        })
    }

    /// The first step whose answer was not yet sent from here; `None` when none was.
    pub fn current_step(&self, id: &[u8; 16]) -> Option<u32> {
        self.sent
            .get(id, self.clock.unix())
            .map(|sent| sent.saturating_add(1))
    }

    /// Finishes a transaction, before its code is redeemed: [`Spent::Now`] for one caller alone. From then on it opens
    /// no more, also when the redemption fails (security T3).
    pub fn finish(&self, id: &[u8; 16]) -> Spent {
        self.spend(id, FINISHED)
    }

    fn unseal(&self, name: &str, sealed: &[u8], now: u64) -> Option<Transaction> {
        let padded = self.ring.open(Purpose::Transaction, name, sealed).ok()?;
        let transaction = unpad(&padded)?;
        let runs = now < transaction.started_at.saturating_add(self.lifetime);
        runs.then_some(transaction)
    }

    fn until(&self, now: u64) -> u64 {
        now.saturating_add(self.lifetime)
    }
}

/// A length, the record, and zeros up to [`PADDED`] octets.
fn pad(transaction: &Transaction) -> Result<Zeroizing<Vec<u8>>, TransactionError> {
    let record = Zeroizing::new(serde_json::to_vec(transaction).map_err(TransactionError::Encode)?);
    let too_large = TransactionError::TooLarge {
        size: record.len(),
        limit: PADDED - 2,
    };
    if record.len() > PADDED - 2 {
        return Err(too_large);
    }
    let length = u16::try_from(record.len()).map_err(|_| too_large)?;
    let mut padded = Zeroizing::new(Vec::with_capacity(PADDED));
    padded.extend_from_slice(&length.to_be_bytes());
    padded.extend_from_slice(&record);
    padded.resize(PADDED, 0);
    Ok(padded)
}

fn unpad(padded: &[u8]) -> Option<Transaction> {
    let (length, rest) = padded.split_first_chunk()?;
    let record = rest.get(..usize::from(u16::from_be_bytes(*length)))?;
    serde_json::from_slice(record).ok()
}

/// Sealed and in base64url these are 3798 characters: one cookie, with its name below the 4096 that browsers keep.
const PADDED: usize = 2816;
/// Stands where a cookie's name stands, so that neither is taken for the other.
const CARRIED: &str = "carried";
const CARRIED_MOST: usize = 8192;
const FINISHED: u32 = u32::MAX;
const MAX_REMEMBERED: usize = 100_000;

mod device;
#[cfg(test)]
pub(crate) mod tests;
