//! `POST {base}/v1/revoke` (RFC 7009): always 200, also for what nobody knows.

use http::StatusCode;

use super::{clients, invalid_request};
use crate::engine::{call::Call, form::Form, org::Org, reply::Reply};

pub(super) fn answer(org: &Org, call: &Call, form: &Form) -> Result<Reply, Reply> {
    let client = clients::authenticate(org, call, form)?.client;
    let token = form
        .field("token")
        .ok_or_else(|| invalid_request("The 'token' parameter is missing."))?;
    let mut state = org.state();
    let refresh = state.grants.refresh(token).map(|record| record.grant);
    let issued = state.grants.issued(token).map(|record| record.grant);
    let ours = refresh
        .or(issued)
        .and_then(|grant| state.grants.standing(grant))
        .is_some_and(|grant| grant.identity.client_id == client.id);
    match refresh {
        _ if !ours => {}
        // A refresh token takes the access tokens of its grant with it.
        Some(grant) => state.grants.revoke(grant),
        None => state.grants.revoke_issued(token),
    }
    Ok(Reply::empty(StatusCode::OK))
}
