//! Codes sent by mail, text message or call.

use http::StatusCode;
use serde_json::{Map, Value};

use crate::{
    engine::{
        authenticator::{Authenticator, Method},
        idx::{
            flow::{Flow, Notes},
            ion, messages,
            policy::Due,
            transaction::{Focus, Passcode},
        },
        inbox::Mail,
    },
    secret::Secret,
};

const PASSCODE: &[&str] = &["credentials", "passcode"];

impl Flow<'_> {
    /// Sends a code for what is in focus; the one before stops working.
    pub(crate) fn send_passcode(&mut self) -> Notes {
        let Some((method, to)) = self.destination() else {
            return Notes::unfit();
        };
        let code = self.org.digits();
        let linked = method == Method::Email && self.org.settings.org.magic_link;
        let link_token = linked.then(|| self.org.token());
        let passcode = Passcode {
            code: Secret::from(code.clone()),
            expires_at: self.now + self.org.settings.windows.passcode.as_secs(),
            link_token: link_token.clone(),
        };
        let link = link_token.map(|token| {
            let id = self.transaction.id.clone();
            let client = &self.transaction.request.client_id;
            let link = format!("{}/email/verify/{client}?token={token}", self.host);
            self.state.transactions.add_link(token, &id, &passcode);
            link
        });
        // A decoy's code goes nowhere: nobody has that address.
        if let Some(to) = to {
            self.state.inbox.deliver(Mail {
                to,
                channel: method.word_of_channel(),
                subject: self.subject(),
                code: Some(code),
                link,
                sent_at: self.now,
            });
        }
        match &mut self.transaction.focus {
            Some(Focus::Verify { passcode: kept, .. }) => *kept = Some(passcode),
            Some(Focus::Enroll(enrolling)) => enrolling.passcode = Some(passcode),
            None => {}
        }
        Notes::default()
    }

    /// By which way, and to whom.
    fn destination(&self) -> Option<(Method, Option<String>)> {
        let person = self.person();
        match self.transaction.focus.as_ref()? {
            Focus::Verify {
                authenticator,
                method,
                ..
            } => {
                let to = if *authenticator == Authenticator::Phone {
                    person.and_then(|person| person.phone.clone())
                } else {
                    person.map(|person| person.login.clone())
                };
                Some(((*method)?, to))
            }
            Focus::Enroll(enrolling) => {
                let login = person.map(|person| person.login.clone());
                Some((enrolling.method?, enrolling.phone.clone().or(login)))
            }
        }
    }

    fn subject(&self) -> String {
        let client = self.org.client(&self.transaction.request.client_id);
        let app = client.map_or("your app", |client| client.label.as_str());
        format!("Your code for {app}")
    }

    pub(crate) fn resend(&mut self) -> Notes {
        if self.due() == Due::Enroll(Authenticator::OktaVerify) {
            return self.mail_pairing();
        }
        if self.transaction.passcode().is_none() {
            return Notes::unfit();
        }
        self.send_passcode()
    }

    /// Checks a code that was sent. A right one is spent; wrong ones are counted.
    pub(crate) fn check_passcode(
        &mut self,
        authenticator: Authenticator,
        body: &Map<String, Value>,
    ) -> Result<Method, Notes> {
        self.attempt_allowed(authenticator)?;
        let attempt = ion::text(body, PASSCODE).map(Secret::from);
        let sent = self.transaction.passcode();
        let right = sent
            .filter(|sent| sent.expires_at > self.now)
            .zip(attempt)
            .is_some_and(|(sent, attempt)| sent.code == attempt);
        let known = self.transaction.person().is_some();
        match self.destination() {
            Some((method, _)) if right && known => {
                self.attempt_succeeded(authenticator);
                Ok(method)
            }
            _ => Err(self.attempt_failed(authenticator, messages::invalid_passcode(), PASSCODE)),
        }
    }

    /// The operation limit on guessing (protocol reference 1.10).
    pub(crate) fn attempt_allowed(&mut self, authenticator: Authenticator) -> Result<(), Notes> {
        let name = self.attempt_name(authenticator);
        let rate = self.org.settings.limits.passcode;
        let spent = self.state.limits.look(&name, rate, self.org.now_ms());
        if !spent.exceeded {
            return Ok(());
        }
        Err(Notes {
            bare: true,
            ..Notes::saying(StatusCode::TOO_MANY_REQUESTS, messages::too_many_requests())
        })
    }

    pub(crate) fn attempt_succeeded(&mut self, authenticator: Authenticator) {
        let name = self.attempt_name(authenticator);
        self.state.limits.forget(&name);
    }

    pub(crate) fn attempt_failed(
        &mut self,
        authenticator: Authenticator,
        message: messages::Message,
        field: &'static [&'static str],
    ) -> Notes {
        let name = self.attempt_name(authenticator);
        let rate = self.org.settings.limits.passcode;
        self.state.limits.count(&name, rate, self.org.now_ms());
        Notes::at(StatusCode::UNAUTHORIZED, field, message)
    }

    fn attempt_name(&self, authenticator: Authenticator) -> String {
        let whose = self.transaction.person().unwrap_or(&self.transaction.id);
        format!("passcode/{whose}/{}", authenticator.key())
    }
}

impl Method {
    /// How the inbox calls the way.
    fn word_of_channel(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Voice => "voice",
            Self::Cert
            | Self::Duo
            | Self::Email
            | Self::Idp
            | Self::Nfc
            | Self::NfcPin
            | Self::Otp
            | Self::Password
            | Self::Push
            | Self::SecurityQuestion
            | Self::SignedNonce
            | Self::TemporaryCode
            | Self::Totp
            | Self::Webauthn => "email",
        }
    }
}
