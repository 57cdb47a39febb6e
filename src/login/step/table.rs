//! From the fields of a form to the table of its controls.

use serde_json::Value;

use super::control::{Branch, Control, Due, Format, Item, Look, Sent, What};
use super::{Kind, Note, StepOptions, Text, dress};
use crate::idx::ion::{self, Authenticator, Chosen, Document, Field, Form};

/// The controls of a form, numbered from 0 in the order of its fields.
pub(super) fn of(
    document: &Document,
    form: &Form,
    kind: Kind,
    options: &StepOptions,
) -> Vec<Control> {
    let key = document
        .authenticator_of(form)
        .and_then(|authenticator| authenticator.key())
        .unwrap_or_default();
    let mut builder = Builder {
        document,
        form,
        kind,
        key,
        options,
        next: 0,
        buttons: false,
    };
    let mut controls = Vec::new();
    builder.fields(&form.value, &[], false, &mut controls);
    if form.name.starts_with("cancel-polling") {
        // The engine wants them, though the form seldom says so (idx-protocol section 5).
        for name in ["reason", "statusCode"] {
            if controls.iter().all(|control| control.name() != name) {
                let control = builder.reported(name);
                controls.push(control);
            }
        }
    }
    builder.hide(key, &mut controls);
    controls
}

struct Builder<'a> {
    document: &'a Document,
    form: &'a Form,
    kind: Kind,
    key: &'a str,
    options: &'a StepOptions,
    next: usize,
    /// Whether some control already submits by its values.
    buttons: bool,
}

