//! The `OpenAPI` document of the headless flow, held against what is really said: `docs/openapi.yaml` is a promise.

use std::sync::OnceLock;

use http::StatusCode;
use jsonschema::Validator;
use serde_json::{Value, json};

/// The document, its schemas made strict: a member that it does not name is a mistake of the document.
fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        let mut document: Value =
            serde_saphyr::from_str(include_str!("../../docs/openapi.yaml")).unwrap();
        let schemas = document["components"]["schemas"].as_object_mut().unwrap();
        schemas.values_mut().for_each(close);
        document
    })
}

fn close(schema: &mut Value) {
    let Value::Object(members) = schema else {
        return;
    };
    if members.contains_key("properties") {
        members.insert("additionalProperties".to_owned(), false.into());
    }
    members.values_mut().for_each(close);
}

/// Follows `$ref` within the document.
fn resolved(value: &Value) -> &Value {
    match value["$ref"].as_str() {
        Some(pointer) => document()
            .pointer(pointer.trim_start_matches('#'))
            .unwrap_or_else(|| panic!("{pointer} leads nowhere")),
        None => value,
    }
}

#[track_caller]
fn conforms(what: &str, schema: &Value, value: &Value) {
    let mut whole = schema.clone();
    whole["components"] = document()["components"].clone();
    let validator: Validator = jsonschema::draft202012::new(&whole).unwrap();
    let mistakes: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{} at {}", error, error.instance_path()))
        .collect();
    assert!(mistakes.is_empty(), "{what}: {mistakes:#?}\n{value:#}");
}

/// What was asked is what the document allows to ask.
#[track_caller]
pub fn asked(path: &str, body: &Value) {
    let operation = &document()["paths"][path]["post"];
    let content = resolved(&operation["requestBody"])["content"].as_object();
    let schema = &content.unwrap()["application/json"]["schema"];
    conforms(path, schema, body);
}

/// The answer is one that the document promises: its status, its type, its members.
#[track_caller]
pub fn answered(method: &str, path: &str, status: StatusCode, kind: &str, body: &Value) {
    let what = format!("{method} {path}: {status}");
    let operation = &document()["paths"][path][method.to_lowercase()];
    let promised = resolved(&operation["responses"][status.as_str()]);
    let schema = &promised["content"][kind]["schema"];
    assert_ne!(*schema, Value::Null, "{what}: {kind} is not promised");
    conforms(&what, schema, body);
    let described = json!({ "$ref": "#/components/schemas/Step" });
    if let Some(step) = body.get("step") {
        conforms(&what, &described, step);
    }
}
