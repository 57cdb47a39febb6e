//! `identify` and `identify-recovery`: who is it?

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::engine::{
    authenticator::{Authenticator, Method},
    idx::{
        flow::{Flow, Notes},
        ion, messages,
        transaction::{Purpose, Subject},
        work::Worked,
    },
};

impl Flow<'_> {
    pub(crate) fn identify(&mut self, body: &Map<String, Value>, worked: &Worked) -> Notes {
        let Some(identifier) = ion::text(body, &["identifier"]) else {
            return Notes::at(
                StatusCode::BAD_REQUEST,
                &["identifier"],
                messages::username_required(),
            );
        };
        match body.get("rememberMe") {
            None | Some(Value::Null) => {}
            Some(Value::Bool(remember)) => self.transaction.remember_me = *remember,
            Some(_) => return Notes::unfit(),
        }
        let known = self.state.people.by_login(identifier);
        if known.is_some_and(|person| person.inactive) {
            self.end(messages::inactive_user(), StatusCode::FORBIDDEN);
            return Notes::default();
        }
        let subject = match known {
            Some(person) => Subject::Known(person.id.clone()),
            None if self.org.settings.org.prevent_enumeration => Subject::Decoy,
            None => {
                let message = messages::unknown_user(identifier);
                return Notes::saying(StatusCode::OK, message);
            }
        };
        self.transaction.identifier = Some(identifier.to_owned());
        self.transaction.subject = subject;
        if self.asks_password() {
            return self.identify_with_password(body, worked);
        }
        Notes::default()
    }

    /// Whether the password is asked for beside the name.
    pub(crate) fn asks_password(&self) -> bool {
        self.org.settings.org.password_on_identify && self.transaction.purpose == Purpose::SignIn
    }

    fn identify_with_password(&mut self, body: &Map<String, Value>, worked: &Worked) -> Notes {
        if ion::text(body, &["credentials", "passcode"]).is_none() {
            self.transaction.subject = Subject::Nobody;
            return Notes::at(
                StatusCode::BAD_REQUEST,
                &["credentials", "passcode"],
                messages::password_required(),
            );
        }
        let right = worked.right_for.as_deref() == self.transaction.person();
        if worked.right_for.is_some() && right {
            self.forgive();
            self.transaction
                .prove(Authenticator::Password, Method::Password, self.now);
            return Notes::default();
        }
        self.count_wrong_password();
        self.transaction.subject = Subject::Nobody;
        Notes::saying(StatusCode::UNAUTHORIZED, messages::wrong_password())
    }

    /// "Already have an account?"
    pub(crate) fn select_identify(&mut self) -> Notes {
        self.transaction.purpose = Purpose::SignIn;
        self.transaction.registering = false;
        Notes::default()
    }

    pub(crate) fn identify_fields(&self) -> Vec<Value> {
        let mut identifier = ion::field("identifier", "Username");
        let hint = self.transaction.identifier.as_ref();
        if let Some(hint) = hint.or(self.transaction.request.login_hint.as_ref()) {
            identifier = ion::with(identifier, "value", hint.as_str());
        }
        let mut fields = vec![identifier];
        if self.transaction.purpose == Purpose::Recovery {
            return fields;
        }
        if self.asks_password() {
            fields.push(ion::credentials(&[ion::secret("passcode", "Password")]));
        }
        fields.push(json!({"name": "rememberMe", "type": "boolean", "label": "Keep me signed in"}));
        fields
    }
}
