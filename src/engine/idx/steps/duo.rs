//! Duo: the page shows its frame, and posts what it signed (protocol reference 4.1, `duo`).

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::engine::{
    authenticator::{Authenticator, Method},
    duo::Refusal,
    idx::{
        flow::{Flow, Notes},
        ion, messages,
    },
};

const SIGNED: &[&str] = &["credentials", "signatureData"];

impl Flow<'_> {
    /// Signs another request; what the one before it brings is good no more.
    pub(crate) fn ask_duo(&mut self) -> Notes {
        let login = self.person().map(|person| person.login.clone());
        let login = login.unwrap_or_default();
        self.transaction.challenge = Some(self.state.duo.request(self.org, &login));
        Notes::default()
    }

    pub(crate) fn check_duo(&mut self, body: &Map<String, Value>) -> Notes {
        let answer = ion::text(body, SIGNED).unwrap_or_default();
        let request = self.transaction.challenge.take().unwrap_or_default();
        let login = self.person().map(|person| person.login.clone());
        let login = login.unwrap_or_default();
        let verdict = self.state.duo.verify(self.org, &login, &request, answer);
        let message = match verdict {
            Ok(()) => {
                self.transaction
                    .prove(Authenticator::Duo, Method::Duo, self.now);
                return Notes::default();
            }
            Err(Refusal::Failed) => messages::duo_failed(),
            Err(Refusal::TimedOut) => messages::duo_timed_out(),
        };
        self.ask_duo();
        Notes::saying(StatusCode::BAD_REQUEST, message)
    }

    /// Duo lets the person through: it knows them from now on.
    pub(crate) fn enroll_duo(&mut self, body: &Map<String, Value>) -> Notes {
        let notes = self.check_duo(body);
        if self.transaction.has_proven(Authenticator::Duo)
            && let Some(person) = self.person_mut()
        {
            person.equipment.duo = true;
        }
        notes
    }

    /// What the frame needs. It is shown at the engine's own address, which plays Duo's.
    pub(crate) fn duo_data(&self) -> Value {
        let host = self.host.split_once("://").map_or(self.host, |(_, it)| it);
        json!({"integrationType": "IFRAME", "host": host, "signedToken": self.transaction.challenge})
    }
}

/// The field that a script fills.
pub(crate) fn fields() -> Vec<Value> {
    vec![ion::credentials(&[
        json!({"name": "signatureData", "label": "Assertion From Duo", "required": true, "visible": false}),
    ])]
}
