//! Devices without a keyboard.

use http::Method;
use serde_json::{Value, json};
use std::time::Duration;

use super::support::{Answer, PASSWORD, Running, encode};

async fn begin(engine: &Running) -> Value {
    let fields = [
        ("client_id", "interlock-demo"),
        ("scope", "openid offline_access"),
    ];
    engine
        .form("device/authorize", &fields)
        .await
        .expect(200)
        .json()
}

async fn ask(engine: &Running, device: &Value) -> Answer {
    let fields = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("client_id", "interlock-demo"),
        ("device_code", device["device_code"].as_str().unwrap()),
    ];
    engine.form("token", &fields).await
}

#[tokio::test]
async fn a_device_waits_until_somebody_signs_in_with_its_code() {
    let engine = Running::start().await;
    let device = begin(&engine).await;
    ask(&engine, &device)
        .await
        .expect_error(400, "authorization_pending");
    ask(&engine, &device).await.expect_error(400, "slow_down");
    let mut transaction = engine
        .begin_with(&[("client_id", "interlock-activate")])
        .await;
    transaction.expect(200, "user-code");
    transaction
        .submit("user-code", json!({"userCode": "AAAA-AAAA"}))
        .await;
    transaction.expect(400, "user-code");
    let code = device["user_code"].as_str().unwrap();
    let typed = format!("{}-{}", &code[..4], code[4..].to_lowercase());
    transaction
        .submit("user-code", json!({"userCode": typed}))
        .await;
    transaction.expect(200, "identify");
    transaction.identify("ada@example.com").await;
    transaction.password(PASSWORD).await;
    transaction.expect_terminal(200, "idx.device.activated");
    let tokens = ask(&engine, &device).await.expect(200).json();
    assert!(tokens["refresh_token"].is_string());
    ask(&engine, &device)
        .await
        .expect_error(400, "invalid_grant");
    engine.stop().await;
}

#[tokio::test]
async fn the_page_allows_and_denies() {
    let engine = Running::start().await;
    for (answer, status) in [("allow", 200), ("deny", 400)] {
        let device = begin(&engine).await;
        let url = device["verification_uri_complete"].as_str().unwrap();
        engine
            .send(Method::GET, url, &[], String::new())
            .await
            .expect(200);
        let code = device["user_code"].as_str().unwrap();
        let body = encode(&[
            ("user_code", code),
            ("login", "ada@example.com"),
            ("answer", answer),
        ]);
        engine.send(Method::POST, url, &[], body).await.expect(200);
        ask(&engine, &device).await.expect(status);
    }
    let late = begin(&engine).await;
    engine.clock.advance(Duration::from_secs(601));
    ask(&engine, &late).await.expect_error(400, "expired_token");
    engine.stop().await;
}
