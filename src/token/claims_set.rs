//! A JWT Claims Set (RFC 7519 §4).

mod record;

use std::{fmt, sync::OnceLock};

use memchr::memchr;
use serde_json::{Map, Value};

use super::unique::{self, Unique};

/// What a token says, kept as the text that it is: the few claims that every request asks for are found in it, and the
/// rest is read when somebody wants it. No name stands twice in it, at any depth.
#[derive(Clone, Default)]
pub struct ClaimsSet {
    text: Option<Text>,
    /// All claims as values; where there is no text, they are what the set was made of.
    values: OnceLock<Map<String, Value>>,
}

/// JSON that was read to its end, and where its members stand in it.
#[derive(Clone)]
struct Text {
    json: String,
    members: Vec<Member>,
}

#[derive(Clone)]
pub(super) struct Member {
    /// The start of the name, by which it is found.
    pub(super) head: u64,
    pub(super) name: Span,
    pub(super) value: Kind,
}

/// A part of a text, in octets; texts are short.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub(super) start: u32,
    pub(super) end: u32,
}

/// What stands in a text as the value of a member.
#[derive(Clone)]
pub(super) enum Kind {
    Text(Span),
    Whole(u64),
    Texts(Vec<Span>),
    Other,
}

/// One claim, as far as checks tell claims apart.
#[derive(Debug, PartialEq)]
pub(super) enum Claim<'a> {
    Text(&'a str),
    /// A number without sign and fraction.
    Whole(u64),
    /// A list of nothing but texts.
    Texts(Vec<&'a str>),
    /// Anything else.
    Other(&'a Value),
}

impl ClaimsSet {
    /// Reads a JSON object. `None`: it is none, or a name stands twice in it.
    pub(super) fn read(json: Vec<u8>) -> Option<Self> {
        let json = String::from_utf8(json).ok()?;
        // Behind a backslash a text is another one than what is written: such a set is read into values at once.
        if memchr(b'\\', json.as_bytes()).is_some() {
            let Unique(Value::Object(values)) = serde_json::from_str(&json).ok()? else {
                return None;
            };
            return Some(values.into());
        }
        let members = unique::members(&json).ok()?;
        Some(Self {
            text: Some(Text { json, members }),
            values: OnceLock::new(),
        })
    }

    /// The value of a claim.
    pub fn get(&self, name: &str) -> Option<&Value> {
        match &self.text {
            Some(text) if text.member(name).is_none() => None,
            _ => self.values().get(name),
        }
    }

    /// Whether there is such a claim, `null` included.
    pub fn contains(&self, name: &str) -> bool {
        match &self.text {
            Some(text) => text.member(name).is_some(),
            None => self.values().contains_key(name),
        }
    }

    /// A claim that is text.
    pub fn text(&self, name: &str) -> Option<&str> {
        let Some(text) = &self.text else {
            return self.values().get(name)?.as_str();
        };
        match text.member(name)?.value {
            Kind::Text(span) => Some(text.part(span)),
            Kind::Whole(_) | Kind::Texts(_) | Kind::Other => None,
        }
    }

    /// The texts of a claim that is a list, or the one of a claim that is text.
    pub fn texts(&self, name: &str) -> Vec<&str> {
        match self.claim(name) {
            Some(Claim::Text(text)) => vec![text],
            Some(Claim::Texts(texts)) => texts,
            Some(Claim::Other(Value::Array(items))) => {
                items.iter().filter_map(Value::as_str).collect()
            }
            Some(Claim::Whole(_) | Claim::Other(_)) | None => Vec::new(),
        }
    }

    /// All claims.
    pub fn values(&self) -> &Map<String, Value> {
        self.values.get_or_init(|| {
            let json = self.text.as_ref().map_or("{}", |text| &text.json);
            // It was read before, by the same rules; a set without claims would grant nothing.
            match serde_json::from_str(json) {
                Ok(Unique(Value::Object(values))) => values,
                _ => Map::new(),
            }
        })
    }

    /// All claims, to keep.
    pub fn into_values(self) -> Map<String, Value> {
        self.values();
        self.values.into_inner().unwrap_or_default()
    }

    pub(super) fn claim(&self, name: &str) -> Option<Claim<'_>> {
        let Some(text) = &self.text else {
            return self.values().get(name).map(Claim::of);
        };
        Some(match &text.member(name)?.value {
            Kind::Text(span) => Claim::Text(text.part(*span)),
            Kind::Whole(number) => Claim::Whole(*number),
            Kind::Texts(spans) => Claim::Texts(spans.iter().map(|span| text.part(*span)).collect()),
            Kind::Other => Claim::Other(self.values().get(name)?),
        })
    }
}

impl Text {
    fn member(&self, name: &str) -> Option<&Member> {
        let head = unique::head(name);
        let mut members = self.members.iter();
        members.find(|member| member.head == head && self.part(member.name) == name)
    }

    fn part(&self, span: Span) -> &str {
        let (start, end) = (span.start as usize, span.end as usize);
        self.json.get(start..end).unwrap_or_default()
    }
}

impl<'a> Claim<'a> {
    fn of(value: &'a Value) -> Self {
        match value {
            Value::String(text) => Self::Text(text),
            Value::Number(number) => number.as_u64().map_or(Self::Other(value), Self::Whole),
            Value::Array(items) => {
                let texts: Option<_> = items.iter().map(Value::as_str).collect();
                texts.map_or(Self::Other(value), Self::Texts)
            }
            Value::Null | Value::Bool(_) | Value::Object(_) => Self::Other(value),
        }
    }
}

impl From<Map<String, Value>> for ClaimsSet {
    fn from(values: Map<String, Value>) -> Self {
        Self {
            text: None,
            values: values.into(),
        }
    }
}

impl fmt::Debug for ClaimsSet {
    /// Names alone: what is said about somebody is nobody's business.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.values().keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection, prelude::*};
    use serde_json::json;

    use super::*;

    #[test]
    fn a_claim_is_the_same_in_the_text_and_as_a_value() {
        let json = json!({
            "text": "é", "empty": "", "whole": 7, "negative": -7, "real": 1.5, "null": null, "truth": true,
            "texts": ["a", "b"], "none": [], "mixed": ["a", 1], "nested": { "a": { "b": ["c"] } },
        });
        let read = ClaimsSet::read(json.to_string().into_bytes()).unwrap();
        let values = ClaimsSet::from(json.as_object().unwrap().clone());
        for name in values.values().keys().map(String::as_str).chain(["absent"]) {
            assert_eq!(read.claim(name), values.claim(name), "{name}");
            assert_eq!(read.get(name), values.get(name), "{name}");
            assert_eq!(read.text(name), values.text(name), "{name}");
            assert_eq!(read.texts(name), values.texts(name), "{name}");
            assert_eq!(read.contains(name), values.contains(name), "{name}");
        }
        assert_eq!(read.texts("mixed"), ["a"]);
        assert_eq!(read.into_values(), *json.as_object().unwrap());
    }

    #[test]
    fn what_stands_behind_a_backslash_is_what_it_means() {
        let read = |json: &str| ClaimsSet::read(json.as_bytes().to_vec());
        let set = read(r#"{"\u0073ub":"a\"b"}"#).unwrap();
        assert_eq!(set.text("sub"), Some("a\"b"));
        assert!(read(r#"{"sub":"a","\u0073ub":"b"}"#).is_none());
        assert!(read(r#"{"sub":"\ud800"}"#).is_none(), "half a character");
    }

    #[test]
    fn only_an_object_is_a_claims_set() {
        for json in [
            "",
            "[]",
            "1",
            "\"a\"",
            "null",
            "{",
            "{}{}",
            "{\"a\":1,\"a\":1}",
            "{\"a\":1e999}",
        ] {
            assert!(
                ClaimsSet::read(json.as_bytes().to_vec()).is_none(),
                "{json}"
            );
        }
        assert!(ClaimsSet::read(b"{\"a\":\"\xff\"}".to_vec()).is_none());
        assert!(ClaimsSet::read(b" { } ".to_vec()).is_some());
    }

    /// Any JSON at all, names from a few so that they meet.
    fn anything() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            Just("null".to_owned()),
            any::<bool>().prop_map(|truth| truth.to_string()),
            any::<i64>().prop_map(|number| number.to_string()),
            any::<f64>().prop_map(|number| number.to_string()),
            "[a-zé]{0,4}|[a-z\\\\\"\u{0}]{0,4}".prop_map(|text| json!(text).to_string()),
            "[-+.e0-9]{1,4}",
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            // Some of eight octets, some with the same eight in front.
            let name = "[ab]{1,2}|email_ve|email_verif(ied|iee)|é{3,5}|a{0,1}";
            let member =
                (name, inner.clone()).prop_map(|(name, value)| format!("\"{name}\":{value}"));
            prop_oneof![
                collection::vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(","))),
                collection::vec(member, 0..6)
                    .prop_map(|members| format!("{{{}}}", members.join(","))),
            ]
        })
    }

    proptest! {
        #[test]
        fn both_ways_of_reading_take_and_say_the_same(json in anything()) {
            let read = ClaimsSet::read(json.clone().into_bytes());
            let values = match serde_json::from_str(&json) {
                Ok(Unique(Value::Object(values))) => Some(values),
                _ => None,
            };
            prop_assert_eq!(read.is_some(), values.is_some());
            if let (Some(read), Some(values)) = (read, values) {
                for (name, value) in &values {
                    prop_assert_eq!(read.claim(name), Some(Claim::of(value)));
                }
                prop_assert_eq!(read.into_values(), values);
            }
        }
    }
}
