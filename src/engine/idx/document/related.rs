//! What forms point at: authenticators, what somebody has set up, and what is in the middle of being used.

use serde_json::{Map, Value, json};

use super::Writer;
use crate::{
    engine::{
        authenticator::Authenticator,
        idx::{
            ion,
            policy::{Due, RECOVERY},
            steps::security_question,
            transaction::{Focus, Purpose},
        },
        people::Person,
        qr,
        webauthn::SecurityKey,
    },
    secret::Secret,
};

/// Milliseconds between two polls.
const REFRESH: u64 = 4000;

impl Writer<'_> {
    /// What forms point at.
    pub(super) fn related(&self, due: &Due) -> Map<String, Value> {
        let mut related = Map::new();
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
            Due::ChangePassword | Due::ResetPassword => {
                let current = self.current_authenticator(Authenticator::Password);
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
            Due::Consent(_)
            | Due::EnrollProfile
            | Due::Identify
            | Due::IdentifyRecovery
            | Due::KeepSignedIn
            | Due::LockedOut
            | Due::SelectEnroll { .. }
            | Due::SelectUnlock
            | Due::SelectVerify(_)
            | Due::Success
            | Due::Terminal
            | Due::Unlocked
            | Due::Unsatisfiable => {}
        }
        let offered = if *due == Due::SelectUnlock {
            RECOVERY.to_vec()
        } else {
            self.flow.enrollable()
        };
        if !offered.is_empty() {
            let offered = offered.into_iter().map(|known| self.authenticator(known));
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
        related
    }

    pub(super) fn enrolled(&self) -> Vec<Authenticator> {
        let person = self.flow.person();
        let has = |known: &Authenticator| person.is_some_and(|person| person.has(*known));
        Authenticator::ALL.into_iter().filter(has).collect()
    }

    fn authenticator(&self, known: Authenticator) -> Value {
        let mut value = json!({"type": known.kind(), "key": known.key(), "id": known.id(),
            "displayName": known.display_name(), "methods": methods(known)});
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
                "methods": methods(known)})
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

fn methods(known: Authenticator) -> Value {
    let methods = known.methods().iter();
    methods.map(|m| json!({"type": m.word()})).collect()
}

fn enrollment(person: &Person, known: Authenticator) -> Value {
    let value = json!({"type": known.kind(), "key": known.key(), "id": person.enrollment_id(known),
        "displayName": known.display_name(), "methods": methods(known)});
    match known {
        Authenticator::Email => ion::with(
            value,
            "profile",
            json!({ "email": mask_email(&person.login) }),
        ),
        Authenticator::Phone => {
            let phone = person.phone.as_deref().unwrap_or_default();
            ion::with(
                value,
                "profile",
                json!({ "phoneNumber": mask_phone(phone) }),
            )
        }
        Authenticator::SecurityKey => {
            let first = person.security_keys.first();
            let id = first.map(SecurityKey::id).unwrap_or_default();
            ion::with(value, "credentialId", id)
        }
        Authenticator::GoogleOtp | Authenticator::Password | Authenticator::SecurityQuestion => {
            value
        }
    }
}

/// `a***n@example.com`.
fn mask_email(address: &str) -> String {
    let (local, domain) = address.split_once('@').unwrap_or((address, ""));
    let first = local.chars().next().map(String::from).unwrap_or_default();
    let last = local.chars().last().map(String::from).unwrap_or_default();
    format!("{first}***{last}@{domain}")
}

/// `+1 XXX-XXX-4567`.
fn mask_phone(phone: &str) -> String {
    let split = phone.len().saturating_sub(4);
    let last = phone.get(split..).unwrap_or_default();
    let country = phone
        .get(..phone.len().saturating_sub(10))
        .unwrap_or_default();
    let country = if country.len() > 1 { country } else { "+" };
    format!("{country} XXX-XXX-{last}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_numbers_are_masked() {
        assert_eq!(mask_email("alan@example.com"), "a***n@example.com");
        assert_eq!(mask_phone("+15551234567"), "+1 XXX-XXX-4567");
    }
}
