//! Duo: what its frame signs, and what it does not.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};

use super::support::{PASSWORD, Running, Transaction, claims, encode};

const WHO: &str = "lise@example.com";
const CHOICE: &str = "select-authenticator-authenticate";

async fn asked(engine: &Running) -> Transaction<'_> {
    let mut transaction = engine.begin().await;
    transaction.identify(WHO).await;
    transaction.password(PASSWORD).await;
    transaction.choose(CHOICE, "Duo Security", json!({})).await;
    transaction.expect(200, "challenge-authenticator");
    transaction
}

fn context(transaction: &Transaction<'_>, name: &str) -> String {
    let places = ["currentAuthenticator", "currentAuthenticatorEnrollment"];
    let mut found = places
        .iter()
        .map(|place| &transaction.document[place]["value"]["contextualData"][name]);
    let found = found
        .find(|found| found.is_string())
        .unwrap_or(&Value::Null);
    found.as_str().unwrap().to_owned()
}

/// What the frame tells the page around it, with what the page puts behind it.
async fn answer(engine: &Running, transaction: &Transaction<'_>, say: &str) -> String {
    let token = context(transaction, "signedToken");
    let (request, app) = token.split_once(':').unwrap();
    assert_eq!(
        format!("http://{}", context(transaction, "host")),
        engine.origin
    );
    let query = encode(&[
        ("tx", request),
        ("parent", "http://localhost:1/x"),
        ("v", "2.6"),
    ]);
    let url = format!("{}/frame/web/v1/auth?{query}", engine.origin);
    let page = engine.send(Method::GET, &url, &[], String::new()).await;
    assert!(
        page.expect(200)
            .text
            .contains(&format!("Is it you, {WHO}?"))
    );
    let foreign = [("origin", "http://evil.example")];
    let body = encode(&[("answer", say)]);
    let refused = engine
        .send(Method::POST, &url, &foreign, body.clone())
        .await;
    refused.expect(403);
    let told = engine.send(Method::POST, &url, &[], body).await.expect(200);
    let word = told.text.split("data-word=\"").nth(1).unwrap();
    format!("{}:{app}", word.split('"').next().unwrap())
}

async fn post(transaction: &mut Transaction<'_>, signed: &str) {
    let body = json!({"credentials": {"signatureData": signed}});
    let form = transaction.forms()[0].to_owned();
    transaction.submit(&form, body).await;
}

#[tokio::test]
async fn who_is_let_through_is_signed_in_once() {
    let engine = Running::start().await;
    let mut transaction = asked(&engine).await;
    let field = transaction.field("challenge-authenticator", &["credentials", "signatureData"]);
    assert_eq!(field["visible"], false);
    let signed = answer(&engine, &transaction, "approve").await;
    post(&mut transaction, &signed).await;
    let id = claims(&transaction.tokens().await["id_token"]);
    assert_eq!(id["amr"], json!(["pwd", "swk", "mfa"]));

    // In another sign-in of the same person it is worth nothing.
    let mut other = asked(&engine).await;
    post(&mut other, &signed).await;
    other.expect(400, "challenge-authenticator");
    engine.stop().await;
}

#[tokio::test]
async fn what_duo_did_not_sign_is_told_and_asked_again() {
    let engine = Running::start().await;
    let mut transaction = asked(&engine).await;
    let failed = "oie.authenticator.duo.method.duo.verification_failed";
    let denied = answer(&engine, &transaction, "deny").await;
    let token = context(&transaction, "signedToken");
    for signed in [denied.as_str(), "AUTH|made|up", &token, ""] {
        post(&mut transaction, signed).await;
        transaction.expect(400, "challenge-authenticator");
        assert_eq!(transaction.messages(), [failed], "{signed}");
    }
    let late = answer(&engine, &transaction, "approve").await;
    engine.clock.advance(Duration::from_secs(200));
    transaction.introspect().await;
    engine.clock.advance(Duration::from_secs(200));
    post(&mut transaction, &late).await;
    transaction.expect(400, "challenge-authenticator");
    let timeout = "oie.authenticator.duo.method.duo.verification_timeout";
    assert_eq!(transaction.messages(), [timeout]);
    let signed = answer(&engine, &transaction, "approve").await;
    post(&mut transaction, &signed).await;
    transaction.code();
    engine.stop().await;
}
