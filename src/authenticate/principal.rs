use std::sync::Arc;

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::{secret::Secret, session::Session, token::AccessToken};

/// Somebody whose credential was verified: what rules and headers may read (decision 4).
#[derive(Clone, Debug)]
pub struct Principal {
    /// Names this principal in caches: a digest of all that the other fields say, so that no two share it.
    pub key: [u8; 16],
    /// What was presented.
    pub credential: Credential,
    /// The ID token's `sub`; on a Bearer request the access token's `uid`, else `sub`.
    pub subject: String,
    /// The claims that rules and headers read: the ID token's (and userinfo's) with a session, the access token's on a
    /// Bearer request.
    pub claims: Arc<Map<String, Value>>,
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
        Arc::new(Self::named(
            Credential::Session,
            session.subject.clone(),
            Arc::new(session.claims.clone()),
            session.scopes.clone(),
            session.acr.clone(),
            session.auth_time,
            session.access_token.clone(),
        ))
    }

    /// Whom a verified access token names; `token` is its text.
    pub fn of_token(verified: &AccessToken, token: &str) -> Self {
        let subject = verified.uid.as_ref().unwrap_or(&verified.subject);
        Self::named(
            Credential::Bearer,
            subject.clone(),
            Arc::clone(&verified.claims),
            verified.scopes.clone(),
            verified.acr.clone(),
            verified.auth_time,
            Secret::new(token),
        )
    }

    fn named(
        credential: Credential,
        subject: String,
        claims: Arc<Map<String, Value>>,
        scopes: Vec<String>,
        acr: Option<String>,
        auth_time: Option<u64>,
        access_token: Secret,
    ) -> Self {
        let kind = match credential {
            Credential::Bearer => "bearer",
            Credential::Session => "session",
        };
        let said = (kind, &subject, &*claims, &scopes, &acr, auth_time);
        let mut hash = Sha256::new();
        // Maps with text keys cannot fail to serialize; the text ends at its last bracket, so nothing runs together.
        hash.update(serde_json::to_vec(&said).unwrap_or_default());
        hash.update(access_token.expose());
        let mut key = [0; 16];
        key.iter_mut()
            .zip(hash.finalize())
            .for_each(|(to, from)| *to = from);
        Self {
            key,
            credential,
            subject,
            claims,
            scopes,
            acr,
            auth_time,
            access_token,
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{random::SystemRandom, session::SessionId};

    fn token(claims: &Value) -> AccessToken {
        AccessToken {
            subject: "00u1".to_owned(),
            uid: None,
            client_id: None,
            scopes: vec!["openid".to_owned()],
            expires_at: 1_000,
            key_id: Some("k1".to_owned()),
            acr: None,
            auth_time: None,
            claims: Arc::new(claims.as_object().unwrap().clone()),
        }
    }

    #[test]
    fn the_key_tells_apart_whatever_differs_and_nothing_else() {
        let one = token(&json!({ "groups": ["staff"] }));
        let key = Principal::of_token(&one, "text").key;
        assert_eq!(Principal::of_token(&one, "text").key, key);
        assert_ne!(Principal::of_token(&one, "other").key, key);
        let other = token(&json!({ "groups": ["staff", "admin"] }));
        assert_ne!(Principal::of_token(&other, "text").key, key);
    }

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
            claims: Arc::default(),
        };
        let bearer = Principal::of_token(&token, session.access_token.expose());
        assert_ne!(Principal::of_session(&session).key, bearer.key);
    }
}
