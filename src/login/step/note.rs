//! Messages of the engine, as a page shows them.

use std::collections::HashSet;

use serde_json::Value;

use super::{Action, Remedy, Text, remedy};
use crate::idx::ion::{Class, Document, Link, Message};

/// A message.
#[derive(Clone, Debug)]
pub struct Note {
    /// How grave it is.
    pub class: Class,
    /// Its key, for decisions.
    pub key: Option<String>,
    /// What it says.
    pub text: Text,
    /// Links that belong to it, each checked.
    pub links: Vec<NoteLink>,
    /// What an app of the device can do about it.
    pub remedy: Option<Remedy>,
}

/// A link of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteLink {
    /// An `https` address.
    pub url: String,
    /// What it says.
    pub label: Option<String>,
}

impl Note {
    /// The engine's text where it is one; else ours for its key; else a general sentence.
    pub(super) fn of(message: &Message) -> Self {
        let key = message.key.clone();
        let raw = Some(message.text.as_str()) == key.as_deref()
            || (message.text.contains('.')
                && !message.text.contains(' ')
                && message.text.is_ascii());
        let text = if !message.text.trim().is_empty() && !raw {
            Text::said(message.text.trim())
        } else {
            match &key {
                Some(key) => Text::Word(
                    format!("message.{key}").into(),
                    message
                        .params
                        .first()
                        .map(|param| ("0", param.clone()))
                        .into_iter()
                        .collect(),
                ),
                None => Text::word("message"),
            }
        };
        let mut links: Vec<NoteLink> = message.links.iter().filter_map(checked).collect();
        links.extend(remedy::address(message).and_then(|address| {
            let url = address.to_owned();
            checked(&Link { url, label: None })
        }));
        let remedy = Remedy::of(message, &text);
        let text = match (text, remedy::advice(message)) {
            (Text::Said(text), Some(advice)) => Text::Said(format!("{text}. {advice}")),
            (text, _) => text,
        };
        Self {
            class: message.class,
            key,
            text,
            links,
            remedy,
        }
    }
}

fn checked(link: &Link) -> Option<NoteLink> {
    Some(NoteLink {
        url: super::web_address(&link.url)?,
        label: link.label.clone(),
    })
}

/// What no control shows, each key and text once.
pub(super) fn of_page(document: &Document, actions: &[Action]) -> Vec<Note> {
    if document.oauth_error().is_some() || document.error_summary().is_some() {
        // Such texts are for the log (decision 15); people get a sentence of ours.
        let code = document.raw().get("errorCode").and_then(Value::as_str);
        let text =
            Text::word(code.map_or_else(|| "message".to_owned(), |code| format!("message.{code}")));
        return vec![Note {
            class: Class::Error,
            key: code.map(str::to_owned),
            text,
            links: Vec::new(),
            remedy: None,
        }];
    }
    let at_controls: HashSet<(Option<String>, Text)> = actions
        .iter()
        .flat_map(|action| &action.controls)
        .flat_map(|control| match control.what.branches() {
            Some(branches) => branches
                .iter()
                .flat_map(|branch| &branch.controls)
                .collect(),
            None => vec![control],
        })
        .filter(|control| control.is_shown())
        .flat_map(|control| &control.messages)
        .map(|note| (note.key.clone(), note.text.clone()))
        .collect();
    document
        .messages()
        .into_iter()
        .map(Note::of)
        .filter(|note| !at_controls.contains(&(note.key.clone(), note.text.clone())))
        .collect()
}

impl std::hash::Hash for Text {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        match self {
            Self::Said(text) => text.hash(state),
            Self::Word(key, _) => key.hash(state),
        }
    }
}
