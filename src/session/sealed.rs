//! The cookie store: the session is in the cookie, what has ended is remembered here.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::{
    Anonymous, KeyRing, Purpose, Session, SessionError, SessionId, Settings, Whose,
    crumbs::MAX_SEALED_SESSION, table::ExpiringTable, unsealed::Unsealed,
};

/// Opens and seals whole sessions, and knows which of them ended in this replica before their time.
#[derive(Debug)]
pub(crate) struct Sealed {
    name: String,
    ring: Arc<KeyRing>,
    settings: Settings,
    unsealed: Unsealed<Arc<Session>>,
    ended: ExpiringTable<SessionId, ()>,
    /// When all sessions of a subject or a `sid` up to then were ended.
    ended_for: ExpiringTable<[u8; 32], u64>,
}

impl Sealed {
    pub(crate) fn new(name: &str, ring: Arc<KeyRing>, settings: Settings) -> Self {
        Self {
            name: name.to_owned(),
            ring,
            settings,
            unsealed: Unsealed::new(MAX_UNSEALED),
            ended: ExpiringTable::new(MAX_ENDED),
            ended_for: ExpiringTable::new(MAX_ENDED),
        }
    }

    /// The session in a sealed text, if it still runs.
    pub(crate) fn open(&self, sealed: &[u8], now: u64) -> Result<Arc<Session>, Anonymous> {
        let session = match self.unsealed.get(sealed) {
            Some(session) => session,
            None => self.unseal(sealed).ok_or(Anonymous::Unreadable)?,
        };
        session.check(session.seen_at, now, &self.settings)?;
        if self.has_ended(&session, now) {
            return Err(Anonymous::Ended);
        }
        Ok(session)
    }

    /// The name of the session in a sealed text, whether it still runs or not.
    pub(crate) fn peek(&self, sealed: &[u8]) -> Option<SessionId> {
        self.unseal(sealed).map(|session| session.id)
    }

    /// Seals a session that has not ended.
    pub(crate) fn seal(&self, session: &Session, now: u64) -> Result<String, SessionError> {
        if self.has_ended(session, now) {
            return Err(SessionError::Ended);
        }
        let record = session.to_octets()?;
        let sealed = self.ring.seal(Purpose::Session, &self.name, &record)?;
        match sealed.len() {
            0..=MAX_SEALED_SESSION => Ok(sealed),
            size => Err(SessionError::TooLarge {
                size,
                limit: MAX_SEALED_SESSION,
            }),
        }
    }

    /// Whether the cookie should be sealed anew with the time of now: after a tenth of the idle timeout (decision 16).
    pub(crate) fn needs_touch(&self, session: &Session, now: u64) -> bool {
        let tenth = (self.settings.idle_timeout.as_secs() / 10).max(1);
        now.saturating_sub(session.seen_at) >= tenth
    }

    pub(crate) fn has_ended(&self, session: &Session, now: u64) -> bool {
        self.ended.get(&session.id, now).is_some()
            || self
                .ended_at(session, now)
                .is_some_and(|ended_at| session.started_at <= ended_at)
    }

    /// When the sessions of this person, or under this `sid`, were last ended.
    pub(crate) fn ended_at(&self, session: &Session, now: u64) -> Option<u64> {
        if self.ended_for.is_unused() {
            return None;
        }
        let by_subject = self
            .ended_for
            .get(&digest(Whose::Subject(&session.subject)), now);
        let sid = session.sid();
        by_subject.max(sid.and_then(|sid| self.ended_for.get(&digest(Whose::Sid(sid)), now)))
    }

    /// Ends one, for every copy of its cookie.
    pub(crate) fn end(&self, id: SessionId, now: u64) {
        self.ended.insert(id, (), self.remember_until(now), now);
        self.unsealed.retain(|session| session.id != id);
    }

    /// Ends all that began up to now.
    pub(crate) fn end_all(&self, whose: Whose<'_>, now: u64) {
        self.ended_for
            .insert(digest(whose), now, self.remember_until(now), now);
    }

    /// No cookie of today is good for longer, however often it is sealed anew.
    fn remember_until(&self, now: u64) -> u64 {
        now.saturating_add(self.settings.lifetime.as_secs())
    }

    fn unseal(&self, sealed: &[u8]) -> Option<Arc<Session>> {
        let record = self.ring.open(Purpose::Session, &self.name, sealed).ok()?;
        let session = Arc::new(Session::from_octets(&record)?);
        if self.unsealed.comes_again(sealed) {
            let octets = session.octets();
            self.unsealed.insert(sealed, Arc::clone(&session), octets);
        }
        Some(session)
    }
}

fn digest(whose: Whose<'_>) -> [u8; 32] {
    let (kind, text) = match whose {
        Whose::Sid(sid) => (b"i", sid),
        Whose::Subject(subject) => (b"u", subject),
    };
    Sha256::new()
        .chain_update(kind)
        .chain_update(text)
        .finalize()
        .into()
}

const MAX_ENDED: usize = 100_000;
/// Octets of sessions that were unsealed lately.
const MAX_UNSEALED: usize = 16 * 1024 * 1024;
