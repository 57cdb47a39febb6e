//! Which step it is: by the form's name, what it is about, and the method.

use crate::idx::ion::{Document, Form};

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident $key:literal,)*) => {
        /// The kinds of step that are dressed; everything else is [`Kind::Other`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Kind { $($(#[$doc])* $variant,)* }

        impl Kind {
            /// The first part of its keys in the words.
            pub fn key(self) -> &'static str {
                match self { $(Self::$variant => $key,)* }
            }

            /// Whether a kind has this key.
            pub fn is_key(key: &str) -> bool {
                [$($key,)*].contains(&key)
            }
        }
    };
}

kinds! {
    /// A new activation email can be asked for.
    ActivationEmail "activation-email",
    /// The engine is overloaded and asks to wait.
    Busy "busy",
    /// An app wants access.
    Consent "consent",
    /// A password that lives elsewhere has expired, or soon will.
    CustomPasswordExpired "custom-password-expired",
    /// The device needs attention.
    DeviceAssurance "device-assurance",
    /// Okta Verify on this device is asked.
    DeviceProbe "device-probe",
    /// This device must be set up first; nothing to answer.
    DeviceSetup "device-setup",
    /// Duo.
    Duo "duo",
    /// The code from an email.
    EmailCode "email-code",
    /// Whether it was you, asked where the emailed link was opened.
    EmailConsent "email-consent",
    /// A code will be emailed.
    EmailSend "email-send",
    /// The code of an authenticator app.
    GoogleCode "google-code",
    /// An authenticator app is set up, or set up anew.
    GoogleEnroll "google-enroll",
    /// Who signs in.
    Identify "identify",
    /// Who signs in, with the password.
    IdentifyPassword "identify-password",
    /// An identity proofing vendor.
    IdentityProofing "identity-proofing",
    /// Whether to stay signed in.
    KeepSignedIn "keep-signed-in",
    /// A PIN on a card.
    NfcPin "nfc-pin",
    /// Anything else.
    Other "other",
    /// The password.
    Password "password",
    /// A password is chosen.
    PasswordEnroll "password-enroll",
    /// The password has expired.
    PasswordExpired "password-expired",
    /// The password will expire.
    PasswordExpiring "password-expiring",
    /// A new password after recovery.
    PasswordReset "password-reset",
    /// The code that was sent to a phone.
    PhoneCode "phone-code",
    /// A phone number is given.
    PhoneEnroll "phone-enroll",
    /// How a phone is to get its code.
    PhoneSend "phone-send",
    /// Registration.
    Profile "profile",
    /// More details are asked.
    ProfileUpdate "profile-update",
    /// A push was refused or timed out.
    PushAgain "push-again",
    /// A push can be sent.
    PushSend "push-send",
    /// A push was sent.
    PushWait "push-wait",
    /// The security question is answered.
    Question "question",
    /// A security question is chosen.
    QuestionEnroll "question-enroll",
    /// Who forgot the password.
    Recovery "recovery",
    /// On to an identity provider.
    Redirect "redirect",
    /// The way a security method is reset, other than the password.
    Reset "reset",
    /// How to verify.
    SelectAuthenticate "select-authenticate",
    /// How to reset the password.
    SelectRecover "select-recover",
    /// What to set up.
    SelectEnroll "select-enroll",
    /// Sign in instead.
    SelectIdentify "select-identify",
    /// Where the set-up of Okta Verify is to be done.
    SelectChannel "select-channel",
    /// Where the set-up link goes.
    ChannelData "channel-data",
    /// How to unlock.
    SelectUnlock "select-unlock",
    /// A step that can be put off.
    Skip "skip",
    /// A smart card.
    SmartCard "smart-card",
    /// Apple's extension is asked.
    SsoExtension "sso-extension",
    /// Nothing to answer; messages only.
    Terminal "terminal",
    /// The code of a hardware or other token.
    TokenCode "token-code",
    /// A token is set up.
    TokenEnroll "token-enroll",
    /// The code of Okta Verify.
    VerifyCode "verify-code",
    /// Okta Verify is set up.
    VerifyEnroll "verify-enroll",
    /// Who wants to be unlocked.
    Unlock "unlock",
    /// The code that a device shows.
    UserCode "user-code",
    /// A passkey is made.
    WebauthnCreate "webauthn-create",
    /// A passkey is used.
    WebauthnGet "webauthn-get",
    /// A `YubiKey` is touched.
    Yubikey "yubikey",
}

