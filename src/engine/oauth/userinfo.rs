//! `GET` or `POST {base}/v1/userinfo`.

use http::{StatusCode, header};
use serde_json::Value;

use super::{claims, grants::IssuedKind};
use crate::engine::{
    call::Call,
    org::{Org, Server},
    reply::Reply,
};

pub(super) fn answer(org: &Org, server: Server, call: &Call) -> Result<Reply, Reply> {
    let token = call
        .header("authorization")
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or_else(|| {
            refused(
                StatusCode::UNAUTHORIZED,
                "invalid_request",
                "The access token is missing.",
            )
        })?;
    let state = org.state();
    let invalid = || {
        refused(
            StatusCode::UNAUTHORIZED,
            "invalid_token",
            "The access token is invalid.",
        )
    };
    let record = state
        .grants
        .live(token, org.now())
        .filter(|record| record.kind == IssuedKind::AccessToken)
        .ok_or_else(invalid)?;
    let grant = state.grants.standing(record.grant).ok_or_else(invalid)?;
    if grant.identity.server != server {
        return Err(invalid());
    }
    if !record.scopes.contains("openid") {
        return Err(refused(
            StatusCode::FORBIDDEN,
            "insufficient_scope",
            "The access token must provide access to at least one of these scopes - openid",
        ));
    }
    let identity = super::Identity {
        scopes: record.scopes.clone(),
        ..grant.identity.clone()
    };
    let person = state.people.by_id(&identity.person).ok_or_else(invalid)?;
    Ok(Reply::ok(&Value::Object(claims::profile(
        &identity, person,
    ))))
}

/// RFC 6750 §3: the reason is in the field, the body is empty.
fn refused(status: StatusCode, error: &str, description: &str) -> Reply {
    Reply::empty(status).with(
        header::WWW_AUTHENTICATE,
        &format!(
            "Bearer authorization_uri=\"/oauth2/v1/authorize\", realm=\"/oauth2/v1/userinfo\", scope=\"openid\", \
             error=\"{error}\", error_description=\"{description}\", resource=\"/oauth2/v1/userinfo\""
        ),
    )
}
