//! Forms: remediations and the actions outside them.

use std::fmt;

use serde_json::{Map, Value};

use super::{Field, read};

/// One form (idx-protocol section 2.2).
#[derive(Clone)]
pub struct Form {
    /// What the form is for; unique in a response, but for `redirect-idp`.
    pub name: String,
    /// Where it is sent. Text until it has been compared with the issuer.
    pub href: String,
    /// `POST`, or `GET` where a browser goes there; upper case.
    pub method: String,
    /// Media type of the body.
    pub accepts: Option<String>,
    /// What it is about, as paths into the document.
    pub relates_to: Vec<Vec<String>>,
    /// Milliseconds between polls.
    pub refresh: Option<u64>,
    /// Its fields.
    pub value: Vec<Field>,
    /// Members that this model does not know (`idp`, `scopes`, …).
    pub extra: Map<String, Value>,
}

impl Form {
    /// Whether a browser goes there, instead of a body being sent.
    pub fn is_link(&self) -> bool {
        self.method == "GET"
    }

    /// A text member that the model does not know.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.extra.get(key).and_then(Value::as_str)
    }

    /// Reads a form; what has neither an `href` nor a `name` is none.
    pub(super) fn read(value: &Value) -> Option<Self> {
        let mut map = value.as_object()?.clone();
        let href = read::take_string(&mut map, "href")?;
        let value = Field::read_list(read::list(map.get("value")), DEPTH);
        let relates_to = read::pointers(&map);
        let refresh = read::number(map.get("refresh"));
        for read in ["value", "relatesTo", "rel", "produces"] {
            map.remove(read);
        }
        Some(Self {
            name: read::take_string(&mut map, "name").unwrap_or_default(),
            href,
            method: read::take_string(&mut map, "method")
                .unwrap_or_else(|| "POST".to_owned())
                .to_ascii_uppercase(),
            accepts: read::take_string(&mut map, "accepts"),
            relates_to,
            refresh,
            value,
            extra: map,
        })
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Form")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Deepest nesting of fields that is read.
const DEPTH: usize = 12;
