//! Randomness as an argument, so that tests can repeat a run.

use std::{
    fmt::Debug,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// Fills buffers with unpredictable octets.
pub trait Random: Debug + Send + Sync {
    /// Overwrites the whole buffer.
    fn fill(&self, buffer: &mut [u8]);

    /// `N` fresh octets.
    fn octets<const N: usize>(&self) -> [u8; N]
    where
        Self: Sized,
    {
        octets(self)
    }
}

/// The source that every room shares.
pub type SharedRandom = Arc<dyn Random>;

/// `N` fresh octets from any source, also one behind a trait object.
pub fn octets<const N: usize>(random: &dyn Random) -> [u8; N] {
    let mut octets = [0; N];
    random.fill(&mut octets);
    octets
}

/// A fresh unguessable name: 32 octets in base64url, 43 characters.
pub fn token(random: &dyn Random) -> String {
    URL_SAFE_NO_PAD.encode(octets::<32>(random))
}

/// The operating system's generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    #[expect(
        clippy::expect_used,
        reason = "without randomness nothing may go on: no key, state or nonce would be safe"
    )]
    fn fill(&self, buffer: &mut [u8]) {
        getrandom::fill(buffer).expect("the operating system gives random numbers");
    }
}

/// A repeatable sequence for tests: SHA-256 of a seed and a counter. Never for production.
#[derive(Debug, Default)]
pub struct SeededRandom {
    seed: u64,
    counter: AtomicU64,
}

impl SeededRandom {
    /// The sequence that belongs to `seed`.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            counter: AtomicU64::new(0),
        }
    }
}

impl Random for SeededRandom {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(32) {
            let counter = self.counter.fetch_add(1, Ordering::SeqCst);
            let mut hash = Sha256::new();
            hash.update(self.seed.to_be_bytes());
            hash.update(counter.to_be_bytes());
            let block = hash.finalize();
            for (to, from) in chunk.iter_mut().zip(block.iter()) {
                *to = *from;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_and_another_does_not() {
        let (one, same, other) = (
            SeededRandom::new(1),
            SeededRandom::new(1),
            SeededRandom::new(2),
        );
        let first = token(&one);
        assert_eq!(first, token(&same));
        assert_ne!(first, token(&one));
        assert_ne!(first, token(&other));
        assert_eq!(first.len(), 43);
    }
}
