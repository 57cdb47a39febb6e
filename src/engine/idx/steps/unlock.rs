//! "Unlock account?"

use http::StatusCode;
use serde_json::{Map, Value};

use super::choose::Choice;
use crate::engine::idx::{
    flow::{Flow, Notes},
    ion, messages,
    policy::RECOVERY,
    transaction::{Purpose, Subject},
};

impl Flow<'_> {
    pub(crate) fn select_unlock(&mut self) -> Notes {
        if !self.org.settings.org.unlock {
            self.end(messages::unlock_not_allowed(), StatusCode::FORBIDDEN);
            return Notes::default();
        }
        self.transaction.purpose = Purpose::Unlock;
        Notes::default()
    }

    /// Name and method in one form. Nobody learns here whether the account exists.
    pub(crate) fn choose_unlock(&mut self, body: &Map<String, Value>) -> Notes {
        let Some(identifier) = ion::text(body, &["identifier"]) else {
            return Notes::at(
                StatusCode::BAD_REQUEST,
                &["identifier"],
                messages::username_required(),
            );
        };
        let Some(choice) = Choice::of(body).filter(|c| RECOVERY.contains(&c.authenticator)) else {
            return Notes::unfit();
        };
        let person = self
            .state
            .people
            .by_login(identifier)
            .filter(|person| person.has(choice.authenticator));
        self.transaction.subject = person.map_or(Subject::Decoy, |p| Subject::Known(p.id.clone()));
        self.transaction.identifier = Some(identifier.to_owned());
        self.begin_verify(choice.authenticator, choice.method)
    }

    /// Done: the account is open again, and its owner signs in as always.
    pub(crate) fn unlocked(&mut self) {
        if self.transaction.proofs.is_empty() {
            self.end(messages::access_denied(), StatusCode::FORBIDDEN);
            return;
        }
        if let Some(person) = self.person_mut() {
            person.locked = false;
            person.failures = 0;
        }
        self.end(messages::unlocked(), StatusCode::OK);
    }
}
