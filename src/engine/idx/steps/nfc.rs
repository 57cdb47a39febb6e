//! A card that is held to a telephone, and its PIN (protocol reference 4.1 and 4.2, `nfc_pin`).

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::{
    engine::{
        authenticator::{Authenticator, Method},
        idx::{
            flow::{Flow, Notes},
            ion, messages,
            transaction::Focus,
        },
    },
    secret::Secret,
};

const PIN: &[&str] = &["credentials", "passcode"];
/// How many digits a PIN has.
const LENGTH: std::ops::RangeInclusive<usize> = 4..=8;

impl Flow<'_> {
    /// Whether a card is to be held to the telephone now.
    pub(crate) fn reads_card(&self) -> bool {
        let method = match &self.transaction.focus {
            Some(Focus::Verify { method, .. }) => *method,
            Some(Focus::Enroll(enrolling)) => enrolling.method,
            None => None,
        };
        method == Some(Method::Nfc)
    }

    /// The right card was read: its PIN is next.
    pub(crate) fn card_read(&mut self) {
        self.transaction.device = None;
        match &mut self.transaction.focus {
            Some(Focus::Verify { method, .. }) => *method = Some(Method::NfcPin),
            Some(Focus::Enroll(enrolling)) => enrolling.method = Some(Method::NfcPin),
            None => {}
        }
    }

    pub(crate) fn check_pin(&mut self, body: &Map<String, Value>) -> Notes {
        if self.reads_card() {
            return Notes::unfit();
        }
        let known = Authenticator::NfcPin;
        if let Err(notes) = self.attempt_allowed(known) {
            return notes;
        }
        let attempt = ion::text(body, PIN).map(Secret::from);
        let person = self.person();
        let pin = person.and_then(|person| person.equipment.nfc_pin.as_ref());
        if pin.is_none() || pin != attempt.as_ref() {
            return self.attempt_failed(known, messages::wrong_pin(), PIN);
        }
        self.attempt_succeeded(known);
        self.transaction.prove(known, Method::NfcPin, self.now);
        Notes::default()
    }

    pub(crate) fn enroll_pin(&mut self, body: &Map<String, Value>) -> Notes {
        if self.reads_card() {
            return Notes::unfit();
        }
        let pin = ion::text(body, PIN).unwrap_or_default();
        if !LENGTH.contains(&pin.len()) || !pin.bytes().all(|digit| digit.is_ascii_digit()) {
            return Notes::at(StatusCode::BAD_REQUEST, PIN, messages::not_a_pin());
        }
        let pin = Secret::from(pin);
        if let Some(person) = self.person_mut() {
            person.equipment.nfc_pin = Some(pin);
        }
        self.transaction
            .prove(Authenticator::NfcPin, Method::NfcPin, self.now);
        Notes::default()
    }

    /// Where the card is read, and what reads it.
    pub(crate) fn nfc_data(&self) -> Value {
        let device = self.transaction.device.as_ref();
        let request = device.map_or("", |device| device.id.as_str());
        let challenge = ion::wrapped(&json!({ "challengeRequest": request }));
        json!({"setupNfcUrl": format!("{}/nfc?challengeRequest={request}", self.host), "challenge": challenge})
    }
}

/// The rule of a PIN.
pub(crate) fn settings() -> Value {
    json!({"minLength": LENGTH.start(), "maxLength": LENGTH.end()})
}

/// The field of a PIN.
pub(crate) fn fields() -> Vec<Value> {
    vec![ion::credentials(&[ion::secret("passcode", "PIN")])]
}
