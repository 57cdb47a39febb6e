//! Who can sign in, and what they must prove.

pub(super) mod defaults;

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{ConsentMode, defaults as default};
use crate::{engine::authenticator::Authenticator, secret::Secret};

/// When enrolment is part of signing in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EnrollMode {
    /// Who lacks a second factor cannot have one set up here.
    #[default]
    Never,
    /// Offered where it is missing, with `skip`.
    Optional,
    /// Must be set up where it is missing.
    Required,
}

/// A sign-on policy: what one must prove.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a rule of its own")]
pub struct PolicySettings {
    /// Any one of these proves who it is.
    pub first: Vec<Authenticator>,
    /// Any one of these must follow; empty: one factor is enough.
    pub second: Vec<Authenticator>,
    /// Every one of these must be set up.
    pub required: Vec<Authenticator>,
    /// Offered at registration, with `skip`.
    pub optional: Vec<Authenticator>,
    /// `optional` is offered at every sign-in until it is set up.
    pub offer: bool,
    /// What happens where none of `second` is set up.
    pub enroll: EnrollMode,
    /// Ask "stay signed in?" after authentication.
    pub keep_me_signed_in: bool,
    /// Ask for consent, whatever the client's own setting.
    pub consent: ConsentMode,
    /// Required enrolment may be put off for so many sign-ins.
    pub grace_skips: u32,
    /// The device must lack nothing: `/device` is where it is mended.
    pub device_required: bool,
    /// Papers must be in order (`redirect-idverify`).
    pub identity_proofing: bool,
    /// The device lacks something, and is let through for a while (`device-assurance-grace-period`).
    pub device_grace: bool,
    /// Attributes that are asked for where a profile lacks them (`profile-update`).
    pub profile: Vec<AttributeSettings>,
    /// Where an expired password is changed instead of here.
    pub password_page: Option<PasswordPageSettings>,
}

/// An attribute that profiles should have.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributeSettings {
    /// Its name in `userProfile`.
    pub name: String,
    /// What people read.
    pub label: String,
    /// It cannot be left out.
    #[serde(default)]
    pub required: bool,
}

/// A page of the customer's own.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordPageSettings {
    /// What people call it.
    pub name: String,
    /// Where it is.
    pub url: String,
}

/// A security question and its answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionSettings {
    /// Its key, such as `favorite_color`.
    pub key: String,
    /// What is asked.
    pub question: String,
    /// What is right, whatever the case.
    pub answer: Secret,
}

/// A registered WebAuthn credential (ES256); both values are base64url.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecurityKeySettings {
    /// The credential's id.
    pub credential_id: String,
    /// Its public key: an uncompressed P-256 point, 65 octets.
    pub public_key: String,
    /// It can be found without a name (a passkey).
    #[serde(default)]
    pub resident: bool,
}

/// A thing that shows or types codes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FobSettings {
    /// `rsa_token`, `onprem_mfa`, `symantec_vip`, `yubikey_token` or `custom_otp`.
    pub kind: Authenticator,
    /// What is printed on it.
    pub serial: String,
    /// The base32 secret of its codes (RFC 6238), or any text for a `yubikey_token`.
    pub secret: Secret,
}

/// Somebody who can sign in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each can be true of a person by itself"
)]
pub struct PersonSettings {
    /// Login and address.
    pub login: String,
    /// The user id, `00u…`; made from the login where absent.
    #[serde(default)]
    pub id: Option<String>,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// The password; absent: none set.
    #[serde(default)]
    pub password: Option<Secret>,
    /// Group names.
    #[serde(default)]
    pub groups: Vec<String>,
    /// Which policy applies.
    pub policy: String,
    /// The address is set up as a factor.
    #[serde(default)]
    pub email: bool,
    /// Telephone for SMS and calls, E.164.
    #[serde(default)]
    pub phone: Option<String>,
    /// Base32 secret of the authenticator app.
    #[serde(default)]
    pub totp: Option<Secret>,
    /// Okta Verify is set up, on the telephone at `/phone`; this is the base32 secret of its codes.
    #[serde(default)]
    pub okta_verify: Option<Secret>,
    /// Okta Verify is set up on the device at which people sign in, too (Okta FastPass).
    #[serde(default)]
    pub device: bool,
    /// The customer's own app is set up, on the telephone at `/phone`.
    #[serde(default)]
    pub custom_app: bool,
    /// Duo knows this person.
    #[serde(default)]
    pub duo: bool,
    /// Things that show or type codes; `/fobs` shows them.
    #[serde(default)]
    pub fobs: Vec<FobSettings>,
    /// The PIN of a card that is held to a telephone.
    #[serde(default)]
    pub nfc_pin: Option<Secret>,
    /// There is a smart card, at the page that stands for the browser's choice of certificates.
    #[serde(default)]
    pub smart_card: bool,
    /// A code that an administrator handed out.
    #[serde(default)]
    pub temporary_code: Option<Secret>,
    /// There is an account at the identity provider, and it is set up as a factor.
    #[serde(default)]
    pub external_idp: bool,
    /// Security question.
    #[serde(default)]
    pub question: Option<QuestionSettings>,
    /// Security keys, as a registration left them.
    #[serde(default)]
    pub security_keys: Vec<SecurityKeySettings>,
    /// The password must be changed at the next sign-in.
    #[serde(default)]
    pub password_expired: bool,
    /// Days until the password expires; up to five are warned of.
    #[serde(default)]
    pub password_days_left: Option<u32>,
    /// Locked out.
    #[serde(default)]
    pub locked: bool,
    /// The account is not yet activated.
    #[serde(default)]
    pub inactive: bool,
    /// What this person is there to show, for the engine's own page.
    #[serde(default)]
    pub shows: String,
    /// BCP 47 with underscore, as Okta writes it.
    #[serde(default = "default::locale")]
    pub locale: String,
    /// IANA time zone.
    #[serde(default = "default::time_zone")]
    pub time_zone: String,
    /// Further profile attributes, shown as claims in userinfo and the tokens of the custom server.
    #[serde(default)]
    pub claims: BTreeMap<String, String>,
}
