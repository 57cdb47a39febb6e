//! How a single control is dressed: label, `autocomplete`, keyboard, hints (ui-guide section 3).
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "most kinds of step need nothing of their own here"
)]

use serde_json::Value;

use super::control::{Control, Format, Item, Look, What};
use super::{Kind, Text};
use crate::idx::ion::{self, Authenticator, Chosen, Document, Field, Form};

/// What there is to judge a control by.
pub(super) struct Dress<'a> {
    pub(super) document: &'a Document,
    pub(super) form: &'a Form,
    pub(super) kind: Kind,
    pub(super) key: &'a str,
    pub(super) field: &'a Field,
    pub(super) path: &'a [String],
}

impl Dress<'_> {
    fn name(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }

    /// The engine's label, else ours, else the name made readable.
    pub(super) fn label(&self) -> Text {
        let name = self.name();
        if name == "answer"
            && self.kind == Kind::Question
            && let Some(question) = self.question()
        {
            return Text::Said(question);
        }
        let said = self
            .field
            .label
            .as_deref()
            .map(str::trim)
            .filter(|label| !label.is_empty() && *label != "identifier");
        match said {
            Some(label) => Text::said(label),
            None => match name {
                "methodType" if self.kind == Kind::PhoneEnroll => {
                    Text::word("field.methodType.phone")
                }
                "identifier" | "passcode" | "phoneNumber" | "email" | "answer" | "question"
                | "questionKey" | "userCode" | "methodType" | "channel" | "rememberMe"
                | "authenticator" | "totp" | "consent" => Text::word(format!("field.{name}")),
                _ => Text::Said(readable(name)),
            },
        }
    }

    /// The enrolled security question.
    fn question(&self) -> Option<String> {
        let about = self.document.authenticator_of(self.form);
        let enrolled = about
            .and_then(|about| about.context("enrolledQuestion"))
            .and_then(|question| question.get("question"));
        let said = enrolled
            .and_then(Value::as_str)
            .or_else(|| about.and_then(|about| about.profile("question")));
        said.map(str::to_owned).or_else(|| {
            let mut fields = self.form.value.iter().flat_map(|field| &field.form);
            fields
                .find(|field| field.name.as_deref() == Some("questionKey"))?
                .label
                .clone()
        })
    }

    /// The `autocomplete` tokens, each a valid one.
    pub(super) fn autocomplete(&self, what: &What) -> Option<&'static str> {
        let name = self.name();
        Some(match what {
            What::NewPassword if self.kind == Kind::NfcPin => "off",
            What::NewPassword => "new-password",
            What::Password if self.kind == Kind::NfcPin => "one-time-code",
            What::Password if name == "answer" => "off",
            What::Password if self.kind == Kind::CustomPasswordExpired => "new-password",
            What::Password => "current-password",
            What::Phone { .. } => "tel-national",
            What::Text { .. }
                if self.kind == Kind::Yubikey
                    || matches!(name, "userCode" | "credentialId" | "question") =>
            {
                "off"
            }
            What::Text { .. } if self.kind == Kind::TokenEnroll && name == "clientData" => "off",
            What::Text {
                format: Format::Code,
                ..
            } => "one-time-code",
            What::Text { .. } if name == "identifier" && self.has_autofill() => "username webauthn",
            What::Text { .. }
            | What::Choice {
                look: Look::Select, ..
            } => return profile_token(name),
            _ => return None,
        })
    }

    /// Whether a passkey may be offered in the name's own box.
    fn has_autofill(&self) -> bool {
        self.document
            .object("webauthnAutofillUIChallenge")
            .is_some()
            && self
                .document
                .remediations()
                .iter()
                .any(|form| form.name == "challenge-webauthn-autofillui-authenticator")
    }

    /// The keyboard to show.
    pub(super) fn inputmode(&self, what: &What) -> Option<&'static str> {
        let lettered = self.field.format.as_deref() == Some("alphanumeric");
        match what {
            What::Phone { .. } => Some("tel"),
            What::Password | What::NewPassword if self.kind == Kind::NfcPin => Some("numeric"),
            What::Text {
                format: Format::Number,
                ..
            } => Some("numeric"),
            What::Text {
                format: Format::Code,
                ..
            } if !lettered => match self.kind {
                Kind::EmailCode
                | Kind::PhoneCode
                | Kind::GoogleCode
                | Kind::GoogleEnroll
                | Kind::VerifyCode => Some("numeric"),
                Kind::TokenCode | Kind::TokenEnroll if self.key == "symantec_vip" => {
                    Some("numeric")
                }
                _ => None,
            },
            What::Text { .. } => match self.name() {
                "email" | "secondEmail" => Some("email"),
                "mobilePhone" | "primaryPhone" => Some("tel"),
                "profileUrl" => Some("url"),
                _ => None,
            },
            _ => None,
        }
    }

    /// Sentences under the label.
    pub(super) fn hints(&self, what: &What) -> Vec<Text> {
        let mut hints: Vec<Text> = self
            .field
            .description
            .iter()
            .filter(|text| !text.is_empty())
            .map(Text::said)
            .collect();
        if self.name() == "answer" {
            hints.push(Text::word("hint.answer"));
        }
        match what {
            What::Phone { .. } => hints.push(Text::word("hint.phone")),
            What::Text {
                format: Format::UserCode,
                ..
            } => hints.push(Text::word("hint.user-code")),
            What::Text {
                format: Format::Set,
                ..
            } => hints.push(Text::word("hint.set")),
            _ => {}
        }
        match (
            self.field.min_length.filter(|least| *least > 1),
            self.field.max_length,
        ) {
            (Some(least), Some(most)) if least == most => {
                hints.push(Text::with("hint.length", "n", most.to_string()));
            }
            (Some(least), Some(most)) => {
                hints.push(Text::Word(
                    "hint.between".into(),
                    vec![("least", least.to_string()), ("most", most.to_string())],
                ));
            }
            (Some(least), None) => hints.push(Text::with("hint.least", "n", least.to_string())),
            (None, Some(most)) if matches!(what, What::Text { .. }) => {
                hints.push(Text::with("hint.most", "n", most.to_string()));
            }
            _ => {}
        }
        hints
    }
}

