//! `GET {base}/v1/authorize`: clients of this grant have no business here, and are told so by redirect.

use http::StatusCode;
use url::Url;

use super::interact::registered;
use crate::engine::{call::Call, inbox, org::Org, reply::Reply};

pub(super) fn answer(org: &Org, call: &Call) -> Result<Reply, Reply> {
    let client = call
        .query_field("client_id")
        .and_then(|id| org.client(&id).cloned())
        .ok_or_else(|| mistake("Invalid value for 'client_id' parameter."))?;
    let target = call
        .query_field("redirect_uri")
        .filter(|uri| registered(&client, uri))
        .and_then(|uri| Url::parse(&uri).ok());
    let mut target = target.ok_or_else(|| {
        mistake(
            "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings.",
        )
    })?;
    target
        .query_pairs_mut()
        .append_pair("error", "interaction_required")
        .append_pair(
            "error_description",
            "The client is configured to use the interaction code flow and user interaction is required to complete \
             the request.",
        )
        .extend_pairs(call.query_field("state").map(|state| ("state", state)));
    Ok(Reply::redirect(target.as_str()))
}

fn mistake(text: &str) -> Reply {
    let body = format!("<p>{}</p>", inbox::escape(text));
    Reply::html(
        StatusCode::BAD_REQUEST,
        inbox::document("400 Bad Request", &body),
    )
}
