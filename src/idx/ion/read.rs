//! Tolerant readers of JSON members.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what has another JSON type counts as missing"
)]

use serde_json::{Map, Value};

/// Removes a string; anything else counts as missing.
pub(super) fn take_string(map: &mut Map<String, Value>, key: &str) -> Option<String> {
    match map.get(key) {
        Some(Value::String(_)) => match map.remove(key) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// Reads a boolean, also one spelt as a string.
pub(super) fn boolean(value: Option<&Value>) -> Option<bool> {
    match value? {
        Value::Bool(is) => Some(*is),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// Removes a boolean, also one spelt as a string.
pub(super) fn take_boolean(map: &mut Map<String, Value>, key: &str) -> Option<bool> {
    let is = boolean(map.get(key))?;
    map.remove(key);
    Some(is)
}

/// Reads a whole number, also one spelt as a string.
pub(super) fn number(value: Option<&Value>) -> Option<u64> {
    match value? {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// Reads `relatesTo`, a string or a list of strings; as paths of segments.
pub(super) fn pointers(map: &Map<String, Value>) -> Vec<Vec<String>> {
    match map.get("relatesTo") {
        Some(Value::String(text)) => vec![segments(text)],
        Some(Value::Array(list)) => list
            .iter()
            .filter_map(Value::as_str)
            .map(segments)
            .collect(),
        _ => Vec::new(),
    }
}

/// `$.a.b[1]`, `a.b[1]` or `a` as `["a", "b", "1"]`.
fn segments(pointer: &str) -> Vec<String> {
    pointer
        .split(['.', '[', ']'])
        .filter(|part| !part.is_empty() && *part != "$")
        .map(str::to_owned)
        .collect()
}

/// Walks such a path; a trailing `{type, value}` wrapper is opened.
pub(super) fn resolve<'a>(
    root: &'a Map<String, Value>,
    path: &[String],
) -> Option<&'a Map<String, Value>> {
    let (first, rest) = path.split_first()?;
    let mut at = root.get(first)?;
    for segment in rest {
        at = match at {
            Value::Array(list) => list.get(segment.parse::<usize>().ok()?)?,
            Value::Object(map) => map.get(segment)?,
            _ => return None,
        };
    }
    unwrapped(at)
}

/// The object itself, or the one inside `{"type": "object", "value": {…}}`.
pub(super) fn unwrapped(value: &Value) -> Option<&Map<String, Value>> {
    let map = value.as_object()?;
    match map.get("value") {
        Some(Value::Object(inner)) => Some(inner),
        _ => Some(map),
    }
}

/// The list itself, or the one inside `{"type": "array", "value": […]}`.
pub(super) fn list(value: Option<&Value>) -> &[Value] {
    match value {
        Some(Value::Array(list)) => list,
        Some(Value::Object(map)) => match map.get("value") {
            Some(Value::Array(list)) => list,
            _ => &[],
        },
        _ => &[],
    }
}
