//! What a raw form asks for, read from the JSON alone (protocol reference section 2), and whether a body is that.

use serde_json::{Map, Value};

use super::super::recording::{flag, list, nested, shown};

/// One remediation as it was sent.
pub(crate) struct Asked {
    form: Value,
    /// The paths of what no person types.
    untyped: Vec<String>,
}

impl Asked {
    /// The remediation that pages call `rN`.
    pub(crate) fn by(raw: &Value, id: &str) -> Option<Self> {
        let number: usize = id.strip_prefix('r')?.parse().ok()?;
        let mut forms = list(raw.get("remediation"))
            .into_iter()
            .take(100)
            .filter(|form| form["href"].is_string());
        let form = forms.nth(number)?;
        let mut untyped = Vec::new();
        untyped_in(&list(form.get("value")), None, &mut untyped);
        Some(Self { form, untyped })
    }

    pub(crate) fn href(&self) -> &str {
        self.form["href"].as_str().unwrap()
    }

    /// Whether what a person types there may be overruled, by what the form sends by itself at that place or around it.
    pub(crate) fn overrules(&self, field: &str) -> bool {
        let shown = visible(field);
        let mut untyped = self.untyped.iter();
        untyped.any(|path| meet(&seen(path, field), &shown))
    }

    pub(crate) fn fits(&self, body: &Map<String, Value>) -> Result<(), String> {
        let (fields, name) = (list(self.form.get("value")), self.form["name"].as_str());
        if depth(&self.form) > MOST_LEVELS || widest(&self.form) > MOST_FIELDS {
            // More than is read; nothing that was not declared, all the same.
            return declared(&fields, body, name);
        }
        fits(&fields, body, false, name)
    }
}

/// Bounds of what is read of a form.
const MOST_LEVELS: usize = 24;
const MOST_FIELDS: usize = 500;

fn fits(
    fields: &[Value],
    body: &Map<String, Value>,
    required: bool,
    form: Option<&str>,
) -> Result<(), String> {
    declared(fields, body, form)?;
    for field in fields {
        let Some(name) = field["name"].as_str() else {
            continue;
        };
        let required = flag(field, "required").unwrap_or(required);
        let alone = fields.iter().filter(|other| other["name"] == name).count() == 1;
        let outcome = one(field, body.get(name), required, alone);
        if alone {
            outcome.map_err(|error| format!("{name:?}: {error}"))?;
        }
    }
    Ok(())
}

fn declared(fields: &[Value], body: &Map<String, Value>, form: Option<&str>) -> Result<(), String> {
    // The engine wants these, though its form seldom says so (protocol reference section 5).
    let reported = |name: &str| {
        form.is_some_and(|form| form.starts_with("cancel-polling"))
            && matches!(name, "reason" | "statusCode")
    };
    match body
        .keys()
        .find(|name| !reported(name) && !fields.iter().any(|field| field["name"] == name.as_str()))
    {
        Some(name) => Err(format!("{name:?} is not declared")),
        None => Ok(()),
    }
}

fn one(field: &Value, value: Option<&Value>, required: bool, alone: bool) -> Result<(), String> {
    let options = options(field);
    let branches = branches(&options);
    if !branches.is_empty() {
        let Some(value) = value else {
            let asks = branches.iter().all(|branch| due(branch, false));
            return if asks {
                Err("no branch was chosen".to_owned())
            } else {
                Ok(())
            };
        };
        if options
            .iter()
            .any(|option| !form_of(option) && option_value(option) == *value)
        {
            return Ok(());
        }
        let body = value.as_object().ok_or("is no object")?;
        let tried: Vec<_> = branches
            .iter()
            .map(|branch| fits(branch, body, false, None))
            .collect();
        return if tried.iter().any(Result::is_ok) {
            Ok(())
        } else {
            Err(format!("fits no branch: {tried:?}"))
        };
    }
    let inner = nested(field);
    if !inner.is_empty() {
        return match value {
            None if named(&inner) && due(&inner, required) => Err("is missing".to_owned()),
            None => Ok(()),
            Some(value) => fits(
                &inner,
                value.as_object().ok_or("is no object")?,
                required,
                None,
            ),
        };
    }
    let constant = field
        .get("value")
        .filter(|value| value.get("form").is_none() && !value.is_null());
    if let Some(constant) = constant
        && (flag(field, "mutable") == Some(false) || !shown(field))
    {
        return match value {
            Some(value) if value == constant => Ok(()),
            _ => Err(format!("{value:?} is not the constant {constant}")),
        };
    }
    let Some(value) = value else {
        return if owed(field, required) && alone {
            Err("is missing".to_owned())
        } else {
            Ok(())
        };
    };
    if let Some(constant @ Value::Object(_)) = constant {
        // Nothing that a person could type.
        return if value == constant {
            Ok(())
        } else {
            Err(format!("{value} is not the default {constant}"))
        };
    }
    if !options.is_empty() {
        let known = options.iter().any(|option| option_value(option) == *value);
        return if known {
            Ok(())
        } else {
            Err(format!("{value} is none of the options"))
        };
    }
    match (kind(field), value) {
        ("boolean", Value::Bool(_))
        | ("object", Value::Object(_))
        | ("number", Value::Number(_))
        | ("set", Value::Array(_)) => Ok(()),
        // Nobody can type an object: its default goes back, whatever that is.
        ("object", value) if Some(value) == constant => Ok(()),
        // A secret is text: the zeros that a PIN begins with count.
        ("number" | "set", Value::String(_)) if flag(field, "secret") == Some(true) => Ok(()),
        ("boolean" | "object" | "number" | "set", _) => Err(format!("{value} is of another type")),
        (_, Value::String(_)) => Ok(()),
        // A script reports more than text.
        _ if !shown(field) => Ok(()),
        _ => Err(format!("{value} is no text")),
    }
}

