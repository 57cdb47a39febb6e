//! Sessions, wherever they are kept.

use std::{borrow::Cow, future::Future, sync::Arc};

use http::HeaderMap;

#[cfg(feature = "redis")]
use super::redis::{Shelf, Unrenewed};
use super::{
    Anonymous, CookieNames, KeyRing, RefreshError, Session, SessionError, SessionId, SetCookies,
    Settings, Store, StoreError, candidates, clear, held::Held, named::Named, only,
    refresh::Refreshes, sealed::Sealed, set_in_parts,
};
use crate::{clock::SharedClock, random::SharedRandom};

/// Opens, begins, keeps, refreshes and ends sessions. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Sessions(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    names: CookieNames,
    kept: Kept,
    refreshes: Refreshes,
    clock: SharedClock,
    random: SharedRandom,
}

#[derive(Debug)]
enum Kept {
    Cookie(Box<Sealed>),
    Memory(Held, Named),
    #[cfg(feature = "redis")]
    Redis(Shelf, Named),
}

/// A session that a request presented and that still runs.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The session.
    pub session: Arc<Session>,
    /// Whether the response should carry the cookie sealed anew: see [`Sessions::touch`].
    pub needs_touch: bool,
}

/// Whose sessions to end (OpenID Connect Back-Channel Logout 1.0 §2.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose<'a> {
    /// Those that belong to one session at the authorization server.
    Sid(&'a str),
    /// All of one person.
    Subject(&'a str),
}

impl Sessions {
    /// Sessions as `settings` say, in cookies called by `names` and sealed by `ring`.
    ///
    /// # Errors
    /// The address of the store is none. It is not connected to yet.
    pub fn new(
        settings: &Settings,
        names: CookieNames,
        ring: Arc<KeyRing>,
        clock: SharedClock,
        random: SharedRandom,
    ) -> Result<Self, StoreError> {
        let kept = match &settings.store {
            Store::Cookie => {
                let sealed = Sealed::new(names.session(), ring, settings.clone());
                Kept::Cookie(Box::new(sealed))
            }
            Store::Memory => {
                let by_name = Named::new(names.session(), ring);
                Kept::Memory(Held::new(settings.clone()), by_name)
            }
            #[cfg(feature = "redis")]
            Store::Redis(redis) => {
                let by_name = Named::new(names.session(), Arc::clone(&ring));
                let shelf = Shelf::new(redis, settings.clone(), ring, Arc::clone(&random))?;
                Kept::Redis(shelf, by_name)
            }
        };
        let refreshes = Refreshes::new(Arc::clone(&clock));
        Ok(Self(Arc::new(Shared {
            names,
            kept,
            refreshes,
            clock,
            random,
        })))
    }

    /// A name for a session that is about to begin.
    pub fn new_id(&self) -> SessionId {
        SessionId::generate(&*self.0.random)
    }

    /// What our cookies are called.
    pub fn names(&self) -> &CookieNames {
        &self.0.names
    }

    /// The one running session that the request presents, from any of its `Cookie` lines.
    ///
    /// Or why there is none: good cookies of two sessions are [`Anonymous::Unreadable`], since one of them was planted.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn open(
        &self,
        headers: &HeaderMap,
    ) -> Result<Result<Opened, Anonymous>, SessionError> {
        self.open_at(headers, self.0.clock.unix()).await
    }

    /// The same, where it is known what time it is (seconds since 1970).
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn open_at(
        &self,
        headers: &HeaderMap,
        now: u64,
    ) -> Result<Result<Opened, Anonymous>, SessionError> {
        let shared = &*self.0;
        if let Some(candidate) = only(headers, shared.names.session()) {
            let one = shared.open_one(candidate, now).await?;
            return Ok(one.map(|session| shared.opened(session, now)));
        }
        let candidates = match shared.candidates(headers) {
            Ok(candidates) => candidates,
            Err(why) => return Ok(Err(why)),
        };
        let mut why = Anonymous::NoCookie;
        let mut opened: Option<Arc<Session>> = None;
        for candidate in candidates {
            match shared.open_one(&candidate, now).await? {
                Ok(session) => match the_one(opened, session) {
                    Ok(session) => opened = Some(session),
                    Err(why) => return Ok(Err(why)),
                },
                Err(Anonymous::Unreadable) if why != Anonymous::NoCookie => {}
                Err(reason) => why = reason,
            }
        }
        Ok(opened.map(|session| shared.opened(session, now)).ok_or(why))
    }

    /// Begins a session that a sign-in brought about, under the id from [`Sessions::new_id`], and ends the one that the
    /// browser had.
    ///
    /// # Errors
    /// [`SessionError::ReusedId`] for an id that the browser came with, [`SessionError::TooLarge`] for a session that
    /// cookies cannot hold.
    pub async fn begin(
        &self,
        session: &Session,
        request: &HeaderMap,
    ) -> Result<SetCookies, SessionError> {
        let shared = &*self.0;
        let now = shared.clock.unix();
        let presented = shared.presented(request);
        if presented.contains(&session.id) {
            return Err(SessionError::ReusedId);
        }
        let mut session = session.clone();
        session.seen_at = now;
        let sealed = match &shared.kept {
            Kept::Cookie(sealed) => {
                // Begun in the very second in which all earlier ones were ended, it is still later than those.
                if let Some(ended_at) = sealed.ended_at(&session, now) {
                    session.started_at = session.started_at.max(ended_at.saturating_add(1));
                }
                sealed.seal(&session, now)?
            }
            Kept::Memory(held, named) => {
                let name = named.seal(session.id)?;
                held.begin(session, now)?;
                name
            }
            #[cfg(feature = "redis")]
            Kept::Redis(remote, named) => {
                let name = named.seal(session.id)?;
                Box::pin(remote.begin(&session, now)).await?;
                name
            }
        };
        for id in presented {
            shared.end_one(id, now).await?;
        }
        Ok(shared.set(&sealed, request))
    }

    /// Keeps a session that was refreshed, seen now.
    ///
    /// # Errors
    /// [`SessionError::Ended`] when it was ended meanwhile, [`SessionError::TooLarge`] when cookies cannot hold it.
    pub async fn save(
        &self,
        session: &Session,
        request: &HeaderMap,
    ) -> Result<SetCookies, SessionError> {
        let shared = &*self.0;
        let now = shared.clock.unix();
        let session = Session {
            seen_at: now,
            ..session.clone()
        };
        match &shared.kept {
            Kept::Cookie(sealed) => Ok(shared.set(&sealed.seal(&session, now)?, request)),
            Kept::Memory(held, _) => still_there(held.replace(Arc::new(session), now)),
            // The call is boxed, here and below, so that the other stores' requests stay small.
            #[cfg(feature = "redis")]
            Kept::Redis(remote, _) => still_there(Box::pin(remote.replace(&session, now)).await?),
        }
    }

    /// The cookies of a session that was begun a moment ago, for a browser that did not get them.
    ///
    /// # Errors
    /// As [`Sessions::save`].
    pub async fn hand_out_again(
        &self,
        session: &Session,
        request: &HeaderMap,
    ) -> Result<SetCookies, SessionError> {
        let shared = &*self.0;
        let saved = self.save(session, request).await?;
        match &shared.kept {
            Kept::Cookie(_) => Ok(saved),
            Kept::Memory(_, named) => Ok(shared.set(&named.seal(session.id)?, request)),
            #[cfg(feature = "redis")]
            Kept::Redis(_, named) => Ok(shared.set(&named.seal(session.id)?, request)),
        }
    }

    /// Seals the cookie anew where that is due, with what a refresh of shortly before brought.
    ///
    /// # Errors
    /// As [`Sessions::save`].
    pub async fn touch(
        &self,
        opened: &Opened,
        request: &HeaderMap,
    ) -> Result<SetCookies, SessionError> {
        if !opened.needs_touch {
            return Ok(SetCookies::none());
        }
        let newer = self.0.refreshes.newer(&opened.session);
        self.save(newer.as_ref().unwrap_or(&opened.session), request)
            .await
    }

    /// Ends every session that the request presents, also for copies of its cookie, and clears all forms of it.
    ///
    /// # Errors
    /// The store does not answer: then none is surely ended.
    pub async fn end(&self, request: &HeaderMap) -> Result<SetCookies, SessionError> {
        let shared = &*self.0;
        let now = shared.clock.unix();
        for id in shared.presented(request) {
            shared.end_one(id, now).await?;
        }
        Ok(self.clear(request))
    }

    /// Ends all sessions of somebody that began up to now: with the memory store for good, with the cookie store in this
    /// replica, with Redis in all of them.
    ///
    /// # Errors
    /// The store does not answer: then none is surely ended.
    pub async fn end_all(&self, whose: Whose<'_>) -> Result<(), SessionError> {
        match &self.0.kept {
            Kept::Cookie(sealed) => sealed.end_all(whose, self.0.clock.unix()),
            Kept::Memory(held, _) => held.end_all(|session| match whose {
                Whose::Sid(sid) => session.sid() == Some(sid),
                Whose::Subject(subject) => session.subject == subject,
            }),
            #[cfg(feature = "redis")]
            Kept::Redis(remote, _) => Box::pin(remote.end_all(whose)).await?,
        }
        Ok(())
    }

    /// Clears the session cookies that the request carries, for when they are dead (security C9).
    pub fn clear(&self, request: &HeaderMap) -> SetCookies {
        clear(&self.0.names, self.0.names.session(), request)
    }

    /// Whether opening one waits for somebody else.
    pub fn are_elsewhere(&self) -> bool {
        match self.0.kept {
            Kept::Cookie(_) | Kept::Memory(..) => false,
            #[cfg(feature = "redis")]
            Kept::Redis(..) => true,
        }
    }

    /// Whether a renewal is kept for later requests although no response carries it; with cookies it is not.
    pub fn keeps_renewals(&self) -> bool {
        !matches!(self.0.kept, Kept::Cookie(_))
    }

    /// The session with renewed tokens, by `renew`, which keeps the id, or by another call for the same session that
    /// is under way or was over shortly before. The result still has to be put into the response with
    /// [`Sessions::save`].
    ///
    /// Cancel safe: `renew` runs as a task of its own on the caller's runtime, so that a rotated refresh token is not
    /// lost with the request that rotated it.
    ///
    /// # Errors
    /// [`RefreshError`]; a failure is shared with those who waited for it and remembered for nobody else.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub async fn refresh<F, E>(
        &self,
        session: &Arc<Session>,
        renew: F,
    ) -> Result<Arc<Session>, RefreshError<E>>
    where
        F: Future<Output = Result<Session, E>> + Send + 'static,
        E: Send + Sync + 'static,
    {
        #[cfg(feature = "redis")]
        if let Kept::Redis(remote, _) = &self.0.kept {
            let now = self.0.clock.unix();
            let renew = remote.clone().renew(Arc::clone(session), renew, now);
            let outcome = self.0.refreshes.run(session, renew, |_| true).await;
            return outcome.map_err(unshared);
        }
        let shared = Arc::clone(&self.0);
        let keep = move |refreshed: &Arc<Session>| shared.keep(refreshed);
        self.0.refreshes.run(session, renew, keep).await
    }
}

