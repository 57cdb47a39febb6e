//! How values appear in remarks: short, escaped, without secrets.

use figment::value::Value;

use super::shape::Shape;

/// A value as a remark may show it: scalars of keys that are no secrets.
pub(super) fn value(value: &Value, shape: Option<&Shape>) -> Option<String> {
    if matches!(shape, Some(Shape::Text { secret: true }) | None) {
        return None;
    }
    match value {
        Value::String(_, string) => Some(text(string)),
        Value::Char(_, char) => Some(text(&char.to_string())),
        Value::Bool(_, bool) => Some(bool.to_string()),
        Value::Num(_, number) => number
            .to_i128()
            .map(|n| n.to_string())
            .or_else(|| number.to_u128().map(|n| n.to_string()))
            .or_else(|| number.to_f64().map(|n| n.to_string())),
        Value::Dict(..) | Value::Array(..) | Value::Empty(..) => None,
    }
}

/// Text in quotes, control characters escaped, cut after 80 characters, the password of a URL left out.
pub(super) fn text(text: &str) -> String {
    let text = without_password(text);
    let short: String = text.chars().take(80).collect();
    let more = if short.len() < text.len() { "…" } else { "" };
    format!("{:?}", format!("{short}{more}"))
}

fn without_password(text: &str) -> String {
    let parts = text.split_once("://").and_then(|(scheme, rest)| {
        let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
        authority.contains('@').then(|| {
            let (_, after) = rest.rsplit_once('@').unwrap_or(("", rest));
            format!("{scheme}://***@{after}")
        })
    });
    parts.unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_short_escaped_and_without_passwords() {
        assert_eq!(text("a\nb\u{1b}[2J"), "\"a\\nb\\u{1b}[2J\"");
        assert_eq!(text("http://u:hunter2@h/p"), "\"http://***@h/p\"");
        assert_eq!(
            text("http://u:hunt/er@2@h/p@"),
            "\"http://u:hunt/er@2@h/p@\""
        );
        assert!(text(&"x".repeat(200)).ends_with("x…\""));
    }
}
