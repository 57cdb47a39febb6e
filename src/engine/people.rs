//! The directory: who there is and what they have set up.

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

use super::{
    authenticator::{Authenticator, Method},
    fobs::Fob,
    password::StoredPassword,
    settings::{PersonSettings, SecurityKeySettings},
    webauthn::{self, SecurityKey},
};
use crate::secret::Secret;

/// A security question as somebody answered it.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) key: String,
    pub(crate) text: String,
    pub(crate) answer: Secret,
}

/// What few people have, and prove themselves with.
#[derive(Clone, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each can be true of a person by itself"
)]
pub(crate) struct Equipment {
    /// Public keys of Okta Verify on devices (Ed25519).
    pub(crate) device_keys: Vec<Vec<u8>>,
    /// The customer's own app.
    pub(crate) custom_app: bool,
    /// Known to Duo.
    pub(crate) duo: bool,
    /// Whatever shows or types codes.
    pub(crate) fobs: Vec<Fob>,
    /// Their papers were in order.
    pub(crate) identity_proven: bool,
    /// The PIN of a card that is held to a telephone.
    pub(crate) nfc_pin: Option<Secret>,
    pub(crate) smart_card: bool,
    /// What an administrator handed out.
    pub(crate) temporary_code: Option<Secret>,
}

/// Somebody.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each can be true of a person by itself"
)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) login: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) locale: String,
    pub(crate) time_zone: String,
    pub(crate) groups: Vec<String>,
    pub(crate) claims: BTreeMap<String, String>,
    pub(crate) policy: String,
    pub(crate) password: Option<StoredPassword>,
    pub(crate) password_expired: bool,
    pub(crate) email: bool,
    pub(crate) phone: Option<String>,
    pub(crate) totp: Option<Secret>,
    /// The last time step whose code was used (RFC 6238 §5.2).
    pub(crate) totp_used: Option<u64>,
    /// Secret of the codes that Okta Verify shows; somebody who has one has the app.
    pub(crate) okta_verify: Option<Secret>,
    pub(crate) okta_verify_used: Option<u64>,
    pub(crate) equipment: Equipment,
    pub(crate) external_idp: bool,
    pub(crate) password_days_left: Option<u32>,
    /// How often a required enrolment was put off.
    pub(crate) skips: u32,
    pub(crate) inactive: bool,
    pub(crate) question: Option<Question>,
    pub(crate) security_keys: Vec<SecurityKey>,
    pub(crate) locked: bool,
    pub(crate) failures: u32,
    /// Not yet done registering: nobody can sign in with it.
    pub(crate) staged: bool,
}

impl Person {
    pub(crate) fn has(&self, authenticator: Authenticator) -> bool {
        let equipment = &self.equipment;
        match authenticator {
            Authenticator::CustomApp => equipment.custom_app,
            Authenticator::CustomOtp
            | Authenticator::OnPremMfa
            | Authenticator::RsaToken
            | Authenticator::SymantecVip
            | Authenticator::Yubikey => equipment.fobs.iter().any(|fob| fob.kind == authenticator),
            Authenticator::Duo => equipment.duo,
            Authenticator::NfcPin => equipment.nfc_pin.is_some(),
            Authenticator::SmartCard => equipment.smart_card,
            Authenticator::TemporaryCode => equipment.temporary_code.is_some(),
            Authenticator::Email => self.email,
            Authenticator::ExternalIdp => self.external_idp,
            Authenticator::GoogleOtp => self.totp.is_some(),
            Authenticator::OktaVerify => self.okta_verify.is_some(),
            Authenticator::Password => self.password.is_some(),
            Authenticator::Phone => self.phone.is_some(),
            Authenticator::SecurityKey => !self.security_keys.is_empty(),
            Authenticator::SecurityQuestion => self.question.is_some(),
        }
    }

    /// What this person can do with an authenticator: only a device that was set up signs, and only a card that is not
    /// yet set up is read without its PIN.
    pub(crate) fn methods(&self, authenticator: Authenticator) -> Vec<Method> {
        let signs = !self.equipment.device_keys.is_empty();
        let methods = authenticator.methods().iter().copied();
        methods
            .filter(|method| signs || *method != Method::SignedNonce)
            .filter(|method| *method != Method::Nfc)
            .collect()
    }

    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    /// The id of what this person set up; stable.
    pub(crate) fn enrollment_id(&self, authenticator: Authenticator) -> String {
        let seed = format!("{}/{}", self.id, authenticator.key());
        format!("{}{}", authenticator.enrollment_prefix(), suffix(&seed))
    }
}

