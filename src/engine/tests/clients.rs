//! Who may call, and how they must prove it.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::Method;
use serde_json::json;

use super::support::{PASSWORD, REDIRECT, Running, VERIFIER, encode};
use crate::engine::{ClientAuthMethod, GrantType};

fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

/// `interact` with everything but client authentication.
async fn interact(
    engine: &Running,
    credentials: &[(&str, &str)],
    authorization: Option<&str>,
) -> super::support::Answer {
    let fields = Running::interact_fields();
    let mut fields: Vec<(&str, &str)> = fields
        .iter()
        .filter(|(name, _)| **name != "client_id")
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    fields.extend_from_slice(credentials);
    let headers: Vec<(&str, &str)> = authorization
        .map(|a| ("authorization", a))
        .into_iter()
        .collect();
    engine.form_with("interact", &fields, &headers).await
}

const SECRET: &str = "interlock-web-secret";

#[tokio::test]
async fn each_method_works_where_it_is_registered_and_nowhere_else() {
    let engine = Running::start().await;
    let good = basic("interlock-web", SECRET);
    let web = ("client_id", "interlock-web");
    interact(&engine, &[], Some(&good)).await.expect(200);
    interact(&engine, &[web], Some(&good)).await.expect(200);
    interact(&engine, &[web, ("client_secret", SECRET)], None)
        .await
        .expect(200);
    interact(&engine, &[("client_id", "interlock-demo")], None)
        .await
        .expect(200);

    let wrong = basic("interlock-web", "wrong");
    let unknown = basic("unknown", SECRET);
    let public = basic("interlock-demo", SECRET);
    let demo = ("client_id", "interlock-demo");
    for (what, fields, authorization, error) in [
        (
            "a wrong secret",
            vec![],
            Some(wrong.as_str()),
            "invalid_client",
        ),
        (
            "a wrong secret in the body",
            vec![web, ("client_secret", "wrong")],
            None,
            "invalid_client",
        ),
        ("no secret", vec![web], None, "invalid_client"),
        (
            "an unknown client",
            vec![],
            Some(unknown.as_str()),
            "invalid_client",
        ),
        ("no client at all", vec![], None, "invalid_client"),
        (
            "a public client with a secret",
            vec![],
            Some(public.as_str()),
            "invalid_client",
        ),
        (
            "two clients",
            vec![demo],
            Some(good.as_str()),
            "invalid_client",
        ),
        (
            "two methods",
            vec![web, ("client_secret", SECRET)],
            Some(good.as_str()),
            "invalid_request",
        ),
        (
            "no credentials in Basic",
            vec![],
            Some("Basic !"),
            "invalid_client",
        ),
    ] {
        let answer = interact(&engine, &fields, authorization).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["error"]),
            (401, &json!(error)),
            "{what}"
        );
    }
    engine.stop().await;
}

#[tokio::test]
async fn a_client_registered_for_one_method_may_use_no_other() {
    let engine = Running::with(|settings| {
        settings.clients[1].auth = vec![ClientAuthMethod::ClientSecretPost];
    })
    .await;
    let fields = [("client_id", "interlock-web"), ("client_secret", SECRET)];
    interact(&engine, &fields, None).await.expect(200);
    let good = basic("interlock-web", SECRET);
    interact(&engine, &[], Some(&good))
        .await
        .expect_error(401, "invalid_client");
    engine.stop().await;
}

#[tokio::test]
async fn a_confidential_client_authenticates_at_every_endpoint() {
    let engine = Running::start().await;
    let good = basic("interlock-web", SECRET);
    let handle = interact(&engine, &[], Some(&good)).await.expect(200).json();
    let mut transaction = engine
        .resume(handle["interaction_handle"].as_str().unwrap())
        .await;
    transaction.identify("ada@example.com").await;
    transaction.password(PASSWORD).await;
    let code = transaction.code();
    let fields = [
        ("grant_type", "interaction_code"),
        ("interaction_code", code.as_str()),
        ("code_verifier", VERIFIER),
        ("redirect_uri", REDIRECT),
    ];
    // Neither another client nor a failed authentication spends the code.
    let mut public = fields.to_vec();
    public.push(("client_id", "interlock-demo"));
    engine
        .form("token", &public)
        .await
        .expect_error(400, "invalid_grant");
    engine
        .form("token", &fields)
        .await
        .expect_error(401, "invalid_client");
    let headers = [("authorization", good.as_str())];
    let tokens = engine
        .form_with("token", &fields, &headers)
        .await
        .expect(200)
        .json();
    let token = tokens["access_token"].as_str().unwrap();
    for name in ["introspect", "revoke"] {
        engine
            .form(name, &[("token", token)])
            .await
            .expect_error(401, "invalid_client");
        engine
            .form_with(name, &[("token", token)], &headers)
            .await
            .expect(200);
    }
    engine.stop().await;
}

