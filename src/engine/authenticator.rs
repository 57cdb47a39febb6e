//! The authenticators the engine has, and Okta's words for them (protocol reference 4.1).

use serde::Deserialize;

/// Something a person can prove themselves with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub enum Authenticator {
    /// An app of the customer's own, which is asked like Okta Verify.
    #[serde(rename = "custom_app")]
    CustomApp,
    /// A one-time password of a device that an administrator hands out.
    #[serde(rename = "custom_otp")]
    CustomOtp,
    /// Duo, in its frame.
    #[serde(rename = "duo")]
    Duo,
    /// A code sent by mail.
    #[serde(rename = "okta_email")]
    Email,
    /// An account at another identity provider.
    #[serde(rename = "external_idp")]
    ExternalIdp,
    /// A time-based code from an app.
    #[serde(rename = "google_otp")]
    GoogleOtp,
    /// A card that is held to a telephone, and its PIN.
    #[serde(rename = "nfc_pin")]
    NfcPin,
    /// The app that is asked, or shows a code.
    #[serde(rename = "okta_verify")]
    OktaVerify,
    /// A code of a server of the customer's own.
    #[serde(rename = "onprem_mfa")]
    OnPremMfa,
    /// A password.
    #[serde(rename = "okta_password")]
    Password,
    /// A code sent to a telephone.
    #[serde(rename = "phone_number")]
    Phone,
    /// A code of RSA's.
    #[serde(rename = "rsa_token")]
    RsaToken,
    /// A security key or passkey (WebAuthn).
    #[serde(rename = "webauthn")]
    SecurityKey,
    /// A question only the person can answer.
    #[serde(rename = "security_question")]
    SecurityQuestion,
    /// A smart card, which the browser proves by its certificate.
    #[serde(rename = "smart_card_idp")]
    SmartCard,
    /// A code of Symantec's.
    #[serde(rename = "symantec_vip")]
    SymantecVip,
    /// A code that an administrator hands out.
    #[serde(rename = "tac")]
    TemporaryCode,
    /// A `YubiKey` that types a code.
    #[serde(rename = "yubikey_token")]
    Yubikey,
}

/// How an authenticator is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Method {
    Cert,
    Duo,
    Email,
    Idp,
    Nfc,
    NfcPin,
    Otp,
    Password,
    Push,
    SecurityQuestion,
    SignedNonce,
    Sms,
    TemporaryCode,
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
    pub(crate) const ALL: [Self; 18] = [
        Self::Password,
        Self::Email,
        Self::Phone,
        Self::GoogleOtp,
        Self::SecurityQuestion,
        Self::SecurityKey,
        Self::OktaVerify,
        Self::ExternalIdp,
        Self::SmartCard,
        Self::Duo,
        Self::CustomApp,
        Self::RsaToken,
        Self::OnPremMfa,
        Self::SymantecVip,
        Self::Yubikey,
        Self::CustomOtp,
        Self::NfcPin,
        Self::TemporaryCode,
    ];
    /// Accounts elsewhere: the browser leaves, and comes back with their word.
    pub(crate) const ELSEWHERE: [Self; 2] = [Self::ExternalIdp, Self::SmartCard];

    #[expect(clippy::too_many_lines, reason = "it is a list")]
    fn facts(self) -> Facts {
        match self {
            Self::CustomApp => Facts {
                key: "custom_app",
                kind: "app",
                display_name: "Example App",
                id: "aut10interlockcapp01",
                prefix: "pfc",
                methods: &[Method::Push],
            },
            Self::CustomOtp => Facts {
                key: "custom_otp",
                kind: "security_key",
                display_name: "Example One-Time Password",
                id: "aut11interlockcotp01",
                prefix: "cot",
                methods: &[Method::Otp],
            },
            Self::Duo => Facts {
                key: "duo",
                kind: "app",
                display_name: "Duo Security",
                id: "aut9interlockduo0001",
                prefix: "dsf",
                methods: &[Method::Duo],
            },
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
            Self::NfcPin => Facts {
                key: "nfc_pin",
                kind: "proximity",
                display_name: "NFC",
                id: "aut12interlocknfc001",
                prefix: "npc",
                methods: &[Method::Nfc, Method::NfcPin],
            },
            Self::OnPremMfa => Facts {
                key: "onprem_mfa",
                kind: "security_key",
                display_name: "Example On-Prem",
                id: "aut13interlockprem01",
                prefix: "opm",
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
            Self::RsaToken => Facts {
                key: "rsa_token",
                kind: "security_key",
                display_name: "RSA SecurID",
                id: "aut14interlockrsa001",
                prefix: "rsa",
                methods: &[Method::Otp],
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
            Self::SmartCard => Facts {
                key: "smart_card_idp",
                kind: "federated",
                display_name: "Smart Card",
                id: "aut15interlockcard01",
                prefix: "sci",
                methods: &[Method::Cert],
            },
            Self::SymantecVip => Facts {
                key: "symantec_vip",
                kind: "app",
                display_name: "Symantec VIP",
                id: "aut16interlockvip001",
                prefix: "svp",
                methods: &[Method::Otp],
            },
            Self::TemporaryCode => Facts {
                key: "tac",
                kind: "tac",
                display_name: "Temporary Access Code",
                id: "aut17interlocktac001",
                prefix: "tac",
                methods: &[Method::TemporaryCode],
            },
            Self::Yubikey => Facts {
                key: "yubikey_token",
                kind: "security_key",
                display_name: "Yubikey Authenticator",
                id: "aut18interlockyubi01",
                prefix: "ykf",
                methods: &[Method::Otp],
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

    /// Whether the customer's own server checks its codes.
    pub(crate) fn is_on_premises(self) -> bool {
        matches!(self, Self::OnPremMfa | Self::RsaToken)
    }

    /// What it can be set up with.
    pub(crate) fn enroll_methods(self) -> &'static [Method] {
        // The card is read first; its PIN is chosen then.
        if self == Self::NfcPin {
            return &[Method::Nfc];
        }
        self.methods()
    }

    pub(crate) fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.id() == id)
    }
}

impl Method {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Cert => "cert",
            Self::Duo => "duo",
            Self::Nfc => "nfc",
            Self::NfcPin => "nfc_pin",
            Self::TemporaryCode => "tac",
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
            Self::Cert => "sc",
            Self::Idp => "fed",
            Self::Duo | Self::Push => "swk",
            Self::Email => "email",
            Self::Otp | Self::TemporaryCode | Self::Totp => "otp",
            Self::Nfc | Self::NfcPin => "pin",
            Self::Password => "pwd",
            Self::SignedNonce | Self::Webauthn => "hwk",
            Self::SecurityQuestion => "kba",
            Self::Sms => "sms",
            Self::Voice => "tel",
        }
    }
}
