//! Codes that a thing shows or types: RSA's and other fobs, VIP, `YubiKey`, one-time passwords, and codes that an
//! administrator hands out (protocol reference 4.1, 4.2).

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::{
    engine::{
        authenticator::{Authenticator, Method},
        fobs::{Fob, Worth},
        idx::{
            flow::{Flow, Notes},
            ion, messages,
        },
    },
    secret::Secret,
};

const PASSCODE: &[&str] = &["credentials", "passcode"];
const SERIAL: &[&str] = &["credentials", "credentialId"];
const NEXT: &[&str] = &["credentials", "nextPasscode"];
const USER: &[&str] = &["credentials", "clientData"];

impl Flow<'_> {
    pub(crate) fn check_fob(&mut self, known: Authenticator, body: &Map<String, Value>) -> Notes {
        if let Err(notes) = self.attempt_allowed(known) {
            return notes;
        }
        let code = ion::text(body, PASSCODE).unwrap_or_default();
        let now = self.now;
        let Some(person) = self.person_mut() else {
            return Notes::unfit();
        };
        let mut fobs = person.equipment.fobs.iter_mut();
        let fob = fobs.find(|fob| fob.kind == known);
        match fob.map_or(Worth::Wrong, |fob| fob.spend(code, now)) {
            Worth::Good => self.proven_by_fob(known),
            Worth::Used => used(known),
            Worth::Wrong => self.attempt_failed(known, wrong(known), PASSCODE),
        }
    }

    /// A code that an administrator handed out: good until it is taken back.
    pub(crate) fn check_temporary_code(&mut self, body: &Map<String, Value>) -> Notes {
        let known = Authenticator::TemporaryCode;
        if let Err(notes) = self.attempt_allowed(known) {
            return notes;
        }
        let attempt = ion::text(body, PASSCODE).map(Secret::from);
        let person = self.person();
        let code = person.and_then(|person| person.equipment.temporary_code.as_ref());
        if code.is_some() && code == attempt.as_ref() {
            return self.proven_by_fob(known);
        }
        self.attempt_failed(known, messages::invalid_passcode(), PASSCODE)
    }

    /// Something from the drawer becomes somebody's, once it is shown to be in their hand.
    pub(crate) fn enroll_fob(&mut self, known: Authenticator, body: &Map<String, Value>) -> Notes {
        if let Err(notes) = self.attempt_allowed(known) {
            return notes;
        }
        let now = self.now;
        let held = |fob: &Fob| fob.kind == known && self.in_hand(fob, body);
        let Some(place) = self.state.drawer.iter().position(held) else {
            return self.attempt_failed(known, wrong(known), PASSCODE);
        };
        let code = ion::text(body, NEXT).or_else(|| ion::text(body, PASSCODE));
        let mut fob = self.state.drawer.remove(place);
        fob.spend(code.unwrap_or_default(), now);
        if let Some(person) = self.person_mut() {
            person.equipment.fobs.push(fob);
        }
        self.proven_by_fob(known)
    }

    /// Whether an answer shows that this very thing is at hand.
    fn in_hand(&self, fob: &Fob, body: &Map<String, Value>) -> bool {
        let code = ion::text(body, PASSCODE).unwrap_or_default();
        if fob.kind == Authenticator::SymantecVip {
            let next = ion::text(body, NEXT).unwrap_or_default();
            return ion::text(body, SERIAL) == Some(&fob.serial)
                && fob.shows_both(code, next, self.now);
        }
        fob.clone().spend(code, self.now) == Worth::Good && self.named_right(fob.kind, body)
    }

    /// RSA's and other servers know people by a name of their own; here it is the login.
    fn named_right(&self, known: Authenticator, body: &Map<String, Value>) -> bool {
        !known.is_on_premises()
            || self
                .person()
                .is_some_and(|person| ion::text(body, USER) == Some(&person.login))
    }

    fn proven_by_fob(&mut self, known: Authenticator) -> Notes {
        self.attempt_succeeded(known);
        let method = known.methods().first().copied().unwrap_or(Method::Otp);
        self.transaction.prove(known, method, self.now);
        Notes::default()
    }

    pub(crate) fn fob_enrollment_fields(&self, known: Authenticator) -> Vec<Value> {
        if known.is_on_premises() {
            let login = self.person().map(|person| person.login.as_str());
            return vec![ion::credentials(&[
                ion::constant("id", known.id()),
                ion::constant("methodType", Method::Otp.word()),
                json!({"name": "clientData", "label": "User Name", "value": login, "required": true}),
                ion::field("passcode", "Passcode"),
            ])];
        }
        if known == Authenticator::SymantecVip {
            return vec![ion::credentials(&[
                ion::field("credentialId", "Enter credential ID"),
                ion::field("passcode", "Security Code 1"),
                ion::field("nextPasscode", "Security Code 2"),
            ])];
        }
        fields(known)
    }
}

/// The field of a code.
pub(crate) fn fields(known: Authenticator) -> Vec<Value> {
    let field = if known == Authenticator::Yubikey {
        ion::secret("passcode", "Insert then tap your YubiKey")
    } else if known == Authenticator::TemporaryCode {
        ion::secret("passcode", "Enter code")
    } else if known == Authenticator::SymantecVip {
        ion::field("passcode", "Enter security code")
    } else {
        ion::field("passcode", "Enter code")
    };
    vec![ion::credentials(&[field])]
}

fn wrong(known: Authenticator) -> messages::Message {
    if known == Authenticator::SymantecVip {
        messages::invalid_totp()
    } else {
        messages::invalid_passcode()
    }
}

/// RSA's server wants another code before it lets anybody in.
fn used(known: Authenticator) -> Notes {
    if known.is_on_premises() {
        return Notes::saying(StatusCode::FORBIDDEN, messages::wait_for_next_code());
    }
    Notes::at(StatusCode::FORBIDDEN, PASSCODE, messages::used_passcode())
}
