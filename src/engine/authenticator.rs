//! The authenticators the engine has, and Okta's words for them (protocol reference 4.1).

use serde::Deserialize;

/// Something a person can prove themselves with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub enum Authenticator {
    /// A code sent by mail.
    #[serde(rename = "okta_email")]
    Email,
    /// An account at another identity provider.
    #[serde(rename = "external_idp")]
    ExternalIdp,
    /// A time-based code from an app.
    #[serde(rename = "google_otp")]
    GoogleOtp,
    /// The app that is asked, or shows a code.
    #[serde(rename = "okta_verify")]
    OktaVerify,
    /// A password.
    #[serde(rename = "okta_password")]
    Password,
    /// A code sent to a telephone.
    #[serde(rename = "phone_number")]
    Phone,
    /// A security key or passkey (WebAuthn).
    #[serde(rename = "webauthn")]
    SecurityKey,
    /// A question only the person can answer.
    #[serde(rename = "security_question")]
    SecurityQuestion,
}

/// How an authenticator is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Method {
    Email,
    Idp,
    Otp,
    Password,
    Push,
    SecurityQuestion,
    SignedNonce,
    Sms,
    Totp,
    Voice,
    Webauthn,
}

impl Authenticator {
    pub(crate) const ALL: [Self; 8] = [
        Self::Password,
        Self::Email,
        Self::Phone,
        Self::GoogleOtp,
        Self::SecurityQuestion,
        Self::SecurityKey,
        Self::OktaVerify,
        Self::ExternalIdp,
    ];

    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Email => "okta_email",
            Self::ExternalIdp => "external_idp",
            Self::GoogleOtp => "google_otp",
            Self::OktaVerify => "okta_verify",
            Self::Password => "okta_password",
            Self::Phone => "phone_number",
            Self::SecurityKey => "webauthn",
            Self::SecurityQuestion => "security_question",
        }
    }

    /// `type` on the wire; it groups unrelated things.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::ExternalIdp => "federated",
            Self::GoogleOtp | Self::OktaVerify => "app",
            Self::Password => "password",
            Self::Phone => "phone",
            Self::SecurityKey => "security_key",
            Self::SecurityQuestion => "security_question",
        }
    }

    pub(crate) fn display_name(self) -> &'static str {
        match self {
            Self::Email => "Email",
            Self::ExternalIdp => "Example Directory",
            Self::GoogleOtp => "Google Authenticator",
            Self::OktaVerify => "Okta Verify",
            Self::Password => "Password",
            Self::Phone => "Phone",
            Self::SecurityKey => "Security Key or Biometric",
            Self::SecurityQuestion => "Security Question",
        }
    }

    /// Its id in this org.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Email => "aut2interlockemail01",
            Self::ExternalIdp => "aut8interlockidp0001",
            Self::GoogleOtp => "aut4interlockgotp001",
            Self::OktaVerify => "aut7interlockverify1",
            Self::Password => "aut1interlockpasswd1",
            Self::Phone => "aut3interlockphone01",
            Self::SecurityKey => "aut6interlockwebaut1",
            Self::SecurityQuestion => "aut5interlockquest01",
        }
    }

    /// First letters of the id of somebody's enrolment.
    pub(crate) fn enrollment_prefix(self) -> &'static str {
        match self {
            Self::Email => "eae",
            Self::ExternalIdp => "fed",
            Self::GoogleOtp => "uft",
            Self::OktaVerify => "pfd",
            Self::Password => "lae",
            Self::Phone => "sms",
            Self::SecurityKey => "fwf",
            Self::SecurityQuestion => "qae",
        }
    }

    pub(crate) fn methods(self) -> &'static [Method] {
        match self {
            Self::Email => &[Method::Email],
            Self::ExternalIdp => &[Method::Idp],
            Self::GoogleOtp => &[Method::Otp],
            Self::OktaVerify => &[Method::Push, Method::Totp],
            Self::Password => &[Method::Password],
            Self::Phone => &[Method::Sms, Method::Voice],
            Self::SecurityKey => &[Method::Webauthn],
            Self::SecurityQuestion => &[Method::SecurityQuestion],
        }
    }

    pub(crate) fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.id() == id)
    }
}

impl Method {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Idp => "idp",
            Self::Push => "push",
            Self::Totp => "totp",
            Self::Email => "email",
            Self::Otp => "otp",
            Self::Password => "password",
            Self::Webauthn => "webauthn",
            Self::SecurityQuestion => "security_question",
            Self::SignedNonce => "signed_nonce",
            Self::Sms => "sms",
            Self::Voice => "voice",
        }
    }

    /// The `amr` value (RFC 8176 and Okta's own).
    pub(crate) fn amr(self) -> &'static str {
        match self {
            Self::Idp => "fed",
            Self::Push => "swk",
            Self::Email => "email",
            Self::Otp | Self::Totp => "otp",
            Self::Password => "pwd",
            Self::SignedNonce | Self::Webauthn => "hwk",
            Self::SecurityQuestion => "kba",
            Self::Sms => "sms",
            Self::Voice => "tel",
        }
    }
}
