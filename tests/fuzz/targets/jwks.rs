//! Whatever an issuer publishes, a token is taken only by the one key of its `kid`.
//!
//! The input is the key set; `{X}` and `{Y}` stand for the coordinates of the key that signs.

use serde_json::Value;

use super::issuer::{Issuer, head};

pub(crate) fn run(input: &[u8]) {
    let issuer = Issuer::at_hand();
    let (x, y) = issuer.coordinates();
    let published = String::from_utf8_lossy(input)
        .replace("{X}", &x)
        .replace("{Y}", &y);
    let token = issuer.sign(&head().to_string(), &issuer.access().to_string());
    let accepted = issuer.accepts(&token, published.as_bytes());
    let keys = match serde_json::from_str::<Value>(&published) {
        Ok(Value::Object(set)) => set
            .get("keys")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default(),
        _ => Vec::new(),
    };
    let named: Vec<_> = keys.iter().filter(|key| key["kid"] == "k1").collect();
    if accepted {
        assert_eq!(named.len(), 1, "exactly one key is meant: {published}");
        assert!(fits(named[0], &x, &y), "another key verified: {published}");
    } else if let [only] = named.as_slice() {
        let is_plain =
            is_plain(only) && keys.len() <= 100 && published.matches("\"keys\"").count() == 1;
        assert!(
            !(is_plain && fits(only, &x, &y)),
            "the key is there: {published}"
        );
    }
}

/// Whether this is the key that signed, meant for that.
fn fits(key: &Value, x: &str, y: &str) -> bool {
    let may = |name: &str, value: &str| {
        key.get(name)
            .is_none_or(|given| given.is_null() || given == value)
    };
    key["kty"] == "EC"
        && key["crv"] == "P-256"
        && key["x"] == x
        && key["y"] == y
        && may("alg", "ES256")
        && may("use", "sig")
        && key["key_ops"]
            .as_array()
            .is_none_or(|ops| ops.contains(&"verify".into()))
}

/// Whether no member is of a type that makes it no key at all.
fn is_plain(key: &Value) -> bool {
    let members = ["kty", "crv", "x", "y", "alg", "use", "kid"];
    key.as_object().is_some_and(|key| {
        key.iter()
            .all(|(name, value)| members.contains(&name.as_str()) && value.is_string())
    })
}
