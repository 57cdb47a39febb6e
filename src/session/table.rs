//! A bounded table whose entries run out: what is remembered for a while in this replica.

use std::{
    collections::HashMap,
    hash::{BuildHasher, Hash, RandomState},
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

/// Entries by key, each until a time (seconds since 1970), in shards of their own lock. When a shard is full, those that
/// would run out soonest make room.
#[derive(Debug)]
pub(crate) struct ExpiringTable<K, V> {
    shards: Vec<RwLock<Shard<K, V>>>,
    hasher: RandomState,
    capacity: usize,
    /// A table that was never used costs its readers one load.
    used: AtomicBool,
    /// Whose turn it is in [`Self::retain_next`].
    turn: AtomicUsize,
}

#[derive(Debug)]
struct Shard<K, V> {
    entries: HashMap<K, Entry<V>>,
    sweep_at: u64,
}

#[derive(Debug)]
struct Entry<V> {
    value: V,
    until: u64,
}

impl<K: Hash + Eq + Clone, V: Clone> ExpiringTable<K, V> {
    /// A table of at most about `capacity` entries.
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            shards: std::iter::repeat_with(|| RwLock::new(Shard::new()))
                .take(SHARDS)
                .collect(),
            hasher: RandomState::new(),
            capacity: (capacity / SHARDS).max(1),
            used: AtomicBool::new(false),
            turn: AtomicUsize::new(0),
        }
    }

    /// Whether nothing was ever put in.
    pub(crate) fn is_unused(&self) -> bool {
        !self.used.load(Ordering::Acquire)
    }

    /// The value, while its time has not run out.
    pub(crate) fn get(&self, key: &K, now: u64) -> Option<V> {
        if self.is_unused() {
            return None;
        }
        let shard = self.shard(key)?;
        let shard = shard.read().unwrap_or_else(PoisonError::into_inner);
        shard.get(key, now).cloned()
    }

    /// Puts a value in place, whatever was there.
    pub(crate) fn insert(&self, key: K, value: V, until: u64, now: u64) {
        self.update(key, now, |_| (Some((value, until)), ()));
    }

    /// Lets `decide` see what is there and say what shall be there, as one step: nobody comes in between.
    pub(crate) fn update<T>(
        &self,
        key: K,
        now: u64,
        decide: impl FnOnce(Option<&V>) -> (Option<(V, u64)>, T),
    ) -> T {
        let Some(shard) = self.shard(&key) else {
            return decide(None).1;
        };
        let mut shard = shard.write().unwrap_or_else(PoisonError::into_inner);
        let (put, answer) = decide(shard.get(&key, now));
        if let Some((value, until)) = put {
            shard.make_room(&key, self.capacity, now);
            shard.entries.insert(key, Entry { value, until });
            self.used.store(true, Ordering::Release);
        }
        answer
    }

    /// Takes a value out.
    pub(crate) fn remove(&self, key: &K) {
        if let Some(shard) = self.shard(key) {
            let mut shard = shard.write().unwrap_or_else(PoisonError::into_inner);
            shard.entries.remove(key);
        }
    }

    /// Takes out all for which `keep` says no.
    pub(crate) fn retain(&self, mut keep: impl FnMut(&K, &V) -> bool) {
        for shard in &self.shards {
            let mut shard = shard.write().unwrap_or_else(PoisonError::into_inner);
            shard.entries.retain(|key, entry| keep(key, &entry.value));
        }
    }

    /// Takes out, of so many of the sixteen parts of the table, all for which `keep` says no. The parts have their turns
    /// one after the other; each is locked by itself.
    pub(crate) fn retain_next(&self, parts: u64, mut keep: impl FnMut(&K, &V) -> bool) {
        let parts = usize::try_from(parts).unwrap_or(SHARDS).min(SHARDS);
        let first = self.turn.fetch_add(parts, Ordering::Relaxed);
        for shard in self.shards.iter().cycle().skip(first % SHARDS).take(parts) {
            let mut shard = shard.write().unwrap_or_else(PoisonError::into_inner);
            shard.entries.retain(|key, entry| keep(key, &entry.value));
        }
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.shards
            .iter()
            .map(|shard| shard.read().unwrap().entries.len())
            .sum()
    }

    fn shard(&self, key: &K) -> Option<&RwLock<Shard<K, V>>> {
        let hash = self.hasher.hash_one(key);
        self.shards
            .get(usize::try_from(hash >> 32).unwrap_or(0) % SHARDS)
    }
}

