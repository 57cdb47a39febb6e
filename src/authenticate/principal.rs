use std::sync::Arc;

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::{secret::Secret, session::Session, token::AccessToken};

/// Somebody whose credential was verified: what rules and headers may read (decision 4).
#[derive(Clone, Debug)]
pub struct Principal {
    /// Names this principal in caches: a digest of the credential and of its kind, since the token of a session, sent as
    /// Bearer, speaks by other claims.
    pub key: [u8; 16],
    /// What was presented.
    pub credential: Credential,
    /// The ID token's `sub`; on a Bearer request the access token's `uid`, else `sub`.
    pub subject: String,
    /// The claims that rules and headers read: the ID token's (and userinfo's) with a session, the access token's on a
    /// Bearer request.
    pub claims: Map<String, Value>,
    /// Scopes of the access token (`scp`).
    pub scopes: Vec<String>,
    /// `acr`: the authentication context class that was reached.
    pub acr: Option<String>,
    /// `auth_time`, seconds since 1970.
    pub auth_time: Option<u64>,
    /// For the app's `Authorization`.
    pub access_token: Secret,
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
            key: digest(Credential::Session, session.access_token.expose()),
            credential: Credential::Session,
            subject: session.subject.clone(),
            claims: session.claims.clone(),
            scopes: session.scopes.clone(),
            acr: session.acr.clone(),
            auth_time: session.auth_time,
            access_token: session.access_token.clone(),
        })
    }

    /// Whom a verified access token names; `token` is its text.
    pub fn of_token(verified: &AccessToken, token: &str) -> Self {
        Self {
            key: digest(Credential::Bearer, token),
            credential: Credential::Bearer,
            subject: verified
                .uid
                .clone()
                .unwrap_or_else(|| verified.subject.clone()),
            claims: verified.claims.clone(),
            scopes: verified.scopes.clone(),
            acr: verified.acr.clone(),
            auth_time: verified.auth_time,
            access_token: Secret::new(token),
        }
    }

    /// A claim that is text.
    pub fn text(&self, claim: &str) -> Option<&str> {
        self.claims.get(claim).and_then(Value::as_str)
    }

    /// The `groups` claim, a list of texts; a single text counts as a list of one.
    pub fn groups(&self) -> Vec<&str> {
        match self.claims.get("groups") {
            Some(Value::Array(groups)) => groups.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(group)) => vec![group],
            _ => Vec::new(),
        }
    }
}

fn digest(credential: Credential, text: &str) -> [u8; 16] {
    let kind: &[u8] = match credential {
        Credential::Bearer => b"b",
        Credential::Session => b"s",
    };
    let whole = Sha256::new()
        .chain_update(kind)
        .chain_update(text)
        .finalize();
    let mut half = [0; 16];
    half.iter_mut()
        .zip(whole.iter())
        .for_each(|(to, from)| *to = *from);
    half
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{random::SystemRandom, session::SessionId};

    #[test]
    fn a_session_and_its_token_sent_as_bearer_have_different_names() {
        let session = Session {
            id: SessionId::generate(&SystemRandom),
            subject: "00u1".to_owned(),
            claims: Map::new(),
            scopes: Vec::new(),
            access_token: "access".into(),
            access_expires_at: 1_000,
            access_key_id: None,
            refresh_token: None,
            id_token: None,
            acr: None,
            amr: Vec::new(),
            auth_time: None,
            started_at: 0,
            seen_at: 0,
        };
        let token = AccessToken {
            subject: session.subject.clone(),
            uid: None,
            client_id: None,
            scopes: Vec::new(),
            expires_at: session.access_expires_at,
            key_id: None,
            acr: None,
            auth_time: None,
            claims: Map::new(),
        };
        let bearer = Principal::of_token(&token, session.access_token.expose());
        assert_ne!(Principal::of_session(&session).key, bearer.key);
    }
}
