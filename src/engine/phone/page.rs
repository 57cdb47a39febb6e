//! `/phone`: the telephone's screen.

use std::fmt::Write as _;

use http::{Method, StatusCode};
use serde_json::json;

use crate::engine::{
    call::Call,
    form::Form,
    inbox::{document, escape},
    org::Org,
    reply::Reply,
};

/// `/phone`, `/phone.json`, and `/phone/pair?token=` to where the link of an enrolment leads.
pub(crate) fn serve(org: &Org, path: &str, call: &Call) -> Option<Reply> {
    org.state().phone.tick(org.now());
    match (&call.method, path) {
        (&Method::GET, "/phone") => Some(page(StatusCode::OK, &screen(org))),
        (&Method::GET, "/phone.json") => {
            let state = org.state();
            let pushes: Vec<_> = state.phone.pending().collect();
            let pairings: Vec<_> = state
                .phone
                .open_pairings()
                .map(|(token, pairing)| json!({"token": token, "login": pairing.login}))
                .collect();
            Some(Reply::ok(
                &json!({"pushes": pushes, "enrollments": pairings}),
            ))
        }
        (&Method::GET, "/phone/pair") => {
            let token = call.query_field("token").unwrap_or_default();
            Some(page(
                StatusCode::OK,
                &pairing_form(&token, "this telephone"),
            ))
        }
        (&Method::POST, "/phone" | "/phone/pair") => Some(posted(org, path, call)),
        _ => None,
    }
}

fn posted(org: &Org, path: &str, call: &Call) -> Reply {
    let form = match Form::of_page(call) {
        Ok(form) => form,
        Err(refusal) => return refusal,
    };
    let field = |name: &str| form.field(name).unwrap_or_default();
    let mut state = org.state();
    let done = if path == "/phone/pair" {
        state.phone.paired(field("token"))
    } else {
        let number = field("number").parse().ok();
        let approve = field("answer") == "approve";
        state.phone.answer(field("id"), approve, number)
    };
    drop(state);
    if done {
        let text = "<article><p>Done. Go back to where you sign in.</p></article>";
        page(StatusCode::OK, &format!("{text}{}", screen(org)))
    } else {
        page(
            StatusCode::GONE,
            "<article><p>Nobody asks this any more.</p></article>",
        )
    }
}

fn page(status: StatusCode, body: &str) -> Reply {
    Reply::html(status, document("Phone", body))
}

fn screen(org: &Org) -> String {
    let state = org.state();
    let mut rows = String::new();
    for push in state.phone.pending() {
        let hidden = format!("<input type=hidden name=id value=\"{}\">", escape(&push.id));
        let _ = write!(
            rows,
            "<article><h2>Did you just try to sign in?</h2><p class=to>{} at {}</p>\
<form method=post action=\"/phone\">{hidden}{}</form>\
<form method=post action=\"/phone\">{hidden}<p><button name=answer value=reject>No, it's not me</button></p></form></article>",
            escape(&push.login),
            escape(&push.app),
            approvals(&push.numbers),
        );
    }
    for (token, pairing) in state.phone.open_pairings() {
        rows.push_str(&pairing_form(token, &pairing.login));
    }
    if rows.is_empty() {
        rows.push_str(
            "<p class=to>Nothing to answer. Reload when a sign-in asks for this telephone.</p>",
        );
    }
    rows
}

/// One button for each number, the whole form being sent with it.
fn approvals(numbers: &[u8]) -> String {
    if numbers.is_empty() {
        return "<p><button name=answer value=approve>Yes, it's me</button></p>".to_owned();
    }
    let mut buttons = "<input type=hidden name=answer value=approve><p>Choose the number that the sign-in page shows:</p><p>".to_owned();
    for number in numbers {
        let _ = write!(
            buttons,
            "<button name=number value={number}>{number}</button> "
        );
    }
    buttons.push_str("</p>");
    buttons
}

fn pairing_form(token: &str, whose: &str) -> String {
    format!(
        "<article><h2>Set up Okta Verify</h2><p class=to>{}</p><form method=post action=\"/phone/pair\">\
<input type=hidden name=token value=\"{}\"><p><button>Set up</button></p></form></article>",
        escape(whose),
        escape(token),
    )
}
