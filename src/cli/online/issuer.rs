use std::{error::Error, io, sync::Arc};

use bytes::Bytes;
use http::Request;
use serde_json::Value;

use super::Report;
use crate::{
    clock::SystemClock,
    config::Config,
    idx::{self, Browser, IdxError, InteractRequest},
    oauth::{self, CodeVerifier, OAuthError},
    outbound::Outbound,
    random::{SystemRandom, token},
};

/// Asks the authorization server for its metadata, its keys and, with a throw-away PKCE pair, for a sign-in that nobody
/// will finish.
pub(super) async fn try_all(config: &Config, report: &mut Report<'_>) -> io::Result<()> {
    let runtime = tokio::runtime::Handle::current();
    let outbound = match Outbound::new(&config.outbound, runtime) {
        Ok(outbound) => outbound,
        Err(error) => return report.line("issuer", Err(chain(&error))),
    };
    let oauth = Arc::new(oauth::Client::new(
        Arc::new(config.oauth.clone()),
        outbound.clone(),
        Arc::new(SystemClock),
        Arc::new(SystemRandom),
    ));
    let issuer = config.oauth.issuer.as_str();
    let jwks_uri = match oauth.metadata().await {
        Ok(metadata) => {
            report.line("discovery", Ok(format!("{issuer} publishes its metadata")))?;
            metadata.jwks_uri.clone()
        }
        Err(error) => {
            let says = format!(
                "{}; correct authorization_server.issuer ({issuer})",
                chain(&error)
            );
            // Without it the rest could only fail for the same reason.
            return report.line("discovery", Err(says));
        }
    };
    report.line("signing keys", keys(&outbound, &jwks_uri, config).await)?;
    let client = idx::Client::new(oauth, outbound);
    report.line("interact", interact(&client, config).await)
}

async fn keys(outbound: &Outbound, jwks_uri: &str, config: &Config) -> Result<String, String> {
    let request = Request::get(jwks_uri)
        .body(Bytes::new())
        .map_err(|error| chain(&error))?;
    let response = outbound
        .send(request)
        .await
        .map_err(|error| chain(&error))?;
    let status = response.status();
    let set: Value = serde_json::from_slice(response.body()).unwrap_or_default();
    let listed = set.get("keys").and_then(Value::as_array);
    let (Some(listed), true) = (listed, status.is_success()) else {
        return Err(format!(
            "{jwks_uri} answered {status} without a key set; ask whoever runs the authorization server"
        ));
    };
    let accepted: Vec<String> = config
        .token
        .algorithms
        .iter()
        .map(|a| format!("{a:?}"))
        .collect();
    let usable = listed.iter().filter(|key| {
        let text = |name: &str| key.get(name).and_then(Value::as_str);
        text("kid").is_some()
            && text("use").is_none_or(|purpose| purpose == "sig")
            && text("alg").is_none_or(|algorithm| accepted.iter().any(|a| a == algorithm))
    });
    match usable.count() {
        0 => Err(format!(
            "{jwks_uri} has no key for {}; correct tokens.algorithms",
            accepted.join(", ")
        )),
        count => Ok(format!("{count} for {}", accepted.join(", "))),
    }
}

async fn interact(client: &idx::Client, config: &Config) -> Result<String, String> {
    let redirect_uri = config.edge.public_url.join("/.interlock/callback");
    let request = InteractRequest {
        redirect_uri: redirect_uri.clone(),
        code_challenge: CodeVerifier::generate(&SystemRandom).challenge(),
        state: token(&SystemRandom),
        nonce: token(&SystemRandom),
        ..InteractRequest::default()
    };
    let browser = Browser::default();
    let handle = client
        .interact(&request, &browser)
        .await
        .map_err(|error| refused(&error, &redirect_uri))?;
    let answer = client
        .introspect(&handle, &browser)
        .await
        .map_err(|error| refused(&error, &redirect_uri))?;
    let first = answer
        .document
        .remediations()
        .first()
        .map(|form| form.name.clone());
    Ok(match first {
        Some(form) => format!("a sign-in begins with {form}"),
        None => "a sign-in begins".to_owned(),
    })
}

/// What the server said, and which of its switches is probably off (protocol reference 0.3 and 1.5).
fn refused(error: &IdxError, redirect_uri: &str) -> String {
    let says = chain(error);
    let IdxError::OAuth(OAuthError::Refused { code, .. }) = error else {
        return says;
    };
    let remedy = match code.as_str() {
        "access_denied" => {
            "switch on \"Embedded widget sign-in support\" (Interaction Code) for the org, and see that an access policy of the \
             authorization server has a rule for this client"
                .to_owned()
        }
        "invalid_client" => {
            "correct authorization_server.client_id, the secret or key, or client_auth".to_owned()
        }
        "invalid_request" => format!("see that {redirect_uri} is registered as a sign-in redirect URI of the app"),
        "invalid_scope" => "correct authorization_server.scopes, or add them to the authorization server".to_owned(),
        "unauthorized_client" => "switch on the grant type Interaction Code for the app".to_owned(),
        "unsupported_grant_type" => {
            "tick Interaction Code in a rule of the authorization server's access policy".to_owned()
        }
        _ => return says,
    };
    format!("{says}; {remedy}")
}

/// The error and what caused it, on one line.
fn chain(error: &dyn Error) -> String {
    let mut says = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_says = cause.to_string();
        // Transparent wrappers would say the same again.
        if !says.contains(&cause_says) {
            says = format!("{says}: {cause_says}");
        }
        source = cause.source();
    }
    says.replace('\n', "; ")
}