/// All of them, by user id.
#[derive(Debug, Default)]
pub(crate) struct People(BTreeMap<String, Person>);

impl People {
    pub(crate) fn new(settings: &[PersonSettings]) -> Self {
        Self(
            settings
                .iter()
                .map(person)
                .map(|person| (person.id.clone(), person))
                .collect(),
        )
    }

    pub(crate) fn by_id(&self, id: &str) -> Option<&Person> {
        self.0.get(id)
    }

    pub(crate) fn by_id_mut(&mut self, id: &str) -> Option<&mut Person> {
        self.0.get_mut(id)
    }

    /// By login, whatever its case, or by its part before `@` (Okta accepts both).
    pub(crate) fn by_login(&self, login: &str) -> Option<&Person> {
        let login = login.trim().to_lowercase();
        let known = self.0.values().filter(|person| !person.staged);
        known
            .clone()
            .find(|person| person.login.to_lowercase() == login)
            .or_else(|| {
                known.clone().find(|person| {
                    let full = person.login.to_lowercase();
                    full.split_once('@')
                        .is_some_and(|(short, _)| short == login)
                })
            })
    }

    pub(crate) fn add(&mut self, person: Person) {
        self.0.insert(person.id.clone(), person);
    }

    pub(crate) fn remove(&mut self, id: &str) {
        self.0.remove(id);
    }

    /// Everybody there is.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Person> {
        self.0.values().filter(|person| !person.staged)
    }

    /// The address and telephone under which somebody's messages arrive.
    pub(crate) fn addresses(&self, of: &str) -> Vec<String> {
        let phone = self.by_login(of).and_then(|person| person.phone.clone());
        std::iter::once(of.to_owned()).chain(phone).collect()
    }
}

/// A user id made from a login.
pub(crate) fn user_id(login: &str) -> String {
    format!("00u{}", suffix(&login.to_lowercase()))
}

fn suffix(seed: &str) -> String {
    let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(seed));
    hash.chars()
        .filter(char::is_ascii_alphanumeric)
        .take(17)
        .collect()
}

fn person(settings: &PersonSettings) -> Person {
    let mut seen = BTreeSet::new();
    Person {
        id: settings
            .id
            .clone()
            .unwrap_or_else(|| user_id(&settings.login)),
        login: settings.login.clone(),
        first_name: settings.first_name.clone(),
        last_name: settings.last_name.clone(),
        locale: settings.locale.clone(),
        time_zone: settings.time_zone.clone(),
        groups: settings
            .groups
            .iter()
            .filter(|group| seen.insert(group.as_str()))
            .cloned()
            .collect(),
        claims: settings.claims.clone(),
        policy: settings.policy.clone(),
        password: settings.password.clone().map(StoredPassword::Configured),
        password_expired: settings.password_expired,
        email: settings.email,
        phone: settings.phone.clone(),
        totp: settings.totp.clone(),
        totp_used: None,
        okta_verify: settings.okta_verify.clone(),
        okta_verify_used: None,
        equipment: Equipment {
            custom_app: settings.custom_app,
            duo: settings.duo,
            fobs: settings.fobs.iter().map(Fob::new).collect(),
            nfc_pin: settings.nfc_pin.clone(),
            smart_card: settings.smart_card,
            temporary_code: settings.temporary_code.clone(),
            ..Equipment::default()
        },
        external_idp: settings.external_idp,
        password_days_left: settings.password_days_left,
        skips: 0,
        inactive: settings.inactive,
        question: settings.question.as_ref().map(|question| Question {
            key: question.key.clone(),
            text: question.question.clone(),
            answer: question.answer.clone(),
        }),
        security_keys: settings
            .security_keys
            .iter()
            .filter_map(security_key)
            .collect(),
        locked: settings.locked,
        failures: 0,
        staged: false,
    }
}

/// Reads a registered key.
pub(crate) fn security_key(settings: &SecurityKeySettings) -> Option<SecurityKey> {
    Some(SecurityKey {
        credential_id: webauthn::decode(&settings.credential_id)?,
        public_key: webauthn::decode(&settings.public_key)?,
        sign_count: 0,
        resident: settings.resident,
    })
}
