//! `POST {base}/v1/interact`: where every flow begins (protocol reference 1.5).

use std::collections::BTreeSet;

use http::StatusCode;
use serde_json::json;
use url::Url;

use super::{
    clients::{self, Authenticated},
    invalid_request,
};
use crate::{
    engine::{
        call::Call,
        form::Form,
        idx::{AuthorizeRequest, Start},
        org::{Org, Server},
        reply::Reply,
        settings::{ClientSettings, GrantType},
    },
    public_url::is_loopback,
};

const RESERVED: [&str; 8] = [
    "openid",
    "profile",
    "email",
    "address",
    "phone",
    "offline_access",
    "groups",
    "device_sso",
];

pub(super) fn answer(org: &Org, server: Server, call: &Call, form: &Form) -> Result<Reply, Reply> {
    let authenticated = clients::authenticate(org, call, form)?;
    enabled(org, server, authenticated.client)?;
    let allowance = {
        // A device names itself only where the client proves that it speaks for it.
        let device = call
            .header("x-device-token")
            .filter(|_| authenticated.is_confidential());
        let name = format!(
            "client/{}/{}/{}",
            authenticated.client.id,
            call.client_ip(&org.trusted_proxies),
            device.unwrap_or_default()
        );
        org.state()
            .limits
            .count(&name, org.settings.limits.client, org.now_ms())
    };
    if allowance.exceeded {
        return Err(allowance.mark(super::super::route::too_many(org)));
    }
    let start = start(org, &authenticated, call, form)?;
    let proven = authenticated.is_confidential();
    let request = AuthorizeRequest {
        grant: GrantType::InteractionCode,
        ..request(org, server, authenticated.client, proven, form)?
    };
    let mut state = org.state();
    state.sweep(org.now_ms());
    let waits = state.safe_mode_polls;
    let handle = state.transactions.begin(org, request, start, waits);
    Ok(allowance.mark(Reply::ok(&json!({ "interaction_handle": handle }))))
}

/// The three switches of protocol reference 0.3.
fn enabled(org: &Org, server: Server, client: &ClientSettings) -> Result<(), Reply> {
    if !org.settings.org.interaction_code {
        return Err(Reply::oauth_error(
            StatusCode::BAD_REQUEST,
            "access_denied",
            "The requested feature is not enabled in this environment.",
        ));
    }
    clients::require_grant(client, GrantType::InteractionCode)?;
    if server == Server::Custom && !org.settings.server.interaction_code {
        return Err(Reply::oauth_error(
            StatusCode::UNAUTHORIZED,
            "access_denied",
            "Policy evaluation failed for this request, please check the policy configurations.",
        ));
    }
    Ok(())
}

/// Reads an authorization request; `proven` says that the client authenticated itself with it.
pub(super) fn request(
    org: &Org,
    server: Server,
    client: &ClientSettings,
    proven: bool,
    form: &Form,
) -> Result<AuthorizeRequest, Reply> {
    let redirect_uri = redirect_uri(client, form.field("redirect_uri"))?;
    let challenge = form.field("code_challenge").ok_or_else(|| {
        invalid_request("PKCE code challenge is required when using the interaction code flow.")
    })?;
    if form.field("code_challenge_method") != Some("S256") {
        return Err(invalid_request(
            "The 'code_challenge_method' is invalid. The only supported value is 'S256'.",
        ));
    }
    if challenge.len() != 43 || !challenge.bytes().all(is_base64url) {
        return Err(invalid_request("The 'code_challenge' is invalid."));
    }
    let state = form.field("state").filter(|state| state.len() <= 1024);
    let state = state.ok_or_else(|| {
        invalid_request("The authentication request has an invalid 'state' parameter.")
    })?;
    let acr_values = form.field("acr_values").unwrap_or_default();
    if acr_values.contains("urn:okta:app:mfa:attestation") && !proven {
        return Err(invalid_request(
            "Client authentication is required to use 'urn:okta:app:mfa:attestation'.",
        ));
    }
    // Without a session every sign-in is fresh: a well-formed `max_age` is always met.
    form.field("max_age").map_or(Ok(()), max_age)?;
    Ok(AuthorizeRequest {
        grant: GrantType::AuthorizationCode,
        server,
        client_id: client.id.clone(),
        redirect_uri,
        scopes: scopes(org, server, form.field("scope"))?,
        code_challenge: challenge.to_owned(),
        state: state.to_owned(),
        nonce: form.field("nonce").map(str::to_owned),
        acr_values: acr_values.split_whitespace().map(str::to_owned).collect(),
        login_hint: form.field("login_hint").map(str::to_owned),
    })
}

