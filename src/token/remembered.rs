//! What was found out about tokens, for when they come again.

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use aws_lc_rs::digest;

/// A token's SHA-256.
pub(super) type Digest = [u8; 32];

/// Findings by the token's SHA-256, so many at most: the oldest makes room for the next. A token comes here when its
/// signature was checked, and mostly only once, so that nothing is done for those that may come again but to keep them.
pub(super) struct Remembered<V> {
    /// Each for a part of the digests, so that threads seldom wait for one another.
    parts: Box<[Mutex<Part<V>>]>,
    /// In each part.
    most: usize,
}

struct Part<V> {
    /// Strangers choose what they send, so that the hash must be one that they cannot foresee.
    found: HashMap<Digest, V>,
    /// In the order in which they came.
    order: VecDeque<Digest>,
}

impl<V: Clone> Remembered<V> {
    pub(super) fn new(most: usize) -> Self {
        let parts = (most / FEW).clamp(1, PARTS);
        Self {
            parts: std::iter::repeat_with(Mutex::default).take(parts).collect(),
            most: most / parts,
        }
    }

    pub(super) fn get(&self, digest: &Digest) -> Option<V> {
        self.part(digest)?.found.get(digest).cloned()
    }

    /// Remembers what was found, instead of what was found before.
    pub(super) fn put(&self, digest: Digest, found: V) {
        let Some(mut part) = self.part(&digest).filter(|_| self.most > 0) else {
            return;
        };
        let before = part.found.insert(digest, found);
        if before.is_none() {
            part.order.push_back(digest);
        }
        let out = if part.order.len() > self.most {
            part.order.pop_front()
        } else {
            None
        };
        let gone = out.and_then(|oldest| part.found.remove(&oldest));
        // Nobody need wait while these are given back.
        drop(part);
        drop((before, gone));
    }

    fn part(&self, digest: &Digest) -> Option<MutexGuard<'_, Part<V>>> {
        let [first, ..] = digest;
        let part = self.parts.get(usize::from(*first) % self.parts.len())?;
        Some(part.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<V> Default for Part<V> {
    fn default() -> Self {
        Self {
            found: HashMap::new(),
            order: VecDeque::new(),
        }
    }
}

impl<V> fmt::Debug for Remembered<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remembered").finish_non_exhaustive()
    }
}

/// SHA-256, by aws-lc: three times as fast as the usual crate where a processor has no instructions for it.
pub(super) fn sha256(token: &str) -> Digest {
    octets_of(&digest::digest(&digest::SHA256, token.as_bytes()))
}

/// Those of a SHA-256.
pub(super) fn octets_of(digest: &digest::Digest) -> Digest {
    let mut octets = [0; 32];
    for (to, from) in octets.iter_mut().zip(digest.as_ref()) {
        *to = *from;
    }
    octets
}

const PARTS: usize = 16;
/// A part is no smaller: of so few each gets about its share.
const FEW: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(number: usize) -> Digest {
        sha256(&number.to_string())
    }

    fn known(remembered: &Remembered<usize>, numbers: std::ops::Range<usize>) -> usize {
        let found = numbers.filter_map(|number| {
            let found = remembered.get(&digest(number))?;
            assert_eq!(found, number);
            Some(found)
        });
        found.count()
    }

    #[test]
    fn the_last_ones_are_known_and_never_more_than_allowed() {
        for most in [1, 2, 63, 64, 130, 1000, 10_000] {
            let remembered = Remembered::new(most);
            assert_eq!(known(&remembered, 0..10), 0);
            for number in 0..3 * most {
                remembered.put(digest(number), number);
                assert_eq!(remembered.get(&digest(number)), Some(number));
            }
            let count = known(&remembered, 0..3 * most);
            assert!(count <= most, "{count} of {most}");
            // Of many, some parts get more than their share.
            let last = known(&remembered, 2 * most..3 * most);
            assert!(last * 10 > most * 8, "{last} of {most}");
            if most <= FEW {
                assert_eq!(last, most);
            }
        }
    }

    #[test]
    fn what_is_found_anew_takes_no_more_room() {
        let remembered = Remembered::new(2);
        for _ in 0..10 {
            remembered.put(digest(1), 1);
            remembered.put(digest(2), 2);
        }
        remembered.put(digest(1), 7);
        assert_eq!(remembered.get(&digest(1)), Some(7));
        assert_eq!(remembered.get(&digest(2)), Some(2));
    }

    #[test]
    fn where_nothing_is_to_be_remembered_nothing_is() {
        let remembered = Remembered::new(0);
        remembered.put(digest(1), 1);
        assert_eq!(known(&remembered, 0..10), 0);
    }
}
