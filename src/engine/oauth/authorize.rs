//! `GET {base}/v1/authorize`: where a pushed request takes a browser to an identity provider; whoever asks for anything
//! else is told by redirect that clients of this grant have no business here.

use http::StatusCode;
use url::Url;

use super::interact::registered;
use crate::engine::{call::Call, idp, inbox, org::Org, reply::Reply};

pub(super) fn answer(org: &Org, call: &Call) -> Result<Reply, Reply> {
    let client = call
        .query_field("client_id")
        .and_then(|id| org.client(&id).cloned())
        .ok_or_else(|| mistake("Invalid value for 'client_id' parameter."))?;
    if let Some(uri) = call.query_field("request_uri") {
        return pushed(org, call, &client.id, &uri);
    }
    let target = call
        .query_field("redirect_uri")
        .filter(|uri| registered(&client, uri))
        .and_then(|uri| Url::parse(&uri).ok());
    let target = target.ok_or_else(|| {
        mistake(
            "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings.",
        )
    })?;
    Ok(interaction_required(
        target,
        call.query_field("state").as_deref(),
    ))
}

/// A request that was pushed: by us, for an identity provider, or by the client itself.
fn pushed(org: &Org, call: &Call, client_id: &str, uri: &str) -> Result<Reply, Reply> {
    let unknown = || mistake("The 'request_uri' is invalid or has expired.");
    let now = org.now();
    let mut state = org.state();
    if let Some((name, provider)) = idp::parse(uri) {
        let transaction = state
            .idp
            .request(name, now)
            .and_then(|id| state.transactions.look(id))
            .filter(|transaction| {
                transaction.request.client_id == client_id && transaction.expires_at > now
            });
        let provider = idp::provider(org, provider).filter(|_| transaction.is_some());
        let provider = provider.ok_or_else(unknown)?;
        let target = format!("{}/sso/idps/{}?state={name}", call.host, provider.id);
        return Ok(Reply::redirect(&target));
    }
    let pushed = state
        .idp
        .take_pushed(uri, now)
        .filter(|pushed| pushed.client_id == client_id)
        .ok_or_else(unknown)?;
    let target = Url::parse(&pushed.redirect_uri).map_err(|_| unknown())?;
    Ok(interaction_required(target, Some(&pushed.state)))
}

/// Clients of this grant have no business here.
fn interaction_required(mut target: Url, state: Option<&str>) -> Reply {
    target
        .query_pairs_mut()
        .append_pair("error", "interaction_required")
        .append_pair(
            "error_description",
            "The client is configured to use the interaction code flow and user interaction is required to complete \
             the request.",
        )
        .extend_pairs(state.map(|state| ("state", state)));
    Reply::redirect(target.as_str())
}

fn mistake(text: &str) -> Reply {
    let body = format!("<p>{}</p>", inbox::escape(text));
    Reply::html(
        StatusCode::BAD_REQUEST,
        inbox::document("400 Bad Request", &body),
    )
}
