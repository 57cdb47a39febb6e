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

/// What the wire says of an authenticator (protocol reference 4.1).
#[derive(Clone, Copy, Debug)]
struct Facts {
    key: &'static str,
    /// `type`; it groups unrelated things.
    kind: &'static str,
    display_name: &'static str,
    /// Its id in this org.
    id: &'static str,
    /// First letters of the id of somebody's enrolment.
    prefix: &'static str,
    methods: &'static [Method],
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

    fn facts(self) -> Facts {
        match self {
            Self::Email => Facts {
                key: "okta_email",
                kind: "email",
                display_name: "Email",
                id: "aut2interlockemail01",
                prefix: "eae",
                methods: &[Method::Email],
            },
            Self::ExternalIdp => Facts {
                key: "external_idp",
                kind: "federated",
                display_name: "Example Directory",
                id: "aut8interlockidp0001",
                prefix: "fed",
                methods: &[Method::Idp],
            },
            Self::GoogleOtp => Facts {
                key: "google_otp",
                kind: "app",
                display_name: "Google Authenticator",
                id: "aut4interlockgotp001",
                prefix: "uft",
                methods: &[Method::Otp],
            },
            Self::OktaVerify => Facts {
                key: "okta_verify",
                kind: "app",
                display_name: "Okta Verify",
                id: "aut7interlockverify1",
                prefix: "pfd",
                methods: &[Method::Push, Method::Totp, Method::SignedNonce],
            },
            Self::Password => Facts {
                key: "okta_password",
                kind: "password",
                display_name: "Password",
                id: "aut1interlockpasswd1",
                prefix: "lae",
                methods: &[Method::Password],
            },
            Self::Phone => Facts {
                key: "phone_number",
                kind: "phone",
                display_name: "Phone",
                id: "aut3interlockphone01",
                prefix: "sms",
                methods: &[Method::Sms, Method::Voice],
            },
            Self::SecurityKey => Facts {
                key: "webauthn",
                kind: "security_key",
                display_name: "Security Key or Biometric",
                id: "aut6interlockwebaut1",
                prefix: "fwf",
                methods: &[Method::Webauthn],
            },
            Self::SecurityQuestion => Facts {
                key: "security_question",
                kind: "security_question",
                display_name: "Security Question",
                id: "aut5interlockquest01",
                prefix: "qae",
                methods: &[Method::SecurityQuestion],
            },
        }
    }

    pub(crate) fn key(self) -> &'static str {
        self.facts().key
    }

    /// `type` on the wire.
    pub(crate) fn kind(self) -> &'static str {
        self.facts().kind
    }

    pub(crate) fn display_name(self) -> &'static str {
        self.facts().display_name
    }

    /// Its id in this org.
    pub(crate) fn id(self) -> &'static str {
        self.facts().id
    }

    /// First letters of the id of somebody's enrolment.
    pub(crate) fn enrollment_prefix(self) -> &'static str {
        self.facts().prefix
    }

    /// All it can do; what somebody can use of it is [`super::people::Person::methods`].
    pub(crate) fn methods(self) -> &'static [Method] {
        self.facts().methods
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
