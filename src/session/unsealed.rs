//! What was unsealed lately, so that each cookie is unsealed and read once.

use std::{
    fmt,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::quick_map::QuickMap;

/// From the sealed text to what was in it, bounded in octets.
///
/// Found by a piece of the nonce, which is random, and proven by comparing the whole text: cheaper than any digest of
/// it. Two generations: when the younger is full it becomes the older, and what the older held and nobody asked for is
/// gone.
pub(crate) struct Unsealed<T> {
    shards: [RwLock<Generations<T>>; SHARDS],
    most_octets: usize,
    /// Whose texts came last and were not found, each in a place that many share.
    missed: Box<[AtomicU64]>,
}

/// Shows no text: each is a credential.
impl<T> fmt::Debug for Unsealed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unsealed").finish_non_exhaustive()
    }
}

impl<T: Clone> Unsealed<T> {
    /// Room for so many octets of texts and of what was in them.
    pub(crate) fn new(most_octets: usize) -> Self {
        Self {
            shards: std::array::from_fn(|_| RwLock::default()),
            most_octets,
            missed: std::iter::repeat_with(AtomicU64::default)
                .take(PLACES)
                .collect(),
        }
    }

    /// What was in it, if exactly this text was unsealed lately.
    pub(crate) fn get(&self, sealed: &[u8]) -> Option<T> {
        let key = key(sealed)?;
        let shard = self.shard(key)?;
        let older = {
            let generations = shard.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(entry) = generations.young.get(&key) {
                return entry.proven(sealed);
            }
            generations.old.get(&key)?.clone()
        };
        let value = older.proven(sealed)?;
        self.put(shard, key, older);
        Some(value)
    }

    /// Whether this text was unsealed before, and not long ago. Only then it is worth remembering: a crowd who come once
    /// in a long while would fill the cache with what nobody asks for, and drive out what is asked for.
    pub(crate) fn comes_again(&self, sealed: &[u8]) -> bool {
        let Some(name) = key(sealed).and_then(|key| key.last_chunk().copied()) else {
            return false;
        };
        let name = u64::from_le_bytes(name);
        // Random characters, of which the last three make a place.
        let place = usize::try_from(name >> 40).unwrap_or_default() % PLACES;
        let missed = self.missed.get(place);
        missed.is_some_and(|missed| missed.swap(name, Ordering::Relaxed) == name)
    }

    /// Remembers a text that was just unsealed, and what was in it, which takes so many octets.
    pub(crate) fn insert(&self, sealed: &[u8], value: T, octets: usize) {
        let Some((key, shard)) = key(sealed).and_then(|key| Some((key, self.shard(key)?))) else {
            return;
        };
        let entry = Entry {
            sealed: sealed.into(),
            value,
            octets: octets + sealed.len() + OVERHEAD,
        };
        self.put(shard, key, entry);
    }

    /// Forgets all for which `keep` says no.
    pub(crate) fn retain(&self, keep: impl Fn(&T) -> bool) {
        for shard in &self.shards {
            let mut generations = shard.write().unwrap_or_else(PoisonError::into_inner);
            generations.young.retain(|_, entry| keep(&entry.value));
            generations.old.retain(|_, entry| keep(&entry.value));
        }
    }

    fn put(&self, shard: &RwLock<Generations<T>>, key: Key, entry: Entry<T>) {
        let mut generations = shard.write().unwrap_or_else(PoisonError::into_inner);
        let octets = entry.octets;
        if generations.octets + octets > self.most_octets / 2 / SHARDS {
            generations.old = std::mem::take(&mut generations.young);
            generations.octets = 0;
        }
        if generations.young.insert(key, entry).is_none() {
            generations.octets += octets;
        }
    }

    fn shard(&self, key: Key) -> Option<&RwLock<Generations<T>>> {
        let [.., last] = key;
        self.shards.get(usize::from(last) % SHARDS)
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        let count = |shard: &RwLock<Generations<T>>| {
            let generations = shard.read().unwrap();
            generations.young.len() + generations.old.len()
        };
        self.shards.iter().map(count).sum()
    }
}