/// Recovery and activation begin with a token; without one it is an ordinary sign-in.
fn start(
    org: &Org,
    authenticated: &Authenticated<'_>,
    call: &Call,
    form: &Form,
) -> Result<Start, Reply> {
    if call
        .header("x-device-token")
        .is_some_and(|token| token.len() > 32)
    {
        return Err(invalid_request(
            "The 'X-Device-Token' is invalid: at most 32 characters are allowed.",
        ));
    }
    if let Some(token) = form.field("activation_token") {
        if !authenticated.is_confidential() {
            return Err(invalid_request(
                "Only confidential clients can use the activation token flow",
            ));
        }
        return activation(org, token)
            .ok_or_else(|| invalid_request("The activation token is invalid"));
    }
    let Some(token) = form.field("recovery_token") else {
        return Ok(Start::SignIn);
    };
    org.state()
        .transactions
        .take_recovery_token(token, org.now())
        .map(Start::Recovery)
        .ok_or_else(|| invalid_request("The recovery token is invalid"))
}

/// An account that is active needs no token.
fn activation(org: &Org, token: &str) -> Option<Start> {
    let state = org.state();
    let (person, good) = state.transactions.activation_token(token, org.now())?;
    let inactive = state.people.by_id(&person)?.inactive;
    let start = if good {
        Start::Activation(person)
    } else {
        Start::ActivationExpired(person)
    };
    inactive.then_some(start)
}

fn redirect_uri(client: &ClientSettings, uri: Option<&str>) -> Result<String, Reply> {
    let illegal = || {
        invalid_request(
            "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings.",
        )
    };
    let uri = uri.ok_or_else(illegal)?;
    if registered(client, uri) {
        Ok(uri.to_owned())
    } else {
        Err(illegal())
    }
}

/// Whether a URI is one of the client's, or on a loopback host where those are.
pub(super) fn registered(client: &ClientSettings, uri: &str) -> bool {
    if client.redirect_uris.iter().any(|known| known == uri) {
        return true;
    }
    let Ok(url) = Url::parse(uri) else {
        return false;
    };
    let plain = matches!(url.scheme(), "http" | "https")
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    client.loopback_redirects && plain && url.host().is_some_and(|host| is_loopback(&host))
}

pub(super) fn scopes(
    org: &Org,
    server: Server,
    scope: Option<&str>,
) -> Result<BTreeSet<String>, Reply> {
    let invalid = |description: &str| {
        Reply::oauth_error(StatusCode::BAD_REQUEST, "invalid_scope", description)
    };
    let scope = scope.unwrap_or_default();
    if scope.len() > 4096 {
        return Err(invalid("The scope string is too long."));
    }
    let asked: BTreeSet<String> = scope.split_whitespace().map(str::to_owned).collect();
    if asked.is_empty() {
        return Err(invalid(
            "The authentication request must contain a non-empty 'scope' parameter.",
        ));
    }
    let known = |scope: &String| {
        RESERVED.contains(&scope.as_str())
            || server == Server::Custom && org.settings.server.scopes.contains(scope)
    };
    if !asked.iter().all(known) {
        return Err(invalid(
            "One or more scopes are not configured for the authorization server resource.",
        ));
    }
    Ok(asked)
}

fn max_age(text: &str) -> Result<(), Reply> {
    let largest = u64::from(i32::MAX.unsigned_abs());
    match text.parse::<u64>() {
        Ok(seconds) if seconds <= largest => Ok(()),
        Ok(_) | Err(_) => Err(invalid_request("The 'max_age' parameter is invalid.")),
    }
}

fn is_base64url(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || octet == b'-' || octet == b'_'
}
