//! `POST {base}/v1/introspect` (RFC 7662).

use serde_json::{Value, json};

use super::{clients, grants::IssuedKind, invalid_request};
use crate::engine::{
    call::Call,
    form::Form,
    org::{Org, Server, State},
    reply::Reply,
};

pub(super) fn answer(org: &Org, server: Server, call: &Call, form: &Form) -> Result<Reply, Reply> {
    let client = clients::authenticate(org, call, form)?.client;
    let token = form
        .field("token")
        .ok_or_else(|| invalid_request("The 'token' parameter is missing."))?;
    let state = org.state();
    let now = org.now();
    let shown = issued(&state, server, &client.id, token, now)
        .or_else(|| refresh(&state, server, &client.id, token, now))
        .unwrap_or_else(|| json!({"active": false}));
    Ok(Reply::ok(&shown))
}

fn issued(state: &State, server: Server, client: &str, token: &str, now: u64) -> Option<Value> {
    let record = state.grants.live(token, now)?;
    let identity = &state.grants.standing(record.grant)?.identity;
    // A custom server's access tokens are anybody's to ask about; everything else is its own client's.
    let ours = identity.client_id == client
        || record.kind == IssuedKind::AccessToken && identity.server == Server::Custom;
    if identity.server != server || !ours {
        return None;
    }
    let person = state.people.by_id(&identity.person)?;
    let mut shown = json!({
        "active": true, "client_id": identity.client_id, "username": person.login, "uid": person.id,
        "token_type": "Bearer", "scope": joined(&record.scopes),
    });
    let shown_claims = ["exp", "iat", "sub", "aud", "iss", "jti", "acr", "auth_time"];
    if let Some(shown) = shown.as_object_mut() {
        for name in shown_claims {
            if let Some(value) = record.claims.get(name) {
                shown.insert(name.to_owned(), value.clone());
            }
        }
        shown.insert("nbf".to_owned(), json!(record.claims.get("iat")));
    }
    Some(shown)
}

fn refresh(state: &State, server: Server, client: &str, token: &str, now: u64) -> Option<Value> {
    let record = state.grants.refresh(token)?;
    let identity = &state.grants.standing(record.grant)?.identity;
    if identity.client_id != client
        || identity.server != server
        || record.expires_at <= now
        || record.replaced.is_some()
    {
        return None;
    }
    let person = state.people.by_id(&identity.person)?;
    Some(json!({
        "active": true, "client_id": identity.client_id, "username": person.login, "uid": person.id,
        "sub": person.login, "exp": record.expires_at, "scope": joined(&identity.scopes), "token_type": "Bearer",
    }))
}

fn joined(scopes: &std::collections::BTreeSet<String>) -> String {
    let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
    scopes.join(" ")
}
