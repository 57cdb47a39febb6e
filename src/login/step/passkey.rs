//! The options of a passkey ceremony, cut down to what a browser is to be given (ui-guide section 8).

use serde_json::{Map, Value, json};

use crate::idx::ion::Document;

/// The options, where the document holds some.
pub(super) fn options(document: &Document) -> Option<Value> {
    let members = [
        "currentAuthenticatorEnrollment",
        "currentAuthenticator",
        "enrollmentAuthenticator",
    ];
    let about = members
        .iter()
        .filter_map(|member| document.authenticator_at(member));
    for about in about {
        if let Some(data) = about.context("challengeData").and_then(Value::as_object) {
            let mut options = only(
                data,
                &["challenge", "rpId", "userVerification", "hints", "timeout"],
            );
            options.insert("allowCredentials".to_owned(), credentials(document));
            return Some(Value::Object(options));
        }
        if let Some(data) = about.context("activationData").and_then(Value::as_object) {
            return Some(creation(document, data));
        }
    }
    let data = document
        .object("webauthnAutofillUIChallenge")?
        .get("challengeData")?
        .as_object()?;
    Some(Value::Object(only(
        data,
        &["challenge", "rpId", "userVerification", "hints", "timeout"],
    )))
}

fn creation(document: &Document, data: &Map<String, Value>) -> Value {
    let known = [
        "challenge",
        "rp",
        "user",
        "pubKeyCredParams",
        "attestation",
        "authenticatorSelection",
        "hints",
        "timeout",
    ];
    let mut options = only(data, &known);
    let resident = data
        .get("authenticatorSelection")
        .and_then(|selection| selection.get("requireResidentKey"));
    let exclude = if resident.and_then(Value::as_bool) == Some(true) {
        json!([])
    } else {
        credentials(document)
    };
    options.insert("excludeCredentials".to_owned(), exclude);
    Value::Object(options)
}

fn only(data: &Map<String, Value>, keys: &[&str]) -> Map<String, Value> {
    data.iter()
        .filter(|(key, _)| keys.contains(&key.as_str()))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

fn credentials(document: &Document) -> Value {
    let enrolled = document
        .enrolled()
        .filter(|enrolment| enrolment.key() == Some("webauthn"));
    let list: Vec<Value> = enrolled
        .filter_map(|enrolment| {
            let id = enrolment.text("credentialId")?;
            let transports = enrolment
                .member("transports")
                .or_else(|| enrolment.member("profile")?.get("transports"));
            let transports: Vec<&str> = match transports {
                Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
                Some(Value::String(list)) => list
                    .split(',')
                    .map(str::trim)
                    .filter(|name| !name.is_empty())
                    .collect(),
                _ => Vec::new(),
            };
            Some(json!({ "id": id, "transports": transports }))
        })
        .collect();
    Value::Array(list)
}
