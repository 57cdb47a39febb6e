//! `POST {base}/v1/par`: an authorization request is pushed before the browser is sent (RFC 9126).

use http::StatusCode;
use serde_json::json;

use super::{clients, interact::registered, invalid_request};
use crate::engine::{call::Call, form::Form, idp::Pushed, org::Org, reply::Reply};

/// How long it waits.
const LIFE: u64 = 3600;

pub(super) fn answer(org: &Org, call: &Call, form: &Form) -> Result<Reply, Reply> {
    let client = clients::authenticate(org, call, form)?.client;
    if form.field("request_uri").is_some() {
        return Err(invalid_request(
            "The 'request_uri' parameter must not be pushed.",
        ));
    }
    let redirect_uri = form
        .field("redirect_uri")
        .filter(|uri| registered(client, uri))
        .ok_or_else(|| {
            invalid_request(
                "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings.",
            )
        })?;
    let state = form.field("state").ok_or_else(|| {
        invalid_request("The authentication request has an invalid 'state' parameter.")
    })?;
    let pushed = Pushed {
        client_id: client.id.clone(),
        redirect_uri: redirect_uri.to_owned(),
        state: state.to_owned(),
        expires_at: org.now() + LIFE,
    };
    let uri = org.state().idp.push(org, pushed);
    Ok(Reply::json(
        StatusCode::CREATED,
        &json!({"request_uri": uri, "expires_in": LIFE}),
    ))
}
