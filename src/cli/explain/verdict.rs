//! What becomes of somebody with given claims.

use serde_json::{Map, Value};

use crate::{
    authenticate::{Credential, Principal},
    clock::Clock,
    route::{Access, Requirements, Route},
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
        Verdict::Lacks(what) => format!("403: {what}"),
        Verdict::StepUp(what) => {
            format!("asked to sign in again, more strongly (401 for an API): {what}")
        }
    }
}

enum Verdict {
    Lacks(String),
    StepUp(String),
    Suffices,
}

fn principal(route: &Route, claims: &Map<String, Value>) -> Principal {
    let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
    let bearer = route.access == Access::Token;
    let subject = if bearer {
        text("uid").or_else(|| text("sub"))
    } else {
        text("sub")
    };
    Principal {
        key: [0; 16],
        credential: if bearer {
            Credential::Bearer
        } else {
            Credential::Session
        },
        subject: subject.unwrap_or_default(),
        scopes: scopes(claims),
        acr: text("acr"),
        auth_time: claims.get("auth_time").and_then(Value::as_u64),
        claims: claims.clone(),
        access_token: Secret::default(),
    }
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

fn judge(principal: &Principal, require: &Requirements, clock: &dyn Clock) -> Verdict {
    if let Some(scope) = require
        .scopes
        .iter()
        .find(|scope| !principal.scopes.contains(scope))
    {
        return Verdict::Lacks(format!("scope `{scope}` is missing"));
    }
    let groups = principal.groups();
    if !require.groups.is_empty()
        && !require
            .groups
            .iter()
            .any(|group| groups.contains(&group.as_str()))
    {
        return Verdict::Lacks("in none of the required groups".to_owned());
    }
    for (claim, accepted) in &require.claims {
        let shows = match principal.claims.get(claim) {
            Some(Value::Array(items)) => items.iter().any(|item| accepted.contains(item)),
            Some(single) => accepted.contains(single),
            None => false,
        };
        if !shows {
            return Verdict::Lacks(format!("claim `{claim}` has none of the required values"));
        }
    }
    if let Some(required) = &require.acr
        && principal.acr.as_ref() != Some(required)
    {
        return Verdict::StepUp(format!("`acr` is not {required}"));
    }
    let fresh = |max_age: std::time::Duration| {
        principal
            .auth_time
            .is_some_and(|at| clock.unix().saturating_sub(at) <= max_age.as_secs())
    };
    if require.max_age.is_some_and(|max_age| !fresh(max_age)) {
        return Verdict::StepUp("`auth_time` is missing or too long ago".to_owned());
    }
    Verdict::Suffices
}
