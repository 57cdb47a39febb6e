//! The metadata documents and the key set (protocol reference 1.2, 6.6).

use http::{StatusCode, header};
use serde_json::{Map, Value, json};

use crate::engine::{
    org::{Org, Server},
    reply::Reply,
};

/// Which of the two documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Document {
    OAuth,
    OpenId,
}

/// A metadata document, its endpoints at the host the client used. As on a real org, `interact` is not in it.
pub(crate) fn document(org: &Org, server: Server, which: Document, host: &str) -> Reply {
    let base = org.oauth_base(server, host);
    let endpoint = |name: &str| json!(format!("{base}/v1/{name}"));
    let methods = json!([
        "client_secret_basic",
        "client_secret_post",
        "client_secret_jwt",
        "private_key_jwt",
        "none"
    ]);
    let mut scopes = vec![
        "openid",
        "profile",
        "email",
        "address",
        "phone",
        "offline_access",
        "groups",
    ];
    if server == Server::Custom {
        scopes.extend(org.settings.server.scopes.iter().map(String::as_str));
    }
    let mut fields = Map::from_iter(
        [
            ("issuer", json!(org.issuer(server))),
            ("authorization_endpoint", endpoint("authorize")),
            ("token_endpoint", endpoint("token")),
            ("response_types_supported", json!(["code"])),
            ("response_modes_supported", json!(["query"])),
            (
                "grant_types_supported",
                json!([
                    "authorization_code",
                    "refresh_token",
                    "urn:ietf:params:oauth:grant-type:device_code"
                ]),
            ),
            ("subject_types_supported", json!(["public"])),
            ("scopes_supported", json!(scopes)),
            ("token_endpoint_auth_methods_supported", methods.clone()),
            ("code_challenge_methods_supported", json!(["S256"])),
            ("introspection_endpoint", endpoint("introspect")),
            (
                "introspection_endpoint_auth_methods_supported",
                methods.clone(),
            ),
            ("revocation_endpoint", endpoint("revoke")),
            ("revocation_endpoint_auth_methods_supported", methods),
            ("end_session_endpoint", endpoint("logout")),
            (
                "device_authorization_endpoint",
                endpoint("device/authorize"),
            ),
            ("pushed_authorization_request_endpoint", endpoint("par")),
            ("request_parameter_supported", json!(false)),
            (
                "authorization_response_iss_parameter_supported",
                json!(true),
            ),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    );
    // The org server's access tokens are not for others to verify: its OAuth document names no keys.
    if which == Document::OpenId || server == Server::Custom {
        fields.insert("jwks_uri".to_owned(), endpoint("keys"));
    }
    if which == Document::OpenId {
        fields.insert("userinfo_endpoint".to_owned(), endpoint("userinfo"));
        fields.insert(
            "id_token_signing_alg_values_supported".to_owned(),
            json!(["RS256"]),
        );
        fields.insert("claims_supported".to_owned(), json!(CLAIMS));
    }
    cached(&Value::Object(fields), 86_400)
}

/// What may stand in an ID token or come from userinfo.
const CLAIMS: [&str; 24] = [
    "iss",
    "ver",
    "sub",
    "aud",
    "iat",
    "exp",
    "jti",
    "auth_time",
    "amr",
    "acr",
    "idp",
    "nonce",
    "name",
    "given_name",
    "family_name",
    "preferred_username",
    "locale",
    "zoneinfo",
    "updated_at",
    "email",
    "email_verified",
    "phone_number",
    "groups",
    "at_hash",
];

pub(super) fn keys(org: &Org) -> Reply {
    let max_age = org.settings.org.keys_max_age.as_secs();
    cached(&org.keys().published(), max_age)
}

fn cached(body: &Value, max_age: u64) -> Reply {
    Reply::json(StatusCode::OK, body).with(
        header::CACHE_CONTROL,
        &format!("max-age={max_age}, must-revalidate"),
    )
}