#[tokio::test]
async fn interact_refuses_what_is_missing_or_wrong() {
    let engine = Running::start().await;
    for (name, value, status, error) in [
        ("scope", "", 400, "invalid_scope"),
        ("scope", "openid nonsense", 400, "invalid_scope"),
        ("redirect_uri", "", 400, "invalid_request"),
        (
            "redirect_uri",
            "https://evil.example/",
            400,
            "invalid_request",
        ),
        (
            "redirect_uri",
            "http://127.0.0.1@evil.example/",
            400,
            "invalid_request",
        ),
        ("code_challenge", "", 400, "invalid_request"),
        ("code_challenge", "short", 400, "invalid_request"),
        ("code_challenge_method", "plain", 400, "invalid_request"),
        ("state", "", 400, "invalid_request"),
        ("max_age", "-1", 400, "invalid_request"),
        ("max_age", "2147483648", 400, "invalid_request"),
        ("activation_token", "x", 400, "invalid_request"),
        ("recovery_token", "x", 400, "invalid_request"),
        (
            "acr_values",
            "urn:okta:app:mfa:attestation",
            400,
            "invalid_request",
        ),
    ] {
        let answer = engine.interact(&[(name, value)]).await;
        assert_eq!(answer.status, status, "{name}={value}: {}", answer.text);
        assert_eq!(answer.json()["error"], error, "{name}={value}");
    }
    for (name, value) in [
        ("max_age", "0"),
        ("login_hint", "ada@example.com"),
        ("nonce", ""),
    ] {
        engine.interact(&[(name, value)]).await.expect(200);
    }
    engine.stop().await;
}

#[tokio::test]
async fn parameters_come_once_as_a_form_and_never_in_the_query() {
    let engine = Running::start().await;
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let url = format!("{}/v1/token", engine.issuer);
    let fields = [
        ("grant_type", "interaction_code"),
        ("interaction_code", "x"),
        ("client_id", "interlock-demo"),
        ("code_verifier", VERIFIER),
    ];
    let in_query = format!("{url}?{}", encode(&fields));
    let twice = format!("{}&client_id=interlock-demo", encode(&fields));
    let json = [("content-type", "application/json")];
    for (url, headers, body) in [
        (&in_query, form, String::new()),
        (&url, form, twice),
        (&url, json, "{}".to_owned()),
        (&url, form, "grant_type=".to_owned()),
    ] {
        let answer = engine.send(Method::POST, url, &headers, body).await;
        answer.expect_error(400, "invalid_request");
    }
    let other = [("grant_type", "password"), ("client_id", "interlock-demo")];
    engine
        .form("token", &other)
        .await
        .expect_error(400, "unsupported_grant_type");
    engine.stop().await;
}

#[tokio::test]
async fn the_three_switches_of_the_grant() {
    let engine = Running::with(|settings| settings.org.interaction_code = false).await;
    engine
        .interact(&[])
        .await
        .expect_error(400, "access_denied");
    engine.stop().await;
    let engine = Running::with(|settings| settings.server.interaction_code = false).await;
    engine
        .interact(&[])
        .await
        .expect_error(401, "access_denied");
    engine.stop().await;
    let engine = Running::with(|settings| {
        settings.clients[0].grants = vec![GrantType::RefreshToken];
    })
    .await;
    engine
        .interact(&[])
        .await
        .expect_error(400, "unauthorized_client");
    engine.stop().await;
}

#[tokio::test]
async fn browsers_bring_no_secrets() {
    let engine = Running::start().await;
    let good = basic("interlock-web", SECRET);
    let fields = [
        ("grant_type", "interaction_code"),
        ("interaction_code", "x"),
        ("code_verifier", VERIFIER),
    ];
    let origin = ("origin", "http://localhost:3000");
    let answer = engine
        .form_with("token", &fields, &[origin, ("authorization", &good)])
        .await;
    assert_eq!(
        answer.header("access-control-allow-origin"),
        "http://localhost:3000"
    );
    answer.expect_error(401, "invalid_client");
    let mut public = fields.to_vec();
    public.push(("client_id", "interlock-demo"));
    engine
        .form_with("token", &public, &[origin])
        .await
        .expect_error(400, "invalid_grant");
    engine.stop().await;
}

#[tokio::test]
async fn a_device_token_has_at_most_32_characters() {
    let engine = Running::start().await;
    let fields = Running::interact_fields();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    for (length, status) in [(32, 200), (33, 400)] {
        let token = "d".repeat(length);
        let headers = [("x-device-token", token.as_str())];
        engine
            .form_with("interact", &fields, &headers)
            .await
            .expect(status);
    }
    engine.stop().await;
}
