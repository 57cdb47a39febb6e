//! What each key wants, read off the JSON Schema: the one description that files, environment variables, `--set` and the
//! published schema share.

use std::{collections::BTreeMap, fmt};

use schemars::{Schema, generate::SchemaSettings, transform::transform_subschemas};
use serde_json::Value as Json;

use super::{
    key::{Key, Segment},
    raw,
};

/// What a value must look like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Anything.
    Any,
    /// `true` or `false`.
    Boolean,
    /// One of these words.
    Choice(Vec<String>),
    /// A whole number within bounds.
    Integer(i128, i128),
    /// A list of one kind.
    List(Box<Self>),
    /// A table whose keys the operator chooses.
    Map(Box<Self>),
    /// Octets: a whole number, or text with a unit.
    Size,
    /// A table with these keys alone.
    Table(BTreeMap<String, Self>),
    /// Text; a secret's is never shown.
    Text {
        /// Whether it is one.
        secret: bool,
    },
}

impl Shape {
    /// The whole configuration.
    pub(super) fn of_config() -> Self {
        let schema = SchemaSettings::draft2020_12()
            .with(|settings| settings.inline_subschemas = true)
            .with_transform(without_null)
            .into_generator()
            .into_root_schema_for::<raw::Config>();
        Self::read(schema.as_value())
    }

    /// What stands at `key`, if the key exists.
    pub(super) fn at(&self, key: &Key) -> Option<&Self> {
        key.segments().iter().try_fold(self, Self::step)
    }

    /// What stands one step below.
    pub(super) fn step(&self, segment: &Segment) -> Option<&Self> {
        match (self, segment) {
            (Self::Any, _) => Some(&Self::Any),
            (Self::List(inner), Segment::Index(_)) | (Self::Map(inner), Segment::Name(_)) => {
                Some(inner)
            }
            (Self::Table(keys), Segment::Name(name)) => keys.get(&**name),
            _ => None,
        }
    }

    fn read(schema: &Json) -> Self {
        let text = |name: &str| schema.get(name).and_then(Json::as_str);
        if let Some(words) = words(schema) {
            return Self::Choice(words);
        }
        if schema.get("anyOf").is_some() {
            return Self::Size;
        }
        match text("type") {
            Some("boolean") => Self::Boolean,
            Some("integer") => {
                let bound = |name: &str| schema.get(name).and_then(Json::as_i64).map(i128::from);
                Self::Integer(
                    bound("minimum").unwrap_or(0),
                    bound("maximum").unwrap_or(i128::from(u32::MAX)),
                )
            }
            Some("array") => {
                Self::List(Box::new(schema.get("items").map_or(Self::Any, Self::read)))
            }
            Some("object") => {
                match (schema.get("properties"), schema.get("additionalProperties")) {
                    (Some(Json::Object(keys)), _) => Self::Table(
                        keys.iter()
                            .map(|(name, schema)| (name.clone(), Self::read(schema)))
                            .collect(),
                    ),
                    (_, Some(inner @ Json::Object(_))) => Self::Map(Box::new(Self::read(inner))),
                    _ => Self::Map(Box::new(Self::Any)),
                }
            }
            Some("string") => Self::Text {
                secret: schema.get("writeOnly") == Some(&Json::Bool(true)),
            },
            _ => Self::Any,
        }
    }
}

/// Reads `must be …`.
impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("a value"),
            Self::Boolean => f.write_str("true or false"),
            Self::Choice(words) => write!(f, "one of \"{}\"", words.join("\", \"")),
            Self::Integer(least, most) => write!(f, "a whole number from {least} to {most}"),
            Self::List(inner) if matches!(**inner, Self::Table(_)) => {
                f.write_str("a list of tables")
            }
            Self::List(_) => f.write_str("a list such as [\"one\", \"two\"]"),
            Self::Map(_) => f.write_str("a table of names and values"),
            Self::Size => f.write_str("a size such as \"64KiB\""),
            Self::Table(keys) => {
                let names: Vec<_> = keys.keys().map(String::as_str).collect();
                write!(f, "a table with the keys {}", names.join(", "))
            }
            Self::Text { .. } => f.write_str("text in quotes"),
        }
    }
}

/// The JSON Schema that `interlock schema` prints.
pub(super) fn published() -> Schema {
    SchemaSettings::draft2020_12()
        .with_transform(without_null)
        .into_generator()
        .into_root_schema_for::<raw::Config>()
}

/// Leaving a key out is how to give no value: `null` is never right, so the schema does not offer it.
fn without_null(schema: &mut Schema) {
    transform_subschemas(&mut (without_null as fn(&mut Schema)), schema);
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    if object.get("default") == Some(&Json::Null) {
        object.remove("default");
    }
    if let Some(Json::Array(types)) = object.get("type") {
        let rest: Vec<Json> = types.iter().filter(|t| *t != "null").cloned().collect();
        if let [one] = rest.as_slice() {
            object.insert("type".to_owned(), one.clone());
        }
    }
    if let Some(Json::Array(options)) = object.get("anyOf") {
        let null = |option: &&Json| option.get("type") != Some(&Json::from("null"));
        let rest: Vec<Json> = options.iter().filter(null).cloned().collect();
        if let ([Json::Object(one)], true) = (rest.as_slice(), rest.len() < options.len()) {
            let one = one.clone();
            object.remove("anyOf");
            for (name, value) in one {
                object.entry(name).or_insert(value);
            }
        }
    }
}

/// The words of an enumeration, with or without a description for each.
fn words(schema: &Json) -> Option<Vec<String>> {
    let listed = |list: &Json, member: Option<&str>| -> Option<Vec<String>> {
        let word = |entry: &Json| -> Option<Vec<String>> {
            match member.map_or(Some(entry), |name| entry.get(name)) {
                Some(word) => word.as_str().map(|word| vec![word.to_owned()]),
                None => words(entry),
            }
        };
        let lists: Option<Vec<_>> = list.as_array()?.iter().map(word).collect();
        lists.map(|lists| lists.into_iter().flatten().collect())
    };
    match (schema.get("enum"), schema.get("oneOf")) {
        (Some(list), _) => listed(list, None),
        (_, Some(list)) => listed(list, Some("const")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_key_is_read_off_the_schema() {
        let shape = Shape::of_config();
        let at = |key: &str| shape.at(&Key::written(key).unwrap()).cloned();
        assert_eq!(at("server.listen"), Some(Shape::Text { secret: false }));
        assert_eq!(at("session.secret"), Some(Shape::Text { secret: true }));
        assert_eq!(at("server.threads"), Some(Shape::Integer(1, 512)));
        assert_eq!(at("server.max_head"), Some(Shape::Size));
        assert_eq!(at("api.native"), Some(Shape::Boolean));
        let words = ["cookie", "memory", "redis"].map(str::to_owned).to_vec();
        assert_eq!(at("session.store"), Some(Shape::Choice(words)));
        assert!(matches!(at("routes[3].access"), Some(Shape::Choice(words)) if words.len() == 4));
        assert_eq!(at("routes[3].require.claims.x"), Some(Shape::Any));
        assert_eq!(
            at("server.tls.certificate"),
            Some(Shape::Text { secret: false })
        );
        assert_eq!(
            at("routes[0].headers.x"),
            Some(Shape::Text { secret: false })
        );
        assert_eq!(at("server.nothing"), None);
    }
}
