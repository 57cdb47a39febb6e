//! What becomes of somebody with given claims.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::{
    authenticate::{Credential, Person, Principal},
    authorize::{Verdict, judge},
    clock::Clock,
    route::{Access, Route},
    secret::Secret,
};

/// One sentence.
pub(super) fn of(route: &Route, claims: &Map<String, Value>, clock: &dyn Clock) -> String {
    if route.access == Access::Public {
        return "forwarded: nobody is asked".to_owned();
    }
    let principal = principal(route, claims);
    match judge(&principal, &route.require, clock) {
        Verdict::Suffices => "forwarded".to_owned(),
        Verdict::Lacks(rule) => format!("403: {rule}"),
        Verdict::StepUp => {
            "asked to sign in again, more strongly (401 for an API): acr or auth_time does not suffice".to_owned()
        }
    }
}

fn principal(route: &Route, claims: &Map<String, Value>) -> Principal {
    let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
    let bearer = route.access == Access::Token;
    let subject = if bearer {
        text("uid").or_else(|| text("sub"))
    } else {
        text("sub")
    };
    let person = Person {
        credential: if bearer {
            Credential::Bearer
        } else {
            Credential::Session
        },
        subject: subject.unwrap_or_default(),
        scopes: scopes(claims).into(),
        acr: text("acr"),
        auth_time: claims.get("auth_time").and_then(Value::as_u64),
        claims: Arc::new(claims.clone().into()),
        access_token: Secret::default(),
    };
    person.into()
}

/// `scp`, a list, or `scope`, words.
fn scopes(claims: &Map<String, Value>) -> Vec<String> {
    match claims.get("scp").or_else(|| claims.get("scope")) {
        Some(Value::Array(list)) => list
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        Some(Value::String(words)) => words.split_whitespace().map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}
