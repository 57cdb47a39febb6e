//! The document of the step that is due (protocol reference 2.1).

use serde_json::{Map, Value, json};
use time::{OffsetDateTime, macros::format_description};

use super::{
    flow::{Flow, Notes},
    ion::{self, Forms},
    policy::{Due, RECOVERY},
    steps::{profile, security_question},
    transaction::{Ending, Focus, Purpose, Subject},
};
use crate::engine::{
    authenticator::{Authenticator, Method},
    people::Person,
};

/// Milliseconds between two polls.
const REFRESH: u64 = 4000;

/// Writes it.
pub(crate) fn of(flow: &Flow<'_>, due: &Due, state_handle: &str, notes: &Notes) -> Value {
    let writer = Writer {
        flow,
        forms: Forms {
            host: flow.host,
            state_handle,
        },
    };
    let mut document = writer.frame();
    let mut messages: Vec<Value> = notes.messages.iter().map(|message| message.ion()).collect();
    match &flow.transaction.ending {
        Some(Ending::Terminal(message, _)) => messages.push(message.ion()),
        Some(Ending::Code(code)) => {
            document.insert(
                "successWithInteractionCode".to_owned(),
                writer.success(code),
            );
        }
        None if notes.bare => {}
        None => {
            let mut remediation = writer.remediation(due);
            if let Some(first) = remediation.first_mut() {
                for (path, message) in &notes.at_fields {
                    ion::attach(first, path, &message.ion());
                }
            }
            document.insert("remediation".to_owned(), ion::array(remediation));
            document.extend(writer.related(due));
        }
    }
    if !messages.is_empty() {
        document.insert("messages".to_owned(), ion::array(messages));
    }
    Value::Object(document)
}

struct Writer<'a> {
    flow: &'a Flow<'a>,
    forms: Forms<'a>,
}

