//! Fields of a form and the choices they offer.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what has another JSON type counts as missing"
)]

use std::fmt;

use serde_json::{Map, Value};

use super::{Message, read};

/// `type` of a field. A field with a nested form is an object even where the type is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// True or false.
    Boolean,
    /// A number.
    Number,
    /// Nested fields.
    Object,
    /// Any other type, as named.
    Other(String),
    /// A list of values.
    Set,
    /// Text, also where nothing is said.
    String,
}

/// One field (idx-protocol section 2.3).
#[derive(Clone)]
pub struct Field {
    /// The member in the JSON body; one key, even where it holds dots. A field without a name cannot be sent.
    pub name: Option<String>,
    /// Text to show.
    pub label: Option<String>,
    /// Its type.
    pub kind: Kind,
    /// Whether it must be filled; `None`: what its parent says.
    pub required: Option<bool>,
    /// Whether it may be changed; `false`: send `value` as it is.
    pub mutable: bool,
    /// Whether it is shown; `None`: shown where it may be changed.
    pub visible: Option<bool>,
    /// Whether what is typed is secret.
    pub secret: bool,
    /// Its constant or default.
    pub value: Option<Value>,
    /// Nested fields, wherever the response put them.
    pub form: Vec<Self>,
    /// Choices.
    pub options: Vec<Choice>,
    /// Fewest characters.
    pub min_length: Option<u64>,
    /// Most characters.
    pub max_length: Option<u64>,
    /// `format`, such as `alphanumeric`.
    pub format: Option<String>,
    /// `desc`, a sentence of explanation.
    pub description: Option<String>,
    /// `hint`: `captcha` or `webauthn` where a script fills it.
    pub hint: Option<String>,
    /// Messages of this field.
    pub messages: Vec<Message>,
    /// What it is about, as paths into the document.
    pub relates_to: Vec<Vec<String>>,
    /// Members that this model does not know.
    pub extra: Map<String, Value>,
}

impl Field {
    /// Whether a person sees it.
    pub fn is_shown(&self) -> bool {
        self.visible.unwrap_or(self.mutable)
    }

    /// Whether its choices bring fields of their own.
    pub fn branches(&self) -> bool {
        self.options
            .iter()
            .any(|choice| matches!(choice.value, Chosen::Form(_)))
    }

    /// Reads a list of fields, at most `depth` levels deep.
    pub(super) fn read_list(list: &[Value], depth: usize) -> Vec<Self> {
        if depth == 0 {
            return Vec::new();
        }
        list.iter()
            .take(MOST_FIELDS)
            .filter_map(|value| Self::read(value, depth))
            .collect()
    }

    fn read(value: &Value, depth: usize) -> Option<Self> {
        let mut map = value.as_object()?.clone();
        let form = Self::nested(&map, depth);
        let options = read::list(map.get("options"))
            .iter()
            .take(MOST_OPTIONS)
            .filter_map(|value| Choice::read(value, depth))
            .collect();
        let kind = Self::kind(&mut map, &form);
        let required = read::take_boolean(&mut map, "required")
            .or_else(|| read::take_boolean(&mut map, "requred"));
        let constant = match map.remove("value") {
            Some(value) if value.get("form").is_some() => None,
            Some(Value::Null) | None => None,
            other => other,
        };
        let messages = Message::read_list(map.get("messages"));
        let relates_to = read::pointers(&map);
        for read in ["options", "form", "messages", "relatesTo"] {
            map.remove(read);
        }
        Some(Self {
            name: read::take_string(&mut map, "name"),
            label: read::take_string(&mut map, "label")
                .or_else(|| read::take_string(&mut map, "customLabel")),
            kind,
            required,
            mutable: read::take_boolean(&mut map, "mutable").unwrap_or(true),
            visible: read::take_boolean(&mut map, "visible"),
            secret: read::take_boolean(&mut map, "secret").unwrap_or(false),
            value: constant,
            form,
            options,
            min_length: read::number(map.get("minLength")),
            max_length: read::number(map.get("maxLength")),
            format: read::take_string(&mut map, "format"),
            description: read::take_string(&mut map, "desc"),
            hint: read::take_string(&mut map, "hint"),
            messages,
            relates_to,
            extra: map,
        })
    }

    /// The sub-fields: `form.value`, or `value.form.value`.
    fn nested(map: &Map<String, Value>, depth: usize) -> Vec<Self> {
        let own = read::list(map.get("form"));
        let list = if own.is_empty() {
            read::list(map.get("value").and_then(|value| value.get("form")))
        } else {
            own
        };
        Self::read_list(list, depth - 1)
    }

    /// Where no type is said, what stands there at first says it.
    fn kind_of_default(value: Option<&Value>) -> Kind {
        match value {
            Some(Value::Array(_)) => Kind::Set,
            Some(Value::Bool(_)) => Kind::Boolean,
            Some(Value::Number(_)) => Kind::Number,
            _ => Kind::String,
        }
    }

    fn kind(map: &mut Map<String, Value>, form: &[Self]) -> Kind {
        match read::take_string(map, "type").as_deref() {
            kind if kind == Some("object") || !form.is_empty() => Kind::Object,
            Some("boolean") => Kind::Boolean,
            Some("integer" | "number" | "decimal") => Kind::Number,
            Some("set" | "array") => Kind::Set,
            Some("string") => Kind::String,
            Some(other) => Kind::Other(other.to_owned()),
            None => Self::kind_of_default(map.get("value")),
        }
    }
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Field")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// What choosing an option sends.
#[derive(Clone)]
pub enum Chosen {
    /// The object made of these fields.
    Form(Vec<Field>),
    /// This value.
    Value(Value),
}

/// One option of a field (idx-protocol section 2.4).
#[derive(Clone)]
pub struct Choice {
    /// Text to show.
    pub label: Option<String>,
    /// What it sends.
    pub value: Chosen,
    /// What it is about, as paths into the document.
    pub relates_to: Vec<Vec<String>>,
    /// Members that this model does not know.
    pub extra: Map<String, Value>,
}

impl Choice {
    /// Reads a bare list of choices, as rendering hints hold them.
    pub fn list(value: Option<&Value>) -> Vec<Self> {
        read::list(value)
            .iter()
            .take(MOST_OPTIONS)
            .filter_map(|value| Self::read(value, 1))
            .collect()
    }

    fn read(value: &Value, depth: usize) -> Option<Self> {
        let mut map = match value {
            Value::Object(map) => map.clone(),
            Value::String(text) => Map::from_iter([
                ("label".to_owned(), Value::String(text.clone())),
                ("value".to_owned(), value.clone()),
            ]),
            _ => return None,
        };
        let form = map
            .get("value")
            .and_then(|value| value.get("form"))
            .or_else(|| map.get("form"));
        let value = match form {
            Some(form) => Chosen::Form(Field::read_list(read::list(Some(form)), depth - 1)),
            None => Chosen::Value(map.get("value").cloned().unwrap_or(Value::Null)),
        };
        let label = read::take_string(&mut map, "label");
        let relates_to = read::pointers(&map);
        for read in ["value", "form", "relatesTo"] {
            map.remove(read);
        }
        Some(Self {
            label,
            value,
            relates_to,
            extra: map,
        })
    }
}

impl fmt::Debug for Chosen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Form(_) => "Form",
            Self::Value(_) => "Value",
        })
    }
}

impl fmt::Debug for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Choice")
            .field("label", &self.label)
            .finish_non_exhaustive()
    }
}

/// Most fields read from one list.
const MOST_FIELDS: usize = 500;
/// Most options read from one field.
const MOST_OPTIONS: usize = 500;
