use std::sync::Arc;

use super::Told;
use crate::{
    secret::Secret,
    session::Session,
    token::{AccessToken, ClaimsSet},
};

/// Somebody whose credential was verified: what rules and headers may read (decision 4).
#[derive(Clone, Debug)]
pub struct Principal {
    /// What was presented.
    pub credential: Credential,
    /// The ID token's `sub`; on a Bearer request the access token's `uid`, else `sub`.
    pub subject: String,
    /// The claims that rules and headers read: the ID token's (and userinfo's) with a session, the access token's on a
    /// Bearer request.
    pub claims: Arc<ClaimsSet>,
    /// Scopes of the access token (`scp`).
    pub scopes: Arc<[String]>,
    /// `acr`: the authentication context class that was reached.
    pub acr: Option<String>,
    /// `auth_time`, seconds since 1970.
    pub auth_time: Option<u64>,
    /// For the app's `Authorization`.
    pub access_token: Secret,
    /// What apps were told about them, so long as the rest of this stays what it is.
    pub told: Told,
}

/// What was presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// `Authorization: Bearer`.
    Bearer,
    /// The session cookie.
    Session,
}

impl Principal {
    /// Who a session belongs to.
    pub fn of_session(session: &Session) -> Arc<Self> {
        Arc::new(Self {
            credential: Credential::Session,
            subject: session.subject.clone(),
            claims: Arc::new(session.claims.clone().into()),
            scopes: session.scopes.as_slice().into(),
            acr: session.acr.clone(),
            auth_time: session.auth_time,
            access_token: session.access_token.clone(),
            told: Told::default(),
        })
    }

    /// Whom a verified access token names; `token` is its text.
    pub fn of_token(verified: &AccessToken, token: &str) -> Self {
        let subject = verified.uid().unwrap_or_else(|| verified.subject());
        Self {
            credential: Credential::Bearer,
            subject: subject.to_owned(),
            claims: Arc::clone(&verified.claims),
            scopes: Arc::clone(&verified.scopes),
            acr: verified.acr().map(str::to_owned),
            auth_time: verified.auth_time,
            access_token: Secret::new(token),
            told: Told::default(),
        }
    }

    /// A claim that is text.
    pub fn text(&self, claim: &str) -> Option<&str> {
        self.claims.text(claim)
    }

    /// The `groups` claim, a list of texts; a single text counts as a list of one.
    pub fn groups(&self) -> Vec<&str> {
        self.claims.texts("groups")
    }
}
