use serde_json::{Value, json};

use super::*;
use crate::login::step::StepOptions;

/// Whom an answer to a form of these fields is charged to, where the last one was about Ada.
fn charged(name: &str, fields: &Value, posted: &[(&str, &str)]) -> Option<String> {
    let raw = json!({
        "user": {"type": "object", "value": {"identifier": "ada@example.com"}},
        "remediation": {"value": [
            {"name": name, "href": "https://a/idp/idx/x", "method": "POST", "value": fields}
        ]}
    });
    let document = Document::parse(raw.to_string().as_bytes()).unwrap();
    assert_eq!(document.user_identifier(), Some("ada@example.com"));
    let step = Step::of(&document, &StepOptions::default());
    let posted: Vec<(String, String)> = posted
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    account(&document, &step, &posted).map(str::to_owned)
}

#[test]
fn a_guess_is_charged_to_the_name_that_is_typed_beside_it() {
    let fields = json!([
        {"name": "identifier", "required": true},
        {"name": "credentials", "form": {"value": [{"name": "passcode", "secret": true}]}}
    ]);
    let typed = [("f0", "grace@example.com"), ("f1", "guess")];
    assert_eq!(
        charged("identify", &fields, &typed).as_deref(),
        Some("grace@example.com")
    );
    assert_eq!(
        charged("identify", &fields, &[("f0", " "), ("f1", "guess")]).as_deref(),
        Some("ada@example.com")
    );
}

#[test]
fn a_guess_is_charged_to_the_name_that_the_engine_knows_where_none_is_asked_for() {
    let passcode =
        json!({"name": "credentials", "form": {"value": [{"name": "passcode", "secret": true}]}});
    // A name that is only told is not the browser's to say.
    let told = json!([
        {"name": "identifier", "value": "ada@example.com", "mutable": false},
        passcode
    ]);
    for (name, fields) in [
        ("challenge-authenticator", json!([passcode])),
        ("identify", told),
    ] {
        let posted = [("f0", "grace@example.com"), ("f1", "guess")];
        assert_eq!(
            charged(name, &fields, &posted).as_deref(),
            Some("ada@example.com"),
            "{name}"
        );
    }
}