/// What a rendering hint says (an only option called "display"), and the real choices.
pub(super) fn presentation(field: &Field) -> (Option<Look>, Vec<ion::Choice>) {
    let [only] = field.options.as_slice() else {
        return (None, field.options.clone());
    };
    let Chosen::Value(Value::Object(wrapper)) = &only.value else {
        return (None, field.options.clone());
    };
    let inner = wrapper
        .get("value")
        .and_then(Value::as_object)
        .unwrap_or(wrapper);
    let kind = inner.get("inputType").and_then(Value::as_str);
    if kind.is_none() && only.label.as_deref() != Some("display") {
        return (None, field.options.clone());
    }
    let options = ion::Choice::list(inner.get("options"));
    let look = match kind {
        Some("select") => Some(Look::Select),
        Some("radio") => Some(Look::Radios),
        _ => None,
    };
    (look, options)
}

/// Our own words for a well-known value.
pub(super) fn value_word(kind: Kind, name: &str, value: &str) -> Option<Text> {
    let known = match name {
        "methodType"
            if matches!(
                kind,
                Kind::EmailSend | Kind::PhoneEnroll | Kind::PhoneSend | Kind::PushSend
            ) =>
        {
            matches!(
                value,
                "sms" | "voice" | "email" | "push" | "totp" | "signed_nonce"
            )
        }
        "channel" => matches!(
            value,
            "qrcode" | "email" | "sms" | "samedevice" | "devicebootstrap"
        ),
        _ => false,
    };
    known.then(|| Text::word(format!("{name}.{value}")))
}

/// Masked address, nickname and what else tells one branch from another.
pub(super) fn branch_notes(about: Option<Authenticator<'_>>, choice: &ion::Choice) -> Vec<Text> {
    let Some(about) = about else {
        return Vec::new();
    };
    let mut notes: Vec<Text> = ["email", "phoneNumber", "deviceName", "credentialName"]
        .iter()
        .filter_map(|key| about.profile(key))
        .map(Text::said)
        .collect();
    notes.extend(about.nickname().map(Text::said));
    let nameless = notes.is_empty();
    notes.extend(
        about
            .display_name()
            .filter(|name| choice.label.as_deref() != Some(*name) && nameless)
            .map(Text::said),
    );
    if let Some(grace) = about.member("gracePeriod") {
        if let Some(left) = grace.get("remainingSkips").and_then(Value::as_u64) {
            notes.push(Text::with("grace.skips", "n", left.to_string()));
        } else if let Some(date) = grace
            .get("expiry")
            .and_then(Value::as_str)
            .and_then(|expiry| expiry.get(..10))
        {
            notes.push(Text::with("grace.date", "date", date));
        }
    }
    notes
}

