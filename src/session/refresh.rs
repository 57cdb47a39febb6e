//! One refresh of a session at a time, and its result for those who came late.

use std::{
    any::Any,
    collections::HashMap,
    fmt,
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

use super::{Session, SessionId, StoreError, table::ExpiringTable};
use crate::clock::SharedClock;

/// Why a session was not refreshed.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError<E> {
    /// The refresh did not come to an end: the task that ran it was dropped or panicked.
    #[error("the refresh was abandoned")]
    Abandoned,
    /// The session was ended meanwhile.
    #[error("the session has ended")]
    Ended,
    /// The renewal itself failed; all who waited for it share the reason, nobody later does.
    #[error("the session could not be renewed")]
    Failed(#[source] Arc<E>),
    /// The session store does not answer.
    #[error(transparent)]
    Store(StoreError),
}

impl<E> Clone for RefreshError<E> {
    fn clone(&self) -> Self {
        match self {
            Self::Abandoned => Self::Abandoned,
            Self::Ended => Self::Ended,
            Self::Failed(error) => Self::Failed(Arc::clone(error)),
            Self::Store(error) => Self::Store(error.clone()),
        }
    }
}

/// The refreshes under way, and those that are just over.
#[derive(Clone)]
pub(crate) struct Refreshes {
    under_way: Arc<Mutex<HashMap<SessionId, Waiting>>>,
    over: Arc<ExpiringTable<SessionId, Arc<Session>>>,
    clock: SharedClock,
}

type Outcome = Result<Arc<Session>, Failure>;
type Waiting = watch::Receiver<Option<Outcome>>;

/// A failure whose type only the callers know.
#[derive(Clone)]
enum Failure {
    Ended,
    Renewal(Arc<dyn Any + Send + Sync>),
}

impl Refreshes {
    pub(crate) fn new(clock: SharedClock) -> Self {
        Self {
            under_way: Arc::default(),
            over: Arc::new(ExpiringTable::new(MAX_REMEMBERED)),
            clock,
        }
    }

    /// The refreshed session: a result of shortly before, or of the call under way, or of `renew`, which then runs as a
    /// task of its own. `keep` puts a success where it belongs, and says no when the session has ended meanwhile.
    pub(crate) async fn run<F, E, K>(
        &self,
        session: &Arc<Session>,
        renew: F,
        keep: K,
    ) -> Result<Arc<Session>, RefreshError<E>>
    where
        F: Future<Output = Result<Session, E>> + Send + 'static,
        E: Send + Sync + 'static,
        K: FnOnce(&Arc<Session>) -> bool + Send + 'static,
    {
        let mut waiting = match self.join(session) {
            Joined::Over(refreshed) => return Ok(refreshed),
            Joined::UnderWay(waiting) => waiting,
            Joined::First(landing) => {
                let waiting = landing.outcome.subscribe();
                tokio::spawn(landing.fly(renew, keep));
                waiting
            }
        };
        let outcome = match waiting.wait_for(Option::is_some).await {
            Ok(outcome) => outcome.clone(),
            Err(_) => None,
        };
        match outcome {
            Some(Ok(refreshed)) => Ok(refreshed),
            Some(Err(Failure::Ended)) => Err(RefreshError::Ended),
            Some(Err(Failure::Renewal(error))) => Err(error
                .downcast()
                .map_or(RefreshError::Abandoned, RefreshError::Failed)),
            None => Err(RefreshError::Abandoned),
        }
    }

    /// What a refresh of shortly before brought, where that is newer.
    pub(crate) fn newer(&self, session: &Session) -> Option<Arc<Session>> {
        let now = self.clock.unix();
        let newer = self.over.get(&session.id, now);
        newer.filter(|newer| is_newer(newer, session, now))
    }

    /// Forgets what is over, because the session has ended.
    pub(crate) fn forget(&self, id: &SessionId) {
        self.over.remove(id);
    }

    fn join(&self, session: &Arc<Session>) -> Joined {
        let mut under_way = self.lock();
        // Under the lock: a flight that lands leaves its result behind before it leaves the table.
        if let Some(newer) = self.newer(session) {
            return Joined::Over(newer);
        }
        if let Some(waiting) = under_way.get(&session.id) {
            return Joined::UnderWay(waiting.clone());
        }
        let (outcome, waiting) = watch::channel(None);
        under_way.insert(session.id, waiting);
        Joined::First(Landing {
            refreshes: self.clone(),
            id: session.id,
            outcome,
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SessionId, Waiting>> {
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Refreshes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refreshes").finish_non_exhaustive()
    }
}

enum Joined {
    First(Landing),
    Over(Arc<Session>),
    UnderWay(Waiting),
}

/// Takes a flight off the table however it ends, so that none stays there for ever.
struct Landing {
    refreshes: Refreshes,
    id: SessionId,
    outcome: watch::Sender<Option<Outcome>>,
}

impl Landing {
    async fn fly<F, E, K>(self, renew: F, keep: K)
    where
        F: Future<Output = Result<Session, E>>,
        E: Send + Sync + 'static,
        K: FnOnce(&Arc<Session>) -> bool,
    {
        let outcome = match renew.await.map(|refreshed| {
            Arc::new(Session {
                id: self.id,
                ..refreshed
            })
        }) {
            Ok(refreshed) if keep(&refreshed) => {
                let now = self.refreshes.clock.unix();
                let until = now.saturating_add(LEEWAY);
                self.refreshes
                    .over
                    .insert(self.id, Arc::clone(&refreshed), until, now);
                Ok(refreshed)
            }
            Ok(_) => Err(Failure::Ended),
            Err(error) => Err(Failure::Renewal(Arc::new(error))),
        };
        self.outcome.send_replace(Some(outcome));
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        self.refreshes.lock().remove(&self.id);
    }
}

/// Whether a result of before is what a holder of `presented` should go on with.
fn is_newer(refreshed: &Session, presented: &Session, now: u64) -> bool {
    refreshed.access_token != presented.access_token
        && refreshed.access_expires_at >= presented.access_expires_at
        && refreshed.access_expires_at > now
}

/// How long a result is kept for requests that still carry the old cookie, in seconds.
const LEEWAY: u64 = 60;
const MAX_REMEMBERED: usize = 10_000;

#[cfg(test)]
mod tests;
