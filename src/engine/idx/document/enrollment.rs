//! Forms that set something up or replace it.

use serde_json::{Value, json};

use super::{Writer, label};
use crate::engine::{
    authenticator::{Authenticator, Method},
    idx::{
        ion,
        steps::{security_key, security_question},
    },
};

impl Writer<'_> {
    pub(super) fn select_enroll(&self, optional: bool) -> Vec<Value> {
        let mut remediation = vec![self.enrollment_choice()];
        if optional {
            remediation.push(self.forms.form("skip", "skip", Vec::new()));
        }
        remediation
    }

    pub(super) fn enrollment_choice(&self) -> Value {
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

    pub(super) fn beside_enrollment(&self, form: Value) -> Vec<Value> {
        vec![form, self.enrollment_choice()]
    }

    pub(super) fn enrollment_data(&self) -> Value {
        let phone = Authenticator::Phone;
        let words: Vec<(&str, &str)> = phone
            .methods()
            .iter()
            .map(|m| (m.word(), label(*m)))
            .collect();
        let field = ion::object(
            "authenticator",
            &[
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

    pub(super) fn enroll(&self, authenticator: Authenticator) -> Value {
        let fields = match authenticator {
            Authenticator::Password => {
                vec![ion::credentials(&[ion::secret(
                    "passcode",
                    "Enter password",
                )])]
            }
            Authenticator::SecurityKey => security_key::enrollment_fields(),
            Authenticator::SecurityQuestion => security_question::enrollment_fields(),
            Authenticator::Email | Authenticator::GoogleOtp | Authenticator::Phone => {
                vec![ion::credentials(&[ion::field("passcode", "Enter code")])]
            }
        };
        let form = self
            .forms
            .form("enroll-authenticator", "challenge/answer", fields);
        ion::relates_to(form, "$.currentAuthenticator")
    }

    pub(super) fn new_password(&self, name: &str, more: Vec<Value>) -> Value {
        let mut fields = vec![ion::secret("passcode", "New password")];
        fields.extend(more);
        let form = self
            .forms
            .form(name, "challenge/answer", vec![ion::credentials(&fields)]);
        ion::relates_to(form, "$.currentAuthenticator")
    }
}
