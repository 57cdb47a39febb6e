//! `GET` asks, `POST` ends the session and revokes its tokens.

use std::{sync::Arc, time::Duration};

use super::{
    Failure, Login, LoginError, Reply, SIGN_OUT,
    pages::{Notice, NoticeKind, SignOut},
    step_token::{Bound, StepCheck},
    visit::{Pairs, Visit, same_origin},
};
use crate::{
    oauth::{self, TokenTypeHint},
    session::{Session, SetCookies},
};

impl Login {
    /// `GET /.interlock/sign-out`: asks whether to, or says that it is done.
    ///
    /// # Errors
    /// None at present; the page needs nobody else.
    pub fn confirm_sign_out(&self, visit: &Visit, session: Option<&Session>) -> Reply {
        let page = match session {
            Some(session) => {
                let name = |claim: &str| session.claims.text(claim);
                self.pages_for(visit).sign_out(&SignOut {
                    action: SIGN_OUT,
                    token: Some(&self.sign_out_token(session)),
                    rd: None,
                    identifier: name("preferred_username").or_else(|| name("email")),
                    stay: "/",
                })
            }
            None => self
                .pages
                .notice(&Notice::new(NoticeKind::SignedOut).link("/")),
        };
        Reply::page(page, SetCookies::none())
    }

    /// Binds the question to the session, as a step's token binds a page to its transaction.
    fn sign_out_token(&self, session: &Session) -> String {
        self.parts
            .step_tokens
            .issue(bound_to(session), SIGN_OUT_PAGE, &*self.parts.random)
    }

    /// `POST /.interlock/sign-out`: ends the session here and revokes its tokens there (protocol reference 5.21).
    ///
    /// # Errors
    /// The request comes from another origin, or from no page of ours.
    pub async fn sign_out(
        &self,
        visit: &Visit,
        posted: &Pairs,
        session: Option<Arc<Session>>,
    ) -> Result<Reply, LoginError> {
        if !same_origin(&visit.headers, &self.parts.public_url) {
            return Err(Failure::CrossOrigin.into());
        }
        let Some(session) = session else {
            return Ok(Reply::see_other(
                SIGN_OUT,
                self.parts
                    .sessions
                    .end(&visit.headers)
                    .await
                    .map_err(Failure::from)?,
            ));
        };
        let token = posted.one("t")?.unwrap_or_default();
        if self
            .parts
            .step_tokens
            .check(bound_to(&session), SIGN_OUT_PAGE, token)
            != StepCheck::Valid
        {
            return Err(Failure::CrossOrigin.into());
        }
        let mut cookies = self
            .parts
            .sessions
            .end(&visit.headers)
            .await
            .map_err(Failure::from)?;
        cookies = cookies.and(self.parts.transactions.clear());
        tracing::info!(user = %session.subject, request = %visit.request_id, "signed out");
        let revoking = tokio::spawn(revoke(self.parts.oauth.clone(), session));
        // The session is over here; a server that hangs keeps nobody waiting, and is told all the same.
        let _ = tokio::time::timeout(PATIENCE, revoking).await;
        Ok(Reply::see_other(SIGN_OUT, cookies))
    }
}

/// The refresh token first: with it the access tokens of the grant go. A server that is away does not keep the person
/// signed in here.
async fn revoke(oauth: Arc<oauth::Client>, session: Arc<Session>) {
    let tokens = session
        .refresh_token
        .iter()
        .map(|token| (token, TokenTypeHint::RefreshToken))
        .chain([(&session.access_token, TokenTypeHint::AccessToken)]);
    for (token, hint) in tokens {
        if let Err(error) = oauth.revoke(token, hint).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "a token was not revoked at sign-out"
            );
        }
    }
}

/// How long who signs out waits for the tokens to be revoked.
const PATIENCE: Duration = Duration::from_secs(2);

/// The fingerprint that stands for the question whether to sign out.
const SIGN_OUT_PAGE: [u8; 8] = *b"sign-out";

fn bound_to(session: &Session) -> Bound {
    Bound {
        id: session.id.octets(),
        step: 0,
    }
}
