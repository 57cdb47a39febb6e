//! Messages of the engine, at the page or at a field.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what has another JSON type counts as missing"
)]

use serde_json::{Map, Value};

use super::read;

/// How grave a message is. What has no class, or an unknown one, is information.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Something went wrong.
    Error,
    /// Something to know.
    Info,
    /// Something that will go wrong.
    Warning,
}

/// A link that comes with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where to; not checked yet.
    pub url: String,
    /// What it says, where the engine says it.
    pub label: Option<String>,
}

/// One message. Its text is data: it may hold markup, which is never interpreted.
#[derive(Clone, Debug)]
pub struct Message {
    /// The text as sent, in the language that was asked for; may be empty.
    pub text: String,
    /// `i18n.key`, what messages are compared by.
    pub key: Option<String>,
    /// `i18n.params`, as text.
    pub params: Vec<String>,
    /// How grave it is.
    pub class: Class,
    /// Links that belong to it.
    pub links: Vec<Link>,
    /// Members that this model does not know (`deviceRemediation`, …).
    pub extra: Map<String, Value>,
}

impl Message {
    /// Reads one entry of a list of messages.
    pub(super) fn read(value: &Value) -> Option<Self> {
        let mut map = value.as_object()?.clone();
        let text = read::take_string(&mut map, "message").unwrap_or_default();
        let i18n = map.remove("i18n");
        let key = i18n
            .as_ref()
            .and_then(|i18n| i18n.get("key"))
            .and_then(Value::as_str)
            .map(str::to_owned);
        let params = i18n
            .as_ref()
            .map(|i18n| read::list(i18n.get("params")).iter().map(plain).collect())
            .unwrap_or_default();
        let class = match read::take_string(&mut map, "class").as_deref() {
            Some("ERROR") => Class::Error,
            Some("WARNING") => Class::Warning,
            _ => Class::Info,
        };
        let links = read::list(map.get("links"))
            .iter()
            .filter_map(link)
            .collect();
        Some(Self {
            text,
            key,
            params,
            class,
            links,
            extra: map,
        })
    }

    /// Reads `{"value": […]}` or a bare list.
    pub(super) fn read_list(value: Option<&Value>) -> Vec<Self> {
        read::list(value)
            .iter()
            .take(MOST)
            .filter_map(Self::read)
            .collect()
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn link(value: &Value) -> Option<Link> {
    let text = |key| value.get(key).and_then(Value::as_str).map(str::to_owned);
    Some(Link {
        url: text("url")?,
        label: text("label"),
    })
}

/// Most messages read from one list.
const MOST: usize = 100;
