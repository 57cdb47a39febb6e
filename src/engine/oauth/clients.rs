//! Client authentication, enforced method by method (protocol reference 1.8).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{StatusCode, header};
use percent_encoding::percent_decode_str;

use super::assertion::Assertion;
use crate::{
    engine::{
        call::Call,
        cors,
        form::Form,
        org::Org,
        reply::Reply,
        settings::{ClientAuthMethod, ClientSettings, GrantType},
    },
    secret::Secret,
};

/// A client that proved itself as far as it can.
#[derive(Clone, Copy, Debug)]
pub(super) struct Authenticated<'a> {
    pub(super) client: &'a ClientSettings,
    pub(super) method: ClientAuthMethod,
}

impl Authenticated<'_> {
    pub(super) fn is_confidential(&self) -> bool {
        self.method != ClientAuthMethod::None
    }
}

/// What a request carried.
struct Presented {
    method: ClientAuthMethod,
    id: String,
    secret: Option<Secret>,
}

/// Who calls; any failure is a 401.
pub(super) fn authenticate<'a>(
    org: &'a Org,
    call: &Call,
    form: &Form,
) -> Result<Authenticated<'a>, Reply> {
    if let Some(token) = form.field("client_assertion") {
        return asserted(org, call, form, token);
    }
    let presented = presented(call, form)?;
    if presented.secret.is_some() && cors::origin(&call.headers).is_some() {
        return Err(invalid_client(
            "Browser requests to this endpoint must not carry client credentials.",
        ));
    }
    let client = org
        .client(&presented.id)
        .ok_or_else(|| invalid_client("Invalid value for 'client_id' parameter."))?;
    if !client.auth.contains(&presented.method) {
        return Err(wrong_method(client));
    }
    let proven = match (&presented.secret, &client.secret) {
        (Some(presented), Some(registered)) => presented == registered,
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    };
    if !proven {
        return Err(invalid_client(
            "The client secret supplied for a confidential client is invalid.",
        ));
    }
    Ok(Authenticated {
        client,
        method: presented.method,
    })
}

/// Refuses a client for which the grant is not ticked.
pub(super) fn require_grant(client: &ClientSettings, grant: GrantType) -> Result<(), Reply> {
    if client.grants.contains(&grant) {
        return Ok(());
    }
    let configured: Vec<&str> = client.grants.iter().copied().map(grant_word).collect();
    Err(Reply::oauth_error(
        StatusCode::BAD_REQUEST,
        "unauthorized_client",
        &format!(
            "The client is not authorized to use the provided grant type. Configured grant types: [{}].",
            configured.join(", ")
        ),
    ))
}

fn grant_word(grant: GrantType) -> &'static str {
    match grant {
        GrantType::AuthorizationCode => "authorization_code",
        GrantType::DeviceCode => "urn:ietf:params:oauth:grant-type:device_code",
        GrantType::InteractionCode => "interaction_code",
        GrantType::RefreshToken => "refresh_token",
    }
}

fn several() -> Reply {
    Reply::oauth_error(
        StatusCode::UNAUTHORIZED,
        "invalid_request",
        "Cannot supply multiple client credentials. Use one of the following: credentials in the Authorization \
         header, credentials in the post body, or a client_assertion in the post body.",
    )
}

/// A client that signs.
fn asserted<'a>(
    org: &'a Org,
    call: &Call,
    form: &Form,
    token: &str,
) -> Result<Authenticated<'a>, Reply> {
    if form.field("client_secret").is_some() || call.headers.contains_key(header::AUTHORIZATION) {
        return Err(several());
    }
    if cors::origin(&call.headers).is_some() {
        return Err(invalid_client(
            "Browser requests to this endpoint must not carry client credentials.",
        ));
    }
    let assertion =
        Assertion::read(form.field("client_assertion_type"), token).map_err(invalid_client)?;
    let client = org
        .client(&assertion.client_id)
        .ok_or_else(|| invalid_client("The 'sub' of the client_assertion is no client id."))?;
    if form
        .field("client_id")
        .is_some_and(|named| named != client.id)
    {
        return Err(invalid_client(
            "The 'client_id' differs from the one in the client_assertion.",
        ));
    }
    let method = assertion.method();
    if !client.auth.contains(&method) {
        return Err(wrong_method(client));
    }
    assertion
        .verify(org, call, client)
        .map_err(invalid_client)?;
    Ok(Authenticated { client, method })
}

fn presented(call: &Call, form: &Form) -> Result<Presented, Reply> {
    let in_body = form.field("client_secret");
    match (call.headers.get(header::AUTHORIZATION), in_body) {
        (Some(_), Some(_)) => Err(several()),
        (Some(value), None) => basic(value.to_str().unwrap_or_default(), form),
        (None, secret) => {
            let id = form
                .field("client_id")
                .ok_or_else(|| invalid_client("A 'client_id' must be provided in the request."))?;
            Ok(Presented {
                method: match secret {
                    Some(_) => ClientAuthMethod::ClientSecretPost,
                    None => ClientAuthMethod::None,
                },
                id: id.to_owned(),
                secret: secret.map(Secret::from),
            })
        }
    }
}

/// `Basic base64(id:secret)`, both form-encoded (RFC 6749 §2.3.1). Without a colon it is the public client that
/// okta-auth-js means at revoke.
fn basic(value: &str, form: &Form) -> Result<Presented, Reply> {
    let malformed = || invalid_client("The Authorization header is malformed.");
    let (scheme, encoded) = value.split_once(' ').ok_or_else(malformed)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(malformed());
    }
    let decoded = STANDARD.decode(encoded.trim()).map_err(|_| malformed())?;
    let text = String::from_utf8(decoded).map_err(|_| malformed())?;
    let (id, secret) = match text.split_once(':') {
        Some((id, secret)) => (id, Some(Secret::from(decode(secret)))),
        None => (text.as_str(), None),
    };
    let id = decode(id);
    if form.field("client_id").is_some_and(|named| named != id) {
        return Err(invalid_client(
            "The 'client_id' differs from the one in the Authorization header.",
        ));
    }
    Ok(Presented {
        method: match secret {
            Some(_) => ClientAuthMethod::ClientSecretBasic,
            None => ClientAuthMethod::None,
        },
        id,
        secret,
    })
}

fn decode(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

fn wrong_method(client: &ClientSettings) -> Reply {
    if client.secret.is_some() && client.auth.len() > 1 {
        return invalid_client(
            "Client authentication failed. Either the client or the client credentials are invalid.",
        );
    }
    let words: Vec<&str> = client.auth.iter().map(|method| method.word()).collect();
    invalid_client(&format!(
        "The client authentication method is invalid; the client is configured for: {}.",
        words.join(", ")
    ))
}

fn invalid_client(description: &str) -> Reply {
    Reply::oauth_error(StatusCode::UNAUTHORIZED, "invalid_client", description).with(
        header::WWW_AUTHENTICATE,
        "Basic realm=\"Interlock development engine\"",
    )
}
