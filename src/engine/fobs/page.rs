//! `/fobs`: what all of them show now.

use std::fmt::Write as _;

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::Fob;
use crate::engine::{
    call::Call,
    inbox::{document, escape},
    org::Org,
    reply::Reply,
};

/// Seconds from a code to the next.
const STEP: u64 = 30;

/// Serves `/fobs`, and `/fobs.json` for programs.
pub(crate) fn serve(org: &Org, path: &str, call: &Call) -> Option<Reply> {
    let reading = call.method == Method::GET;
    match path {
        "/fobs" if reading => Some(page(org)),
        "/fobs.json" if reading => {
            let all: Vec<Value> = all(org);
            Some(Reply::ok(&json!(all)))
        }
        _ => None,
    }
}

/// Somebody's first, then those in the drawer.
fn all(org: &Org) -> Vec<Value> {
    let state = org.state();
    let now = org.now();
    let owned = state.people.all().flat_map(|person| {
        let fobs = person.equipment.fobs.iter();
        fobs.map(|fob| (Some(person.login.as_str()), fob))
    });
    let spare = state.drawer.iter().map(|fob| (None, fob));
    owned
        .chain(spare)
        .map(|(owner, fob)| shown(owner, fob, now))
        .collect()
}

fn shown(owner: Option<&str>, fob: &Fob, now: u64) -> Value {
    json!({"kind": fob.kind.key(), "name": fob.kind.display_name(), "serial": fob.serial, "owner": owner,
        "code": fob.code(now), "next": fob.code(now + STEP)})
}

fn page(org: &Org) -> Reply {
    let mut rows = String::new();
    for fob in all(org) {
        let text = |name: &str| {
            let text = fob.get(name).and_then(Value::as_str);
            escape(text.unwrap_or_default())
        };
        let owner = text("owner");
        let whose = if owner.is_empty() {
            "in the drawer: nobody has set it up".to_owned()
        } else {
            owner
        };
        let _ = write!(
            rows,
            "<article><h2>{} {}</h2><p class=to>{whose}</p><p class=code><code>{}</code></p><p class=to>next: {}</p></article>",
            text("name"),
            text("serial"),
            text("code"),
            text("next"),
        );
    }
    Reply::html(StatusCode::OK, document("Fobs, cards and keys", &rows))
}
