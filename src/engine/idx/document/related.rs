//! What forms point at: authenticators, what somebody has set up, and what is in the middle of being used.

use serde_json::{Map, Value, json};

use super::{
    Writer,
    enrolled::{enrollment, mask_email, mask_phone, methods},
};
use crate::{
    engine::{
        authenticator::{Authenticator, Method},
        idx::{
            ion,
            policy::{Due, RECOVERY},
            steps::{captcha, fast_pass, nfc, security_question},
            transaction::{Channel, Focus, Purpose},
        },
        qr,
    },
    secret::Secret,
};

/// Milliseconds between two polls.
pub(super) const REFRESH: u64 = 4000;

impl Writer<'_> {
    /// What forms point at.
    pub(super) fn related(&self, due: &Due) -> Map<String, Value> {
        let mut related = self.asked_of_browser(due);
        let mut add = |name: &str, value: Value| related.insert(name.to_owned(), value);
        match due {
            Due::VerifyData(known) | Due::Challenge(known) => {
                add(
                    "currentAuthenticatorEnrollment",
                    ion::wrapped(&self.current_enrollment(*known)),
                );
            }
            Due::EnrollData(known) | Due::Enroll(known) => {
                add(
                    "currentAuthenticator",
                    ion::wrapped(&self.current_authenticator(*known)),
                );
            }
            Due::ChangePassword
            | Due::PasswordElsewhere { .. }
            | Due::PasswordWarning
            | Due::ResetPassword => {
                let current = self.current_authenticator(Authenticator::Password);
                add(
                    "currentAuthenticator",
                    ion::wrapped(&self.with_days_left(current)),
                );
            }
            Due::EnrollProfile if self.flow.org.settings.org.password_on_registration => {
                let current = self.current_authenticator(Authenticator::Password);
                add("currentAuthenticator", ion::wrapped(&current));
            }
            Due::PushRefused => {
                let current = self.authenticator(self.flow.pushed_app());
                add("currentAuthenticator", ion::wrapped(&current));
            }
            Due::Identify if self.flow.asks_password() => {
                let current = self.current_authenticator(Authenticator::Password);
                let recover = self.forms.form("recover", "recover", Vec::new());
                add(
                    "currentAuthenticator",
                    ion::wrapped(&ion::with(current, "recover", recover)),
                );
            }
            Due::ActivationExpired
            | Due::Busy
            | Due::Consent(_)
            | Due::DeviceChallenge
            | Due::DeviceGrace
            | Due::DeviceMissing
            | Due::DeviceUnfit
            | Due::EmailConsent
            | Due::EnrollProfile
            | Due::Identify
            | Due::IdentifyRecovery
            | Due::KeepSignedIn
            | Due::LockedOut
            | Due::ProveIdentity
            | Due::SelectEnroll { .. }
            | Due::SelectUnlock
            | Due::SelectVerify(_)
            | Due::Success
            | Due::Terminal
            | Due::Unlocked
            | Due::Unsatisfiable
            | Due::UpdateProfile { .. }
            | Due::UserCode => {}
        }
        // A push is shown where the recordings have it (protocol reference 5.5).
        if let Due::Challenge(known) = due
            && self.flow.pushes()
        {
            let value = self.authenticator(*known);
            let number = self.flow.correct_answer();
            let value = match number {
                Some(number) => {
                    ion::with(value, "contextualData", json!({"correctAnswer": number}))
                }
                None => value,
            };
            add("currentAuthenticator", ion::wrapped(&value));
        }
        if *due == Due::Challenge(Authenticator::OktaVerify) && self.flow.signs() {
            add("currentAuthenticator", ion::wrapped(&self.asked_device()));
        }
        related.extend(self.collections(due));
        related
    }

    /// What can be set up or used for recovery, and what is set up.
    fn collections(&self, due: &Due) -> Map<String, Value> {
        let mut collections = Map::new();
        let mut add = |name: &str, value: Value| collections.insert(name.to_owned(), value);
        let offered = if *due == Due::SelectUnlock {
            RECOVERY.to_vec()
        } else {
            self.flow.enrollable()
        };
        if !offered.is_empty() {
            let offered = offered.into_iter().map(|known| self.offered(known));
            add("authenticators", ion::array(&offered.collect::<Vec<_>>()));
        }
        if let Some(person) = self.flow.person() {
            let enrolled = self.enrolled();
            let enrolled = enrolled.iter().map(|known| enrollment(person, *known));
            // The first security key is among them; a page must know the others as well.
            let others = person.security_keys.iter().skip(1).map(|key| {
                let value = enrollment(person, Authenticator::SecurityKey);
                ion::with(value, "credentialId", key.id())
            });
            let enrolled = enrolled.chain(others);
            add(
                "authenticatorEnrollments",
                ion::array(&enrolled.collect::<Vec<_>>()),
            );
        }
        collections
    }

    /// Okta Verify with the challenge that its device is to sign, and the way out of it.
    fn asked_device(&self) -> Value {
        let known = Authenticator::OktaVerify;
        let challenge = ion::wrapped(&self.flow.device_challenge());
        let cancel = fast_pass::leave_form(&self.forms);
        json!({"type": known.kind(), "key": known.key(), "id": known.id(), "displayName": known.display_name(),
            "methods": methods(&[Method::SignedNonce]), "cancel": cancel,
            "contextualData": {"challenge": challenge}})
    }

    /// What only the browser can do for a step, by the member that says so.
    fn asked_of_browser(&self, due: &Due) -> Map<String, Value> {
        let mut asked = Map::new();
        let mut add =
            |name: &str, value: &Value| asked.insert(name.to_owned(), ion::wrapped(value));
        if *due == Due::DeviceChallenge && !self.flow.asks_extension() {
            let challenge = self.flow.device_challenge();
            let cancel = fast_pass::leave_form(&self.forms);
            add(
                "authenticatorChallenge",
                &ion::with(challenge, "cancel", cancel),
            );
        }
        if let Some(settings) = self.flow.captcha_of(due) {
            add("captcha", &captcha::object(settings, &self.forms));
        }
        if self.flow.offers_passkeys(due) {
            add("webauthnAutofillUIChallenge", &self.flow.challenge_data());
        }
        asked
    }

    pub(super) fn enrolled(&self) -> Vec<Authenticator> {
        let person = self.flow.person();
        let has = |known: &Authenticator| person.is_some_and(|person| person.has(*known));
        Authenticator::ALL.into_iter().filter(has).collect()
    }

    /// An authenticator that can be set up, now or later.
    fn offered(&self, known: Authenticator) -> Value {
        let value = self.authenticator(known);
        let Some(person) = self.flow.person() else {
            return value;
        };
        let policy = self.flow.org.policy(&person.policy);
        let left = policy.grace_skips.saturating_sub(person.skips);
        if left == 0 || !policy.required.contains(&known) {
            return value;
        }
        let grace = json!({"type": "BY_SKIP_COUNT", "remainingSkips": left});
        ion::with(value, "gracePeriod", grace)
    }

    /// How long the password still works.
    fn with_days_left(&self, mut password: Value) -> Value {
        let days = self
            .flow
            .person()
            .and_then(|person| person.password_days_left);
        if let (Some(days), Some(settings)) = (days, password.get_mut("settings")) {
            *settings = ion::with(settings.take(), "daysToExpiry", days);
        }
        password
    }

    fn authenticator(&self, known: Authenticator) -> Value {
        let mut value = json!({"type": known.kind(), "key": known.key(), "id": known.id(),
            "displayName": known.display_name(), "methods": methods(known.enroll_methods())});
        if known == Authenticator::Password {
            let min_length = self.flow.org.settings.org.password_min_length;
            value = ion::with(
                value,
                "settings",
                json!({
                    "complexity": {"minLength": min_length, "minLowerCase": 0, "minUpperCase": 0, "minNumber": 0,
                        "minSymbol": 0, "excludeUsername": false, "excludeAttributes": []},
                    "age": {"minAgeMinutes": 0, "historyCount": 1},
                }),
            );
        }
        value
    }

    fn current_authenticator(&self, known: Authenticator) -> Value {
        let mut value = self.authenticator(known);
        let Some(Focus::Enroll(enrolling)) = &self.flow.transaction.focus else {
            return value;
        };
        if let Some(secret) = &enrolling.totp {
            value = ion::with(value, "contextualData", self.shared_secret(secret));
        }
        if known == Authenticator::Duo {
            value = ion::with(value, "contextualData", self.flow.duo_data());
        }
        if known == Authenticator::NfcPin {
            value = self.read_card(value);
        }
        if known == Authenticator::SecurityQuestion {
            value = ion::with(
                value,
                "contextualData",
                security_question::contextual_data(),
            );
        }
        if known == Authenticator::SecurityKey {
            value = ion::with(value, "contextualData", self.flow.activation_data());
        }
        if known == Authenticator::OktaVerify {
            value = ion::with(value, "contextualData", self.flow.pairing_data());
            if !matches!(enrolling.channel, Channel::Qr) && !enrolling.channel.lacks_address() {
                let resend = self.forms.form("resend", "challenge/resend", Vec::new());
                value = ion::with(value, "resend", resend);
            }
        }
        if let Some(phone) = &enrolling.phone {
            value = ion::with(
                value,
                "profile",
                json!({ "phoneNumber": mask_phone(phone) }),
            );
        }
        if known == Authenticator::Email {
            let login = self
                .flow
                .person()
                .map_or("", |person| person.login.as_str());
            value = ion::with(value, "profile", json!({ "email": mask_email(login) }));
        }
        self.with_actions(value, known)
    }

    /// Where the card is read, while it is, and the way out of it; then the rule of its PIN.
    fn read_card(&self, value: Value) -> Value {
        if !self.flow.reads_card() {
            return ion::with(value, "settings", nfc::settings());
        }
        let value = ion::with(value, "contextualData", self.flow.nfc_data());
        let cancel = fast_pass::leave_form(&self.forms);
        ion::with(value, "cancel", cancel)
    }

    /// The secret as text, and as the image that apps scan.
    fn shared_secret(&self, secret: &Secret) -> Value {
        let login = self
            .flow
            .person()
            .map_or("", |person| person.login.as_str());
        let address = format!(
            "otpauth://totp/{login}?secret={}&issuer=Interlock",
            secret.expose()
        );
        let data = json!({ "sharedSecret": secret.expose() });
        match qr::data_uri(&address) {
            Some(image) => ion::with(
                data,
                "qrcode",
                json!({"method": "embedded", "href": image, "type": "image/png"}),
            ),
            None => data,
        }
    }

    fn current_enrollment(&self, known: Authenticator) -> Value {
        let mut value = match self.flow.person() {
            Some(person) => enrollment(person, known),
            None => {
                json!({"type": known.kind(), "key": known.key(), "displayName": known.display_name(),
                "methods": methods(known.methods())})
            }
        };
        if known == Authenticator::SecurityQuestion {
            let question = self.flow.enrolled_question();
            value = ion::with(
                value,
                "contextualData",
                json!({ "enrolledQuestion": question }),
            );
        }
        if known == Authenticator::Duo {
            value = ion::with(value, "contextualData", self.flow.duo_data());
        }
        if known == Authenticator::NfcPin {
            value = self.read_card(value);
        }
        if known == Authenticator::SecurityKey {
            value = ion::with(value, "contextualData", self.flow.challenge_data());
        }
        if known == Authenticator::Password
            && self.flow.org.settings.org.recovery
            && self.flow.transaction.purpose == Purpose::SignIn
        {
            let recover = self.forms.form("recover", "recover", Vec::new());
            value = ion::with(value, "recover", recover);
        }
        self.with_actions(value, known)
    }

    /// Resend and poll, once a code is on its way.
    fn with_actions(&self, mut value: Value, known: Authenticator) -> Value {
        let Some(passcode) = self.flow.transaction.passcode() else {
            return value;
        };
        let resend = self.forms.form("resend", "challenge/resend", Vec::new());
        value = ion::with(value, "resend", resend);
        if known == Authenticator::Email {
            let poll = self.forms.form("poll", "challenge/poll", Vec::new());
            value = ion::with(value, "poll", ion::with(poll, "refresh", REFRESH));
            let link = passcode.link_token.is_some();
            value = ion::with(
                value,
                "contextualData",
                json!({ "useEmailMagicLink": link }),
            );
        }
        value
    }
}
