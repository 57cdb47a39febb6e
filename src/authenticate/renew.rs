//! A session from its cookie, kept alive: renewed before its access token ends, resealed when its idle time moved on.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use http::HeaderMap;
use serde_json::{Map, Value};

use super::{Anonymous, Authenticate, AuthenticateError, Presented};
use crate::{
    clock::SharedClock,
    oauth::{self, TokenResponse, UserinfoError},
    secret::Secret,
    session::{self, RefreshError, Session, SessionError, SetCookies},
    token::{AccessTokenError, ClaimsSet, IdTokenError, IdTokenExpectation, KeyStanding, Verifier},
};

/// Why a session's tokens were not renewed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum RenewError {
    /// The renewal did not come to an end.
    #[error("the renewal was abandoned")]
    Abandoned,
    /// The authorization server can't be asked now; later it may say yes.
    #[error("the authorization server is away")]
    Away(#[source] Arc<dyn std::error::Error + Send + Sync>),
    /// It said no, or what it sent was not good: the session is over.
    #[error("the authorization server no longer renews the session")]
    Over(#[source] Arc<dyn std::error::Error + Send + Sync>),
}

/// How long a request waits for a renewal that it could do without, where the store keeps it for the next request.
const PATIENCE: Duration = Duration::from_secs(1);
/// Claims that say how somebody signed in: refreshing authenticates nobody (protocol reference 6.7).
const OF_THE_SIGN_IN: [&str; 5] = ["acr", "amr", "auth_time", "idp", "sid"];
/// Renewal begins so many seconds before the access token's end, so that no request meets an expired one.
const AHEAD: u64 = 60;

impl Authenticate {
    /// Looks up the session of a request, renewed where it must be.
    ///
    /// # Errors
    /// Its token ran out, and the authorization server can't be asked.
    pub async fn session(&self, headers: &HeaderMap) -> Result<Presented, AuthenticateError> {
        let (presented, _) = self.session_at(headers, self.clock.unix()).await?;
        Ok(presented)
    }

    /// The same, where it is known what time it is (seconds since 1970); with the time at which it was so, which is later
    /// where somebody was waited for.
    pub(super) async fn session_at(
        &self,
        headers: &HeaderMap,
        now: u64,
    ) -> Result<(Presented, u64), AuthenticateError> {
        let opened = match self.sessions.open_at(headers, now).await? {
            Ok(opened) => opened,
            Err(why) => return Ok((self.nobody(why, headers), now)),
        };
        let now = if self.sessions.are_elsewhere() {
            self.clock.unix()
        } else {
            now
        };
        if !self.must_renew(&opened.session, now) {
            let cookies = self.sessions.touch(&opened, headers).await?;
            let presented = Presented {
                session: Ok(opened.session),
                cookies,
            };
            return Ok((presented, now));
        }
        let presented = Box::pin(self.renewed(opened.session, headers, now)).await?;
        Ok((presented, self.clock.unix()))
    }

    async fn renewed(
        &self,
        session: Arc<Session>,
        headers: &HeaderMap,
        now: u64,
    ) -> Result<Presented, AuthenticateError> {
        let Some(outcome) = self.renew(&session, now).await else {
            return Ok(as_it_is(session));
        };
        let now = self.clock.unix();
        match outcome {
            Ok(renewed) => {
                match self.sessions.save(&renewed, headers).await {
                    Ok(cookies) => Ok(Presented {
                        session: Ok(renewed),
                        cookies,
                    }),
                    // Signed out meanwhile, by another tab.
                    Err(SessionError::Ended) => self.over(headers).await,
                    Err(error) => Err(error.into()),
                }
            }
            Err(RefreshError::Ended) => self.over(headers).await,
            Err(RefreshError::Store(error)) => Err(SessionError::from(error).into()),
            Err(RefreshError::Abandoned) => Err(RenewError::Abandoned.into()),
            Err(RefreshError::Failed(error)) => match &*error {
                RenewError::Over(why) => {
                    tracing::info!(user = %session.subject, error = &**why as &dyn std::error::Error, "session ended: not renewed");
                    self.over(headers).await
                }
                RenewError::Abandoned | RenewError::Away(_) if self.still_good(&session, now) => {
                    Ok(as_it_is(session))
                }
                lasting @ (RenewError::Abandoned | RenewError::Away(_)) => {
                    Err(lasting.clone().into())
                }
            },
        }
    }

    /// What became of the renewal; `None` where it takes its time and the session is still good without it. What the
    /// browser alone keeps is waited for: left behind, the rotated refresh token would be lost, and the session with it.
    async fn renew(
        &self,
        session: &Arc<Session>,
        now: u64,
    ) -> Option<Result<Arc<Session>, RefreshError<RenewError>>> {
        let renewal = self.renewal.clone().renew(Arc::clone(session));
        let renewed = Box::pin(self.sessions.refresh(session, renewal));
        if self.sessions.keeps_renewals() && self.still_good(session, now) {
            tokio::time::timeout(PATIENCE, renewed).await.ok()
        } else {
            Some(renewed.await)
        }
    }

    /// The session that a request presents, as it is: not renewed, not resealed.
    ///
    /// # Errors
    /// The session store does not answer.
    pub async fn stored(
        &self,
        headers: &HeaderMap,
    ) -> Result<Option<Arc<Session>>, AuthenticateError> {
        let opened = self.sessions.open(headers).await?;
        Ok(opened.ok().map(|opened| opened.session))
    }

    async fn over(&self, headers: &HeaderMap) -> Result<Presented, AuthenticateError> {
        Ok(Presented {
            session: Err(Anonymous::Ended),
            cookies: self.sessions.end(headers).await?,
        })
    }

    /// No session; a dead cookie is cleared (security C9).
    fn nobody(&self, why: session::Anonymous, headers: &HeaderMap) -> Presented {
        let (why, clear) = match why {
            session::Anonymous::NoCookie => (Anonymous::NoCredential, false),
            session::Anonymous::Unreadable => (Anonymous::Unreadable, true),
            session::Anonymous::Expired | session::Anonymous::Idle | session::Anonymous::Ended => {
                (Anonymous::Ended, true)
            }
        };
        let cookies = if clear {
            self.sessions.clear(headers)
        } else {
            SetCookies::none()
        };
        Presented {
            session: Err(why),
            cookies,
        }
    }

    /// Soon over, or signed by a key that was withdrawn (invariant 7).
    fn must_renew(&self, session: &Session, now: u64) -> bool {
        let ahead = if session.refresh_token.is_some() {
            AHEAD
        } else {
            0
        };
        now.saturating_add(ahead) >= session.access_expires_at || self.key_withdrawn(session)
    }

    /// Whether the session may go on while the authorization server is away (invariant 8).
    fn still_good(&self, session: &Session, now: u64) -> bool {
        now < session.access_expires_at && !self.key_withdrawn(session)
    }

    fn key_withdrawn(&self, session: &Session) -> bool {
        session
            .access_key_id
            .as_deref()
            .is_some_and(|kid| self.renewal.verifier.key_standing(kid) == KeyStanding::Withdrawn)
    }
}

/// What a renewal needs; it runs as a task of its own, whatever becomes of the request that began it.
#[derive(Clone, Debug)]
pub(super) struct Renewal {
    pub(super) verifier: Arc<Verifier>,
    pub(super) oauth: Arc<oauth::Client>,
    pub(super) needed_claims: Arc<BTreeSet<String>>,
    pub(super) clock: SharedClock,
}

impl Renewal {
    async fn renew(self, session: Arc<Session>) -> Result<Session, RenewError> {
        let Some(refresh_token) = session.refresh_token.clone() else {
            return Err(over(NoRefreshToken));
        };
        let response = match self.oauth.refresh(&refresh_token).await {
            Ok(response) => response,
            Err(refused) if refused.is_invalid_grant() => return Err(over(refused)),
            Err(error) => return Err(away(error)),
        };
        self.renewed(&session, response).await
    }

    /// The session with the new tokens in it. `acr` and `auth_time` stay: refreshing authenticates nobody
    /// (protocol reference 6.7).
    async fn renewed(
        &self,
        session: &Session,
        response: TokenResponse,
    ) -> Result<Session, RenewError> {
        let access = self
            .verifier
            .session_access_token(&response.access_token)
            .await
            .map_err(why_no_access_token)?;
        let mut renewed = session.clone();
        let mut key_id = access.as_ref().and_then(|access| access.key_id.clone());
        if let Some(id_token) = &response.id_token {
            let expected = IdTokenExpectation {
                nonce: None,
                access_token: Some(&response.access_token),
                max_age: None,
            };
            let verified = self
                .verifier
                .id_token(id_token, &expected)
                .await
                .map_err(why_no_id_token)?;
            if verified.subject != session.subject {
                return Err(over(SomebodyElse));
            }
            key_id = key_id.or(Some(verified.key_id));
            let claims = self.claims(session, verified.claims, &response.access_token);
            renewed.claims = Session::keeps(claims.await?, &self.needed_claims);
        }
        let now = self.clock.unix();
        renewed.access_expires_at = access.as_ref().map_or_else(
            || now.saturating_add(response.expires_in.unwrap_or(0)),
            |access| access.expires_at,
        );
        renewed.access_key_id = key_id.as_deref().map(str::to_owned);
        if let Some(access) = access {
            renewed.scopes = access.scopes.to_vec();
        }
        renewed.access_token = response.access_token;
        if response.refresh_token.is_some() {
            renewed.refresh_token = response.refresh_token;
        }
        renewed.seen_at = now;
        Ok(renewed)
    }

    /// The claims of the new ID token, completed as at sign-in: what it no longer says is over. Where userinfo can't be
    /// asked, what is needed of it stays as it was until the next renewal; the new tokens are not thrown away for it.
    async fn claims(
        &self,
        session: &Session,
        mut claims: Map<String, Value>,
        access_token: &Secret,
    ) -> Result<Map<String, Value>, RenewError> {
        keep(&session.claims, OF_THE_SIGN_IN, &mut claims);
        let completed = self.oauth.complete_claims(
            &mut claims,
            &session.subject,
            &self.needed_claims,
            access_token,
        );
        match completed.await {
            Ok(()) => Ok(claims),
            Err(UserinfoError::SomebodyElse) => Err(over(SomebodyElse)),
            Err(UserinfoError::Call(error)) => {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(error, "claims were not read anew; the old ones are kept");
                let needed = self.needed_claims.iter().map(String::as_str);
                keep(&session.claims, needed, &mut claims);
                Ok(claims)
            }
        }
    }
}

/// Carries claims over that the new ones leave out.
fn keep<'a>(
    old: &ClaimsSet,
    names: impl IntoIterator<Item = &'a str>,
    new: &mut Map<String, Value>,
) {
    for name in names {
        if let Some(value) = old.one(name) {
            new.entry(name).or_insert(value);
        }
    }
}

