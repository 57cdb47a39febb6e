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
    who: Source,
    /// What apps were told about them, so long as the rest of this stays what it is.
    pub told: Told,
}

/// Where it is read: of most who come little is wanted, so that nothing is copied.
#[derive(Clone, Debug)]
enum Source {
    Person(Box<Person>),
    Session(Arc<Session>),
}

/// What there is to say about somebody without a session.
#[derive(Clone, Debug)]
pub struct Person {
    /// What was presented.
    pub credential: Credential,
    /// The access token's `uid`, else `sub`.
    pub subject: String,
    /// The access token's claims.
    pub claims: Arc<ClaimsSet>,
    /// Scopes of the access token (`scp`).
    pub scopes: Arc<[String]>,
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
    pub fn of_session(session: &Arc<Session>) -> Arc<Self> {
        Arc::new(Source::Session(Arc::clone(session)).into())
    }

    /// Whom a verified access token names; `token` is its text.
    pub fn of_token(verified: &AccessToken, token: &str) -> Self {
        let subject = verified.uid().unwrap_or_else(|| verified.subject());
        let person = Person {
            credential: Credential::Bearer,
            subject: subject.to_owned(),
            claims: Arc::clone(&verified.claims),
            scopes: Arc::clone(&verified.scopes),
            acr: verified.acr().map(str::to_owned),
            auth_time: verified.auth_time,
            access_token: Secret::new(token),
        };
        person.into()
    }

    /// What was presented.
    pub fn credential(&self) -> Credential {
        match &self.who {
            Source::Person(person) => person.credential,
            Source::Session(_) => Credential::Session,
        }
    }

    /// The ID token's `sub`; on a Bearer request the access token's `uid`, else `sub`.
    pub fn subject(&self) -> &str {
        match &self.who {
            Source::Person(person) => &person.subject,
            Source::Session(session) => &session.subject,
        }
    }

    /// The claims that rules and headers read: the ID token's (and userinfo's) with a session, the access token's on a
    /// Bearer request.
    pub fn claims(&self) -> &ClaimsSet {
        match &self.who {
            Source::Person(person) => &person.claims,
            Source::Session(session) => &session.claims,
        }
    }

    /// Scopes of the access token (`scp`).
    pub fn scopes(&self) -> &[String] {
        match &self.who {
            Source::Person(person) => &person.scopes,
            Source::Session(session) => &session.scopes,
        }
    }

    /// `acr`: the authentication context class that was reached.
    pub fn acr(&self) -> Option<&str> {
        match &self.who {
            Source::Person(person) => person.acr.as_deref(),
            Source::Session(session) => session.acr.as_deref(),
        }
    }

    /// `auth_time`, seconds since 1970.
    pub fn auth_time(&self) -> Option<u64> {
        match &self.who {
            Source::Person(person) => person.auth_time,
            Source::Session(session) => session.auth_time,
        }
    }

    /// For the app's `Authorization`.
    pub fn access_token(&self) -> &Secret {
        match &self.who {
            Source::Person(person) => &person.access_token,
            Source::Session(session) => &session.access_token,
        }
    }

    /// A claim that is text.
    pub fn text(&self, claim: &str) -> Option<&str> {
        self.claims().text(claim)
    }

    /// The `groups` claim, a list of texts; a single text counts as a list of one.
    pub fn groups(&self) -> Vec<&str> {
        self.claims().texts("groups")
    }
}

impl From<Source> for Principal {
    fn from(who: Source) -> Self {
        Self {
            who,
            told: Told::default(),
        }
    }
}

impl From<Person> for Principal {
    fn from(person: Person) -> Self {
        Source::Person(Box::new(person)).into()
    }
}