/// What a method that can be set up is for, and whether there is one already.
///
/// Where it can be set up in `several` ways, each of them says what it is.
pub(super) fn enrol_notes(
    document: &Document,
    about: Option<Authenticator<'_>>,
    several: bool,
) -> Vec<Text> {
    let used = about.and_then(|about| about.text("allowedFor"));
    let used = used.filter(|used| matches!(*used, "any" | "recovery" | "sso"));
    let key = about.and_then(|about| about.key());
    let another = key.is_some() && document.enrolled().any(|enrolled| enrolled.key() == key);
    let mut notes: Vec<Text> = Vec::new();
    let described = key.filter(|_| !several).and_then(description);
    notes.extend(described.map(|what| Text::word(format!("describe.{what}"))));
    notes.extend(used.map(|used| Text::word(format!("use.{used}"))));
    notes.extend(another.then(|| Text::word("enrol.another")));
    notes
}

/// What a method asks of a person, as the last part of a key of the words.
fn description(key: &str) -> Option<&'static str> {
    Some(match key {
        "custom_otp" | "onprem_mfa" | "rsa_token" | "symantec_vip" => "token",
        "duo" => "duo",
        "external_idp" => "provider",
        "google_otp" => "codes",
        "okta_email" => "email",
        "okta_password" => "password",
        "okta_verify" => "app",
        "phone_number" => "phone",
        "security_question" => "question",
        "webauthn" => "passkey",
        "yubikey_token" => "yubikey",
        _ => return None,
    })
}

/// What goes by this key, where the engine gives no name.
pub(super) fn known_name(key: &str) -> Option<Text> {
    let name = match key {
        "duo" => "Duo Security",
        "google_otp" => "Google Authenticator",
        "okta_verify" => "Okta Verify",
        "rsa_token" => "RSA SecurID",
        "symantec_vip" => "Symantec VIP",
        "yubikey_token" => "YubiKey",
        _ => return None,
    };
    Some(Text::said(name))
}

/// `FastPass` first where the device is known, else last: where it is not, it mostly leads nowhere.
pub(super) fn arrange(items: &mut [Item], about: Option<Authenticator<'_>>) {
    let known = about.is_some_and(|about| about.member("deviceKnown") == Some(&Value::Bool(true)));
    items.sort_by_key(|item| (item.value.0 == "signed_nonce") != known);
}

/// Whether it is typed and may be left out.
pub(super) fn is_optional_text(control: &Control) -> bool {
    !control.required && matches!(control.what, What::Text { .. } | What::Phone { .. })
}

/// Drops what may be left out; names the values that could have been chosen.
pub(super) fn drop_optional(controls: &mut Vec<Control>) -> Vec<Text> {
    let mut names = Vec::new();
    controls.retain(|control| match &control.what {
        What::Choice { options, .. } if !control.required => {
            names.extend(options.iter().map(|item| item.label.clone()));
            false
        }
        _ if is_optional_text(control) => {
            names.extend(matches!(control.label, Text::Said(_)).then(|| control.label.clone()));
            false
        }
        _ => true,
    });
    names
}

/// The token of a profile attribute (WCAG 1.3.5).
fn profile_token(name: &str) -> Option<&'static str> {
    Some(match name {
        "identifier" | "login" => "username",
        "firstName" => "given-name",
        "lastName" => "family-name",
        "middleName" => "additional-name",
        "nickName" => "nickname",
        "displayName" => "name",
        "honorificPrefix" => "honorific-prefix",
        "honorificSuffix" => "honorific-suffix",
        "title" => "organization-title",
        "email" | "secondEmail" => "email",
        "mobilePhone" | "primaryPhone" => "tel",
        "streetAddress" => "address-line1",
        "city" => "address-level2",
        "state" => "address-level1",
        "zipCode" | "postalCode" => "postal-code",
        "countryCode" => "country",
        "country" => "country-name",
        "profileUrl" => "url",
        "organization" => "organization",
        "preferredLanguage" => "language",
        _ => return None,
    })
}

/// `costCenter` as `Cost center`.
fn readable(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 4);
    for character in name.chars() {
        if text.is_empty() {
            text.extend(character.to_uppercase());
        } else if character.is_uppercase() {
            text.push(' ');
            text.extend(character.to_lowercase());
        } else {
            text.push(if character == '_' { ' ' } else { character });
        }
    }
    text
}
