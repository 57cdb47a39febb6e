//! The memory store: sessions in this process, the cookie holds a sealed name.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use super::{Anonymous, Session, SessionError, SessionId, Settings, table::ExpiringTable};

/// The sessions that this process keeps, bounded in number.
#[derive(Debug)]
pub(crate) struct Held {
    sessions: ExpiringTable<SessionId, Arc<Entry>>,
    settings: Settings,
    swept_at: AtomicU64,
}

#[derive(Debug)]
struct Entry {
    session: Arc<Session>,
    seen_at: AtomicU64,
}

impl Held {
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            sessions: ExpiringTable::new(settings.max_sessions),
            settings,
            swept_at: AtomicU64::new(0),
        }
    }

    /// The session of that name, which is thereby seen. A name that nobody here gave out is nobody's.
    pub(crate) fn open(&self, id: &SessionId, now: u64) -> Result<Arc<Session>, Anonymous> {
        let entry = self.sessions.get(id, now).ok_or(Anonymous::Ended)?;
        let seen_at = entry.seen_at.load(Ordering::Relaxed);
        let standing = entry.session.check(seen_at, now, &self.settings);
        if standing.is_err() {
            self.sessions.remove(id);
        } else if seen_at < now {
            entry.seen_at.fetch_max(now, Ordering::Relaxed);
        }
        standing.map(|()| Arc::clone(&entry.session))
    }

    /// Keeps a new session.
    pub(crate) fn begin(&self, session: Session, now: u64) -> Result<(), SessionError> {
        self.sweep(now);
        let (id, until) = (session.id, self.until(&session));
        let entry = Entry::new(Arc::new(session), now);
        self.sessions.update(id, now, |present| match present {
            None => (Some((entry, until)), Ok(())),
            Some(_) => (None, Err(SessionError::ReusedId)),
        })
    }

    /// Puts a session in the place of the one of the same name, where that is still there.
    pub(crate) fn replace(&self, session: Arc<Session>, now: u64) -> bool {
        let (id, until) = (session.id, self.until(&session));
        self.sessions.update(id, now, |present| match present {
            None => (None, false),
            Some(_) => (Some((Entry::new(session, now), until)), true),
        })
    }

    /// Ends one.
    pub(crate) fn end(&self, id: &SessionId) {
        self.sessions.remove(id);
    }

    /// Ends all that `whose` says.
    pub(crate) fn end_all(&self, whose: impl Fn(&Session) -> bool) {
        self.sessions.retain(|_, entry| !whose(&entry.session));
    }

    /// The table only knows when they end for certain, so idle ones are taken out now and then, part by part.
    fn sweep(&self, now: u64) {
        let swept_at = self.swept_at.load(Ordering::Relaxed);
        let due = now.saturating_sub(swept_at) / SWEEP_EVERY;
        let mine = due > 0
            && self
                .swept_at
                .compare_exchange(swept_at, now, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok();
        if mine {
            self.sessions.retain_next(due, |_, entry| {
                let seen_at = entry.seen_at.load(Ordering::Relaxed);
                entry.session.check(seen_at, now, &self.settings).is_ok()
            });
        }
    }

    fn until(&self, session: &Session) -> u64 {
        session.ends_at(&self.settings)
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.sessions.len()
    }
}

impl Entry {
    fn new(session: Arc<Session>, now: u64) -> Arc<Self> {
        let seen_at = AtomicU64::new(session.seen_at.max(now));
        Arc::new(Self { session, seen_at })
    }
}

/// Seconds between two sweeps of a part: each part has its turn about once a minute, so that nobody's sign-in waits until
/// a million sessions have been looked at.
const SWEEP_EVERY: u64 = 4;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{
        Store,
        record::tests::{sample, settings},
    };

    #[test]
    fn idle_sessions_are_swept_out_when_others_begin() {
        let held = Held::new(settings(Store::Memory));
        let (idle, used) = (sample(1_000), sample(1_000));
        let used_id = used.id;
        held.begin(idle, 1_000).unwrap();
        held.begin(used, 1_000).unwrap();
        held.open(&used_id, 2_000).unwrap();
        held.begin(sample(2_900), 2_900).unwrap();
        assert_eq!(held.len(), 2);
        assert!(held.open(&used_id, 2_900).is_ok());
    }

    #[test]
    fn a_sweep_looks_at_few_of_many_and_at_all_in_a_minute() {
        let held = Held::new(settings(Store::Memory));
        for _ in 0..1_000 {
            held.begin(sample(1_000), 1_000).unwrap();
        }
        held.begin(sample(10_000), 10_000).unwrap();
        assert_eq!(held.len(), 1, "after a pause everything is due");
        for _ in 0..1_000 {
            held.begin(sample(20_000), 20_000).unwrap();
        }
        let idle = 20_000 + 1_800;
        held.begin(sample(idle - 1), idle - 1).unwrap();
        let before = held.len();
        held.begin(sample(idle + 3), idle + 3).unwrap();
        let after = held.len();
        assert!(after < before && after > before / 2, "{before} to {after}");
        for now in (idle + 4..idle + 4 + 64).step_by(4) {
            held.begin(sample(now), now).unwrap();
        }
        assert!(held.len() < 30, "{}", held.len());
    }

    #[test]
    fn there_is_room_for_as_many_as_the_settings_say() {
        let few = Settings {
            max_sessions: 160,
            ..settings(Store::Memory)
        };
        let held = Held::new(few);
        for _ in 0..1_000 {
            held.begin(sample(1_000), 1_000).unwrap();
        }
        assert!(held.len() <= 160, "{}", held.len());
        let newest = sample(1_000);
        held.begin(newest.clone(), 1_000).unwrap();
        assert!(held.open(&newest.id, 1_000).is_ok());
    }

    #[test]
    fn a_name_is_given_out_once() {
        let held = Held::new(settings(Store::Memory));
        let session = sample(1_000);
        held.begin(session.clone(), 1_000).unwrap();
        let again = held.begin(session, 1_000);
        assert!(matches!(again, Err(SessionError::ReusedId)));
    }

    #[test]
    fn what_is_not_there_cannot_be_replaced() {
        let held = Held::new(settings(Store::Memory));
        let session = sample(1_000);
        assert!(!held.replace(Arc::new(session.clone()), 1_000));
        assert_eq!(held.open(&session.id, 1_000), Err(Anonymous::Ended));
    }
}
