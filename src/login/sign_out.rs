//! `GET` asks, `POST` ends the session and revokes its tokens.

use std::sync::Arc;

use super::{
    Failure, Login, LoginError, Reply, SIGN_OUT,
    pages::Notice,
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
    pub fn confirm_sign_out(&self, session: Option<&Session>) -> Reply {
        let notice = match session {
            Some(session) => Notice::SignOut {
                name: session.text("preferred_username").or_else(|| session.text("email")).map(str::to_owned),
                token: self.parts.step_tokens.sign_out(&session.id, &*self.parts.random),
            },
            None => Notice::SignedOut,
        };
        Reply::page(self.pages.notice(&notice), SetCookies::none())
    }

    /// `POST /.interlock/sign-out`: ends the session here and revokes its tokens there (protocol reference 5.21).
    ///
    /// # Errors
    /// The request comes from another origin, or from no page of ours.
    pub async fn sign_out(&self, visit: &Visit, posted: &Pairs, session: Option<Arc<Session>>) -> Result<Reply, LoginError> {
        if !same_origin(&visit.headers, &self.parts.public_url) {
            return Err(Failure::CrossOrigin.into());
        }
        let Some(session) = session else {
            return Ok(Reply::see_other(SIGN_OUT, self.parts.sessions.end(&visit.headers)));
        };
        if !self.parts.step_tokens.is_sign_out(&session.id, posted.one("t")?.unwrap_or_default()) {
            return Err(Failure::CrossOrigin.into());
        }
        let mut cookies = self.parts.sessions.end(&visit.headers);
        cookies = cookies.and(self.parts.transactions.clear());
        tracing::info!(user = %session.subject, request = %visit.request_id, "signed out");
        revoke(&self.parts.oauth, &session).await;
        Ok(Reply::see_other(SIGN_OUT, cookies))
    }
}

/// The refresh token first: with it the access tokens of the grant go. A server that is away does not keep the person
/// signed in here.
async fn revoke(oauth: &oauth::Client, session: &Session) {
    let tokens = session
        .refresh_token
        .iter()
        .map(|token| (token, TokenTypeHint::RefreshToken))
        .chain([(&session.access_token, TokenTypeHint::AccessToken)]);
    for (token, hint) in tokens {
        if let Err(error) = oauth.revoke(token, hint).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "a token was not revoked at sign-out");
        }
    }
}
