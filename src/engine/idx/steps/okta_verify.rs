//! Okta Verify: a push that is answered on the telephone, a code that it shows, and setting it up (protocol reference 5.5).

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{
    enroll::{is_e164, telephone},
    google_otp,
};
use crate::engine::{
    authenticator::{Authenticator, Method},
    idx::{
        flow::{Flow, Notes},
        ion, messages,
        policy::Due,
        transaction::{Channel, Focus},
    },
    inbox::Mail,
    phone::Standing,
};

const TOTP: &[&str] = &["credentials", "totp"];

impl Flow<'_> {
    /// Asks on the telephone.
    pub(crate) fn send_push(&mut self) {
        let app = self.app_label();
        let Some(login) = self.person().map(|person| person.login.clone()) else {
            return;
        };
        // Apps of the customer's own ask for no number.
        let challenged = self.pushed_app() == Authenticator::OktaVerify
            && self.org.settings.org.number_challenge;
        let id = &self.transaction.id;
        self.state
            .phone
            .ask(self.org, id, (&login, &app), challenged);
    }

    fn app_label(&self) -> String {
        let client = self.org.client(&self.transaction.request.client_id);
        client
            .map_or("your app", |client| client.label.as_str())
            .to_owned()
    }

    /// The app that was asked, Okta Verify or another.
    pub(crate) fn pushed_app(&self) -> Authenticator {
        match &self.transaction.focus {
            Some(Focus::Verify { authenticator, .. }) => *authenticator,
            Some(Focus::Enroll(_)) | None => Authenticator::OktaVerify,
        }
    }

    /// The method in use, where an app is being asked.
    pub(crate) fn pushes(&self) -> bool {
        matches!(
            self.transaction.focus,
            Some(Focus::Verify {
                method: Some(Method::Push),
                ..
            })
        )
    }

    /// Takes in what was done on the telephone. `true`: something was.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "few steps are meant, and a new one is not among them"
    )]
    pub(crate) fn hear_phone(&mut self, due: &Due) -> bool {
        let id = &self.transaction.id;
        match due {
            Due::Challenge(known) if self.pushes() => {
                if self.state.phone.standing(id) != Standing::Approved {
                    return false;
                }
                self.state.phone.withdraw(id);
                self.transaction.prove(*known, Method::Push, self.now);
                true
            }
            Due::Enroll(Authenticator::OktaVerify) if self.state.phone.is_paired(id) => {
                let secret = self.totp_secret();
                if let Some(person) = self.person_mut() {
                    person.okta_verify = Some(secret);
                }
                self.transaction
                    .prove(Authenticator::OktaVerify, Method::Push, self.now);
                true
            }
            _ => false,
        }
    }

    pub(crate) fn check_okta_verify(&mut self, body: &Map<String, Value>) -> Notes {
        if self.pushes() || self.signs() {
            return Notes::unfit();
        }
        if let Err(notes) = self.attempt_allowed(Authenticator::OktaVerify) {
            return notes;
        }
        let code = ion::text(body, TOTP).unwrap_or_default().to_owned();
        let now = self.now;
        let Some(person) = self.person_mut() else {
            return Notes::unfit();
        };
        let step = person
            .okta_verify
            .as_ref()
            .and_then(|secret| google_otp::check(secret, &code, now));
        let used = step.is_some() && step <= person.okta_verify_used;
        match step {
            Some(step) if !used => {
                person.okta_verify_used = Some(step);
                self.attempt_succeeded(Authenticator::OktaVerify);
                self.transaction
                    .prove(Authenticator::OktaVerify, Method::Totp, now);
                Notes::default()
            }
            Some(_) => Notes::at(StatusCode::FORBIDDEN, TOTP, messages::used_passcode()),
            None => self.attempt_failed(Authenticator::OktaVerify, messages::invalid_totp(), TOTP),
        }
    }

    /// Opens a link to set the app up with; by mail or text message it is sent once the address is known.
    pub(crate) fn begin_pairing(&mut self, body: &Map<String, Value>) -> Notes {
        let channel = match ion::text(body, &["authenticator", "channel"]) {
            None => Some(Channel::Qr),
            Some(word) => Channel::of(word),
        };
        let Some(channel) = channel else {
            return Notes::unfit();
        };
        if let Some(Focus::Enroll(enrolling)) = &mut self.transaction.focus {
            enrolling.channel = channel;
        }
        if let Some(login) = self.person().map(|person| person.login.clone()) {
            let id = &self.transaction.id;
            self.state.phone.pair(self.org, id, &login);
        }
        Notes::default()
    }

    /// `enrollment-channel-data`: where the link goes.
    pub(crate) fn send_pairing(&mut self, body: &Map<String, Value>) -> Notes {
        let Some(Focus::Enroll(enrolling)) = &mut self.transaction.focus else {
            return Notes::unfit();
        };
        match &mut enrolling.channel {
            Channel::Email(to) => match ion::text(body, &["email"]) {
                Some(address) if address.contains('@') => *to = Some(address.to_owned()),
                _ => {
                    let message = messages::does_not_match("Email");
                    return Notes::at(StatusCode::BAD_REQUEST, &["email"], message);
                }
            },
            Channel::Sms(to) => {
                let number = telephone(ion::text(body, &["phoneNumber"]).unwrap_or_default());
                if !is_e164(&number) {
                    let message = messages::invalid_phone();
                    return Notes::at(StatusCode::BAD_REQUEST, &["phoneNumber"], message);
                }
                *to = Some(number);
            }
            Channel::Qr => return Notes::unfit(),
        }
        self.mail_pairing()
    }

    /// Sends the link, or sends it again.
    pub(crate) fn mail_pairing(&mut self) -> Notes {
        let Some(Focus::Enroll(enrolling)) = &self.transaction.focus else {
            return Notes::unfit();
        };
        let (to, channel) = match &enrolling.channel {
            Channel::Email(Some(to)) => (to.clone(), "email"),
            Channel::Sms(Some(to)) => (to.clone(), "sms"),
            Channel::Qr | Channel::Email(None) | Channel::Sms(None) => return Notes::unfit(),
        };
        self.state.inbox.deliver(Mail {
            to,
            channel,
            subject: "Set up Okta Verify".to_owned(),
            code: None,
            link: self.pairing_link(),
            sent_at: self.now,
        });
        Notes::default()
    }

    /// Where the telephone goes to be set up.
    pub(crate) fn pairing_link(&self) -> Option<String> {
        let token = self.state.phone.token_of(&self.transaction.id)?;
        Some(format!("{}/phone/pair?token={token}", self.host))
    }

    /// The number that the page shows.
    pub(crate) fn correct_answer(&self) -> Option<String> {
        let push = self.state.phone.asked_by(&self.transaction.id)?;
        push.number.map(|number| number.to_string())
    }

    /// How the enrolment goes on.
    pub(crate) fn pairing_data(&self) -> Value {
        let Some(Focus::Enroll(enrolling)) = &self.transaction.focus else {
            return json!({});
        };
        let data = json!({"selectedChannel": enrolling.channel.word()});
        match &enrolling.channel {
            Channel::Qr => {
                let link = self.pairing_link().unwrap_or_default();
                match crate::engine::qr::data_uri(&link) {
                    Some(image) => ion::with(
                        data,
                        "qrcode",
                        json!({"method": "embedded", "href": image, "type": "image/png"}),
                    ),
                    None => data,
                }
            }
            Channel::Email(Some(to)) => ion::with(data, "email", to.as_str()),
            Channel::Sms(Some(to)) => ion::with(data, "phoneNumber", to.as_str()),
            Channel::Email(None) | Channel::Sms(None) => data,
        }
    }
}
