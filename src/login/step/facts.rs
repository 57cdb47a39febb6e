//! The sentences of a step: title, first words, button.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "most kinds of step need nothing of their own here"
)]

use serde_json::Value;

use super::{Kind, Text};
use crate::idx::ion::{Authenticator, Document, Form};

/// What the sentences of a step need to know.
pub(super) struct Facts<'a> {
    about: Option<Authenticator<'a>>,
    identifier: Option<&'a str>,
    app: &'a str,
    /// How an app of the device is asked, where it is.
    challenge: Option<&'a str>,
}

impl<'a> Facts<'a> {
    pub(super) fn of(document: &'a Document, form: &Form) -> Self {
        Self {
            about: document.authenticator_of(form),
            identifier: document.user_identifier(),
            app: document.app_label().unwrap_or_default(),
            challenge: document
                .device_challenge()
                .and_then(|challenge| challenge.get("challengeMethod")?.as_str()),
        }
    }

    fn text(&self, kind: Kind, part: &str, form: &Form) -> Text {
        Text::Word(
            format!("{}.{part}", kind.key()).into(),
            vec![
                ("name", self.name(kind, form)),
                ("to", self.to(kind).unwrap_or_default()),
                ("app", self.app.to_owned()),
                ("days", self.days().unwrap_or_default().to_string()),
            ],
        )
    }

    pub(super) fn title(&self, kind: Kind, form: &Form) -> Text {
        let days = self.days();
        match kind {
            Kind::PasswordExpiring if days == Some(0) => {
                Text::word("password-expiring.title.today")
            }
            Kind::PasswordExpiring | Kind::CustomPasswordExpired
                if days.is_none() && form.name.ends_with("-warning") =>
            {
                Text::word("password-expiring.title.soon")
            }
            Kind::CustomPasswordExpired if form.name.ends_with("-warning") => {
                self.text(Kind::PasswordExpiring, "title", form)
            }
            Kind::Redirect | Kind::Other | Kind::TokenCode | Kind::TokenEnroll | Kind::PushSend
                if self.name(kind, form).is_empty() =>
            {
                Text::word(format!("{}.title.unnamed", kind.key()))
            }
            Kind::TokenCode if self.key() == "tac" => Text::word("token-code.title.tac"),
            Kind::NfcPin if form.name == "enroll-authenticator" => Text::word("nfc-pin.title.new"),
            Kind::DeviceProbe if self.opens_app() => Text::word("link.open-app"),
            Kind::WebauthnCreate => match self.passkeys() {
                Passkeys::Any => Text::word("webauthn-create.title.any"),
                Passkeys::Named => self.text(Kind::TokenEnroll, "title", form),
                Passkeys::Only => self.text(kind, "title", form),
            },
            Kind::WebauthnGet => match self.passkeys() {
                Passkeys::Any => self.text(kind, "title", form),
                Passkeys::Named => self.text(Kind::PushSend, "title", form),
                Passkeys::Only => Text::word("webauthn-get.title.passkey"),
            },
            _ => self.text(kind, "title", form),
        }
    }

    pub(super) fn intro(&self, kind: Kind, form: &Form) -> Vec<Text> {
        let told = |part: &str| vec![self.text(kind, part, form)];
        match kind {
            Kind::EmailCode => {
                let link = self
                    .about
                    .and_then(|about| about.context("useEmailMagicLink"))
                    .and_then(Value::as_bool);
                let link = link.unwrap_or(form.name == "challenge-authenticator");
                let to = if self.to(kind).is_some() {
                    "intro"
                } else {
                    "intro.nowhere"
                };
                let mut intro = told(to);
                if link {
                    intro.push(Text::word("email-code.intro.link"));
                }
                intro
            }
            Kind::EmailSend | Kind::PhoneSend | Kind::PhoneCode if self.to(kind).is_none() => {
                told("intro.nowhere")
            }
            Kind::PhoneCode if self.voice() => told("intro.voice"),
            Kind::VerifyEnroll => match self.channel() {
                Some(channel @ ("email" | "sms" | "samedevice" | "devicebootstrap")) => {
                    told(&format!("intro.{channel}"))
                }
                _ => told("intro"),
            },
            Kind::DeviceProbe if matches!(self.challenge, Some("LOOPBACK" | "CHROME_DTC")) => {
                told("intro.probe")
            }
            Kind::NfcPin if form.refresh.is_some() => told("intro.tap"),
            Kind::PushSend if self.about.is_some_and(|about| about.methods() == ["push"]) => {
                told("intro.push")
            }
            Kind::WebauthnCreate | Kind::WebauthnGet => {
                let mut intro = told("intro");
                let own = self.about.and_then(|about| about.text("description"));
                intro.extend(own.map(Text::said));
                intro
            }
            Kind::Redirect if self.name(kind, form).is_empty() => Vec::new(),
            Kind::Profile
            | Kind::Question
            | Kind::Identify
            | Kind::IdentifyPassword
            | Kind::Terminal
            | Kind::Other => Vec::new(),
            Kind::CustomPasswordExpired if form.name.ends_with("-warning") => told("intro.soon"),
            _ => told("intro"),
        }
    }