impl Shared {
    fn candidates<'a>(&'a self, headers: &'a HeaderMap) -> Result<Vec<Cow<'a, [u8]>>, Anonymous> {
        candidates(headers, self.names.session()).map_err(|_| Anonymous::Unreadable)
    }

    fn opened(&self, session: Arc<Session>, now: u64) -> Opened {
        let needs_touch = match &self.kept {
            Kept::Cookie(sealed) => sealed.needs_touch(&session, now),
            Kept::Memory(..) => false,
            #[cfg(feature = "redis")]
            Kept::Redis(..) => false,
        };
        Opened {
            session,
            needs_touch,
        }
    }

    async fn open_one(
        &self,
        candidate: &[u8],
        now: u64,
    ) -> Result<Result<Arc<Session>, Anonymous>, StoreError> {
        Ok(match &self.kept {
            Kept::Cookie(sealed) => sealed.open(candidate, now),
            Kept::Memory(held, named) => match named.open(candidate) {
                Some(id) => held.open(&id, now),
                None => Err(Anonymous::Unreadable),
            },
            #[cfg(feature = "redis")]
            Kept::Redis(remote, named) => match named.open(candidate) {
                Some(id) => Box::pin(remote.open(&id, now)).await?,
                None => Err(Anonymous::Unreadable),
            },
        })
    }

