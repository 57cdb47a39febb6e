//! Registration: a person names themselves and is set up step by step.

use std::collections::BTreeMap;

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::engine::{
    authenticator::{Authenticator, Method},
    idx::{
        flow::{Flow, Notes},
        ion,
        messages::{self, Message},
        transaction::{Purpose, Subject},
        work::Worked,
    },
    people::{Equipment, Person, user_id},
};

const FIRST: &[&str] = &["userProfile", "firstName"];
const LAST: &[&str] = &["userProfile", "lastName"];
const EMAIL: &[&str] = &["userProfile", "email"];

impl Flow<'_> {
    /// "Sign up."
    pub(crate) fn select_enroll_profile(&mut self) -> Notes {
        if !self.org.settings.org.registration {
            return Notes::unfit();
        }
        self.transaction.purpose = Purpose::Registration;
        self.transaction.registering = true;
        Notes::default()
    }

    pub(crate) fn enroll_profile(&mut self, body: &Map<String, Value>, worked: Worked) -> Notes {
        let mut wrong: Vec<(&'static [&'static str], Message)> = Vec::new();
        let mut read = |path: &'static [&'static str], label: &str| {
            let text = ion::text(body, path).unwrap_or_default().to_owned();
            if text.is_empty() {
                wrong.push((path, messages::field_required(label)));
            } else if text.contains(['<', '>']) {
                wrong.push((path, messages::tags_not_allowed()));
            }
            text
        };
        let first_name = read(FIRST, "First name");
        let last_name = read(LAST, "Last name");
        let email = read(EMAIL, "Email");
        if wrong.is_empty() && !looks_like_address(&email) {
            wrong.push((EMAIL, messages::does_not_match("Email")));
        }
        let taken = self.state.people.by_login(&email).is_some();
        if wrong.is_empty() && taken {
            wrong.push((EMAIL, messages::not_unique("Email")));
        }
        if !wrong.is_empty() {
            return Notes {
                status: StatusCode::BAD_REQUEST,
                at_fields: wrong,
                ..Notes::default()
            };
        }
        let id = user_id(&format!("{email}/{}", self.transaction.id));
        self.state.people.add(staged(
            &id,
            &email,
            first_name,
            last_name,
            self.policy_name(),
        ));
        self.transaction.identifier = Some(email);
        self.transaction.subject = Subject::Known(id);
        self.transaction.purpose = Purpose::SignIn;
        if !self.org.settings.org.password_on_registration {
            return Notes::default();
        }
        if let Err(notes) = self.store_password(body, worked) {
            self.forget_staged();
            self.transaction.subject = Subject::Nobody;
            self.transaction.purpose = Purpose::Registration;
            return notes;
        }
        self.transaction
            .prove(Authenticator::Password, Method::Password, self.now);
        Notes::default()
    }

    fn policy_name(&self) -> &str {
        &self.org.settings.org.registration_policy
    }
}

/// The fields of `enroll-profile`.
pub(crate) fn fields(with_password: bool) -> Vec<Value> {
    let field = |name: &str, label: &str| json!({"name": name, "label": label, "required": true, "minLength": 1, "maxLength": 50});
    let mut fields = vec![
        json!({"name": "userProfile", "type": "object", "required": true, "form": {"value": [
            field("firstName", "First name"), field("lastName", "Last name"),
            {"name": "email", "label": "Email", "required": true},
        ]}}),
    ];
    if with_password {
        let password = ion::credentials(&[ion::secret("passcode", "Password")]);
        fields.push(ion::relates_to(password, "$.currentAuthenticator"));
    }
    fields
}

fn looks_like_address(text: &str) -> bool {
    let mut parts = text.split('@');
    let (local, domain) = (parts.next(), parts.next());
    let domain = domain.unwrap_or_default();
    !local.unwrap_or_default().is_empty()
        && parts.next().is_none()
        && domain.contains('.')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && !text.contains(char::is_whitespace)
}

fn staged(id: &str, email: &str, first_name: String, last_name: String, policy: &str) -> Person {
    Person {
        id: id.to_owned(),
        login: email.to_owned(),
        first_name,
        last_name,
        locale: "en_US".to_owned(),
        time_zone: "America/Los_Angeles".to_owned(),
        groups: vec!["Everyone".to_owned()],
        claims: BTreeMap::new(),
        policy: policy.to_owned(),
        password: None,
        password_expired: false,
        email: false,
        phone: None,
        totp: None,
        totp_used: None,
        okta_verify: None,
        okta_verify_used: None,
        equipment: Equipment::default(),
        external_idp: false,
        password_days_left: None,
        skips: 0,
        inactive: false,
        question: None,
        security_keys: Vec::new(),
        locked: false,
        failures: 0,
        staged: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_one_at_and_a_domain() {
        assert!(looks_like_address("a@b.example"));
        for wrong in ["a", "a@b", "@b.c", "a@@b.c", "a b@c.d", "a@.c", "a@b."] {
            assert!(!looks_like_address(wrong), "{wrong}");
        }
    }
}
