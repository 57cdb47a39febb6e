//! Small builders for Ion documents (protocol reference 2.2-2.4).

use serde_json::{Map, Value, json};

use crate::engine::reply::ION;

const ACCEPTS: &str = "application/json; okta-version=1.0.0";

/// Makes forms that lead to one host and carry one state handle.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Forms<'a> {
    pub(crate) host: &'a str,
    pub(crate) state_handle: &'a str,
}

impl Forms<'_> {
    /// A form that is posted to `/idp/idx/{path}`; its last field is the state handle.
    pub(crate) fn form(&self, name: &str, path: &str, mut fields: Vec<Value>) -> Value {
        fields.push(json!({
            "name": "stateHandle", "required": true, "value": self.state_handle, "visible": false, "mutable": false,
        }));
        json!({
            "rel": ["create-form"], "name": name, "href": format!("{}/idp/idx/{path}", self.host), "method": "POST",
            "produces": ION, "accepts": ACCEPTS, "value": fields,
        })
    }
}

/// Sets a member of an object.
pub(crate) fn with(mut value: Value, name: &str, member: impl Into<Value>) -> Value {
    if let Some(object) = value.as_object_mut() {
        object.insert(name.to_owned(), member.into());
    }
    value
}

/// What a form is about.
pub(crate) fn relates_to(form: Value, pointer: &str) -> Value {
    with(form, "relatesTo", json!([pointer]))
}

/// A nested object of fields.
pub(crate) fn object(name: &str, fields: Vec<Value>) -> Value {
    json!({"name": name, "type": "object", "required": true, "form": {"value": fields}})
}

/// `credentials` with these fields.
pub(crate) fn credentials(fields: Vec<Value>) -> Value {
    object("credentials", fields)
}

/// A field to fill in.
pub(crate) fn field(name: &str, label: &str) -> Value {
    json!({"name": name, "label": label, "required": true})
}

/// A field whose text is not shown.
pub(crate) fn secret(name: &str, label: &str) -> Value {
    json!({"name": name, "label": label, "required": true, "secret": true})
}

/// A field that is sent back as it is.
pub(crate) fn constant(name: &str, value: &str) -> Value {
    json!({"name": name, "required": true, "value": value, "mutable": false})
}

/// A choice among words.
pub(crate) fn choice(name: &str, required: bool, options: &[(&str, &str)]) -> Value {
    let options: Vec<Value> = options
        .iter()
        .map(|(value, label)| json!({"label": label, "value": value}))
        .collect();
    json!({"name": name, "type": "string", "required": required, "options": options})
}

/// An option that means sending nested fields.
pub(crate) fn option(label: &str, fields: &[Value], relates_to: &str) -> Value {
    json!({"label": label, "value": {"form": {"value": fields}}, "relatesTo": relates_to})
}

/// `{"type":"array","value":…}`.
pub(crate) fn array(values: Vec<Value>) -> Value {
    json!({"type": "array", "value": values})
}

/// `{"type":"object","value":…}`.
pub(crate) fn wrapped(value: Value) -> Value {
    json!({"type": "object", "value": value})
}

/// Appends a message to the field at `path` (names of nested fields) of a form, wherever its options nest it.
pub(crate) fn attach(form: &mut Value, path: &[&str], message: &Value) {
    let Some((first, rest)) = path.split_first() else {
        return;
    };
    let fields = match form.get("value") {
        Some(Value::Array(_)) => form.get_mut("value"),
        _ => form.get_mut("form").and_then(|form| form.get_mut("value")),
    };
    let fields = fields.and_then(Value::as_array_mut);
    let named = |field: &&mut Value| field.get("name").and_then(Value::as_str) == Some(first);
    let Some(field) = fields.and_then(|fields| fields.iter_mut().find(named)) else {
        return;
    };
    if !rest.is_empty() {
        return attach(field, rest, message);
    }
    if let Some(field) = field.as_object_mut() {
        field.insert("messages".to_owned(), array(vec![message.clone()]));
    }
}

/// Text at a path of the posted body.
pub(crate) fn text<'a>(body: &'a Map<String, Value>, path: &[&str]) -> Option<&'a str> {
    let (first, rest) = path.split_first()?;
    let found = rest
        .iter()
        .try_fold(body.get(*first)?, |value, name| value.get(*name))?;
    found
        .as_str()
        .map(str::trim)
        .filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_reach_nested_fields() {
        let forms = Forms {
            host: "http://h",
            state_handle: "sh",
        };
        let mut form = forms.form(
            "f",
            "p",
            vec![credentials(vec![secret("passcode", "Password")])],
        );
        attach(
            &mut form,
            &["credentials", "passcode"],
            &json!({"message": "no"}),
        );
        assert_eq!(
            form["value"][0]["form"]["value"][0]["messages"]["value"][0]["message"],
            "no"
        );
        assert_eq!(form["value"][1]["value"], "sh");
    }
}
