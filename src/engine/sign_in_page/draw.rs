//! A step as HTML, and what was typed as the JSON that its form asks for.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::engine::{form::Form, inbox::escape};

/// The forms that are answered; links lead away from this page.
pub(super) fn forms(document: &Value) -> impl Iterator<Item = &Value> {
    list(document.pointer("/remediation/value"))
        .iter()
        .filter(|form| form["method"] == "POST")
}

/// The code, once there is one.
pub(super) fn code(document: &Value) -> Option<&str> {
    let fields = list(document.pointer("/successWithInteractionCode/value"));
    let field = fields
        .iter()
        .find(|field| field["name"] == "interaction_code")?;
    field["value"].as_str()
}

/// Messages and forms.
pub(super) fn body(request: &str, document: &Value) -> String {
    let mut body = String::new();
    for message in list(document.pointer("/messages/value")) {
        let _ = write!(body, "<p role=alert>{}</p>", said(&message["message"]));
    }
    let request = format!(
        "<input type=hidden name=request value=\"{}\">",
        escape(request)
    );
    for (number, form) in forms(document).enumerate() {
        let name = said(&form["name"]);
        let _ = write!(
            body,
            "<article><form id=\"{name}\" method=post action=\"{}\">{request}<input type=hidden name=form value={number}>",
            super::PATH
        );
        let choices = draw(list(form.get("value")), "", &mut body);
        if !choices {
            let _ = write!(body, "<p><button>{name}</button></p>");
        }
        body.push_str("</form></article>");
    }
    let _ = write!(
        body,
        "<form id=cancel method=post action=\"{}\">{request}<button name=cancel value=yes>Cancel</button></form>",
        super::PATH
    );
    body
}

/// What is typed or chosen; says whether choosing sends the form.
fn draw(fields: &[Value], path: &str, body: &mut String) -> bool {
    let mut sends = false;
    for field in fields.iter().filter(|field| asks(field)) {
        let name = below(path, field);
        let label = said(&field["label"]);
        let inner = list(field.pointer("/form/value"));
        let options = list(field.get("options"));
        if !inner.is_empty() {
            sends |= draw(inner, &name, body);
        } else if options.iter().any(|option| option["value"].is_object()) {
            sends = true;
            for (number, option) in options.iter().enumerate() {
                let _ = write!(
                    body,
                    "<p><button name=choice value={number}>{}</button></p>",
                    said(&option["label"])
                );
            }
        } else if !options.is_empty() {
            let _ = write!(
                body,
                "<p><label>{label} <select name=\"{}\">",
                escape(&name)
            );
            for option in options {
                let _ = write!(
                    body,
                    "<option value=\"{}\">{}</option>",
                    said(&option["value"]),
                    said(&option["label"])
                );
            }
            body.push_str("</select></label></p>");
        } else {
            let kind = if field["secret"] == true {
                "password"
            } else {
                "text"
            };
            let _ = write!(
                body,
                "<p><label>{label} <input type={kind} name=\"{}\"></label></p>",
                escape(&name)
            );
        }
    }
    sends
}

/// Whether a person answers it; what is ticked or not is left as it is.
fn asks(field: &Value) -> bool {
    field["visible"] != false && field["mutable"] != false && field["type"] != "boolean"
}

/// The body that a form asks for: what is fixed, and what was posted.
pub(super) fn answer(form: &Value, posted: &Form) -> Value {
    filled(list(form.get("value")), "", posted).into()
}

fn filled(fields: &[Value], path: &str, posted: &Form) -> Map<String, Value> {
    let mut object = Map::new();
    for field in fields {
        let Some(name) = field["name"].as_str() else {
            continue;
        };
        let path = below(path, field);
        let inner = list(field.pointer("/form/value"));
        let options = list(field.get("options"));
        let typed = posted.field(&path).map(Value::from);
        let value = if !inner.is_empty() {
            Some(filled(inner, &path, posted).into())
        } else if options.iter().any(|option| option["value"].is_object()) {
            let number = posted.field("choice").and_then(|text| text.parse().ok());
            let option = number.and_then(|number: usize| options.get(number));
            option.map(|option| {
                let fields = list(option.pointer("/value/form/value"));
                filled(fields, &path, posted).into()
            })
        } else if asks(field) && typed.is_some() {
            typed
        } else {
            let first = options.first().map(|option| option["value"].clone());
            field.get("value").cloned().or(first)
        };
        object.extend(value.map(|value| (name.to_owned(), value)));
    }
    object
}

fn below(path: &str, field: &Value) -> String {
    let name = field["name"].as_str().unwrap_or_default();
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

fn said(value: &Value) -> String {
    escape(value.as_str().unwrap_or_default())
}

fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
