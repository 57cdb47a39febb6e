//! Who can sign in, and what they must prove.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::defaults;
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
pub struct PolicySettings {
    /// Any one of these proves who it is.
    pub first: Vec<Authenticator>,
    /// Any one of these must follow; empty: one factor is enough.
    pub second: Vec<Authenticator>,
    /// Every one of these must be set up.
    pub required: Vec<Authenticator>,
    /// Offered at registration, with `skip`.
    pub optional: Vec<Authenticator>,
    /// What happens where none of `second` is set up.
    pub enroll: EnrollMode,
    /// Ask "stay signed in?" after authentication.
    pub keep_me_signed_in: bool,
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
}

/// Somebody who can sign in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
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
    /// Security question.
    #[serde(default)]
    pub question: Option<QuestionSettings>,
    /// Security keys, as a registration left them.
    #[serde(default)]
    pub security_keys: Vec<SecurityKeySettings>,
    /// The password must be changed at the next sign-in.
    #[serde(default)]
    pub password_expired: bool,
    /// Locked out.
    #[serde(default)]
    pub locked: bool,
    /// BCP 47 with underscore, as Okta writes it.
    #[serde(default = "defaults::locale")]
    pub locale: String,
    /// IANA time zone.
    #[serde(default = "defaults::time_zone")]
    pub time_zone: String,
    /// Further profile attributes, shown as claims in userinfo and the tokens of the custom server.
    #[serde(default)]
    pub claims: BTreeMap<String, String>,
}
