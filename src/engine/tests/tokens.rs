//! Codes, tokens, refresh, introspection, revocation.

use std::time::Duration;

use http::Method;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde_json::{Value, json};

use super::support::{PASSWORD, Running, claims, encode, header, redeem};
use crate::engine::Rotation;

/// Verifies a token against the published keys and returns its claims.
async fn verified(engine: &Running, token: &Value, audience: &str) -> Value {
    let set = engine
        .get("/oauth2/default/v1/keys")
        .await
        .expect(200)
        .json();
    let kid = header(token)["kid"].clone();
    let keys = set["keys"].as_array().unwrap();
    let key = keys
        .iter()
        .find(|key| key["kid"] == kid)
        .expect("a published key");
    let text = |name: &str| key[name].as_str().unwrap();
    let key = DecodingKey::from_rsa_components(text("n"), text("e")).unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&[audience]);
    validation.set_issuer(&[&engine.issuer]);
    let _ = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
    decode::<Value>(token.as_str().unwrap(), &key, &validation)
        .unwrap()
        .claims
}

#[tokio::test]
async fn tokens_verify_and_say_what_okta_says() {
    let engine = Running::start().await;
    let tokens = engine.ada().await;
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 3600);
    assert!(tokens["refresh_token"].is_string());
    let access = verified(&engine, &tokens["access_token"], "api://default").await;
    assert_eq!(
        header(&tokens["access_token"]).as_object().unwrap().len(),
        2
    );
    assert_eq!(access["sub"], "ada@example.com");
    assert_eq!(access["uid"], "00u1ada0lovelace0001");
    assert_eq!(access["cid"], "interlock-demo");
    assert_eq!(access["groups"], json!(["Everyone", "staff", "analysts"]));
    assert_eq!(
        access["scp"],
        json!(["email", "groups", "offline_access", "openid", "profile"])
    );
    assert!(access["jti"].as_str().unwrap().starts_with("AT."));
    let id = verified(&engine, &tokens["id_token"], "interlock-demo").await;
    assert_eq!(id["nonce"], "nonce-1");
    assert_eq!(id["preferred_username"], "ada@example.com");
    assert!(id["jti"].as_str().unwrap().starts_with("ID."));
    assert_eq!(id["at_hash"].as_str().unwrap().len(), 22);
    assert_eq!(
        (&id["ver"], &id["auth_time"]),
        (&json!(1), &access["auth_time"])
    );
    engine.stop().await;
}

#[tokio::test]
async fn a_code_is_good_once_and_for_a_minute() {
    let engine = Running::start().await;
    let mut transaction = engine.begin().await;
    transaction.identify("ada@example.com").await;
    transaction.password(PASSWORD).await;
    let code = transaction.code();
    // Until it is redeemed, whoever lost the answer can read it again.
    transaction.introspect().await;
    assert_eq!(transaction.code(), code);
    redeem(&engine, &code).await.expect(200);
    redeem(&engine, &code)
        .await
        .expect_error(400, "invalid_grant");
    transaction.introspect().await;
    transaction.expect_terminal(401, "idx.session.expired");

    let mut transaction = engine.begin().await;
    transaction.identify("ada@example.com").await;
    transaction.password(PASSWORD).await;
    engine.clock.advance(Duration::from_secs(61));
    transaction
        .redeem()
        .await
        .expect_error(400, "invalid_grant");
    engine.stop().await;
}

#[tokio::test]
async fn a_code_needs_its_verifier_its_client_and_its_server() {
    let engine = Running::start().await;
    let wrong = "wrong-verifier-wrong-verifier-wrong-verifier";
    let fields = |code: &str, verifier: &str| {
        encode(&[
            ("grant_type", "interaction_code"),
            ("interaction_code", code),
            ("client_id", "interlock-demo"),
            ("code_verifier", verifier),
        ])
    };
    let form = [("content-type", "application/x-www-form-urlencoded")];
    for (base, verifier, error) in [
        ("/oauth2/default", wrong, "invalid_grant"),
        ("/oauth2/default", "", "invalid_request"),
        ("/oauth2", super::support::VERIFIER, "invalid_grant"),
    ] {
        let mut transaction = engine.begin().await;
        transaction.identify("ada@example.com").await;
        transaction.password(PASSWORD).await;
        let url = format!("{}{base}/v1/token", engine.origin);
        let body = fields(&transaction.code(), verifier);
        let answer = engine.send(Method::POST, &url, &form, body).await;
        answer.expect_error(400, error);
    }
    engine.stop().await;
}

