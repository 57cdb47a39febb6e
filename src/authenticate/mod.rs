//! Session cookie or Bearer token: says who is asking, never what they may do.
//!
//! 1. A public route asks nobody.
//! 2. An `Authorization: Bearer` field decides alone: a bad one is refused even beside a good cookie (decision 3).
//! 3. Else the session cookie. A session whose access token is about to end, or whose signing key was withdrawn, is
//!    renewed with its refresh token, one request at a time; when the authorization server refuses, the session ends, and
//!    when it is away the session goes on until its token expires (invariant 8).
//!
//! Every error denies.

mod principal;
mod recent;
mod renew;
mod told;

use std::{collections::BTreeSet, sync::Arc};

use http::{HeaderMap, header::AUTHORIZATION};

pub use principal::{Credential, Person, Principal};
use recent::Recent;
pub use renew::RenewError;
use renew::Renewal;
pub use told::Told;

use crate::{
    clock::SharedClock,
    edge::Admitted,
    oauth,
    route::{Access, Route},
    session::{self, Session, Sessions, SetCookies},
    token::{Accepted, AccessTokenError, Verifier},
};

/// A request and who sent it, as far as the route wants to know.
#[derive(Debug)]
pub struct Identified {
    /// The request.
    pub admitted: Box<Admitted>,
    /// Its route.
    pub route: Arc<Route>,
    /// Who asks.
    pub who: Who,
    /// Cookies that the answer must carry: the session resealed, renewed or cleared.
    pub cookies: SetCookies,
}

/// Who asks.
#[derive(Clone, Debug)]
pub enum Who {
    /// Nobody we know, and why.
    Anonymous(Anonymous),
    /// Somebody whose credential was verified.
    Known(Arc<Principal>),
}

/// Why nobody is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anonymous {
    /// The session ended: it ran out, it was signed out, or the authorization server no longer renews it.
    Ended,
    /// No credential at all.
    NoCredential,
    /// The route asks nobody.
    NotAsked,
    /// A session cookie that is not ours, or was changed.
    Unreadable,
}

