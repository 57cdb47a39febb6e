//! `POST /.interlock/backchannel-logout`: the authorization server itself says that sessions are over (OpenID Connect
//! Back-Channel Logout 1.0).

use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::{
    clock::SharedClock,
    secret::Secret,
    session::{ExpiringTable, SessionError, Sessions, Whose},
    token::{IdTokenError, Verifier},
};

/// Ends sessions by logout tokens, each of which is good once in this replica.
#[derive(Debug)]
pub struct BackChannel {
    verifier: Arc<Verifier>,
    sessions: Sessions,
    used: ExpiringTable<[u8; 32], ()>,
    clock: SharedClock,
}

/// Why no session was ended.
#[derive(Debug, thiserror::Error)]
pub enum NotEnded {
    /// The token was used before.
    #[error("the logout token was used before")]
    Again,
    /// The store does not answer.
    #[error("the sessions can't be ended")]
    Sessions(#[from] SessionError),
    /// The token is not good, or can't be judged now.
    #[error("the logout token is not accepted")]
    Token(#[from] IdTokenError),
}

impl BackChannel {
    /// Nothing was used yet.
    pub fn new(verifier: Arc<Verifier>, sessions: Sessions, clock: SharedClock) -> Self {
        Self {
            verifier,
            sessions,
            used: ExpiringTable::new(MOST_USED),
            clock,
        }
    }

    /// Ends the one session that the token names by `sid`, else all of the person it names.
    ///
    /// # Errors
    /// [`NotEnded`]. A token is only spent when its sessions have ended, so that it may be sent again.
    pub async fn end(&self, logout_token: &str) -> Result<(), NotEnded> {
        let token = self
            .verifier
            .logout_token(&Secret::new(logout_token))
            .await?;
        let (id, now) = (Sha256::digest(&token.id).into(), self.clock.unix());
        // As long as the skew lets it live.
        let until = token.expires_at.saturating_add(MOST_SKEW);
        let is_new = self.used.update(id, now, |used| match used {
            None => (Some(((), until)), true),
            Some(()) => (None, false),
        });
        if !is_new {
            return Err(NotEnded::Again);
        }
        let whose = match (&token.sid, &token.subject) {
            (Some(sid), _) => Whose::Sid(sid),
            (None, Some(subject)) => Whose::Subject(subject),
            (None, None) => return Ok(()),
        };
        if let Err(error) = self.sessions.end_all(whose).await {
            self.used.remove(&id);
            return Err(error.into());
        }
        tracing::info!(
            user = token.subject,
            "signed out by the authorization server"
        );
        Ok(())
    }
}

const MOST_USED: usize = 100_000;
/// Largest `tokens.clock_skew`, in seconds.
const MOST_SKEW: u64 = 60;