    /// The names of all sessions that we sealed and the request presents, running or not.
    fn presented(&self, headers: &HeaderMap) -> Vec<SessionId> {
        let candidates = self.candidates(headers).unwrap_or_default();
        let name = |candidate: &Cow<'_, [u8]>| match &self.kept {
            Kept::Cookie(sealed) => sealed.peek(candidate),
            Kept::Memory(_, named) => named.open(candidate),
            #[cfg(feature = "redis")]
            Kept::Redis(_, named) => named.open(candidate),
        };
        candidates.iter().filter_map(name).collect()
    }

    async fn end_one(&self, id: SessionId, now: u64) -> Result<(), StoreError> {
        self.refreshes.forget(&id);
        match &self.kept {
            Kept::Cookie(sealed) => sealed.end(id, now),
            Kept::Memory(held, _) => held.end(&id),
            #[cfg(feature = "redis")]
            Kept::Redis(remote, _) => Box::pin(remote.delete(&id)).await?,
        }
        self.refreshes.forget(&id);
        Ok(())
    }

    /// Puts a refreshed session where later requests find it; `false` when it has ended meanwhile.
    fn keep(&self, refreshed: &Arc<Session>) -> bool {
        let now = self.clock.unix();
        match &self.kept {
            Kept::Cookie(sealed) => !sealed.has_ended(refreshed, now),
            Kept::Memory(held, _) => held.replace(Arc::clone(refreshed), now),
            // Kept while the shared lock was held.
            #[cfg(feature = "redis")]
            Kept::Redis(..) => true,
        }
    }

    fn set(&self, sealed: &str, request: &HeaderMap) -> SetCookies {
        set_in_parts(&self.names, self.names.session(), sealed, request)
    }
}