async fn refresh(engine: &Running, token: &Value) -> super::support::Answer {
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token.as_str().unwrap()),
        ("client_id", "interlock-demo"),
    ];
    engine.form("token", &fields).await
}

#[tokio::test]
async fn a_refresh_token_rotates_with_a_leeway_and_its_reuse_ends_everything() {
    let engine = Running::start().await;
    let first = engine.ada().await;
    engine.clock.advance(Duration::from_secs(600));
    let second = refresh(&engine, &first["refresh_token"])
        .await
        .expect(200)
        .json();
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    let (before, after) = (claims(&first["id_token"]), claims(&second["id_token"]));
    assert_eq!(before["auth_time"], after["auth_time"]);
    assert_eq!(after["nonce"], json!(null));
    // Two replicas raced: the other gets the same new token.
    engine.clock.advance(Duration::from_secs(29));
    let raced = refresh(&engine, &first["refresh_token"])
        .await
        .expect(200)
        .json();
    assert_eq!(raced["refresh_token"], second["refresh_token"]);
    assert_eq!(active(&engine, &second["access_token"]).await, json!(true));
    engine.clock.advance(Duration::from_secs(2));
    refresh(&engine, &first["refresh_token"])
        .await
        .expect_error(400, "invalid_grant");
    refresh(&engine, &second["refresh_token"])
        .await
        .expect_error(400, "invalid_grant");
    assert_eq!(active(&engine, &second["access_token"]).await, json!(false));
    engine.stop().await;
}

#[tokio::test]
async fn a_static_refresh_token_stays_and_one_without_offline_access_is_not_issued() {
    let engine = Running::with(|settings| settings.refresh.rotation = Rotation::Static).await;
    let first = engine.ada().await;
    let second = refresh(&engine, &first["refresh_token"])
        .await
        .expect(200)
        .json();
    assert_eq!(first["refresh_token"], second["refresh_token"]);

    let mut transaction = engine.begin_with(&[("scope", "openid")]).await;
    transaction.identify("ada@example.com").await;
    transaction.password(PASSWORD).await;
    let tokens = transaction.tokens().await;
    assert_eq!(
        (&tokens["refresh_token"], &tokens["scope"]),
        (&json!(null), &json!("openid"))
    );
    engine.stop().await;
}

#[tokio::test]
async fn a_refresh_may_narrow_scopes_and_not_widen_them() {
    let engine = Running::start().await;
    let tokens = engine.ada().await;
    let with_scope = |scope: &'static str| {
        let token = tokens["refresh_token"].as_str().unwrap().to_owned();
        let engine = &engine;
        async move {
            let fields = [
                ("grant_type", "refresh_token"),
                ("refresh_token", token.as_str()),
                ("client_id", "interlock-demo"),
                ("scope", scope),
            ];
            engine.form("token", &fields).await
        }
    };
    with_scope("openid reports:read")
        .await
        .expect_error(400, "invalid_scope");
    let narrow = with_scope("openid").await.expect(200).json();
    assert_eq!(narrow["scope"], "openid");
    engine.stop().await;
}

async fn active(engine: &Running, token: &Value) -> Value {
    let fields = [
        ("token", token.as_str().unwrap()),
        ("client_id", "interlock-demo"),
    ];
    engine.form("introspect", &fields).await.expect(200).json()["active"].clone()
}

async fn revoke(engine: &Running, token: &Value) {
    let fields = [
        ("token", token.as_str().unwrap()),
        ("client_id", "interlock-demo"),
    ];
    assert_eq!(engine.form("revoke", &fields).await.expect(200).text, "");
}

#[tokio::test]
async fn introspection_and_revocation_follow_the_grant() {
    let engine = Running::start().await;
    let tokens = engine.ada().await;
    let fields = [
        ("token", tokens["access_token"].as_str().unwrap()),
        ("client_id", "interlock-demo"),
    ];
    let shown = engine.form("introspect", &fields).await.expect(200).json();
    assert_eq!(shown["username"], "ada@example.com");
    assert_eq!(shown["scope"], "email groups offline_access openid profile");
    assert_eq!(active(&engine, &json!("unknown")).await, json!(false));

    revoke(&engine, &json!("unknown")).await;
    revoke(&engine, &tokens["access_token"]).await;
    assert_eq!(active(&engine, &tokens["access_token"]).await, json!(false));
    assert_eq!(active(&engine, &tokens["refresh_token"]).await, json!(true));
    let second = refresh(&engine, &tokens["refresh_token"])
        .await
        .expect(200)
        .json();
    assert_eq!(active(&engine, &second["access_token"]).await, json!(true));
    revoke(&engine, &second["refresh_token"]).await;
    for token in ["access_token", "refresh_token"] {
        assert_eq!(active(&engine, &second[token]).await, json!(false));
    }
    engine.stop().await;
}