impl<K: Hash + Eq + Clone, V> Shard<K, V> {
    fn new() -> Self {
        Self {
            entries: HashMap::new(),
            sweep_at: 0,
        }
    }

    fn get(&self, key: &K, now: u64) -> Option<&V> {
        let entry = self.entries.get(key).filter(|entry| now < entry.until);
        entry.map(|entry| &entry.value)
    }

    /// Drops what has run out, now and then or when there is no room; where that frees little, also what would run out
    /// soonest.
    fn make_room(&mut self, key: &K, capacity: usize, now: u64) {
        let full = self.entries.len() >= capacity && !self.entries.contains_key(key);
        if full || now >= self.sweep_at {
            self.entries.retain(|_, entry| now < entry.until);
            self.sweep_at = now.saturating_add(SWEEP_EVERY);
        }
        // An eighth at a time, so that a full table is not sorted for every entry.
        let too_many = (self.entries.len() + capacity.div_ceil(8)).saturating_sub(capacity);
        if full && too_many > 0 {
            let mut by_end: Vec<(u64, K)> = self
                .entries
                .iter()
                .map(|(key, entry)| (entry.until, key.clone()))
                .collect();
            by_end.sort_unstable_by_key(|(until, _)| *until);
            for (_, key) in by_end.iter().take(too_many) {
                self.entries.remove(key);
            }
        }
    }
}

const SHARDS: usize = 16;
/// Seconds between two sweeps of a shard.
const SWEEP_EVERY: u64 = 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_there_until_its_time_has_run_out() {
        let table = ExpiringTable::new(16);
        assert_eq!(table.get(&1, 0), None);
        table.insert(1, "one", 10, 0);
        assert_eq!(table.get(&1, 9), Some("one"));
        assert_eq!(table.get(&1, 10), None);
        table.remove(&1);
        assert_eq!(table.get(&1, 9), None);
    }

    #[test]
    fn a_full_table_forgets_what_would_run_out_soonest() {
        let table = ExpiringTable::new(160);
        for key in 0..10_000_u64 {
            table.insert(key, (), 100 + key, 0);
        }
        assert!(table.len() <= 160, "{}", table.len());
        assert!(table.get(&9_999, 0).is_some());
        assert!(table.get(&0, 0).is_none());
    }

    #[test]
    fn what_has_run_out_goes_first() {
        let table = ExpiringTable::new(160);
        table.insert(0, "lasting", 10_000, 0);
        for key in 1..1_000_u64 {
            table.insert(key, "short", 10 + key, 10 + key - 1);
        }
        assert_eq!(table.get(&0, 500), Some("lasting"));
    }

    #[test]
    fn what_has_run_out_does_not_stay_for_long() {
        let table = ExpiringTable::new(16_000);
        for key in 0..1_000_u64 {
            table.insert(key, (), 10, 0);
        }
        for key in 1_000..1_500_u64 {
            table.insert(key, (), 1_000, SWEEP_EVERY);
        }
        assert_eq!(table.len(), 500);
    }

    #[test]
    fn update_is_one_step() {
        let table = ExpiringTable::new(16);
        let first = |seen: Option<&u32>| (Some((seen.map_or(1, |n| n + 1), 10)), seen.is_none());
        assert!(table.update("a", 0, first));
        assert!(!table.update("a", 0, first));
        assert_eq!(table.get(&"a", 0), Some(2));
        table.update("a", 0, |_| (None, ()));
        assert_eq!(table.get(&"a", 0), Some(2));
    }
}
