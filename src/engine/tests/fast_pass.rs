//! Okta FastPass: the device says whose it is, is not there, or can't be reached that way; as a factor, it signs.

use std::time::Duration;

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
    let made_up = "e30.eyJqdGkiOiJtYWRlIHVwIn0.e30";
    assert_eq!(app(&engine, &json!(made_up)).await, 400);
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

const GRETE: &str = "grete@example.com";
const CHOICE: &str = "select-authenticator-authenticate";

/// Grete, with her device asked, and what it must sign.
async fn asked(engine: &Running) -> (Transaction<'_>, Value) {
    let mut transaction = engine.begin().await;
    transaction.identify(GRETE).await;
    transaction.password(PASSWORD).await;
    transaction.expect(200, CHOICE);
    let enrolled = &transaction.document["authenticatorEnrollments"]["value"];
    let app = enrolled.as_array().unwrap().iter();
    let app = app.clone().find(|one| one["key"] == "okta_verify").unwrap();
    assert_eq!(app["deviceKnown"], true);
    signing(&mut transaction).await;
    let request = challenge(&transaction)["challengeRequest"].clone();
    (transaction, request)
}

async fn signing(transaction: &mut Transaction<'_>) {
    let method = json!({"methodType": "signed_nonce"});
    transaction.choose(CHOICE, "Okta Verify", method).await;
    transaction.expect(200, "challenge-poll");
    let current = &transaction.document["currentAuthenticator"]["value"];
    assert_eq!(current["methods"], json!([{"type": "signed_nonce"}]));
    assert_eq!(current["cancel"]["name"], "cancel-polling");
}

fn challenge(transaction: &Transaction<'_>) -> Value {
    let current = &transaction.document["currentAuthenticator"]["value"];
    current["contextualData"]["challenge"]["value"].clone()
}

#[tokio::test]
async fn a_device_that_was_set_up_signs_as_a_factor() {
    let engine = Running::start().await;
    let (mut transaction, request) = asked(&engine).await;
    assert_eq!(challenge(&transaction)["challengeMethod"], "LOOPBACK");
    // What must be signed names the person and an end, and nothing of the sign-in.
    let signed = claims(&request);
    assert_eq!(signed["sub"], "00u2grete0hermann016");
    let life = signed["exp"].as_u64().unwrap() - signed["iat"].as_u64().unwrap();
    assert_eq!(life, 300);
    assert!(signed["jti"] != signed["nonce"]);

    transaction.submit("challenge-poll", json!({})).await;
    transaction.expect(200, "challenge-poll");
    assert_eq!(app(&engine, &json!("a.b.c")).await, 503);
    assert_eq!(app(&engine, &request).await, 200);
    transaction.submit("challenge-poll", json!({})).await;
    let id = claims(&transaction.tokens().await["id_token"]);
    assert_eq!(id["amr"], json!(["pwd", "hwk", "mfa"]));
    engine.stop().await;
}

#[tokio::test]
async fn a_key_that_the_org_does_not_know_proves_nothing() {
    let engine = Running::start().await;
    let (mut transaction, request) = asked(&engine).await;
    assert!(engine.control.replace_device_key(GRETE));
    assert_eq!(app(&engine, &request).await, 200);
    transaction.submit("challenge-poll", json!({})).await;
    transaction.expect(200, CHOICE);
    assert_eq!(
        transaction.messages(),
        ["core.auth.factor.signedNonce.error.invalidDevice"]
    );
    transaction.choose(CHOICE, "Email", json!({})).await;
    transaction.passcode(&engine.passcode(GRETE)).await;
    transaction.code();
    engine.stop().await;
}

#[tokio::test]
async fn a_device_that_is_left_or_silent_gives_way_to_another_method() {
    let engine = Running::start().await;
    let (mut transaction, request) = asked(&engine).await;
    let body = json!({"reason": "USER_CANCELED", "statusCode": null});
    transaction.submit("cancel-polling", body).await;
    transaction.expect(200, CHOICE);
    assert_eq!(transaction.messages(), Vec::<&str>::new());
    // What was left is asked no more.
    assert_eq!(app(&engine, &request).await, 200);
    transaction.introspect().await;
    transaction.expect(200, CHOICE);

    signing(&mut transaction).await;
    let request = challenge(&transaction)["challengeRequest"].clone();
    for _ in 0..2 {
        engine.clock.advance(Duration::from_secs(200));
        transaction.submit("challenge-poll", json!({})).await;
    }
    transaction.expect(200, CHOICE);
    let timeout = "oie.authenticator.oktaverify.method.fastpass.verify.timeout";
    assert_eq!(transaction.messages(), [timeout]);
    assert_eq!(app(&engine, &request).await, 400);
    engine.stop().await;
}

#[tokio::test]
async fn who_has_no_device_is_not_offered_one() {
    let engine = Running::start().await;
    let mut transaction = engine.begin().await;
    transaction.identify("katherine@example.com").await;
    transaction.password(PASSWORD).await;
    let form = "authenticator-verification-data";
    let methods = transaction.field(form, &["authenticator", "methodType"]);
    let methods = methods["options"].as_array().unwrap().iter();
    let methods: Vec<_> = methods.map(|option| option["value"].clone()).collect();
    assert_eq!(methods, ["push", "totp"]);
    let id = transaction.field(form, &["authenticator", "id"])["value"].clone();
    let body = json!({"authenticator": {"id": id, "methodType": "signed_nonce"}});
    transaction.submit(form, body).await;
    transaction.expect(400, form);
    engine.stop().await;
}
