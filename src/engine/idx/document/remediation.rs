//! The forms of a step: the one that is due first, what else can be done behind it.

use serde_json::{Value, json};

use super::{Writer, label, related::REFRESH};
use crate::engine::{
    authenticator::{Authenticator, Method},
    idx::{
        ion,
        policy::{Due, RECOVERY},
        steps::{captcha, duo, fob, nfc, profile, security_key},
    },
};

/// Milliseconds between two questions whether the org is ready.
const BUSY: u64 = 2000;

impl Writer<'_> {
    pub(super) fn remediation(&self, due: &Due) -> Vec<Value> {
        let forms = &self.forms;
        let switches = &self.flow.org.settings.org;
        match due {
            Due::Identify => self.identify(due),
            Due::IdentifyRecovery => {
                let fields = self.with_captcha(due, self.flow.identify_fields());
                vec![forms.form("identify-recovery", "identify", fields)]
            }
            Due::EnrollProfile => {
                let fields = profile::fields(switches.password_on_registration);
                let fields = self.with_captcha(due, fields);
                vec![
                    forms.form("enroll-profile", "enroll/new", fields),
                    forms.form("select-identify", "identify/select", Vec::new()),
                ]
            }
            Due::SelectUnlock => vec![self.select_unlock()],
            Due::SelectVerify(options) => vec![self.select_verify(options)],
            Due::VerifyData(authenticator) => self.beside(self.verification_data(*authenticator)),
            Due::Challenge(known) if Authenticator::ELSEWHERE.contains(known) => {
                let links = self.flow.provider_links(*known).into_iter();
                let pointer = "$.currentAuthenticatorEnrollment";
                let links = links.map(|link| ion::relates_to(link, pointer));
                self.beside_all(links.collect())
            }
            Due::Challenge(authenticator) => self.beside(self.challenge(*authenticator)),
            Due::PushRefused => self.beside(self.resend_push()),
            Due::EnrollData(Authenticator::OktaVerify) => self.pairing(false),
            Due::Enroll(Authenticator::OktaVerify) => self.pairing(true),
            Due::Enroll(known) if Authenticator::ELSEWHERE.contains(known) => {
                self.provider_enrollment(*known)
            }
            Due::Enroll(Authenticator::NfcPin) if self.flow.reads_card() => self.card_enrollment(),
            Due::ProveIdentity => vec![self.flow.proofing_link()],
            Due::SelectEnroll { optional, .. } => self.select_enroll(*optional),
            Due::EnrollData(_) => self.beside_enrollment(self.enrollment_data()),
            Due::Enroll(authenticator) => self.beside_enrollment(self.enroll(*authenticator)),
            Due::ActivationExpired => {
                vec![forms.form("request-activation-email", "request-activation", Vec::new())]
            }
            Due::Busy => vec![ion::with(
                forms.form("poll", "poll", Vec::new()),
                "refresh",
                BUSY,
            )],
            Due::DeviceChallenge => vec![self.flow.device_form(forms)],
            Due::DeviceMissing => vec![self.flow.device_cancel(forms)],
            Due::DeviceGrace => {
                vec![forms.form("device-assurance-grace-period", "skip", Vec::new())]
            }
            Due::EmailConsent => vec![self.flow.mail_consent_form(forms)],
            Due::PasswordElsewhere { expired } => self.password_elsewhere(*expired),
            Due::PasswordWarning => vec![
                self.new_password("reenroll-authenticator-warning", Vec::new()),
                forms.form("skip", "skip", Vec::new()),
            ],
            Due::UpdateProfile { optional } => {
                let form = forms.form("profile-update", "enroll/new", self.flow.profile_fields());
                let skip = optional.then(|| forms.form("skip", "skip", Vec::new()));
                std::iter::once(form).chain(skip).collect()
            }
            Due::UserCode => {
                let field =
                    json!({"name": "userCode", "label": "Activation Code", "required": true});
                vec![forms.form("user-code", "device/activate", vec![field])]
            }
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
            Due::DeviceUnfit
            | Due::LockedOut
            | Due::Success
            | Due::Terminal
            | Due::Unlocked
            | Due::Unsatisfiable => Vec::new(),
        }
    }

    /// Who somebody is, and all that can be done instead.
    fn identify(&self, due: &Due) -> Vec<Value> {
        let forms = &self.forms;
        let switches = &self.flow.org.settings.org;
        let fields = self.with_captcha(due, self.flow.identify_fields());
        let mut remediation = vec![forms.form("identify", "identify", fields)];
        if self.flow.offers_passkeys(due) {
            remediation.extend(self.passkeys());
        }
        if switches.fast_pass.is_some() {
            let path = "authenticators/okta-verify/launch";
            remediation.push(forms.form("launch-authenticator", path, Vec::new()));
        }
        if switches.unlock {
            remediation.push(forms.form("unlock-account", "unlock-account", Vec::new()));
        }
        if switches.registration {
            remediation.push(forms.form("select-enroll-profile", "enroll", Vec::new()));
        }
        remediation.extend(self.flow.identifying_links());
        remediation
    }

    /// The fields of a step, and the CAPTCHA where it asks for one.
    fn with_captcha(&self, due: &Due, mut fields: Vec<Value>) -> Vec<Value> {
        fields.extend(self.flow.captcha_of(due).map(|_| captcha::field()));
        fields
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
        match &*self.usable(authenticator) {
            [Method::Otp] if authenticator.is_on_premises() => {
                let person = self.flow.person();
                let id = person.map(|person| person.enrollment_id(authenticator));
                fields.push(ion::constant("enrollmentId", &id.unwrap_or_default()));
            }
            [Method::Otp | Method::Idp] => {}
            [only] => fields.push(
                json!({"name": "methodType", "required": false, "value": only.word(),
                "mutable": false}),
            ),
            methods => {
                let words: Vec<(&str, &str)> =
                    methods.iter().map(|m| (m.word(), label(*m))).collect();
                fields.push(ion::choice("methodType", false, &words));
                if let Some(person) = self.flow.person()
                    && authenticator == Authenticator::Phone
                {
                    let id = person.enrollment_id(authenticator);
                    fields.push(ion::constant("enrollmentId", &id));
                }
            }
        }
        fields
    }

    /// What can be used of an authenticator; of a decoy's, all.
    fn usable(&self, authenticator: Authenticator) -> Vec<Method> {
        match self.flow.person() {
            Some(person) => person.methods(authenticator),
            None => authenticator.methods().to_vec(),
        }
    }

    fn verification_data(&self, authenticator: Authenticator) -> Value {
        let words: Vec<(&str, &str)> = self
            .usable(authenticator)
            .iter()
            .map(|m| (m.word(), label(*m)))
            .collect();
        let mut fields = vec![ion::constant("id", authenticator.id())];
        if let Some(person) = self.flow.person()
            && authenticator == Authenticator::Phone
        {
            fields.push(ion::constant(
                "enrollmentId",
                &person.enrollment_id(authenticator),
            ));
        }
        fields.push(ion::choice("methodType", true, &words));
        if authenticator == Authenticator::OktaVerify {
            fields.push(json!({"name": "autoChallenge", "type": "boolean", "label": "Send push automatically",
                "required": false, "value": false}));
        }
        let field = json!({"name": "authenticator", "type": "object", "required": true,
            "label": authenticator.display_name(), "form": {"value": fields}});
        let form = self
            .forms
            .form("authenticator-verification-data", "challenge", vec![field]);
        ion::relates_to(form, "$.currentAuthenticatorEnrollment")
    }

    fn challenge(&self, authenticator: Authenticator) -> Value {
        if self.flow.pushes() || self.flow.signs() || self.flow.reads_card() {
            let poll = self
                .forms
                .form("challenge-poll", "authenticators/poll", Vec::new());
            let about = if self.flow.reads_card() {
                "$.currentAuthenticatorEnrollment"
            } else {
                "$.currentAuthenticator"
            };
            return ion::with(ion::relates_to(poll, about), "refresh", REFRESH);
        }
        let fields = match authenticator {
            Authenticator::CustomApp | Authenticator::ExternalIdp | Authenticator::SmartCard => {
                Vec::new()
            }
            Authenticator::CustomOtp
            | Authenticator::OnPremMfa
            | Authenticator::RsaToken
            | Authenticator::SymantecVip
            | Authenticator::TemporaryCode
            | Authenticator::Yubikey => fob::fields(authenticator),
            Authenticator::Duo => duo::fields(),
            Authenticator::NfcPin => nfc::fields(),
            Authenticator::OktaVerify => {
                vec![ion::credentials(&[ion::field(
                    "totp",
                    "Enter code from Okta Verify app",
                )])]
            }
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
        self.beside_all(vec![form])
    }

    fn beside_all(&self, mut remediation: Vec<Value>) -> Vec<Value> {
        let choices = self.flow.choices();
        let app = Authenticator::OktaVerify;
        let more = if choices.contains(&app) {
            self.usable(app).len().saturating_sub(1)
        } else {
            0
        };
        let ways = choices.len() + more;
        if ways > 1 {
            remediation.push(self.select_verify(&choices));
        }
        remediation
    }

    /// Passkeys, found by the browser: behind the name's field, and at the press of a button.
    fn passkeys(&self) -> Vec<Value> {
        let path = "challenge/answer/webauthn-autofillui";
        let names = [
            "challenge-webauthn-autofillui-authenticator",
            "launch-passkeys-authenticator",
        ];
        let form = |name| self.forms.form(name, path, security_key::passkey_fields());
        let forms = names.map(form).into_iter();
        forms
            .map(|form| ion::with(form, "relatesTo", json!(["webauthnAutofillUIChallenge"])))
            .collect()
    }

    /// "Send again": the same method of the same authenticator.
    fn resend_push(&self) -> Value {
        let app = self.flow.pushed_app();
        let fields = [
            ion::constant("id", app.id()),
            ion::constant("methodType", Method::Push.word()),
        ];
        let field = json!({"name": "authenticator", "type": "object", "label": app.display_name(), "required": true,
            "value": {"form": {"value": fields}}});
        let form = self.forms.form("resend", "challenge", vec![field]);
        ion::relates_to(form, "$.currentAuthenticator")
    }

    /// The password lives on a page of the customer's own.
    fn password_elsewhere(&self, expired: bool) -> Vec<Value> {
        let (name, skip) = if expired {
            ("reenroll-custom-password-expiry", None)
        } else {
            let skip = self.forms.form("skip", "skip", Vec::new());
            ("reenroll-custom-password-expiry-warning", Some(skip))
        };
        let policy = self.flow.person().map(|p| self.flow.org.policy(&p.policy));
        let page = policy.and_then(|policy| policy.password_page);
        let mut form = self.new_password(name, Vec::new());
        if let Some(page) = page {
            form = ion::with(form, "customExpiredPasswordName", page.name);
            form = ion::with(form, "customExpiredPasswordURL", page.url);
        }
        std::iter::once(form).chain(skip).collect()
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
