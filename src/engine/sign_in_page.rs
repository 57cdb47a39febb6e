//! `/signin`: the org's own sign-in page, where `authorize` takes a browser (RFC 6749 §4.1). Behind it is the engine that
//! every client meets; the page shows its steps as plain forms, and ends with a redirect to the client.

mod draw;

use std::sync::Arc;

use http::{Method, StatusCode, header};
use serde_json::{Value, json};
use url::Url;

use super::{
    call::Call,
    form::Form,
    idx, inbox,
    org::Org,
    reply::{ION, Reply},
};

/// Where it is.
pub(crate) const PATH: &str = "/signin";

/// Where the sign-in of this interaction goes on.
pub(crate) fn address(call: &Call, handle: &str) -> String {
    format!("{}{PATH}?request={handle}", call.host)
}

/// Shows a step, or answers one; `None` for any other method.
pub(crate) async fn serve(org: &Arc<Org>, call: &Call) -> Option<Reply> {
    match call.method {
        Method::GET => {
            let handle = call.query_field("request").unwrap_or_default();
            let document = look(org, call, &handle).await;
            Some(page(org, &handle, &document))
        }
        Method::POST => Some(posted(org, call).await),
        _ => None,
    }
}

async fn posted(org: &Arc<Org>, call: &Call) -> Reply {
    let posted = match Form::of_page(call) {
        Ok(posted) => posted,
        Err(refusal) => return refusal,
    };
    let handle = posted.field("request").unwrap_or_default();
    if posted.field("cancel").is_some() {
        return leave(org, handle, &[("error", "access_denied")]);
    }
    let due = look(org, call, handle).await;
    let number = posted.field("form").and_then(|text| text.parse().ok());
    let form = number.and_then(|number: usize| draw::forms(&due).nth(number));
    let Some((form, path)) = form.and_then(|form| Some((form, path_of(form)?))) else {
        return page(org, handle, &due);
    };
    let body = draw::answer(form, &posted);
    let document = ask(org, call, path, &body).await;
    page(org, handle, &document)
}

/// The step that is due.
async fn look(org: &Arc<Org>, call: &Call, handle: &str) -> Value {
    ask(
        org,
        call,
        "introspect",
        &json!({ "interactionHandle": handle }),
    )
    .await
}

/// A call of the page's own to the engine.
async fn ask(org: &Arc<Org>, call: &Call, path: &str, body: &Value) -> Value {
    let mut headers = call.headers.clone();
    headers.insert(header::CONTENT_TYPE, http::HeaderValue::from_static(ION));
    let call = Call {
        method: Method::POST,
        path: format!("/idp/idx/{path}"),
        query: None,
        headers,
        body: body.to_string().into(),
        peer: call.peer,
        host: call.host.clone(),
        flaws: Vec::new(),
    };
    let reply = idx::serve(org, path, &call).await;
    serde_json::from_slice(&reply.body).unwrap_or_default()
}

fn path_of(form: &Value) -> Option<&str> {
    let (_, path) = form.get("href")?.as_str()?.split_once("/idp/idx/")?;
    Some(path)
}

/// The step as a page, or the way back to the client with the code.
fn page(org: &Org, handle: &str, document: &Value) -> Reply {
    if let Some(code) = draw::code(document) {
        return leave(org, handle, &[("code", code)]);
    }
    let body = draw::body(handle, document);
    Reply::html(StatusCode::OK, inbox::document("Sign in", &body))
}

/// To the client's redirect URI (RFC 6749 §4.1.2, RFC 9207).
fn leave(org: &Org, handle: &str, parameters: &[(&str, &str)]) -> Reply {
    let state = org.state();
    let transaction = state.transactions.look(handle);
    let target = transaction.and_then(|transaction| {
        let request = &transaction.request;
        let mut target = Url::parse(&request.redirect_uri).ok()?;
        target
            .query_pairs_mut()
            .extend_pairs(parameters)
            .append_pair("state", &request.state)
            .append_pair("iss", &org.issuer(request.server));
        Some(target)
    });
    target.map_or_else(
        || {
            let text = "<article><p>Nobody waits for this any more. Go back and begin again.</p></article>";
            Reply::html(StatusCode::GONE, inbox::document("Too late", text))
        },
        |target| Reply::see_other(target.as_str()),
    )
}
