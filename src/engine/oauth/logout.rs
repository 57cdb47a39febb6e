//! `GET {base}/v1/logout` (OpenID Connect RP-Initiated Logout): a mistake shows a page and redirects nowhere.

use http::StatusCode;
use url::Url;

use super::{grants::IssuedKind, interact::registered};
use crate::engine::{call::Call, inbox, org::Org, reply::Reply};

pub(super) fn answer(org: &Org, call: &Call) -> Result<Reply, Reply> {
    let hint = call.query_field("id_token_hint");
    let state = org.state();
    let record = hint
        .as_deref()
        .and_then(|hint| state.grants.issued(hint))
        .filter(|record| record.kind == IssuedKind::IdToken)
        .ok_or_else(|| {
            mistake("The parameter id_token_hint is missing or is no ID token of this server.")
        })?;
    let client = record
        .claims
        .get("aud")
        .and_then(|aud| aud.as_str())
        .and_then(|id| org.client(id))
        .ok_or_else(|| mistake("The ID token belongs to no client."))?;
    let Some(target) = call.query_field("post_logout_redirect_uri") else {
        let page = inbox::document("Signed out", "<p>You are signed out.</p>");
        return Ok(Reply::html(StatusCode::OK, page));
    };
    if !registered(client, &target) {
        return Err(mistake("The post_logout_redirect_uri is not registered."));
    }
    let mut target =
        Url::parse(&target).map_err(|_| mistake("The post_logout_redirect_uri is no URL."))?;
    if let Some(state) = call.query_field("state") {
        target.query_pairs_mut().append_pair("state", &state);
    }
    Ok(Reply::redirect(target.as_str()))
}

fn mistake(text: &str) -> Reply {
    let body = format!("<p>{}</p>", inbox::escape(text));
    Reply::html(
        StatusCode::BAD_REQUEST,
        inbox::document("Sign-out failed", &body),
    )
}
