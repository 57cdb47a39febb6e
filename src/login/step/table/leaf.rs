//! What one field without fields of its own is asked with.

use serde_json::Value;

use super::{
    super::{
        Kind,
        control::{Format, Sent, What},
        dress,
    },
    Builder,
};
use crate::idx::ion::{self, Chosen, Field};

impl Builder<'_> {
    pub(super) fn what(&mut self, field: &Field, path: &[String], required: bool) -> Option<What> {
        let name = path.last().map_or("", String::as_str);
        let (hinted, options) = dress::presentation(field);
        if !field.mutable
            && let Some(value) = &field.value
        {
            let sent = Sent(value.clone());
            return Some(if field.visible == Some(true) {
                What::Stated(sent)
            } else {
                What::Fixed(sent)
            });
        }
        if !options.is_empty() && (field.visible != Some(false) || field.value.is_none()) {
            return Some(self.choice(field, &options, hinted, name));
        }
        if !field.mutable {
            return None;
        }
        if self.form.name.starts_with("cancel-polling")
            && field.value.is_none()
            && matches!(name, "reason" | "statusCode")
        {
            // What a probe found out; where no script ran, that nothing answered.
            return Some(What::Script);
        }
        if self.decides(field, name) {
            return Some(self.decision(field));
        }
        if !field.is_shown() {
            return Some(match &field.value {
                Some(value) => What::Fixed(Sent(value.clone())),
                None if field.kind == ion::Kind::Boolean => What::Fixed(Sent(Value::Bool(false))),
                None => What::Script,
            });
        }
        if field.kind == ion::Kind::Boolean {
            let ticked = field.value.as_ref().and_then(as_boolean);
            return Some(What::Checkbox {
                ticked: ticked.unwrap_or(false),
                always: required || ticked.is_some(),
            });
        }
        if field.kind == ion::Kind::Object || matches!(field.value, Some(Value::Object(_))) {
            // Nothing in it to fill, but the member is wanted.
            return Some(What::Fixed(Sent(
                field
                    .value
                    .clone()
                    .unwrap_or_else(|| Value::Object(serde_json::Map::new())),
            )));
        }
        Some(self.typed(field, name))
    }

    fn typed(&self, field: &Field, name: &str) -> What {
        // A number and a list go out as what they are declared to be, whatever they are called.
        let is_text = !matches!(field.kind, ion::Kind::Number | ion::Kind::Set);
        if name == "phoneNumber" && is_text {
            return What::Phone {
                extension: calls(&self.form.value),
            };
        }
        if field.secret || (name == "answer" && self.key == "security_question" && is_text) {
            return match self.key {
                "yubikey_token" | "tac" | "custom_otp" => What::Text {
                    value: None,
                    format: Format::Code,
                },
                "nfc_pin" if self.form.name != "enroll-authenticator" => What::Password,
                _ if name == "passcode"
                    && (self.kind.makes_password() || self.kind == Kind::NfcPin) =>
                {
                    What::NewPassword
                }
                _ => What::Password,
            };
        }
        let value = field.value.as_ref().map(as_typed);
        let format = match (&field.kind, name) {
            (ion::Kind::Number, _) => Format::Number,
            (ion::Kind::Set, _) => Format::Set,
            (_, "userCode") => Format::UserCode,
            (_, "passcode" | "nextPasscode" | "totp") => Format::Code,
            _ => Format::Text,
        };
        // A code is good once, and what would not be taken back is in the way: neither is filled in beforehand.
        let fits = |value: &String| match format {
            Format::Code => false,
            Format::Number => serde_json::from_str::<serde_json::Number>(value.trim()).is_ok(),
            Format::Set | Format::Text | Format::UserCode | Format::Verbatim => true,
        };
        What::Text {
            value: value.filter(fits),
            format,
        }
    }
}

/// Whether a phone may be called: only then does an extension mean something.
fn calls(fields: &[Field]) -> bool {
    fields.iter().any(|field| {
        let voice = |value: &Value| value == "voice";
        let offered = field.options.iter().any(|choice| match &choice.value {
            Chosen::Value(value) => voice(value),
            Chosen::Form(_) => false,
        });
        offered || field.value.as_ref().is_some_and(voice) || calls(&field.form)
    })
}

/// A default as a person would type it; nothing where a list could not be read back.
fn as_typed(value: &Value) -> String {
    let Value::Array(list) = value else {
        return Sent(value.clone()).text();
    };
    let items: Vec<String> = list.iter().map(|item| Sent(item.clone()).text()).collect();
    let is_plain = |item: &String| !item.trim().is_empty() && !item.contains([',', '\n']);
    if items.iter().all(is_plain) {
        items.join(", ")
    } else {
        String::new()
    }
}

fn as_boolean(value: &Value) -> Option<bool> {
    value.as_bool().or_else(|| value.as_str()?.parse().ok())
}