impl Kind {
    /// The kind of step that this form is.
    pub fn of(document: &Document, form: &Form) -> Self {
        let key = document
            .authenticator_of(form)
            .and_then(|authenticator| authenticator.key())
            .unwrap_or_default();
        let has = |name: &str| {
            form.value
                .iter()
                .any(|field| field.name.as_deref() == Some(name))
        };
        match form.name.as_str() {
            "identify" if has("credentials") => Self::IdentifyPassword,
            "identify" => Self::Identify,
            "identify-recovery" => Self::Recovery,
            "select-identify" => Self::SelectIdentify,
            "unlock-account" => Self::Unlock,
            "select-authenticator-unlock-account" => Self::SelectUnlock,
            "select-authenticator-authenticate"
                if document.intent().as_deref() == Some("CREDENTIAL_RECOVERY") =>
            {
                Self::SelectRecover
            }
            "select-authenticator-authenticate" => Self::SelectAuthenticate,
            "select-authenticator-enroll" | "select-authenticator-enroll-data" => {
                Self::SelectEnroll
            }
            "select-enrollment-channel" => Self::SelectChannel,
            "enrollment-channel-data" => Self::ChannelData,
            "authenticator-verification-data" => Self::sending(key),
            "authenticator-enrollment-data" if key == "okta_email" => Self::EmailSend,
            "authenticator-enrollment-data" => Self::PhoneEnroll,
            "challenge-authenticator" => Self::challenge(key, form),
            "enroll-authenticator" => Self::enrolment(key, form),
            "enroll-authenticator-promotion" | "enroll-webauthn-residentkey" => {
                Self::WebauthnCreate
            }
            "launch-webauthn-authenticator" | "launch-passkeys-authenticator" => Self::WebauthnGet,
            "challenge-poll" | "device-challenge-poll" => Self::waiting(document, key),
            "launch-authenticator" => Self::DeviceProbe,
            "resend" => Self::PushAgain,
            "enroll-poll" if key == "nfc_pin" => Self::NfcPin,
            "enroll-poll" => Self::VerifyEnroll,
            "reenroll-authenticator" => Self::PasswordExpired,
            "reenroll-authenticator-warning" => Self::PasswordExpiring,
            "reenroll-custom-password-expiry" | "reenroll-custom-password-expiry-warning" => {
                Self::CustomPasswordExpired
            }
            "reset-authenticator" if key == "google_otp" => Self::GoogleEnroll,
            "reset-authenticator" if matches!(key, "okta_password" | "") => Self::PasswordReset,
            "reset-authenticator" => Self::Reset,
            "enroll-profile" | "select-enroll-profile" => Self::Profile,
            "profile-update" => Self::ProfileUpdate,
            "consent" | "admin-consent" | "granular-consent" => Self::Consent,
            "email-challenge-consent" => Self::EmailConsent,
            "user-code" => Self::UserCode,
            "device-assurance-grace-period" => Self::DeviceAssurance,
            "keep-me-signed-in" => Self::KeepSignedIn,
            "request-activation-email" => Self::ActivationEmail,
            "poll" => Self::Busy,
            "skip" => Self::Skip,
            "piv-idp" => Self::SmartCard,
            "redirect-idp" if form.text("type") == Some("X509") => Self::SmartCard,
            "redirect-idp" | "success-redirect" | "failure-redirect" => Self::Redirect,
            "redirect-idverify" => Self::IdentityProofing,
            "device-apple-sso-extension" | "cancel-transaction" => Self::SsoExtension,
            _ => Self::Other,
        }
    }

    fn sending(key: &str) -> Self {
        match key {
            "okta_email" => Self::EmailSend,
            "phone_number" => Self::PhoneSend,
            "okta_verify" | "custom_app" | "custom_push" => Self::PushSend,
            _ => Self::Other,
        }
    }

    fn challenge(key: &str, form: &Form) -> Self {
        match key {
            "okta_password" => Self::Password,
            "okta_email" => Self::EmailCode,
            "phone_number" => Self::PhoneCode,
            "google_otp" => Self::GoogleCode,
            "okta_verify" => Self::VerifyCode,
            "webauthn" => Self::WebauthnGet,
            "security_question" => Self::Question,
            "yubikey_token" => Self::Yubikey,
            "duo" => Self::Duo,
            "nfc_pin" => Self::NfcPin,
            "rsa_token" | "onprem_mfa" | "symantec_vip" | "custom_otp" | "tac" => Self::TokenCode,
            _ if asks(form, "signatureData") => Self::WebauthnGet,
            _ if asks(form, "answer") => Self::Question,
            _ => Self::Other,
        }
    }

    fn enrolment(key: &str, form: &Form) -> Self {
        match key {
            "okta_password" => Self::PasswordEnroll,
            "okta_email" => Self::EmailCode,
            "phone_number" => Self::PhoneCode,
            "google_otp" => Self::GoogleEnroll,
            "okta_verify" => Self::VerifyEnroll,
            "webauthn" => Self::WebauthnCreate,
            "security_question" => Self::QuestionEnroll,
            "yubikey_token" => Self::Yubikey,
            "duo" => Self::Duo,
            "nfc_pin" => Self::NfcPin,
            "rsa_token" | "onprem_mfa" | "symantec_vip" | "custom_otp" => Self::TokenEnroll,
            _ if asks(form, "attestation") => Self::WebauthnCreate,
            _ => Self::Other,
        }
    }

    fn waiting(document: &Document, key: &str) -> Self {
        if key == "nfc_pin" {
            Self::NfcPin
        } else if document.device_challenge().is_some() {
            Self::DeviceProbe
        } else {
            Self::PushWait
        }
    }

    /// Whether a new password is typed, twice.
    pub fn makes_password(self) -> bool {
        matches!(
            self,
            Self::PasswordEnroll
                | Self::PasswordExpired
                | Self::PasswordExpiring
                | Self::PasswordReset
                | Self::Profile
        )
    }

    /// Whether the page waits for something that happens elsewhere.
    pub fn waits(self) -> bool {
        matches!(
            self,
            Self::PushWait | Self::DeviceProbe | Self::VerifyEnroll | Self::Busy
        )
    }
}

fn asks(form: &Form, leaf: &str) -> bool {
    form.value
        .iter()
        .flat_map(|field| &field.form)
        .any(|field| field.name.as_deref() == Some(leaf))
}
