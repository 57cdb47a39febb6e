//! What goes wrong on request goes wrong as requested, and is right again afterwards.

use http::Method;
use serde_json::json;

use super::support::{PASSWORD, Running, claims, header, redeem};
use crate::engine::{Fault, TokenFlaw};

const KEYS: &str = "/oauth2/default/v1/keys";

#[tokio::test]
async fn answers_break_in_each_way_and_heal() {
    let engine = Running::start().await;
    for (fault, status, text) in [
        (
            json!({"kind": "status", "status": 503, "retry_after": 2}),
            503,
            "E0000009",
        ),
        (json!({"kind": "status", "status": 429}), 429, "E0000047"),
        (json!({"kind": "html"}), 502, "<h1>"),
        (json!({"kind": "empty"}), 200, ""),
        (json!({"kind": "huge", "bytes": 3_000_000}), 200, " "),
        (
            json!({"kind": "redirect", "to": "http://127.0.0.1:1/"}),
            302,
            "",
        ),
        (json!({"kind": "truncated"}), 200, "{\"keys\""),
    ] {
        let injection = json!({"endpoint": "keys", "fault": fault, "times": 1});
        engine.control_post("faults", &injection).await.expect(204);
        let broken = engine.get(KEYS).await.expect(status);
        assert!(broken.text.contains(text), "{fault}");
        assert!(
            serde_json::from_str::<serde_json::Value>(&broken.text).is_err() || status >= 400,
            "{fault}"
        );
        engine.get(KEYS).await.expect(200).json();
    }
    engine
        .control_post(
            "faults",
            &json!({"endpoint": "keys", "fault": {"kind": "odd"}}),
        )
        .await
        .expect(400);
    engine.stop().await;
}

#[tokio::test]
async fn connections_drop_before_or_after_the_work() {
    let engine = Running::start().await;
    engine.control.break_next("keys", Fault::Drop, 1);
    let url = format!("{}{KEYS}", engine.origin);
    let broken = engine.try_send(Method::GET, &url, &[], String::new()).await;
    assert!(broken.is_err());

    let mut transaction = engine.begin().await;
    transaction.identify("ada@example.com").await;
    transaction.password(PASSWORD).await;
    let code = transaction.code();
    engine.control.break_next("token", Fault::Lost, 1);
    let body = super::support::encode(&[
        ("grant_type", "interaction_code"),
        ("interaction_code", &code),
        ("client_id", "interlock-demo"),
        ("code_verifier", super::support::VERIFIER),
    ]);
    let url = format!("{}/v1/token", engine.issuer);
    let form = [("content-type", "application/x-www-form-urlencoded")];
    assert!(
        engine
            .try_send(Method::POST, &url, &form, body)
            .await
            .is_err()
    );
    redeem(&engine, &code)
        .await
        .expect_error(400, "invalid_grant");
    assert_eq!(engine.control.calls_to("token"), 2);
    engine.stop().await;
}

#[tokio::test]
async fn hrefs_lead_astray_on_request() {
    let engine = Running::start().await;
    let origin = "http://evil.example".to_owned();
    engine
        .control
        .break_next("idx", Fault::ForeignHref { origin }, 1);
    let mut transaction = engine.begin().await;
    assert_eq!(
        transaction.form("identify")["href"],
        "http://evil.example/idp/idx/identify"
    );
    transaction.introspect().await;
    transaction.identify("ada@example.com").await;
    transaction.expect(200, "challenge-authenticator");
    engine.stop().await;
}

#[tokio::test]
async fn tokens_lie_on_request() {
    let engine = Running::start().await;
    let flaw = |flaw| {
        engine.control.break_next("token", Fault::Token { flaw }, 1);
        engine.ada()
    };
    let tokens = flaw(TokenFlaw::WrongNonce).await;
    assert_eq!(claims(&tokens["id_token"])["nonce"], "another-nonce");
    let tokens = flaw(TokenFlaw::WrongAudience).await;
    assert_eq!(claims(&tokens["access_token"])["aud"], "api://another");
    let tokens = flaw(TokenFlaw::WrongIssuer).await;
    assert_ne!(claims(&tokens["id_token"])["iss"], engine.issuer);
    let tokens = flaw(TokenFlaw::AlgNone).await;
    assert_eq!(header(&tokens["id_token"])["alg"], "none");
    assert!(tokens["id_token"].as_str().unwrap().ends_with('.'));
    let tokens = flaw(TokenFlaw::HmacWithPublicKey).await;
    assert_eq!(header(&tokens["id_token"])["alg"], "HS256");
    let tokens = flaw(TokenFlaw::UnknownKey).await;
    assert_ne!(header(&tokens["id_token"])["kid"], engine.control.key_id());
    let tokens = flaw(TokenFlaw::Expired).await;
    let (id, now) = (claims(&tokens["id_token"]), engine.ada().await);
    assert!(id["exp"].as_u64() < claims(&now["id_token"])["iat"].as_u64());
    assert_eq!(claims(&now["id_token"])["nonce"], "nonce-1");
    engine.stop().await;
}

#[tokio::test]
async fn a_delay_is_a_delay_and_clearing_ends_all() {
    let engine = Running::start().await;
    engine.control.break_endpoint(
        "*",
        Fault::Status {
            status: 500,
            retry_after: None,
        },
    );
    engine.get(KEYS).await.expect(500);
    engine.interact(&[]).await.expect(500);
    engine.get("/inbox.json").await.expect(200);
    engine.control.clear_faults();
    engine.control.break_next(KEYS, Fault::Delay { ms: 30 }, 1);
    let before = std::time::Instant::now();
    engine.get(KEYS).await.expect(200);
    assert!(before.elapsed().as_millis() >= 30);
    let calls = engine.get("/control/calls").await.expect(200).json();
    assert_eq!((&calls["keys"], &calls["interact"]), (&json!(2), &json!(1)));
    engine.stop().await;
}