impl Builder<'_> {
    fn fields(
        &mut self,
        fields: &[Field],
        path: &[String],
        required: bool,
        controls: &mut Vec<Control>,
    ) {
        for field in fields {
            let Some(name) = &field.name else { continue };
            let mut path = path.to_vec();
            path.push(name.clone());
            let required = field.required.unwrap_or(required);
            if field.branches() {
                let control = self.branches(field, path, required);
                controls.push(control);
            } else if field.form.is_empty() {
                controls.extend(self.leaf(field, path, required));
            } else {
                self.fields(&field.form, &path, required, controls);
            }
        }
    }

    fn leaf(&mut self, field: &Field, path: Vec<String>, required: bool) -> Option<Control> {
        let what = self.what(field, &path, required)?;
        let script = matches!(what, What::Script);
        let mut control = self.control(field, path, required, what);
        // A script-filled member that nobody asked for by name is left to the script.
        if script {
            control.required = required && !self.form.name.starts_with("cancel-polling");
        }
        Some(control)
    }

    fn control(&mut self, field: &Field, path: Vec<String>, required: bool, what: What) -> Control {
        let index = self.next;
        self.next += 1;
        let dressed = dress::Dress {
            document: self.document,
            form: self.form,
            kind: self.kind,
            key: self.key,
            field,
            path: &path,
        };
        Control {
            index,
            label: dressed.label(),
            autocomplete: dressed.autocomplete(&what),
            inputmode: dressed.inputmode(&what),
            hints: dressed.hints(&what),
            messages: field.messages.iter().map(Note::of).collect(),
            length: (field.min_length, field.max_length),
            path,
            what,
            required,
        }
    }

    fn what(&mut self, field: &Field, path: &[String], required: bool) -> Option<What> {
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

    /// Whether the form is answered by yes or no.
    fn decides(&self, field: &Field, name: &str) -> bool {
        field.kind == ion::Kind::Boolean
            && !self.buttons
            && matches!(
                (self.kind, name),
                (Kind::Consent | Kind::EmailConsent, "consent")
                    | (Kind::KeepSignedIn, "keepMeSignedIn")
            )
    }

    fn decision(&mut self, field: &Field) -> What {
        self.buttons = true;
        let key = self.kind.key();
        let yes = field
            .label
            .clone()
            .map_or_else(|| Text::word(format!("{key}.yes")), Text::Said);
        let item = |label, value| Item {
            label,
            note: None,
            value: Sent(Value::Bool(value)),
            hidden: false,
        };
        What::Choice {
            options: vec![
                item(yes, true),
                item(Text::word(format!("{key}.no")), false),
            ],
            chosen: None,
            look: Look::Buttons,
        }
    }

    fn choice(
        &mut self,
        field: &Field,
        options: &[ion::Choice],
        hinted: Option<Look>,
        name: &str,
    ) -> What {
        let mut items: Vec<Item> = options
            .iter()
            .map(|choice| self.item(choice, name))
            .collect();
        dress::arrange(&mut items, self.document.authenticator_of(self.form));
        let chosen = field
            .value
            .as_ref()
            .and_then(|value| items.iter().position(|item| item.value.0 == *value));
        let submits = !self.buttons && self.submits(name);
        let look = match hinted {
            Some(look) => look,
            None if submits => Look::Buttons,
            None if items.len() > 6 => Look::Select,
            None => Look::Radios,
        };
        self.buttons |= look == Look::Buttons;
        What::Choice {
            chosen: chosen.or((items.len() == 1 || self.kind == Kind::PhoneEnroll).then_some(0)),
            options: items,
            look,
        }
    }

    fn submits(&self, name: &str) -> bool {
        match name {
            "methodType" => {
                self.form.name == "authenticator-verification-data" || self.kind == Kind::EmailSend
            }
            "channel" => self.kind == Kind::SelectChannel,
            "consent" => true,
            _ => false,
        }
    }

    fn item(&self, choice: &ion::Choice, name: &str) -> Item {
        let value = match &choice.value {
            Chosen::Value(value) => Sent(value.clone()),
            Chosen::Form(_) => Sent(Value::Null),
        };
        let said = choice.label.clone().filter(|label| !label.is_empty());
        let word = dress::value_word(self.kind, name, &value.text());
        let (label, note) = match (word, said) {
            (Some(word), said) => (word, said.map(Text::Said)),
            (None, Some(said)) => (Text::Said(said), None),
            (None, None) => (Text::Said(value.text()), None),
        };
        Item {
            label,
            note,
            value,
            hidden: false,
        }
    }

    fn branches(&mut self, field: &Field, path: Vec<String>, required: bool) -> Control {
        let index = self.next;
        self.next += 1;
        // What a branch lets choose is chosen within it, not by a button of the whole form.
        self.buttons = true;
        let mut branches: Vec<Branch> = field
            .options
            .iter()
            .map(|choice| self.branch(choice, &path))
            .collect();
        if self.kind != Kind::SelectEnroll {
            hide_twins(&mut branches);
        }
        let dressed = dress::Dress {
            document: self.document,
            form: self.form,
            kind: self.kind,
            key: self.key,
            field,
            path: &path,
        };
        Control {
            index,
            label: dressed.label(),
            what: What::Branches(branches),
            // Nothing can be sent without a choice, whatever the field says.
            required: required || field.required.is_none(),
            autocomplete: None,
            inputmode: None,
            hints: Vec::new(),
            messages: field.messages.iter().map(Note::of).collect(),
            length: (None, None),
            path,
        }
    }

    fn branch(&mut self, choice: &ion::Choice, path: &[String]) -> Branch {
        let about = self.document.related(&choice.relates_to);
        let mut controls = Vec::new();
        match &choice.value {
            Chosen::Form(fields) => self.fields(fields, path, false, &mut controls),
            Chosen::Value(value) => controls.push(self.fixed(path, value)),
        }
        for control in &mut controls {
            if let What::Choice { options, .. } = &mut control.what {
                dress::arrange(options, about);
            }
        }
        let mut notes = dress::branch_notes(about, choice);
        if self.kind == Kind::SelectEnroll {
            let several = controls.iter().any(|control| control.what.is_choice());
            notes.splice(0..0, dress::enrol_notes(self.document, about, several));
        }
        if self.kind == Kind::SelectEnroll && controls.iter().any(dress::is_optional_text) {
            // The engine asks for them in the step that follows; here they are only named.
            notes.extend(dress::drop_optional(&mut controls));
        }
        let key = about.and_then(|about| about.key()).map(str::to_owned);
        let hidden = key
            .as_deref()
            .is_some_and(|key| self.hide(key, &mut controls));
        let name = about.and_then(|about| about.display_name());
        let label = choice
            .label
            .clone()
            .filter(|label| !label.is_empty())
            .or_else(|| name.map(str::to_owned))
            .map(Text::Said)
            .or_else(|| dress::known_name(key.as_deref()?));
        Branch {
            label: label.unwrap_or_else(|| Text::word("branch")),
            notes,
            hidden,
            due: (self.kind == Kind::SelectEnroll).then(|| self.due(about)),
            key,
            controls,
        }
    }

    /// When it must be set up: a step that can be skipped asks for nothing that has no grace period of its own.
    fn due(&self, about: Option<Authenticator<'_>>) -> Due {
        let grace = about.and_then(|about| about.member("gracePeriod"));
        let mut forms = self.document.remediations().iter();
        if grace.is_some() {
            Due::Soon
        } else if forms.any(|form| form.name == "skip") {
            Due::Optional
        } else {
            Due::Now
        }
    }

    fn reported(&mut self, name: &str) -> Control {
        let mut control = self.fixed(&[name.to_owned()], &Value::Null);
        control.what = What::Script;
        control
    }

    fn fixed(&mut self, path: &[String], value: &Value) -> Control {
        let index = self.next;
        self.next += 1;
        Control {
            index,
            path: path.to_vec(),
            label: Text::said(""),
            what: What::Fixed(Sent(value.clone())),
            required: false,
            autocomplete: None,
            inputmode: None,
            hints: Vec::new(),
            messages: Vec::new(),
            length: (None, None),
        }
    }

    /// Whether a method is not to be offered.
    fn hides(&self, key: &str, method: &str) -> bool {
        self.options.hide.contains(&format!("{key}.{method}"))
    }

    /// Marks what is not to be offered; `true` where nothing is left.
    fn hide(&self, key: &str, controls: &mut [Control]) -> bool {
        let mut all = self.options.hide.contains(key);
        for control in controls
            .iter_mut()
            .filter(|control| control.name() == "methodType")
        {
            if let What::Fixed(sent) | What::Stated(sent) = &control.what {
                all |= self.hides(key, &sent.text());
            } else if let What::Choice { options, .. } = &mut control.what {
                for item in options.iter_mut() {
                    item.hidden = self.hides(key, &item.value.text());
                }
                all |= options.iter().all(|item| item.hidden);
            }
        }
        all
    }
}

/// Of several passkeys, or devices of one app, the first stands for all: the ceremony is the same.
fn hide_twins(branches: &mut [Branch]) {
    let mut seen: Vec<(Option<String>, Text)> = Vec::new();
    for branch in branches {
        let twin = matches!(branch.key.as_deref(), Some("webauthn" | "custom_app"));
        let own = (branch.key.clone(), branch.label.clone());
        if twin && seen.contains(&own) {
            branch.hidden = true;
        }
        seen.push(own);
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
