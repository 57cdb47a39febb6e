//! Options that bring fields of their own: methods to verify with, or to set up.

use super::{
    super::{
        Kind, Note, Text,
        control::{Branch, Control, Due, What},
        dress,
    },
    Builder,
};
use crate::idx::ion::{self, Authenticator, Chosen, Field};

impl Builder<'_> {
    pub(super) fn branches(&mut self, field: &Field, path: Vec<String>, required: bool) -> Control {
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
        let dressed = self.dress(field, &path);
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
