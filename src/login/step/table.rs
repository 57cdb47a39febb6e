//! From the fields of a form to the table of its controls.

mod branch;
mod choice;
mod hidden;
mod leaf;

use serde_json::Value;

use super::control::{Control, Sent, What};
use super::dress::Dress;
use super::{Kind, Note, StepOptions, Text};
use crate::idx::ion::{Document, Field, Form};

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
        let dressed = self.dress(field, &path);
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

    fn dress<'a>(&'a self, field: &'a Field, path: &'a [String]) -> Dress<'a> {
        Dress {
            document: self.document,
            form: self.form,
            kind: self.kind,
            key: self.key,
            field,
            path,
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
}
