//! Environment variables and `--set` are text: what the key wants decides what it becomes, so that `0123456` stays an
//! id where an id is wanted.

use figment::value::Value;

use super::{format, shape::Shape};

/// Turns text into what `shape` wants.
///
/// # Errors
/// What is wrong and what to write instead; without the text.
pub(super) fn value(text: &str, shape: &Shape) -> Result<Value, String> {
    match shape {
        Shape::Text { .. } | Shape::Choice(_) => Ok(text.into()),
        Shape::Boolean => text
            .trim()
            .parse::<bool>()
            .map(Value::from)
            .map_err(|_| "must be true or false".to_owned()),
        Shape::Integer(..) => text
            .trim()
            .parse::<i64>()
            .map(Value::from)
            .map_err(|_| format!("must be {shape}")),
        Shape::Size => Ok(text
            .trim()
            .parse::<u64>()
            .map_or_else(|_| text.into(), Value::from)),
        Shape::List(inner) => list(text, inner),
        Shape::Map(_) | Shape::Table(_) => structured(text)
            .filter(|value| value.as_dict().is_some())
            .ok_or_else(|| format!("must be {shape}, written as JSON or TOML")),
        Shape::Any => Ok(format::json_value(text).unwrap_or_else(|_| text.into())),
    }
}

fn list(text: &str, inner: &Shape) -> Result<Value, String> {
    let text = text.trim();
    if text.starts_with('[') {
        return match structured(text) {
            Some(list) => Ok(list),
            None => Err(
                "begins like a list but is none; write [\"one\", \"two\"] or one,two".to_owned(),
            ),
        };
    }
    if matches!(inner, Shape::Table(_) | Shape::Map(_)) {
        return Err("must be a list of tables, such as [{\"name\": \"app\"}]".to_owned());
    }
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| value(part, inner))
        .collect::<Result<Vec<_>, _>>()
        .map(Value::from)
}

/// A list or a table, as JSON or as TOML writes it.
fn structured(text: &str) -> Option<Value> {
    format::json_value(text)
        .or_else(|_| format::toml_value(text))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_becomes_what_the_key_wants() {
        let text = Shape::Text { secret: false };
        assert_eq!(value("0123456", &text).unwrap().as_str(), Some("0123456"));
        assert_eq!(value("true", &text).unwrap().as_str(), Some("true"));
        assert_eq!(
            value("true", &Shape::Boolean).unwrap().to_bool(),
            Some(true)
        );
        assert_eq!(
            value(" 4", &Shape::Integer(1, 9)).unwrap().to_i128(),
            Some(4)
        );
        let list = Shape::List(Box::new(text));
        for written in ["a,b", "a, b,", "[\"a\", \"b\"]", "['a', \"b\",]"] {
            let value = value(written, &list).unwrap();
            let items: Vec<_> = value
                .as_array()
                .unwrap()
                .iter()
                .map(|v| v.as_str().unwrap())
                .collect();
            assert_eq!(items, ["a", "b"], "{written}");
        }
        assert!(value("[a", &list).is_err());
        assert!(value("yes", &Shape::Boolean).is_err());
        assert!(value("four", &Shape::Integer(1, 9)).is_err());
    }
}
