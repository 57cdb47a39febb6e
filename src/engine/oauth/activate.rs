//! `/activate`: where somebody connects a device with nothing but a browser (RFC 8628 §3.3).
//!
//! A real org signs people in here. Everybody's password being known, this page only asks who it is; who wants to see the
//! whole flow signs in at a client with `device_activation`.

use std::fmt::Write as _;

use http::{Method, StatusCode};

use super::grants::Identity;
use crate::engine::{
    call::Call,
    form::Form,
    inbox::{document, escape},
    org::{Org, Server},
    reply::Reply,
};

/// Serves it; `None` for any other method.
pub(crate) fn serve(org: &Org, call: &Call) -> Option<Reply> {
    match call.method {
        Method::GET => {
            let code = call.query_field("user_code").unwrap_or_default();
            Some(page(&question(org, &code)))
        }
        Method::POST => Some(posted(org, call)),
        _ => None,
    }
}

fn page(body: &str) -> Reply {
    Reply::html(StatusCode::OK, document("Connect a device", body))
}

fn question(org: &Org, code: &str) -> String {
    let mut people = String::new();
    let state = org.state();
    for person in state
        .people
        .all()
        .filter(|person| !person.inactive && !person.locked)
    {
        let _ = write!(people, "<option>{}</option>", escape(&person.login));
    }
    format!(
        "<article><form method=post><p><label>Code on the device <input name=user_code value=\"{}\" autocomplete=off></label></p>\
<p><label>You are <select name=login>{people}</select></label></p>\
<p><button name=answer value=allow>Allow</button> <button name=answer value=deny>Deny</button></p></form></article>",
        escape(code),
    )
}

fn posted(org: &Org, call: &Call) -> Reply {
    let form = match Form::of_page(call) {
        Ok(form) => form,
        Err(refusal) => return refusal,
    };
    let field = |name: &str| form.field(name).unwrap_or_default();
    let now = org.now();
    let mut state = org.state();
    let code = state.grants.devices.pending(field("user_code"), now);
    let person = state
        .people
        .by_login(field("login"))
        .map(|person| person.id.clone());
    let Some((code, person)) = code.zip(person) else {
        drop(state);
        return page(&format!(
            "<p>Invalid code. Try again.</p>{}",
            question(org, field("user_code"))
        ));
    };
    if field("answer") != "allow" {
        state.grants.devices.deny(&code);
        return page("<article><p>The device gets nothing.</p></article>");
    }
    let identity = Identity {
        person,
        client_id: String::new(),
        server: Server::Custom,
        scopes: std::collections::BTreeSet::new(),
        nonce: None,
        auth_time: now,
        amr: vec!["pwd"],
        acr: "urn:okta:loa:1fa:any".to_owned(),
        acr_asked: false,
    };
    state.grants.devices.allow(&code, &identity);
    page("<article><p>Done. Follow the instructions on your device.</p></article>")
}
