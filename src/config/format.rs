//! Files by their extension: TOML, YAML (YAML 1.2 booleans alone, numbers with leading zeros stay text) and JSON.

use std::{collections::BTreeMap, ffi::OsStr, fmt, path::Path};

use figment::{
    providers::{Format, Toml},
    value::{Dict, Value},
};
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// Reads and parses one file.
///
/// # Errors
/// A sentence without the file's name and without any of its values.
pub(super) fn read(path: &Path) -> Result<Dict, String> {
    let parse = match path.extension().and_then(OsStr::to_str) {
        Some("toml") => toml,
        Some("yaml" | "yml") => yaml,
        Some("json") => json,
        _ => return Err("its format is unknown; name it .toml, .yaml, .yml or .json".to_owned()),
    };
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("cannot be read ({error}); check its name and its permissions"))?;
    parse(&text)
}

fn toml(text: &str) -> Result<Dict, String> {
    Toml::from_str::<Dict>(text).map_err(|error| {
        let place = error
            .span()
            .and_then(|span| text.get(..span.start))
            .map_or_else(String::new, |before| {
                let line = before.matches('\n').count() + 1;
                let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1;
                format!("line {line}, column {column}: ")
            });
        let message = error.message().trim().replace('\n', "; ");
        format!("{place}is no TOML: {message}")
    })
}

/// Reads a value as TOML writes it on one line.
pub(super) fn toml_value(text: &str) -> Result<Value, String> {
    if text.contains('\n') {
        return Err("is no TOML on one line".to_owned());
    }
    toml(&format!("value = {text}"))?
        .remove("value")
        .ok_or_else(|| "is no TOML".to_owned())
}

fn yaml(text: &str) -> Result<Dict, String> {
    let options = serde_saphyr::options! {
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options::<Dict>(text, options).map_err(|error| {
        let message = error.to_string().trim().replace('\n', "; ");
        format!("is no YAML table: {message}")
    })
}

fn json(text: &str) -> Result<Dict, String> {
    json_value(text)?
        .into_dict()
        .ok_or_else(|| "is no JSON object".to_owned())
}

/// Reads any JSON value; a member that is there twice is refused.
pub(super) fn json_value(text: &str) -> Result<Value, String> {
    serde_json::from_str::<Unique>(text)
        .map(|Unique(value)| value)
        .map_err(|error| format!("is no JSON: {error}"))
}

/// A value whose tables name each key once.
struct Unique(Value);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UniqueVisitor).map(Self)
    }
}

struct UniqueVisitor;

impl<'de> Visitor<'de> for UniqueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::from(figment::value::Empty::Unit))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Unique(value)) = seq.next_element()? {
            list.push(value);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut dict = BTreeMap::new();
        while let Some((key, Unique(value))) = map.next_entry::<String, Unique>()? {
            if dict.contains_key(&key) {
                return Err(de::Error::custom(format_args!(
                    "the key {key:?} is there twice"
                )));
            }
            dict.insert(key, value);
        }
        Ok(dict.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_words_and_leading_zeros_stay_text() {
        let dict = yaml("a: no\nb: 0123\nc: true\nd: [x, 1]\n").unwrap();
        assert_eq!(dict["a"].as_str(), Some("no"));
        assert_eq!(dict["b"].as_str(), Some("0123"));
        assert_eq!(dict["c"].to_bool(), Some(true));
    }

    #[test]
    fn a_syntax_error_names_its_line_and_quotes_no_value() {
        let error = toml("[session]\nsecret = \"hunter2 hunter2\n").unwrap_err();
        assert!(error.starts_with("line 2"), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
        let error = json("{\"session\": {\"secret\": \"hunter2\", }}").unwrap_err();
        assert!(
            error.contains("line 1") && !error.contains("hunter2"),
            "{error}"
        );
        let error = yaml("session:\n  secret: \"hunter2\n").unwrap_err();
        assert!(
            error.contains("line") && !error.contains("hunter2"),
            "{error}"
        );
    }

    #[test]
    fn a_key_that_is_there_twice_is_refused_in_every_format() {
        assert!(toml("a = 1\na = 2\n").is_err());
        assert!(yaml("a: 1\na: 2\n").is_err());
        assert!(json("{\"a\": 1, \"a\": 2}").is_err());
    }
}