fn kind(field: &Value) -> &'static str {
    match field["type"].as_str() {
        // What a script fills is text, whatever it is called.
        _ if !shown(field) => "",
        Some("boolean") => "boolean",
        Some("object") => "object",
        Some("number" | "integer" | "decimal") => "number",
        Some("set" | "array") => "set",
        None if field["value"].is_boolean() => "boolean",
        None if field["value"].is_number() => "number",
        None if field["value"].is_array() => "set",
        _ => "",
    }
}

fn named(fields: &[Value]) -> bool {
    fields.iter().any(|field| field["name"].is_string())
}

/// Whether anything in there must be sent, whatever a person does.
fn due(fields: &[Value], required: bool) -> bool {
    fields
        .iter()
        .filter(|field| field["name"].is_string())
        .any(|field| {
            let required = flag(field, "required").unwrap_or(required);
            let (inner, branches) = (nested(field), branches(&options(field)));
            if !branches.is_empty() {
                branches.iter().all(|branch| due(branch, false))
            } else if inner.is_empty() {
                owed(field, required)
            } else {
                due(&inner, required)
            }
        })
}

/// Whether a person must fill it; what can't be changed and has no value is nothing that anybody could send.
fn owed(field: &Value, required: bool) -> bool {
    let can_be_sent = flag(field, "mutable") != Some(false) || !options(field).is_empty();
    required && shown(field) && can_be_sent
}

/// The paths of all leaves that no person types, dots between the names.
fn untyped_in(fields: &[Value], path: Option<&str>, found: &mut Vec<String>) {
    for field in fields {
        let Some(name) = field["name"].as_str() else {
            continue;
        };
        let path = path.map_or_else(|| name.to_owned(), |path| format!("{path}.{name}"));
        let inner = nested(field);
        untyped_in(&inner, Some(&path), found);
        for branch in branches(&options(field)) {
            untyped_in(&branch, Some(&path), found);
        }
        let is_typed = shown(field) && flag(field, "mutable") != Some(false);
        if inner.is_empty() && !(is_typed && kind(field) != "object") {
            found.push(path);
        }
    }
}

/// The options, those behind a rendering hint too.
fn options(field: &Value) -> Vec<Value> {
    let all = list(field.get("options"));
    let readable = |option: &Value| option.is_object() || option.is_string();
    if let [only] = all.as_slice()
        && let Some(Value::Object(wrapper)) = only.get("value")
        && !form_of(only)
    {
        let inner = wrapper
            .get("value")
            .and_then(Value::as_object)
            .unwrap_or(wrapper);
        if inner.get("inputType").is_some_and(Value::is_string) || only["label"] == "display" {
            return list(inner.get("options"))
                .into_iter()
                .filter(readable)
                .collect();
        }
    }
    all.into_iter().filter(readable).collect()
}

fn form_of(option: &Value) -> bool {
    option
        .get("value")
        .and_then(|value| value.get("form"))
        .or(option.get("form"))
        .is_some()
}

/// The forms that the options bring.
fn branches(options: &[Value]) -> Vec<Vec<Value>> {
    let forms = options.iter().filter(|option| form_of(option));
    forms.map(nested_option).collect()
}

fn nested_option(option: &Value) -> Vec<Value> {
    list(
        option
            .get("value")
            .and_then(|value| value.get("form"))
            .or(option.get("form")),
    )
}

fn option_value(option: &Value) -> Value {
    match option {
        Value::String(_) => option.clone(),
        _ => option.get("value").cloned().unwrap_or_default(),
    }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(list) => 1 + list.iter().map(depth).max().unwrap_or(0),
        Value::Object(map) => 1 + map.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

fn widest(value: &Value) -> usize {
    match value {
        Value::Array(list) => list.iter().map(widest).max().unwrap_or(0).max(list.len()),
        Value::Object(map) => map.values().map(widest).max().unwrap_or(0),
        _ => 0,
    }
}

/// The texts of a body, each with the path that it stands at.
pub(crate) fn texts(body: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    leaves(body, None, &mut found);
    found
}

/// Whether what was typed stands at the field of that name; a long name is shown cut.
pub(crate) fn arrives(texts: &[(String, String)], field: &str, typed: &str) -> bool {
    texts
        .iter()
        .any(|(path, text)| text.contains(typed) && seen(path, field) == visible(field))
}

/// Whether one path is the other or leads through it; dots in names may only make it look so.
pub(crate) fn meet(one: &str, other: &str) -> bool {
    let leads = |one: &str, other: &str| {
        one.strip_prefix(other)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    leads(one, other) || leads(other, one)
}

/// A path as a page says it where `field` is as long as what it says.
fn seen(path: &str, field: &str) -> String {
    if field.chars().count() >= 2000 {
        visible(&path.chars().take(2000).collect::<String>())
    } else {
        visible(path)
    }
}

/// Without what HTML has no way to write.
fn visible(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_control() && *character != '\u{fffd}')
        .filter(|character| !is_noncharacter(*character))
        .collect()
}

fn is_noncharacter(character: char) -> bool {
    let code = u32::from(character);
    (0xfdd0..=0xfdef).contains(&code) || code & 0xfffe == 0xfffe
}

fn leaves(value: &Value, path: Option<&str>, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                let path = path.map_or_else(|| name.clone(), |path| format!("{path}.{name}"));
                leaves(value, Some(&path), found);
            }
        }
        Value::Array(list) => list.iter().for_each(|value| leaves(value, path, found)),
        Value::String(text) => {
            found.push((path.unwrap_or_default().to_owned(), text.replace('-', "")));
        }
        other => found.push((path.unwrap_or_default().to_owned(), other.to_string())),
    }
}