    pub(super) fn submit(&self, kind: Kind, form: &Form) -> Text {
        match kind {
            Kind::NfcPin if form.refresh.is_some() => self.text(Kind::PushWait, "submit", form),
            _ => self.text(kind, "submit", form),
        }
    }

    /// What leads to this action from another page.
    pub(super) fn label(&self, kind: Kind, form: &Form) -> Text {
        let provider = form
            .extra
            .get("idp")
            .and_then(|idp| idp.get("name"))
            .and_then(Value::as_str);
        match form.name.as_str() {
            "redirect-idp" => match (provider.filter(|name| !name.is_empty()), form.text("type")) {
                (Some(name), _) => Text::with("link.provider", "name", name),
                (None, Some("X509")) => Text::word("link.piv-idp"),
                (None, Some(kind)) => Text::with("link.provider", "name", brand(kind)),
                (None, None) => Text::word("link.provider.unnamed"),
            },
            name if super::super::view::words::exists(&format!("link.{name}")) => {
                Text::word(format!("link.{name}"))
            }
            _ => self.title(kind, form),
        }
    }

    fn name(&self, kind: Kind, form: &Form) -> String {
        let idp = form
            .extra
            .get("idp")
            .and_then(|idp| idp.get("name"))
            .and_then(Value::as_str);
        let custom = form.text("customExpiredPasswordName");
        let about = self.about.and_then(|about| about.display_name());
        let own = match kind {
            Kind::Redirect | Kind::IdentityProofing => idp.or(about),
            Kind::CustomPasswordExpired => custom,
            _ => about,
        };
        let named = own.map(str::to_owned);
        named.unwrap_or_else(|| match kind {
            Kind::Redirect => form.text("type").map(brand).unwrap_or_default(),
            Kind::PushSend | Kind::VerifyCode
                if self.about.and_then(|about| about.key()) == Some("okta_verify") =>
            {
                "Okta Verify".to_owned()
            }
            _ => String::new(),
        })
    }

    /// Where something was or will be sent.
    fn to(&self, kind: Kind) -> Option<String> {
        let about = self.about?;
        let chosen = match kind {
            Kind::EmailSend | Kind::EmailCode => about
                .profile("email")
                .or(self.identifier.filter(|name| name.contains('@'))),
            Kind::PhoneSend | Kind::PhoneCode => about.profile("phoneNumber"),
            Kind::VerifyEnroll => about
                .context("email")
                .or_else(|| about.context("phoneNumber"))
                .and_then(Value::as_str)
                .or_else(|| about.profile("email")),
            _ => None,
        }?;
        Some(match about.nickname() {
            Some(nickname) => format!("{chosen} ({nickname})"),
            None => chosen.to_owned(),
        })
    }

    fn key(&self) -> &'a str {
        self.about.and_then(|about| about.key()).unwrap_or_default()
    }

    /// Whether a link opens Okta Verify, instead of the page looking for it.
    fn opens_app(&self) -> bool {
        matches!(
            self.challenge,
            Some("APP_LINK" | "CUSTOM_URI" | "UNIVERSAL_LINK")
        )
    }

    /// What the organization calls passkeys and security keys.
    fn passkeys(&self) -> Passkeys {
        match self.about.and_then(|about| about.display_name()) {
            Some("Passkeys") => Passkeys::Only,
            Some(name) if !name.starts_with("Security Key or Biometric") => Passkeys::Named,
            _ => Passkeys::Any,
        }
    }

    fn voice(&self) -> bool {
        self.about
            .is_some_and(|about| about.methods().first() == Some(&"voice"))
    }

    fn channel(&self) -> Option<&'a str> {
        self.about?.context("selectedChannel")?.as_str()
    }

    fn days(&self) -> Option<u64> {
        self.about?.setting("daysToExpiry")?.as_u64()
    }
}

/// What `displayName` makes of a `webauthn` authenticator (ui-guide section 4).
enum Passkeys {
    /// The name it has by itself: passkeys and security keys.
    Any,
    /// A name of the organization's own.
    Named,
    /// Passkeys.
    Only,
}

/// `GOOGLE` as `Google`; well-known names as their owners write them.
fn brand(kind: &str) -> String {
    match kind {
        "LINKEDIN" => "LinkedIn".to_owned(),
        "OIDC" | "SAML2" => "your identity provider".to_owned(),
        _ => {
            let mut letters = kind.chars();
            letters
                .next()
                .map(|first| first.to_string() + &letters.as_str().to_lowercase())
                .unwrap_or_default()
        }
    }
}
