//! `GET {base}/v1/authorize`: where a pushed request takes a browser to an identity provider, and a client of the
//! authorization code grant to the org's own sign-in page. Any other client is told by redirect to use `interact`.

use http::StatusCode;
use url::Url;

use super::interact::{self, registered};
use crate::engine::{
    call::Call,
    form::Form,
    idp,
    idx::Start,
    inbox,
    org::{Org, Server},
    reply::Reply,
    settings::{ClientSettings, GrantType},
    sign_in_page,
};

pub(super) fn answer(org: &Org, server: Server, call: &Call) -> Result<Reply, Reply> {
    let client = call
        .query_field("client_id")
        .and_then(|id| org.client(&id).cloned())
        .ok_or_else(|| mistake("Invalid value for 'client_id' parameter."))?;
    if let Some(uri) = call.query_field("request_uri") {
        return pushed(org, server, call, &client.id, &uri);
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
    let (state, issuer) = (call.query_field("state"), org.issuer(server));
    if !client.grants.contains(&GrantType::AuthorizationCode) {
        return Ok(interaction_required(target, state.as_deref(), &issuer));
    }
    let begun = begin(org, server, call, &client);
    Ok(begun.unwrap_or_else(|refusal| refused(target, &refusal, state.as_deref(), &issuer)))
}

/// To the org's own page, where the sign-in goes on.
fn begin(org: &Org, server: Server, call: &Call, client: &ClientSettings) -> Result<Reply, Reply> {
    let form = Form::parse(call.query.as_deref().unwrap_or_default().as_bytes())?;
    if form.field("response_type") != Some("code") {
        return Err(super::invalid_request(
            "The 'response_type' parameter must be 'code'.",
        ));
    }
    let request = interact::request(org, server, client, false, &form)?;
    let mut state = org.state();
    state.sweep(org.now_ms());
    let handle = state.transactions.begin(org, request, Start::SignIn, 0);
    Ok(Reply::redirect(&sign_in_page::address(call, &handle)))
}

/// An error of the token endpoint's shape, as a redirect (RFC 6749 §4.1.2.1).
fn refused(mut target: Url, refusal: &Reply, state: Option<&str>, issuer: &str) -> Reply {
    let said: serde_json::Value = serde_json::from_slice(&refusal.body).unwrap_or_default();
    let member = |name: &'static str| Some((name, said.get(name)?.as_str()?));
    target
        .query_pairs_mut()
        .extend_pairs(member("error"))
        .extend_pairs(member("error_description"))
        .extend_pairs(state.map(|state| ("state", state)))
        .append_pair("iss", issuer);
    Reply::redirect(target.as_str())
}

/// A request that was pushed: by us, for an identity provider, or by the client itself.
fn pushed(
    org: &Org,
    server: Server,
    call: &Call,
    client_id: &str,
    uri: &str,
) -> Result<Reply, Reply> {
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
    Ok(interaction_required(
        target,
        Some(&pushed.state),
        &org.issuer(server),
    ))
}

/// Clients of this grant have no business here.
fn interaction_required(mut target: Url, state: Option<&str>, issuer: &str) -> Reply {
    target
        .query_pairs_mut()
        .append_pair("error", "interaction_required")
        .append_pair(
            "error_description",
            "The client is configured to use the interaction code flow and user interaction is required to complete \
             the request.",
        )
        .append_pair("iss", issuer)
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
