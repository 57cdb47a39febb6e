//! What a page shows beside its form.

use super::Builder;
use crate::login::step::{Aid, Text};
use crate::login::view::model::AidView;
use crate::login::view::words::cut;

impl Builder<'_> {
    pub(super) fn aid(&self, aid: &Aid) -> AidView {
        let view = AidView::default();
        match aid {
            Aid::Address { label, address } => AidView {
                kind: "address",
                text: self.words.say(label),
                value: cut(address).to_owned(),
                ..view
            },
            Aid::Code(code) => AidView {
                kind: "code",
                value: cut(code).to_owned(),
                text: self.words.word("terminal.warning"),
                ..view
            },
            Aid::Facts(facts) => AidView {
                kind: "facts",
                facts: facts
                    .iter()
                    .map(|(name, value)| (self.words.say(name), cut(value).to_owned()))
                    .collect(),
                ..view
            },
            Aid::Link { text, url } => AidView {
                kind: if is_fine_print(text) { "fine" } else { "link" },
                text: self.words.say(text),
                value: url.clone(),
                ..view
            },
            Aid::List {
                heading,
                items,
                ordered,
            } => AidView {
                kind: if *ordered { "steps" } else { "list" },
                text: heading
                    .as_ref()
                    .map(|text| self.words.say(text))
                    .unwrap_or_default(),
                items: items.iter().map(|text| self.words.say(text)).collect(),
                ..view
            },
            Aid::Number(number) => AidView {
                kind: "number",
                text: self
                    .words
                    .say(&Text::with("number", "number", number.clone())),
                value: cut(number).to_owned(),
                ..view
            },
            Aid::Qr { data } => AidView {
                kind: "qr",
                text: self.words.word("qr.alt"),
                value: data.clone(),
                ..view
            },
            Aid::SharedSecret(secret) => AidView {
                kind: "secret",
                text: self.words.word("secret"),
                value: cut(secret).to_owned(),
                ..view
            },
        }
    }
}

/// Whether it is a link to read, and not the next thing to do.
fn is_fine_print(text: &Text) -> bool {
    matches!(text, Text::Word(key, _) if matches!(&**key, "link.terms" | "link.privacy"))
}