/// Why it can't be said who asks.
#[derive(Debug, thiserror::Error)]
pub enum AuthenticateError {
    /// The Bearer token was refused, or there is nothing to judge it by.
    #[error(transparent)]
    AccessToken(#[from] AccessTokenError),
    /// The session's token ran out while the authorization server is away.
    #[error("the session can't be renewed")]
    Renew(#[from] RenewError),
    /// The session could not be written.
    #[error("the session can't be kept")]
    Session(#[from] session::SessionError),
}

/// The room.
#[derive(Debug)]
pub struct Authenticate {
    verifier: Arc<Verifier>,
    sessions: Sessions,
    renewal: Renewal,
    recent: Recent,
    clock: SharedClock,
}

/// A session that was looked up, with the cookies the answer must carry.
#[derive(Debug)]
pub struct Presented {
    /// The session, or why there is none.
    pub session: Result<Arc<Session>, Anonymous>,
    /// Cookies to set: resealed, renewed or cleared.
    pub cookies: SetCookies,
}

/// Who asks, with the cookies the answer must carry.
struct Found {
    who: Who,
    cookies: SetCookies,
    /// When that was so, in seconds since 1970: later than it was asked where somebody had to be waited for.
    at: u64,
}

impl Found {
    fn known(principal: Arc<Principal>, at: u64) -> Self {
        Self {
            who: Who::Known(principal),
            cookies: SetCookies::none(),
            at,
        }
    }
}

impl Authenticate {
    /// Builds the room. `needed_claims` are those that rules and mapped headers read (decision 4).
    pub fn new(
        verifier: Arc<Verifier>,
        sessions: Sessions,
        oauth: Arc<oauth::Client>,
        needed_claims: BTreeSet<String>,
        clock: SharedClock,
    ) -> Self {
        let renewal = Renewal {
            verifier: verifier.clone(),
            oauth,
            needed_claims: Arc::new(needed_claims),
            clock: clock.clone(),
        };
        Self {
            verifier,
            sessions,
            renewal,
            recent: Recent::default(),
            clock,
        }
    }

    /// Says who sent a request.
    ///
    /// # Errors
    /// A Bearer token that is refused or can't be judged; a session that ran out and can't be renewed now.
    pub async fn identify(
        &self,
        mut admitted: Box<Admitted>,
        route: Arc<Route>,
    ) -> Result<Identified, AuthenticateError> {
        let (who, cookies) = match route.access {
            Access::Public => (Who::Anonymous(Anonymous::NotAsked), SetCookies::none()),
            access @ (Access::Optional | Access::SignedIn | Access::Token) => {
                let sessions = access != Access::Token;
                let headers = &admitted.head.headers;
                let found = self.who_at(headers, sessions, admitted.judged_at).await?;
                admitted.judged_at = found.at;
                (found.who, found.cookies)
            }
        };
        Ok(Identified {
            admitted,
            route,
            who,
            cookies,
        })
    }

    /// Says whom the fields of a request name: by Bearer token, or (where `sessions` are accepted) by cookie.
    ///
    /// # Errors
    /// As [`Authenticate::identify`].
    pub async fn who(
        &self,
        headers: &HeaderMap,
        sessions: bool,
    ) -> Result<(Who, SetCookies), AuthenticateError> {
        let found = self.who_at(headers, sessions, self.clock.unix()).await?;
        Ok((found.who, found.cookies))
    }

    /// The same, where it is known what time it is (seconds since 1970).
    async fn who_at(
        &self,
        headers: &HeaderMap,
        sessions: bool,
        now: u64,
    ) -> Result<Found, AuthenticateError> {
        if let Some(token) = bearer(headers) {
            let stands = |known: &Accepted| self.verifier.stands(known, now);
            return Ok(match self.recent.of_token(token, stands) {
                Some(principal) => Found::known(principal, now),
                None => Found::known(self.bearer(token).await?, self.clock.unix()),
            });
        }
        if !sessions {
            return Ok(Found {
                who: Who::Anonymous(Anonymous::NoCredential),
                cookies: SetCookies::none(),
                at: now,
            });
        }
        let (presented, at) = self.session_at(headers, now).await?;
        let who = match presented.session {
            Ok(session) => Who::Known(self.recent.of_session(&session)),
            Err(anonymous) => Who::Anonymous(anonymous),
        };
        Ok(Found {
            who,
            cookies: presented.cookies,
            at,
        })
    }

    async fn bearer(&self, token: &str) -> Result<Arc<Principal>, AccessTokenError> {
        let accepted = match self.verifier.accept_at_once(token)? {
            Some(accepted) => accepted,
            None => Box::pin(self.verifier.accept(token)).await?,
        };
        let principal = Arc::new(Principal::of_token(accepted.token(), token));
        // Many tokens come once: those would only push out others.
        if accepted.was_known() {
            self.recent.put_token(accepted, Arc::clone(&principal));
        }
        Ok(principal)
    }
}

/// The token of an `Authorization: Bearer` field (RFC 6750 §2.1); other schemes are not ours to judge.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?;
    // A value that is no text can't be a token either: it is given on as the empty token, which is refused.
    let Ok(text) = value.to_str() else {
        return Some("");
    };
    let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn only_the_bearer_scheme_is_read() {
        for (value, token) in [
            ("Bearer abc", Some("abc")),
            ("bearer  abc ", Some("abc")),
            ("BEARER", Some("")),
            ("Basic abc", None),
            ("Bearerabc", None),
        ] {
            let headers = HeaderMap::from_iter([(AUTHORIZATION, HeaderValue::from_static(value))]);
            assert_eq!(bearer(&headers), token, "{value}");
        }
        let opaque = HeaderMap::from_iter([(
            AUTHORIZATION,
            HeaderValue::from_bytes(b"Bearer \xff").unwrap(),
        )]);
        assert_eq!(bearer(&opaque), Some(""));
    }
}
