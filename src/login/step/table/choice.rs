//! One of several: an option of a field, or yes and no.

use serde_json::Value;

use super::{
    super::{
        Kind, Text,
        control::{Item, Look, Sent, What},
        dress,
    },
    Builder,
};
use crate::idx::ion::{self, Chosen, Field};

impl Builder<'_> {
    /// Whether the form is answered by yes or no.
    pub(super) fn decides(&self, field: &Field, name: &str) -> bool {
        field.kind == ion::Kind::Boolean
            && !self.buttons
            && matches!(
                (self.kind, name),
                (Kind::Consent | Kind::EmailConsent, "consent")
                    | (Kind::KeepSignedIn, "keepMeSignedIn")
            )
    }

    pub(super) fn decision(&mut self, field: &Field) -> What {
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

    pub(super) fn choice(
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
}