fn as_it_is(session: Arc<Session>) -> Presented {
    Presented {
        session: Ok(session),
        cookies: SetCookies::none(),
    }
}

fn over(error: impl std::error::Error + Send + Sync + 'static) -> RenewError {
    RenewError::Over(Arc::new(error))
}

fn away(error: impl std::error::Error + Send + Sync + 'static) -> RenewError {
    RenewError::Away(Arc::new(error))
}

/// Without keys nothing was judged, so nobody said no (invariant 8).
fn why_no_access_token(error: AccessTokenError) -> RenewError {
    match error {
        AccessTokenError::Refused { .. } => over(error),
        AccessTokenError::Introspection(_) | AccessTokenError::Keys(_) => away(error),
    }
}

fn why_no_id_token(error: IdTokenError) -> RenewError {
    match error {
        IdTokenError::Refused(_) => over(error),
        IdTokenError::Keys(_) => away(error),
    }
}

#[derive(Debug, thiserror::Error)]
#[error("there is no refresh token")]
struct NoRefreshToken;

#[derive(Debug, thiserror::Error)]
#[error("the renewed ID token names somebody else")]
struct SomebodyElse;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::{KeySetError, Refused};

    #[test]
    fn tokens_that_nobody_could_judge_end_no_session() {
        let keys = || AccessTokenError::Keys(KeySetError::Never);
        assert!(matches!(why_no_access_token(keys()), RenewError::Away(_)));
        assert!(matches!(
            why_no_id_token(IdTokenError::Keys(KeySetError::Never)),
            RenewError::Away(_)
        ));
        let refused = AccessTokenError::from(Refused::Signature);
        assert!(matches!(why_no_access_token(refused), RenewError::Over(_)));
        let refused = IdTokenError::Refused(Refused::Nonce);
        assert!(matches!(why_no_id_token(refused), RenewError::Over(_)));
    }
}
