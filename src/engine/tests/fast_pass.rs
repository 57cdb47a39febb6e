//! Okta FastPass: the device says whose it is, is not there, or can't be reached that way.

use http::Method;
use serde_json::{Value, json};

use super::support::{PASSWORD, Running, Transaction, claims};
use crate::engine::{DeviceReach, FastPassSettings};

const EVELYN: &str = "evelyn@example.com";

async fn with(reach: DeviceReach, owner: Option<&str>) -> Running {
    let owner = owner.map(str::to_owned);
    Running::with(|settings| {
        settings.org.fast_pass = Some(FastPassSettings {
            reach,
            owner,
            ports: Vec::new(),
        });
    })
    .await
}

async fn launched(engine: &Running) -> Transaction<'_> {
    let mut transaction = engine.begin().await;
    transaction.submit("launch-authenticator", json!({})).await;
    transaction
}

async fn app(engine: &Running, request: &Value) -> u16 {
    let body = json!({ "challengeRequest": request }).to_string();
    let url = format!("{}/challenge", engine.origin);
    let headers = [("content-type", "application/json")];
    let answer = engine.send(Method::POST, &url, &headers, body).await;
    answer.status.as_u16()
}

#[tokio::test]
async fn a_signed_challenge_signs_its_owner_in_without_a_name() {
    let engine = with(DeviceReach::Loopback, Some(EVELYN)).await;
    let mut transaction = launched(&engine).await;
    transaction.expect(200, "device-challenge-poll");
    let challenge = transaction.document["authenticatorChallenge"]["value"].clone();
    assert_eq!(challenge["challengeMethod"], "LOOPBACK");
    transaction.submit("device-challenge-poll", json!({})).await;
    transaction.expect(200, "device-challenge-poll");
    assert_eq!(app(&engine, &json!("made up")).await, 400);
    assert_eq!(app(&engine, &challenge["challengeRequest"]).await, 200);
    transaction.submit("device-challenge-poll", json!({})).await;
    let id = claims(&transaction.tokens().await["id_token"]);
    assert_eq!(id["amr"], json!(["hwk"]));
    engine.stop().await;
}

#[tokio::test]
async fn without_an_app_the_sign_in_goes_on_by_name() {
    let engine = with(DeviceReach::Loopback, None).await;
    let mut transaction = launched(&engine).await;
    let challenge = transaction.document["authenticatorChallenge"]["value"].clone();
    assert_eq!(app(&engine, &challenge["challengeRequest"]).await, 503);
    let body = json!({"reason": "OV_UNREACHABLE_BY_LOOPBACK", "statusCode": null});
    transaction.submit("cancel-polling", body).await;
    transaction.expect(200, "identify");
    transaction.identify(EVELYN).await;
    transaction.expect(200, "select-authenticator-authenticate");
    engine.stop().await;
}

#[tokio::test]
async fn what_a_server_posts_never_reaches_apples_extension() {
    let engine = with(DeviceReach::SsoPost, Some(EVELYN)).await;
    let mut transaction = launched(&engine).await;
    transaction
        .submit("device-apple-sso-extension", json!({}))
        .await;
    transaction.expect(401, "cancel-transaction");
    transaction.submit("cancel-transaction", json!({})).await;
    transaction.expect(200, "identify");
    transaction.identify("ada@example.com").await;
    transaction.password(PASSWORD).await;
    transaction.code();
    engine.stop().await;
}
