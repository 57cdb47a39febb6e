//! The forms of a step: the one that is due first, what else can be done behind it.

use serde_json::{Value, json};

use super::{Writer, label};
use crate::engine::{
    authenticator::{Authenticator, Method},
    idx::{
        ion,
        policy::{Due, RECOVERY},
        steps::{profile, security_key},
    },
};

impl Writer<'_> {
    pub(super) fn remediation(&self, due: &Due) -> Vec<Value> {
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
                vec![ion::credentials(&[ion::secret("passcode", "Password")])]
            }
            Authenticator::SecurityKey => security_key::challenge_fields(),
            Authenticator::SecurityQuestion => self.flow.question_fields(),
            Authenticator::Email | Authenticator::GoogleOtp | Authenticator::Phone => {
                vec![ion::credentials(&[ion::field("passcode", "Enter code")])]
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
}
