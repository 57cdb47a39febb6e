//! The document of the step that is due (protocol reference 2.1).

mod enrolled;
mod enrollment;
mod related;
mod remediation;

use serde_json::{Map, Value, json};
use time::{OffsetDateTime, macros::format_description};

use super::{
    flow::{Flow, Notes},
    ion::{self, Forms},
    messages::{self, Message},
    policy::Due,
    transaction::{Ending, Purpose, Subject},
};
use crate::engine::authenticator::Method;

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
    let mut messages: Vec<Value> = notes.messages.iter().map(Message::ion).collect();
    messages.extend(writer.standing(due).iter().map(Message::ion));
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
            if !remediation.is_empty() {
                document.insert("remediation".to_owned(), ion::array(&remediation));
            }
            document.extend(writer.related(due));
        }
    }
    if !messages.is_empty() {
        document.insert("messages".to_owned(), ion::array(&messages));
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
            Purpose::Activation => "ENROLLMENT",
            Purpose::EmailLink => "AUTHENTICATION",
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
                    ion::wrapped(&json!({"name": "oidc_client", "label": label, "id": transaction.request.client_id})),
                ),
            ]
            .map(|(name, value)| (name.to_owned(), value)),
        );
        if let Some(user) = self.user() {
            frame.insert("user".to_owned(), ion::wrapped(&user));
        }
        frame
    }

    /// What a step says each time it is shown.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "few steps are meant, and a new one is not among them"
    )]
    fn standing(&self, due: &Due) -> Vec<Message> {
        let remark = self.flow.transaction.remark.iter().cloned();
        let person = self.flow.person();
        let said = match due {
            Due::ActivationExpired => vec![messages::activation_expired()],
            Due::DeviceGrace => messages::device_grace(),
            Due::DeviceUnfit => messages::device_unfit(self.flow.org, self.flow.host),
            Due::PasswordWarning | Due::PasswordElsewhere { expired: false } => {
                let days = person.and_then(|person| person.password_days_left);
                vec![messages::password_expires(days.unwrap_or_default())]
            }
            Due::PushRefused => {
                let answered = self
                    .flow
                    .state
                    .phone
                    .was_answered(&self.flow.transaction.id);
                vec![if answered {
                    messages::push_rejected()
                } else {
                    messages::push_timed_out()
                }]
            }
            _ => Vec::new(),
        };
        remark.chain(said).collect()
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
}

fn iso(unix: u64) -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].000Z");
    i64::try_from(unix)
        .ok()
        .and_then(|unix| OffsetDateTime::from_unix_timestamp(unix).ok())
        .and_then(|at| at.format(&format).ok())
        .unwrap_or_default()
}

fn label(method: Method) -> &'static str {
    match method {
        Method::Cert => "Smart card",
        Method::Duo => "Duo",
        Method::Email => "Email",
        Method::Nfc | Method::NfcPin => "Card",
        Method::TemporaryCode => "Temporary access code",
        Method::Idp => "Identity provider",
        Method::Push => "Get a push notification",
        Method::Otp | Method::Totp => "Enter a code",
        Method::SignedNonce => "Use Okta FastPass",
        Method::Password => "Password",
        Method::SecurityQuestion => "Security question",
        Method::Webauthn => "Security key or biometric",
        Method::Sms => "SMS",
        Method::Voice => "Voice call",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_utc() {
        assert_eq!(iso(1_700_000_000), "2023-11-14T22:13:20.000Z");
    }
}