struct Generations<T> {
    young: QuickMap<Key, Entry<T>>,
    old: QuickMap<Key, Entry<T>>,
    octets: usize,
}

impl<T> Default for Generations<T> {
    fn default() -> Self {
        Self {
            young: QuickMap::default(),
            old: QuickMap::default(),
            octets: 0,
        }
    }
}

#[derive(Clone)]
struct Entry<T> {
    sealed: Arc<[u8]>,
    value: T,
    /// That all of it takes, about.
    octets: usize,
}

impl<T: Clone> Entry<T> {
    fn proven(&self, sealed: &[u8]) -> Option<T> {
        (*self.sealed == *sealed).then(|| self.value.clone())
    }
}

type Key = [u8; 16];

/// Characters of the nonce: behind those of the key id, before the ciphertext.
fn key(sealed: &[u8]) -> Option<Key> {
    sealed.get(6..22)?.try_into().ok()
}

const SHARDS: usize = 16;
/// No power of two: characters of base64url differ in few of their bits.
const PLACES: usize = 8191;
const OVERHEAD: usize = 512;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::record::tests::sample;

    const MAX_OCTETS: usize = 16 * 1024 * 1024;

    fn sealed(number: u32, length: usize) -> Vec<u8> {
        let mut text = format!("keyid.{number:016}").into_bytes();
        text.resize(length, b'x');
        text
    }

    #[test]
    fn only_the_very_text_is_found() {
        let unsealed = Unsealed::new(MAX_OCTETS);
        let text = sealed(1, 100);
        let session = Arc::new(sample(0));
        unsealed.insert(&text, Arc::clone(&session), 100);
        assert_eq!(unsealed.get(&text), Some(session));
        for at in 0..text.len() {
            let mut changed = text.clone();
            changed[at] ^= 1;
            assert_eq!(unsealed.get(&changed), None, "changed at {at}");
            assert_eq!(unsealed.get(&text[..at]), None, "cut at {at}");
        }
    }

    #[test]
    fn a_text_comes_again_when_it_came_before() {
        let unsealed = Unsealed::<()>::new(MAX_OCTETS);
        let (one, other) = (sealed(12_345_678, 100), sealed(87_654_321, 100));
        assert!(!unsealed.comes_again(&one));
        assert!(!unsealed.comes_again(&other));
        assert!(unsealed.comes_again(&one));
        assert!(unsealed.comes_again(&one));
        assert!(!unsealed.comes_again(b"short"));
    }

    #[test]
    fn it_stays_within_its_octets_and_keeps_what_is_asked_for() {
        let unsealed = Unsealed::new(MAX_OCTETS);
        let session = Arc::new(sample(0));
        let wanted = sealed(0, 4_000);
        unsealed.insert(&wanted, Arc::clone(&session), 8_000);
        for number in 1..20_000 {
            unsealed.insert(&sealed(number, 4_000), Arc::clone(&session), 8_000);
            if number % 16 == 0 {
                assert!(unsealed.get(&wanted).is_some(), "after {number}");
            }
        }
        assert!(unsealed.len() * 12_512 <= MAX_OCTETS, "{}", unsealed.len());
    }

    #[test]
    fn an_ended_session_is_forgotten_in_every_form() {
        let unsealed = Unsealed::new(MAX_OCTETS);
        let (ended, other) = (Arc::new(sample(0)), Arc::new(sample(0)));
        unsealed.insert(&sealed(1, 50), Arc::clone(&ended), 0);
        unsealed.insert(&sealed(2, 50), Arc::clone(&ended), 0);
        unsealed.insert(&sealed(3, 50), Arc::clone(&other), 0);
        unsealed.retain(|session| session.id != ended.id);
        assert_eq!(unsealed.get(&sealed(1, 50)), None);
        assert_eq!(unsealed.get(&sealed(2, 50)), None);
        assert_eq!(unsealed.get(&sealed(3, 50)), Some(other));
    }
}