impl Writer<'_> {
    /// What every document has.
    fn frame(&self) -> Map<String, Value> {
        let transaction = &self.flow.transaction;
        let intent = match transaction.purpose {
            Purpose::Recovery => "CREDENTIAL_RECOVERY",
            Purpose::Unlock => "UNLOCK_ACCOUNT",
            Purpose::Registration => "ENROLL_NEW_USER",
            Purpose::SignIn if transaction.registering => "ENROLL_NEW_USER",
            Purpose::SignIn => "LOGIN",
        };
        let client = self.flow.org.client(&transaction.request.client_id);
        let label = client.map_or("", |client| client.label.as_str());
        let mut frame = Map::from_iter(
            [
                ("version", json!("1.0.0")),
                ("stateHandle", json!(self.forms.state_handle)),
                ("expiresAt", json!(iso(transaction.expires_at))),
                ("intent", json!(intent)),
                ("cancel", self.forms.form("cancel", "cancel", Vec::new())),
                (
                    "app",
                    ion::wrapped(json!({"name": "oidc_client", "label": label, "id": transaction.request.client_id})),
                ),
            ]
            .map(|(name, value)| (name.to_owned(), value)),
        );
        if let Some(user) = self.user() {
            frame.insert("user".to_owned(), ion::wrapped(user));
        }
        frame
    }

    /// The claimed user; of a decoy only what was typed.
    fn user(&self) -> Option<Value> {
        let identifier = self.flow.transaction.identifier.as_deref();
        let Some(person) = self.flow.person() else {
            let decoy = self.flow.transaction.subject == Subject::Decoy;
            return identifier
                .filter(|_| decoy)
                .map(|identifier| json!({ "identifier": identifier }));
        };
        if self.flow.transaction.proofs.is_empty() {
            return Some(json!({"id": person.id, "identifier": person.login}));
        }
        Some(
            json!({"id": person.id, "identifier": person.login, "profile": {
                "firstName": person.first_name, "lastName": person.last_name, "timeZone": person.time_zone,
                "locale": person.locale,
            }}),
        )
    }

    fn success(&self, code: &str) -> Value {
        let request = &self.flow.transaction.request;
        let base = self.flow.org.oauth_base(request.server, self.flow.host);
        json!({
            "rel": ["create-form"], "name": "issue", "href": format!("{base}/v1/token"), "method": "POST",
            "accepts": "application/x-www-form-urlencoded", "value": [
                {"name": "grant_type", "required": true, "value": "interaction_code"},
                {"name": "interaction_code", "required": true, "value": code},
                {"name": "client_id", "required": true, "value": request.client_id},
                {"name": "code_verifier", "required": true},
            ],
        })
    }

    fn remediation(&self, due: &Due) -> Vec<Value> {
        let forms = &self.forms;
        let switches = &self.flow.org.settings.org;
        match due {
            Due::Identify => {
                let mut remediation =
                    vec![forms.form("identify", "identify", self.flow.identify_fields())];
                if switches.unlock {
                    remediation.push(forms.form("unlock-account", "unlock-account", Vec::new()));
                }
                if switches.registration {
                    remediation.push(forms.form("select-enroll-profile", "enroll", Vec::new()));
                }
                remediation
            }
            Due::IdentifyRecovery => {
                vec![forms.form("identify-recovery", "identify", self.flow.identify_fields())]
            }
            Due::EnrollProfile => vec![
                forms.form("enroll-profile", "enroll/new", profile::fields()),
                forms.form("select-identify", "identify/select", Vec::new()),
            ],
            Due::SelectUnlock => vec![self.select_unlock()],
            Due::SelectVerify(options) => vec![self.select_verify(options)],
            Due::VerifyData(authenticator) => self.beside(self.verification_data(*authenticator)),
            Due::Challenge(authenticator) => self.beside(self.challenge(*authenticator)),
            Due::SelectEnroll { optional, .. } => self.select_enroll(*optional),
            Due::EnrollData(_) => self.beside_enrollment(self.enrollment_data()),
            Due::Enroll(authenticator) => self.beside_enrollment(self.enroll(*authenticator)),
            Due::ChangePassword => vec![self.new_password("reenroll-authenticator", Vec::new())],
            Due::ResetPassword => {
                let revoke = json!({"name": "revokeSessions", "type": "boolean",
                    "label": "Sign me out of all other devices."});
                vec![self.new_password("reset-authenticator", vec![revoke])]
            }
            Due::Consent(mode) => vec![self.flow.consent_form(*mode, forms)],
            Due::KeepSignedIn => {
                let field = json!({"name": "keepMeSignedIn", "type": "boolean", "label": "Stay signed in",
                    "required": true, "value": false, "mutable": true});
                vec![forms.form("keep-me-signed-in", "keep-me-signed-in", vec![field])]
            }
            Due::LockedOut | Due::Success | Due::Terminal | Due::Unlocked | Due::Unsatisfiable => {
                Vec::new()
            }
        }
    }

    fn select_verify(&self, options: &[Authenticator]) -> Value {
        let enrolled = self.enrolled();
        let options: Vec<Value> = options
            .iter()
            .map(|known| {
                let place = enrolled.iter().position(|other| other == known);
                let pointer = format!("$.authenticatorEnrollments.value[{}]", place.unwrap_or(0));
                ion::option(known.display_name(), &self.option_fields(*known), &pointer)
            })
            .collect();
        let field = json!({"name": "authenticator", "type": "object", "options": options});
        self.forms.form(
            "select-authenticator-authenticate",
            "challenge",
            vec![field],
        )
    }

    fn option_fields(&self, authenticator: Authenticator) -> Vec<Value> {
        let mut fields = vec![ion::constant("id", authenticator.id())];
        match authenticator.methods() {
            [Method::Otp] => {}
            [only] => fields.push(
                json!({"name": "methodType", "required": false, "value": only.word(),
                "mutable": false}),
            ),
            methods => {
                let words: Vec<(&str, &str)> =
                    methods.iter().map(|m| (m.word(), label(*m))).collect();
                fields.push(ion::choice("methodType", false, &words));
                if let Some(person) = self.flow.person() {
                    let id = person.enrollment_id(authenticator);
                    fields.push(ion::constant("enrollmentId", &id));
                }
            }
        }
        fields
    }

    fn verification_data(&self, authenticator: Authenticator) -> Value {
        let words: Vec<(&str, &str)> = authenticator
            .methods()
            .iter()
            .map(|m| (m.word(), label(*m)))
            .collect();
        let mut fields = vec![ion::constant("id", authenticator.id())];
        if let Some(person) = self.flow.person() {
            fields.push(ion::constant(
                "enrollmentId",
                &person.enrollment_id(authenticator),
            ));
        }
        fields.push(ion::choice("methodType", true, &words));
        let field = json!({"name": "authenticator", "type": "object", "required": true,
            "label": authenticator.display_name(), "form": {"value": fields}});
        let form = self
            .forms
            .form("authenticator-verification-data", "challenge", vec![field]);
        ion::relates_to(form, "$.currentAuthenticatorEnrollment")
    }

    fn challenge(&self, authenticator: Authenticator) -> Value {
        let fields = match authenticator {
            Authenticator::Password => {
                vec![ion::credentials(vec![ion::secret("passcode", "Password")])]
            }
            Authenticator::SecurityQuestion => self.flow.question_fields(),
            Authenticator::Email | Authenticator::GoogleOtp | Authenticator::Phone => {
                vec![ion::credentials(vec![ion::field("passcode", "Enter code")])]
            }
        };
        let form = self
            .forms
            .form("challenge-authenticator", "challenge/answer", fields);
        ion::relates_to(form, "$.currentAuthenticatorEnrollment")
    }

    /// A form, and the choice of another authenticator where there is one.
    fn beside(&self, form: Value) -> Vec<Value> {
        let choices = self.flow.choices();
        let mut remediation = vec![form];
        if choices.len() > 1 {
            remediation.push(self.select_verify(&choices));
        }
        remediation
    }

    fn select_enroll(&self, optional: bool) -> Vec<Value> {
        let mut remediation = vec![self.enrollment_choice()];
        if optional {
            remediation.push(self.forms.form("skip", "skip", Vec::new()));
        }
        remediation
    }

    fn enrollment_choice(&self) -> Value {
        let options: Vec<Value> = self
            .flow
            .enrollable()
            .iter()
            .enumerate()
            .map(|(place, known)| {
                let mut fields = vec![ion::constant("id", known.id())];
                match known.methods() {
                    [Method::Otp] => {}
                    [only] => fields.push(json!({"name": "methodType", "required": false,
                        "value": only.word(), "mutable": false})),
                    methods => {
                        let words: Vec<(&str, &str)> =
                            methods.iter().map(|m| (m.word(), label(*m))).collect();
                        fields.push(ion::choice("methodType", false, &words));
                        fields.push(json!({"name": "phoneNumber", "label": "Phone number", "required": false,
                            "type": "string"}));
                    }
                }
                let pointer = format!("$.authenticators.value[{place}]");
                ion::option(known.display_name(), &fields, &pointer)
            })
            .collect();
        let field = json!({"name": "authenticator", "type": "object", "required": true, "options": options});
        self.forms.form(
            "select-authenticator-enroll",
            "credential/enroll",
            vec![field],
        )
    }

    fn beside_enrollment(&self, form: Value) -> Vec<Value> {
        vec![form, self.enrollment_choice()]
    }

    fn enrollment_data(&self) -> Value {
        let phone = Authenticator::Phone;
        let words: Vec<(&str, &str)> = phone
            .methods()
            .iter()
            .map(|m| (m.word(), label(*m)))
            .collect();
        let field = ion::object(
            "authenticator",
            vec![
                ion::constant("id", phone.id()),
                ion::choice("methodType", true, &words),
                json!({"name": "phoneNumber", "label": "Phone number", "required": true, "type": "string"}),
            ],
        );
        let form = self.forms.form(
            "authenticator-enrollment-data",
            "credential/enroll",
            vec![field],
        );
        ion::relates_to(form, "$.currentAuthenticator")
    }

    fn enroll(&self, authenticator: Authenticator) -> Value {
        let fields = match authenticator {
            Authenticator::Password => {
                vec![ion::credentials(vec![ion::secret(
                    "passcode",
                    "Enter password",
                )])]
            }
            Authenticator::SecurityQuestion => security_question::enrollment_fields(),
            Authenticator::Email | Authenticator::GoogleOtp | Authenticator::Phone => {
                vec![ion::credentials(vec![ion::field("passcode", "Enter code")])]
            }
        };
        let form = self
            .forms
            .form("enroll-authenticator", "challenge/answer", fields);
        ion::relates_to(form, "$.currentAuthenticator")
    }

    fn new_password(&self, name: &str, more: Vec<Value>) -> Value {
        let mut fields = vec![ion::secret("passcode", "New password")];
        fields.extend(more);
        let form = self
            .forms
            .form(name, "challenge/answer", vec![ion::credentials(fields)]);
        ion::relates_to(form, "$.currentAuthenticator")
    }

    fn select_unlock(&self) -> Value {
        let options: Vec<Value> = RECOVERY
            .iter()
            .enumerate()
            .map(|(place, known)| {
                let words: Vec<(&str, &str)> = known
                    .methods()
                    .iter()
                    .map(|m| (m.word(), label(*m)))
                    .collect();
                let method = match known.methods() {
                    [only] => json!({"name": "methodType", "required": false, "value": only.word(),
                        "mutable": false}),
                    _ => ion::choice("methodType", false, &words),
                };
                let pointer = format!("$.authenticators.value[{place}]");
                let fields = [ion::constant("id", known.id()), method];
                ion::option(known.display_name(), &fields, &pointer)
            })
            .collect();
        let fields = vec![
            ion::field("identifier", "Username"),
            json!({"name": "authenticator", "type": "object", "required": true, "options": options}),
        ];
        self.forms
            .form("select-authenticator-unlock-account", "challenge", fields)
    }

    /// What forms point at.
    fn related(&self, due: &Due) -> Map<String, Value> {
        let mut related = Map::new();
        let mut add = |name: &str, value: Value| related.insert(name.to_owned(), value);
        match due {
            Due::VerifyData(known) | Due::Challenge(known) => {
                add(
                    "currentAuthenticatorEnrollment",
                    ion::wrapped(self.current_enrollment(*known)),
                );
            }
            Due::EnrollData(known) | Due::Enroll(known) => {
                add(
                    "currentAuthenticator",
                    ion::wrapped(self.current_authenticator(*known)),
                );
            }
            Due::ChangePassword | Due::ResetPassword => {
                let current = self.current_authenticator(Authenticator::Password);
                add("currentAuthenticator", ion::wrapped(current));
            }
            Due::Identify if self.flow.asks_password() => {
                let current = self.current_authenticator(Authenticator::Password);
                let recover = self.forms.form("recover", "recover", Vec::new());
                add(
                    "currentAuthenticator",
                    ion::wrapped(ion::with(current, "recover", recover)),
                );
            }
            _ => {}
        }
        let offered = match due {
            Due::SelectUnlock => RECOVERY.to_vec(),
            _ => self.flow.enrollable(),
        };
        if !offered.is_empty() {
            let offered = offered.into_iter().map(|known| self.authenticator(known));
            add("authenticators", ion::array(offered.collect()));
        }
        if let Some(person) = self.flow.person() {
            let enrolled = self.enrolled();
            let enrolled = enrolled.iter().map(|known| enrollment(person, *known));
            add("authenticatorEnrollments", ion::array(enrolled.collect()));
        }
        related
    }

    fn enrolled(&self) -> Vec<Authenticator> {
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
            value = ion::with(
                value,
                "contextualData",
                json!({ "sharedSecret": secret.expose() }),
            );
        }
        if known == Authenticator::SecurityQuestion {
            value = ion::with(
                value,
                "contextualData",
                security_question::contextual_data(),
            );
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
        Authenticator::GoogleOtp | Authenticator::Password | Authenticator::SecurityQuestion => {
            value
        }
    }
}

fn label(method: Method) -> &'static str {
    match method {
        Method::Email => "Email",
        Method::Otp => "Enter a code",
        Method::Password => "Password",
        Method::SecurityQuestion => "Security question",
        Method::Sms => "SMS",
        Method::Voice => "Voice call",
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

fn iso(unix: u64) -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].000Z");
    i64::try_from(unix)
        .ok()
        .and_then(|unix| OffsetDateTime::from_unix_timestamp(unix).ok())
        .and_then(|at| at.format(&format).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_numbers_are_masked() {
        assert_eq!(mask_email("alan@example.com"), "a***n@example.com");
        assert_eq!(mask_phone("+15551234567"), "+1 XXX-XXX-4567");
        assert_eq!(iso(1_700_000_000), "2023-11-14T22:13:20.000Z");
    }
}
