//! `GET /email/verify/{app}?token=`: where the link in a mail leads (protocol reference 5.7).

use http::StatusCode;
use serde_json::{Value, json};
use url::Url;

use super::{transaction::Start, work::Worked};
use crate::engine::{call::Call, form::Form, inbox, org::Org, reply::Reply};

/// Sends the browser to the app with code and state; where the app has no place for that, shows the code.
pub(crate) fn follow(org: &Org, call: &Call) -> Reply {
    let mut state = org.state();
    let link = call
        .query_field("token")
        .and_then(|token| state.transactions.link(&token).cloned());
    let Some((id, code, expires_at)) = link else {
        return page("This link is not valid", "Go back and ask for a new one.");
    };
    let transaction = state.transactions.look(&id);
    let Some(transaction) = transaction.filter(|_| expires_at > org.now()) else {
        return page("This link has expired", "Go back and ask for a new one.");
    };
    if org.settings.org.email_consent {
        let request = transaction.request.clone();
        let link = state
            .transactions
            .begin(org, request, Start::EmailLink(id), 0);
        drop(state);
        return consent(org, call, &link);
    }
    let callback = org
        .client(&transaction.request.client_id)
        .and_then(|client| client.email_callback.as_deref())
        .unwrap_or(&transaction.request.redirect_uri);
    let Ok(mut target) = Url::parse(callback) else {
        let text = format!(
            "Enter this code where you began to sign in: {}",
            code.expose()
        );
        return page("Your code", &text);
    };
    target
        .query_pairs_mut()
        .append_pair("otp", code.expose())
        .append_pair("state", &transaction.request.state);
    Reply::redirect(target.as_str())
}

/// "Was it you?", at a page of the engine's own; `introspect` of the token in it says the same.
fn consent(org: &Org, call: &Call, transaction: &str) -> Reply {
    let body = json!({ "interactionHandle": transaction });
    let document = read(org, call, "introspect", &body);
    let token = document.get("stateHandle").and_then(Value::as_str);
    let body = format!(
        "<article><h2>Did you just try to sign in?</h2><form method=post>\
<input type=hidden name=stateToken value=\"{}\"><p><button name=consent value=yes>Yes, it's me</button> \
<button name=consent value=no>No, it's not me</button></p></form></article>",
        inbox::escape(token.unwrap_or_default()),
    );
    Reply::html(StatusCode::OK, inbox::document("Sign in", &body))
}

/// The answer to that page.
pub(crate) fn answer(org: &Org, call: &Call) -> Reply {
    let form = match Form::of_page(call) {
        Ok(form) => form,
        Err(refusal) => return refusal,
    };
    let body = json!({
        "stateHandle": form.field("stateToken"), "consent": form.field("consent") == Some("yes"),
    });
    let document = read(org, call, "consent", &body);
    let text = document.pointer("/messages/value/0/message");
    page("Sign in", text.and_then(Value::as_str).unwrap_or_default())
}

fn read(org: &Org, call: &Call, path: &str, body: &Value) -> Value {
    let Value::Object(body) = body else {
        return Value::Null;
    };
    let reply = super::carry_out(org, path, call, body, Worked::default());
    serde_json::from_slice(&reply.body).unwrap_or_default()
}

fn page(title: &str, text: &str) -> Reply {
    let body = format!("<p>{}</p>", inbox::escape(text));
    Reply::html(StatusCode::OK, inbox::document(title, &body))
}
