use std::{collections::BTreeMap, time::Duration};

use serde_json::Value;

use crate::{
    config::{key::Key, raw::Require, reader::Reader},
    route::Requirements,
};

/// What a `require` table asks.
pub(super) fn read(require: &Require, key: &Key, reader: &Reader<'_>) -> Option<Requirements> {
    let scopes = super::authorization_server::scopes(&key.name("scopes"), &require.scopes, reader);
    let groups = reader.words(&key.name("groups"), &require.groups);
    let certificates_key = key.name("client_certificates");
    let client_certificates = reader.words(&certificates_key, &require.client_certificates);
    for (name, list) in [
        ("scopes", &require.scopes),
        ("groups", &require.groups),
        ("client_certificates", &require.client_certificates),
    ] {
        let key = key.name(name);
        if list.is_empty() && reader.given(&key) {
            reader.wrong(
                &key,
                "is an empty list, which asks nothing; fill it or remove the key",
            );
        }
    }
    let claims = claims(&require.claims, &key.name("claims"), reader);
    let acr_key = key.name("acr");
    let acr = match &require.acr {
        Some(_) => acr(require, &acr_key, reader).map(Some),
        None => Some(None),
    };
    let max_age = match &require.max_age {
        Some(text) => reader
            .duration(
                &key.name("max_age"),
                text,
                Duration::from_secs(1)..=Duration::from_hours(24 * 365),
            )
            .map(Some),
        None => Some(None),
    };
    Some(Requirements {
        scopes: scopes?,
        groups: groups?,
        claims: claims?,
        acr: acr?,
        max_age: max_age?,
        client_certificates: client_certificates?,
    })
}

/// It is quoted in challenges and sent as `acr_values`.
fn acr(require: &Require, key: &Key, reader: &Reader<'_>) -> Option<String> {
    let text = reader.optional(key, require.acr.as_ref())?;
    let allowed =
        |octet: u8| octet == b' ' || octet.is_ascii_graphic() && octet != b'"' && octet != b'\\';
    if !text.bytes().all(allowed) {
        reader.wrong(
            key,
            "is no assurance; write one such as \"urn:okta:loa:2fa:any\", without quotes in it",
        );
        return None;
    }
    Some(text)
}

fn claims(
    claims: &BTreeMap<String, Value>,
    key: &Key,
    reader: &Reader<'_>,
) -> Option<BTreeMap<String, Vec<Value>>> {
    let mut all = BTreeMap::new();
    let mut fine = true;
    for (name, value) in claims {
        let key = key.name(name);
        let values = match value {
            Value::Array(values) => values.clone(),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Object(_) => {
                vec![value.clone()]
            }
        };
        if values.is_empty() {
            reader.wrong(
                &key,
                "is an empty list, which nobody could meet; name a value",
            );
            fine = false;
        }
        for value in &values {
            let says = match value {
                Value::String(text) if text.is_empty() => {
                    "is empty; name the value that the claim must have"
                }
                Value::Array(_) | Value::Object(_) | Value::Null => {
                    "must be text, a number, true or false, or a list of these"
                }
                Value::String(_) | Value::Number(_) | Value::Bool(_) => continue,
            };
            reader.wrong(&key, says);
            fine = false;
        }
        all.insert(name.clone(), values);
    }
    fine.then_some(all)
}
