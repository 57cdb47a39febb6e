//! Who was met lately on this thread, so that a principal is made once for each credential and not for each request.
//!
//! This is no judgement: a session is found here only after it was opened, a token only where the verifier says again
//! that it stands. An entry answers for the very session or the very text that it was made of, and for nothing else.

use std::{cell::RefCell, fmt, sync::Arc};

use thread_local::ThreadLocal;

use super::Principal;
use crate::{session::Session, token::Accepted};

/// Small tables, one pair a thread: no lock and no allocation to find somebody.
#[derive(Default)]
pub(super) struct Recent(ThreadLocal<RefCell<Tables>>);

struct Tables {
    sessions: Box<[Place]>,
    tokens: Box<[Option<Bearer>]>,
}

/// Whoever comes to a place is kept there from the second time on: of a crowd, who come once in a long while, nobody
/// takes the place of somebody who comes again and again, and nobody is written down and struck out for nothing.
#[derive(Default)]
struct Place {
    /// The address of whoever was last not found here.
    missed: usize,
    owner: Option<Owner>,
}

/// The session is held, so that its address names it for as long as the entry is there.
struct Owner {
    session: Arc<Session>,
    principal: Arc<Principal>,
}

struct Bearer {
    token: Accepted,
    /// Holds the token's text.
    principal: Arc<Principal>,
}

impl Recent {
    /// Who a session belongs to.
    pub(super) fn of_session(&self, session: &Arc<Session>) -> Arc<Principal> {
        let mut tables = self.tables().borrow_mut();
        let address = Arc::as_ptr(session).addr();
        let Some(place) = tables.sessions.get_mut(place(address as u64)) else {
            return Principal::of_session(session);
        };
        if let Some(known) = &place.owner
            && Arc::ptr_eq(&known.session, session)
        {
            return Arc::clone(&known.principal);
        }
        let principal = Principal::of_session(session);
        if place.missed == address {
            place.owner = Some(Owner {
                session: Arc::clone(session),
                principal: Arc::clone(&principal),
            });
        }
        place.missed = address;
        principal
    }

    /// Whom this very text named, where `stands` says that the token behind it is still good; else it is forgotten.
    pub(super) fn of_token(
        &self,
        text: &str,
        stands: impl FnOnce(&Accepted) -> bool,
    ) -> Option<Arc<Principal>> {
        let mut tables = self.tables().borrow_mut();
        let slot = tables.tokens.get_mut(place(tail(text)?))?;
        let known = slot.as_ref()?;
        if known.principal.access_token().expose() != text {
            return None;
        }
        if !stands(&known.token) {
            *slot = None;
            return None;
        }
        Some(Arc::clone(&known.principal))
    }

    /// Remembers a token that was just accepted, and not for the first time.
    pub(super) fn put_token(&self, token: Accepted, principal: Arc<Principal>) {
        let mut tables = self.tables().borrow_mut();
        let slot = tail(principal.access_token().expose())
            .and_then(|tail| tables.tokens.get_mut(place(tail)));
        if let Some(slot) = slot {
            *slot = Some(Bearer { token, principal });
        }
    }

    fn tables(&self) -> &RefCell<Tables> {
        self.0.get_or(|| {
            RefCell::new(Tables {
                sessions: std::iter::repeat_with(Place::default).take(SLOTS).collect(),
                tokens: std::iter::repeat_with(|| None).take(SLOTS).collect(),
            })
        })
    }
}

/// The end of a token's signature, which nobody can choose without the key.
fn tail(text: &str) -> Option<u64> {
    text.as_bytes()
        .last_chunk()
        .map(|tail| u64::from_le_bytes(*tail))
}

fn place(name: u64) -> usize {
    let mixed = name.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - SLOTS.ilog2());
    usize::try_from(mixed).unwrap_or_default()
}

impl fmt::Debug for Recent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recent").finish_non_exhaustive()
    }
}

/// A power of two.
const SLOTS: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        session::SessionId,
        token::{AccessToken, ClaimsSet},
    };

    fn session(subject: &str) -> Arc<Session> {
        Arc::new(Session {
            id: SessionId::generate(&crate::random::SystemRandom),
            subject: subject.to_owned(),
            claims: ClaimsSet::default(),
            scopes: Vec::new(),
            access_token: "access".into(),
            access_expires_at: 1_000,
            access_key_id: None,
            refresh_token: None,
            acr: None,
            amr: Vec::new(),
            auth_time: None,
            started_at: 0,
            seen_at: 0,
        })
    }

    #[test]
    fn a_session_is_known_again_and_never_taken_for_another() {
        let recent = Recent::default();
        let first = session("ada");
        recent.of_session(&first);
        let known = recent.of_session(&first);
        assert!(Arc::ptr_eq(&known, &recent.of_session(&first)));
        let once = session("grace");
        recent.of_session(&once);
        assert_eq!(Arc::strong_count(&once), 1, "who came once is not kept");
        // Many more than there are places, so that addresses meet in one.
        let others: Vec<_> = (0..3 * SLOTS).map(|n| session(&n.to_string())).collect();
        for other in others.iter().chain(&others) {
            assert_eq!(recent.of_session(other).subject(), other.subject);
        }
        assert_eq!(recent.of_session(&first).subject(), "ada");
    }

    #[test]
    fn a_token_answers_for_its_very_text_and_only_while_it_stands() {
        let recent = Recent::default();
        let token = Arc::new(AccessToken {
            scopes: Arc::default(),
            expires_at: 1_000,
            key_id: Some("k1".into()),
            auth_time: None,
            claims: Arc::default(),
        });
        let text = "header.payload.signature";
        let principal = Arc::new(Principal::of_token(&token, text));
        let put = || recent.put_token(Arc::clone(&token).into(), Arc::clone(&principal));
        put();
        assert!(recent.of_token(text, |_| true).is_some());
        for other in ["header.PAYLOAD.signature", "signature", "short", ""] {
            assert!(recent.of_token(other, |_| true).is_none(), "{other}");
        }
        assert!(recent.of_token(text, |_| false).is_none());
        assert!(
            recent.of_token(text, |_| true).is_none(),
            "what no longer stands is forgotten"
        );
        put();
        assert!(recent.of_token(text, |_| true).is_some());
    }
}
