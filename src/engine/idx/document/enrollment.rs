//! Forms that set something up or replace it.

use serde_json::{Value, json};

use super::{Writer, label, related::REFRESH};
use crate::engine::{
    authenticator::{Authenticator, Method},
    idx::{
        ion,
        steps::{duo, nfc, security_key, security_question},
        transaction::{Channel, Focus},
    },
};

/// By which ways the link to Okta Verify's enrolment goes.
const CHANNELS: [(&str, &str); 3] = [("qrcode", "QR code"), ("email", "Email"), ("sms", "SMS")];

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
                match known.enroll_methods() {
                    [Method::Otp | Method::Idp] => {}
                    _ if *known == Authenticator::OktaVerify => {
                        fields.push(ion::choice("channel", false, &CHANNELS));
                    }
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

    /// Okta Verify waits for the telephone, or for an address to send its link to.
    pub(super) fn pairing(&self, addressed: bool) -> Vec<Value> {
        let channel = match &self.flow.transaction.focus {
            Some(Focus::Enroll(enrolling)) => enrolling.channel.clone(),
            Some(Focus::Verify { .. }) | None => Channel::default(),
        };
        let form = if addressed {
            let poll = self.forms.form("enroll-poll", "challenge/poll", Vec::new());
            ion::with(poll, "refresh", REFRESH)
        } else {
            let field = match channel {
                Channel::Sms(_) => ion::field("phoneNumber", "Phone number"),
                Channel::Email(_) | Channel::Qr => ion::field("email", "Email"),
            };
            self.forms
                .form("enrollment-channel-data", "challenge/send", vec![field])
        };
        let others: Vec<(&str, &str)> = CHANNELS
            .into_iter()
            .filter(|(word, _)| *word != channel.word())
            .collect();
        let fields = [
            ion::constant("id", Authenticator::OktaVerify.id()),
            ion::choice("channel", true, &others),
        ];
        let field = json!({"name": "authenticator", "type": "object", "label": "Okta Verify", "required": true,
            "value": {"form": {"value": fields}}});
        let channels = self.forms.form(
            "select-enrollment-channel",
            "credential/enroll",
            vec![field],
        );
        vec![form, channels, self.enrollment_choice()]
    }

    /// A card is held to the telephone before its PIN is chosen.
    pub(super) fn card_enrollment(&self) -> Vec<Value> {
        let poll = self
            .forms
            .form("enroll-poll", "authenticators/poll", Vec::new());
        self.beside_enrollment(ion::with(poll, "refresh", REFRESH))
    }

    /// Another identity provider, or the choice of cards, is where it is set up.
    pub(super) fn provider_enrollment(&self, known: Authenticator) -> Vec<Value> {
        let links = self.flow.provider_links(known).into_iter();
        let mut remediation: Vec<Value> = links
            .map(|link| ion::relates_to(link, "$.currentAuthenticator"))
            .collect();
        remediation.push(self.enrollment_choice());
        remediation
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
            // These have forms of their own, or are set up elsewhere.
            Authenticator::CustomApp
            | Authenticator::CustomOtp
            | Authenticator::ExternalIdp
            | Authenticator::OktaVerify
            | Authenticator::SmartCard
            | Authenticator::TemporaryCode => Vec::new(),
            Authenticator::Duo => duo::fields(),
            Authenticator::NfcPin => nfc::fields(),
            Authenticator::OnPremMfa
            | Authenticator::RsaToken
            | Authenticator::SymantecVip
            | Authenticator::Yubikey => self.flow.fob_enrollment_fields(authenticator),
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
