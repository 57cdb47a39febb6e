//! What was made lately and may be used again for a while.

use std::hash::Hash;

use crate::quick_map::QuickMap;

/// Values by key, each with the second it is from; bounded in number.
#[derive(Debug)]
pub(super) struct Recently<K, V> {
    entries: QuickMap<K, (u64, V)>,
    most: usize,
    /// Seconds.
    kept: u64,
}

impl<K: Eq + Hash, V> Recently<K, V> {
    /// At most so many, each for so many seconds.
    pub(super) fn new(most: usize, kept: u64) -> Self {
        Self {
            entries: QuickMap::default(),
            most,
            kept,
        }
    }

    /// A value that may still be used, and when it was made.
    pub(super) fn get(&self, key: &K, now: u64) -> Option<(u64, &V)> {
        let (at, value) = self.entries.get(key)?;
        is_young(*at, now, self.kept).then_some((*at, value))
    }

    /// Keeps a value that was made now.
    pub(super) fn put(&mut self, key: K, value: V, now: u64) {
        if self.entries.len() >= self.most && !self.entries.contains_key(&key) {
            self.make_room(now);
        }
        self.entries.insert(key, (now, value));
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    fn make_room(&mut self, now: u64) {
        let kept = self.kept;
        self.entries.retain(|_, (at, _)| is_young(*at, now, kept));
        if self.entries.len() >= self.most {
            self.entries.clear();
        }
    }
}

/// Whether what is from `at` is less than so many seconds old. What comes from the future does not count.
pub(super) fn is_young(at: u64, now: u64, seconds: u64) -> bool {
    now.checked_sub(at).is_some_and(|age| age < seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_good_for_a_while() {
        let mut recently = Recently::new(2, 30);
        recently.put("a", 1, 100);
        assert_eq!(recently.get(&"a", 129), Some((100, &1)));
        assert_eq!(recently.get(&"a", 130), None);
        assert_eq!(recently.get(&"a", 99), None, "the clock was set back");
    }

    #[test]
    fn there_are_never_more_than_allowed() {
        let mut recently = Recently::new(2, 30);
        recently.put("a", 1, 70);
        recently.put("b", 2, 100);
        recently.put("c", 3, 100);
        assert_eq!(recently.get(&"b", 100), Some((100, &2)), "the old one went");
        recently.put("d", 4, 100);
        assert_eq!(recently.len(), 1);
    }
}
