//! Time-based codes from an app (RFC 6238): six digits, thirty seconds, each good once.

use http::StatusCode;
use serde_json::{Map, Value};
use totp_rs::{Builder, Totp};

use crate::{
    engine::{
        authenticator::{Authenticator, Method},
        idx::{
            flow::{Flow, Notes},
            ion, messages,
            transaction::Focus,
        },
    },
    random,
    secret::Secret,
};

const PASSCODE: &[&str] = &["credentials", "passcode"];

impl Flow<'_> {
    pub(crate) fn check_totp(&mut self, body: &Map<String, Value>) -> Notes {
        if let Err(notes) = self.attempt_allowed(Authenticator::GoogleOtp) {
            return notes;
        }
        let code = ion::text(body, PASSCODE).unwrap_or_default().to_owned();
        let now = self.now;
        let Some(person) = self.person_mut() else {
            return Notes::unfit();
        };
        let step = person
            .totp
            .as_ref()
            .and_then(|secret| check(secret, &code, now));
        let used = step.is_some() && step <= person.totp_used;
        match step {
            Some(step) if !used => {
                person.totp_used = Some(step);
                self.attempt_succeeded(Authenticator::GoogleOtp);
                self.transaction
                    .prove(Authenticator::GoogleOtp, Method::Otp, self.now);
                Notes::default()
            }
            Some(_) => Notes::at(StatusCode::FORBIDDEN, PASSCODE, messages::used_passcode()),
            None => {
                self.attempt_failed(Authenticator::GoogleOtp, messages::invalid_totp(), PASSCODE)
            }
        }
    }

    /// The first code of an app that is being set up.
    pub(crate) fn enroll_totp(&mut self, body: &Map<String, Value>) -> Notes {
        if let Err(notes) = self.attempt_allowed(Authenticator::GoogleOtp) {
            return notes;
        }
        let code = ion::text(body, PASSCODE).unwrap_or_default();
        let secret = match &self.transaction.focus {
            Some(Focus::Enroll(enrolling)) => enrolling.totp.clone(),
            Some(Focus::Verify { .. }) | None => None,
        };
        let step = secret
            .as_ref()
            .and_then(|secret| check(secret, code, self.now));
        let Some(step) = step else {
            return self.attempt_failed(
                Authenticator::GoogleOtp,
                messages::invalid_passcode(),
                PASSCODE,
            );
        };
        if let Some(person) = self.person_mut() {
            person.totp = secret;
            person.totp_used = Some(step);
        }
        self.attempt_succeeded(Authenticator::GoogleOtp);
        self.transaction
            .prove(Authenticator::GoogleOtp, Method::Otp, self.now);
        Notes::default()
    }

    /// A fresh 80-bit secret, as long as Okta's.
    pub(crate) fn totp_secret(&self) -> Secret {
        let octets = random::octets::<10>(self.org.random.as_ref());
        Secret::from(totp_rs::Secret::from(octets.to_vec()).to_base32())
    }
}

/// The time step whose code this is, the neighbours' included.
pub(crate) fn check(secret: &Secret, code: &str, now: u64) -> Option<u64> {
    let digits = code.len() == 6 && code.bytes().all(|c| c.is_ascii_digit());
    digits.then(|| totp(secret))??.check(code, now)
}

fn totp(secret: &Secret) -> Option<Totp> {
    let secret = totp_rs::Secret::try_from_base32(secret.expose()).ok()?;
    // Okta's secrets have 80 bits, less than RFC 4226 asks for.
    Some(Builder::new().with_secret(secret).build_noncompliant())
}

/// The code of a moment: what the person's app or fob shows. `None`: the secret is no base32.
pub(crate) fn code_at(secret: &Secret, now: u64) -> Option<String> {
    Some(totp(secret)?.generate(now).to_string())
}