#[tokio::test]
async fn an_access_token_expires() {
    let engine = Running::start().await;
    let tokens = engine.ada().await;
    engine.clock.advance(Duration::from_secs(3599));
    assert_eq!(active(&engine, &tokens["access_token"]).await, json!(true));
    engine.clock.advance(Duration::from_secs(2));
    assert_eq!(active(&engine, &tokens["access_token"]).await, json!(false));
    engine.stop().await;
}

#[tokio::test]
async fn userinfo_shows_what_the_scopes_open() {
    let engine = Running::start().await;
    let tokens = engine.ada().await;
    let url = format!("{}/v1/userinfo", engine.issuer);
    let ask = |token: String| {
        let (engine, url) = (&engine, &url);
        async move {
            let bearer = format!("Bearer {token}");
            engine
                .send(
                    Method::GET,
                    url,
                    &[("authorization", &bearer)],
                    String::new(),
                )
                .await
        }
    };
    let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
    let info = ask(text("access_token")).await.expect(200).json();
    assert_eq!(info["sub"], claims(&tokens["id_token"])["sub"]);
    assert_eq!(
        (&info["given_name"], &info["email"]),
        (&json!("Ada"), &json!("ada@example.com"))
    );
    for wrong in [text("id_token"), text("refresh_token"), "x".to_owned()] {
        let refused = ask(wrong).await.expect(401);
        assert!(refused.header("www-authenticate").contains("invalid_token"));
    }
    engine.stop().await;
}

#[tokio::test]
async fn logout_returns_only_to_registered_places() {
    let engine = Running::start().await;
    let tokens = engine.ada().await;
    let hint = tokens["id_token"].as_str().unwrap();
    let ask = |target: &str| {
        encode(&[
            ("id_token_hint", hint),
            ("post_logout_redirect_uri", target),
            ("state", "s"),
        ])
    };
    let good = format!(
        "/oauth2/default/v1/logout?{}",
        ask("http://127.0.0.1:8080/bye")
    );
    let answer = engine.get(&good).await.expect(302);
    assert_eq!(
        answer.header("location"),
        "http://127.0.0.1:8080/bye?state=s"
    );
    let bad = format!("/oauth2/default/v1/logout?{}", ask("https://evil.example/"));
    engine.get(&bad).await.expect(400);
    engine.get("/oauth2/default/v1/logout").await.expect(400);
    engine.stop().await;
}

#[tokio::test]
async fn the_org_servers_access_tokens_are_for_nobody_else() {
    let engine = Running::start().await;
    let fields = Running::interact_fields();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let url = format!("{}/oauth2/v1/interact", engine.origin);
    let answer = engine
        .send(Method::POST, &url, &form, encode(&fields))
        .await
        .expect(200)
        .json();
    let mut transaction = engine
        .resume(answer["interaction_handle"].as_str().unwrap())
        .await;
    transaction.identify("ada@example.com").await;
    transaction.password(PASSWORD).await;
    let href = transaction.document["successWithInteractionCode"]["href"].clone();
    assert_eq!(href, format!("{}/oauth2/v1/token", engine.origin));
    let body = encode(&[
        ("grant_type", "interaction_code"),
        ("interaction_code", &transaction.code()),
        ("client_id", "interlock-demo"),
        ("code_verifier", super::support::VERIFIER),
    ]);
    let tokens = engine
        .send(Method::POST, href.as_str().unwrap(), &form, body)
        .await
        .expect(200)
        .json();
    let keys = engine.get("/oauth2/v1/keys").await.expect(200).json();
    let published = |token: &Value| {
        keys["keys"]
            .as_array()
            .unwrap()
            .iter()
            .any(|key| key["kid"] == header(token)["kid"])
    };
    assert!(published(&tokens["id_token"]) && !published(&tokens["access_token"]));
    assert_eq!(claims(&tokens["id_token"])["iss"], engine.origin);
    engine.stop().await;
}