/// What was saved where the cookie is only a name.
fn still_there(replaced: bool) -> Result<SetCookies, SessionError> {
    if replaced {
        Ok(SetCookies::none())
    } else {
        Err(SessionError::Ended)
    }
}

/// What a renewal under the shared lock failed of, as every other.
#[cfg(feature = "redis")]
fn unshared<E>(error: RefreshError<Unrenewed<E>>) -> RefreshError<E> {
    match error {
        RefreshError::Abandoned => RefreshError::Abandoned,
        RefreshError::Ended => RefreshError::Ended,
        RefreshError::Store(error) => RefreshError::Store(error),
        RefreshError::Failed(why) => match &*why {
            Unrenewed::Busy => RefreshError::Abandoned,
            Unrenewed::Ended => RefreshError::Ended,
            Unrenewed::Failed(error) => RefreshError::Failed(Arc::clone(error)),
            Unrenewed::Store(error) => RefreshError::Store(error.clone()),
        },
    }
}

/// Of two copies of one session the one that was sealed later; of two sessions neither.
fn the_one(before: Option<Arc<Session>>, session: Arc<Session>) -> Result<Arc<Session>, Anonymous> {
    let age = |session: &Session| (session.access_expires_at, session.seen_at);
    match before {
        Some(before) if before.id != session.id => Err(Anonymous::Unreadable),
        Some(before) if age(&before) >= age(&session) => Ok(before),
        None | Some(_) => Ok(session),
    }
}

#[cfg(test)]
mod tests;
