//! Setting an authenticator up: which, how, and the proof that it works.

use http::StatusCode;
use serde_json::{Map, Value};

use super::choose::Choice;
use crate::engine::{
    authenticator::{Authenticator, Method},
    idx::{
        flow::{Flow, Notes},
        ion, messages,
        policy::{self, Due},
        transaction::{Channel, Enrolling, Focus},
        work::Worked,
    },
};

const PHONE: &[&str] = &["authenticator", "phoneNumber"];

impl Flow<'_> {
    /// `select-authenticator-enroll` and `authenticator-enrollment-data`.
    pub(crate) fn choose_enrollment(&mut self, body: &Map<String, Value>) -> Notes {
        let Some(choice) = Choice::of(body) else {
            return Notes::unfit();
        };
        if !self.enrollable().contains(&choice.authenticator) {
            return Notes::unfit();
        }
        if choice.authenticator == Authenticator::CustomOtp {
            // An administrator hands them out.
            return Notes::saying(StatusCode::FORBIDDEN, messages::ask_administrator());
        }
        let only = match choice.authenticator.enroll_methods() {
            [only] => Some(*only),
            _ => None,
        };
        let enrolling = Enrolling {
            authenticator: choice.authenticator,
            method: choice.method.or(only),
            phone: None,
            totp: (choice.authenticator == Authenticator::GoogleOtp).then(|| self.totp_secret()),
            channel: Channel::default(),
            passcode: None,
        };
        let had_data = matches!(self.due(), Due::EnrollData(_));
        self.transaction.focus = Some(Focus::Enroll(enrolling));
        self.transaction.device = None;
        match choice.authenticator {
            Authenticator::Duo => self.ask_duo(),
            Authenticator::NfcPin => self.ask_device(),
            Authenticator::Email => self.send_passcode(),
            Authenticator::Phone => self.choose_phone(choice.method, body, had_data),
            Authenticator::CustomApp
            | Authenticator::CustomOtp
            | Authenticator::ExternalIdp
            | Authenticator::GoogleOtp
            | Authenticator::OnPremMfa
            | Authenticator::Password
            | Authenticator::RsaToken
            | Authenticator::SecurityQuestion
            | Authenticator::SmartCard
            | Authenticator::SymantecVip
            | Authenticator::TemporaryCode
            | Authenticator::Yubikey => Notes::default(),
            Authenticator::OktaVerify => self.begin_pairing(body),
            Authenticator::SecurityKey => {
                self.transaction.challenge = Some(self.org.token());
                Notes::default()
            }
        }
    }

    /// With method and number the code is sent at once; without them they are asked for.
    fn choose_phone(
        &mut self,
        method: Option<Method>,
        body: &Map<String, Value>,
        insist: bool,
    ) -> Notes {
        let number = ion::text(body, PHONE);
        let Some((number, method)) = number.zip(method) else {
            return if insist {
                Notes::unfit()
            } else {
                Notes::default()
            };
        };
        let number = telephone(number);
        if !is_e164(&number) {
            return Notes::at(StatusCode::BAD_REQUEST, PHONE, messages::invalid_phone());
        }
        if let Some(Focus::Enroll(enrolling)) = &mut self.transaction.focus {
            enrolling.phone = Some(number);
            enrolling.method = Some(method);
        }
        self.send_passcode()
    }

    /// What can be set up now, also in the middle of something.
    pub(crate) fn enrollable(&self) -> Vec<Authenticator> {
        let mut idle = self.transaction.clone();
        idle.focus = None;
        idle.device = None;
        if let Due::SelectEnroll { offered, .. } = policy::due(self.org, self.state, &idle) {
            offered
        } else {
            Vec::new()
        }
    }

    pub(crate) fn answer_challenge(
        &mut self,
        authenticator: Authenticator,
        body: &Map<String, Value>,
        worked: &Worked,
    ) -> Notes {
        match authenticator {
            Authenticator::Email | Authenticator::Phone => {
                match self.check_passcode(authenticator, body) {
                    Ok(method) => {
                        self.transaction.prove(authenticator, method, self.now);
                        Notes::default()
                    }
                    Err(notes) => notes,
                }
            }
            // Said elsewhere, never here.
            Authenticator::CustomApp | Authenticator::ExternalIdp | Authenticator::SmartCard => {
                Notes::unfit()
            }
            Authenticator::CustomOtp
            | Authenticator::OnPremMfa
            | Authenticator::RsaToken
            | Authenticator::SymantecVip
            | Authenticator::Yubikey => self.check_fob(authenticator, body),
            Authenticator::Duo => self.check_duo(body),
            Authenticator::NfcPin => self.check_pin(body),
            Authenticator::TemporaryCode => self.check_temporary_code(body),
            Authenticator::GoogleOtp => self.check_totp(body),
            Authenticator::OktaVerify => self.check_okta_verify(body),
            Authenticator::Password => self.check_password(body, worked),
            Authenticator::SecurityKey => self.check_security_key(body),
            Authenticator::SecurityQuestion => self.check_answer(body),
        }
    }

    pub(crate) fn answer_enrollment(
        &mut self,
        authenticator: Authenticator,
        body: &Map<String, Value>,
        worked: Worked,
    ) -> Notes {
        match authenticator {
            Authenticator::Email | Authenticator::Phone => {
                self.enroll_passcode(authenticator, body)
            }
            Authenticator::CustomApp
            | Authenticator::CustomOtp
            | Authenticator::ExternalIdp
            | Authenticator::OktaVerify
            | Authenticator::SmartCard
            | Authenticator::TemporaryCode => Notes::unfit(),
            Authenticator::Duo => self.enroll_duo(body),
            Authenticator::GoogleOtp => self.enroll_totp(body),
            Authenticator::NfcPin => self.enroll_pin(body),
            Authenticator::OnPremMfa
            | Authenticator::RsaToken
            | Authenticator::SymantecVip
            | Authenticator::Yubikey => self.enroll_fob(authenticator, body),
            Authenticator::Password => {
                if let Err(notes) = self.store_password(body, worked) {
                    return notes;
                }
                self.transaction
                    .prove(Authenticator::Password, Method::Password, self.now);
                Notes::default()
            }
            Authenticator::SecurityKey => self.enroll_security_key(body),
            Authenticator::SecurityQuestion => self.enroll_answer(body),
        }
    }

    fn enroll_passcode(
        &mut self,
        authenticator: Authenticator,
        body: &Map<String, Value>,
    ) -> Notes {
        let method = match self.check_passcode(authenticator, body) {
            Ok(method) => method,
            Err(notes) => return notes,
        };
        let phone = match &self.transaction.focus {
            Some(Focus::Enroll(enrolling)) => enrolling.phone.clone(),
            Some(Focus::Verify { .. }) | None => None,
        };
        if let Some(person) = self.person_mut() {
            match phone {
                Some(phone) => person.phone = Some(phone),
                None => person.email = true,
            }
        }
        self.transaction.prove(authenticator, method, self.now);
        Notes::default()
    }

    /// "Set up later."
    pub(crate) fn skip(&mut self) -> Notes {
        self.transaction.skipped = true;
        let policy = self.person().map(|person| self.org.policy(&person.policy));
        if let Some(person) = self.person_mut()
            && let Some(policy) = policy
            && policy.required.iter().any(|known| !person.has(*known))
        {
            person.skips += 1;
        }
        Notes::default()
    }
}

/// A number without what people write between its digits.
pub(super) fn telephone(text: &str) -> String {
    let mute = |c: &char| !matches!(c, ' ' | '-' | '(' | ')' | '.');
    text.chars().filter(mute).collect()
}

/// `+`, a digit that is no zero, and 6 to 14 more.
pub(super) fn is_e164(number: &str) -> bool {
    let Some(digits) = number.strip_prefix('+') else {
        return false;
    };
    let long = (7..=15).contains(&digits.len());
    long && !digits.starts_with('0') && digits.bytes().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephone_numbers_are_international() {
        assert!(is_e164("+41441234567"));
        for wrong in ["0441234567", "+0441234567", "+41", "+4144abc4567", ""] {
            assert!(!is_e164(wrong), "{wrong}");
        }
    }
}
