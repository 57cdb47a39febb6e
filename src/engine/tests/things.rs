//! Codes that things show, a card with a PIN, an app of the customer's own; and setting such things up.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};

use super::support::{PASSWORD, Running, Transaction};

const MARIA: &str = "maria@example.com";
const EMMY: &str = "emmy@example.com";
const CHOICE: &str = "select-authenticator-authenticate";
const NEW: &str = "select-authenticator-enroll";

async fn chosen<'a>(engine: &'a Running, who: &str, form: &str, what: &str) -> Transaction<'a> {
    let mut transaction = engine.begin().await;
    transaction.identify(who).await;
    transaction.password(PASSWORD).await;
    transaction.expect(200, form);
    transaction.choose(form, what, json!({})).await;
    transaction
}

/// What lies at `/fobs`.
async fn fob(engine: &Running, kind: &str, owner: Option<&str>) -> Value {
    let all = engine.get("/fobs.json").await.expect(200).json();
    let mut all = all.as_array().unwrap().iter();
    let wanted = |fob: &&Value| fob["kind"] == kind && fob["owner"].as_str() == owner;
    all.find(wanted).unwrap().clone()
}

fn text(fob: &Value, name: &str) -> String {
    fob[name].as_str().unwrap().to_owned()
}

/// Keys of the messages at the passcode's field.
fn at_field(transaction: &Transaction<'_>, form: &str) -> Value {
    let field = transaction.field(form, &["credentials", "passcode"]);
    field["messages"]["value"][0]["i18n"]["key"].clone()
}

#[tokio::test]
async fn each_thing_shows_a_code_that_is_good_once() {
    let engine = Running::start().await;
    let challenge = "challenge-authenticator";
    for (kind, name, wrong) in [
        (
            "rsa_token",
            "RSA SecurID",
            "api.authn.error.PASSCODE_INVALID",
        ),
        (
            "onprem_mfa",
            "Example On-Prem",
            "api.authn.error.PASSCODE_INVALID",
        ),
        (
            "symantec_vip",
            "Symantec VIP",
            "authfactor.challenge.soft_token.invalid_passcode",
        ),
        (
            "yubikey_token",
            "Yubikey Authenticator",
            "api.authn.error.PASSCODE_INVALID",
        ),
        (
            "custom_otp",
            "Example One-Time Password",
            "api.authn.error.PASSCODE_INVALID",
        ),
    ] {
        let mut transaction = chosen(&engine, MARIA, CHOICE, name).await;
        transaction.expect(200, challenge);
        transaction.passcode("000000").await;
        transaction.expect(401, challenge);
        assert_eq!(at_field(&transaction, challenge), wrong, "{kind}");
        let code = text(&fob(&engine, kind, Some(MARIA)).await, "code");
        transaction.passcode(&code).await;
        transaction.code();

        let mut again = chosen(&engine, MARIA, CHOICE, name).await;
        again.passcode(&code).await;
        again.expect(403, challenge);
        if matches!(kind, "rsa_token" | "onprem_mfa") {
            assert_eq!(again.messages(), ["errors.E0000113"], "{kind}");
        } else {
            let used = "authfactor.challenge.soft_token.used_passcode";
            assert_eq!(at_field(&again, challenge), used, "{kind}");
        }
    }
    let page = engine.get("/fobs").await.expect(200);
    assert!(page.text.contains("in the drawer"));
    engine.stop().await;
}

#[tokio::test]
async fn an_administrators_code_and_an_app_of_the_customers() {
    let engine = Running::start().await;
    let mut transaction = chosen(&engine, MARIA, CHOICE, "Temporary Access Code").await;
    transaction.passcode("WRONG").await;
    transaction.expect(401, "challenge-authenticator");
    transaction.passcode("TEMP4711").await;
    transaction.code();

    let mut transaction = chosen(&engine, MARIA, CHOICE, "Example App").await;
    transaction.expect(200, "challenge-poll");
    let current = &transaction.document["currentAuthenticator"]["value"];
    assert_eq!(current["key"], "custom_app");
    assert!(engine.control.reject_push(MARIA));
    transaction.submit("challenge-poll", json!({})).await;
    transaction.expect(200, "resend");
    assert_eq!(
        transaction.messages(),
        ["api.authn.poll.error.push_rejected"]
    );
    let field = transaction.field("resend", &["authenticator"]);
    let id = &field["value"]["form"]["value"][0]["value"];
    let body = json!({"authenticator": {"id": id, "methodType": "push"}});
    transaction.submit("resend", body).await;
    assert!(engine.control.approve_push(MARIA));
    transaction.submit("challenge-poll", json!({})).await;
    transaction.code();
    engine.stop().await;
}

async fn tap(engine: &Running, transaction: &Transaction<'_>, card: &str) -> u16 {
    let places = ["currentAuthenticator", "currentAuthenticatorEnrollment"];
    let url = places.iter().find_map(|place| {
        let current = &transaction.document[place]["value"];
        current["contextualData"]["setupNfcUrl"].as_str()
    });
    let url = url.unwrap();
    let body = format!("card={card}");
    let page = engine.send(Method::GET, url, &[], String::new()).await;
    assert!(page.expect(200).text.contains("Hold your card"));
    let foreign = [("origin", "http://evil.example")];
    let refused = engine.send(Method::POST, url, &foreign, body.clone()).await;
    refused.expect(403);
    let answer = engine.send(Method::POST, url, &[], body).await;
    answer.status.as_u16()
}

#[tokio::test]
async fn a_card_is_read_and_then_its_pin_is_asked() {
    let engine = Running::start().await;
    let mut transaction = chosen(&engine, MARIA, CHOICE, "NFC").await;
    transaction.expect(200, "challenge-poll");
    // No PIN before the card.
    transaction.submit("challenge-poll", json!({})).await;
    transaction.expect(200, "challenge-poll");
    assert_eq!(tap(&engine, &transaction, "other").await, 200);
    transaction.submit("challenge-poll", json!({})).await;
    transaction.expect(200, CHOICE);
    let refused = "core.auth.factor.signedNonce.error.invalidDevice";
    assert_eq!(transaction.messages(), [refused]);

    transaction.choose(CHOICE, "NFC", json!({})).await;
    assert_eq!(tap(&engine, &transaction, "own").await, 200);
    transaction.submit("challenge-poll", json!({})).await;
    transaction.expect(200, "challenge-authenticator");
    transaction.passcode("9999").await;
    transaction.expect(401, "challenge-authenticator");
    let wrong = "api.authenticator.error.nfc.pin_incorrect";
    assert_eq!(at_field(&transaction, "challenge-authenticator"), wrong);
    transaction.passcode("2718").await;
    transaction.code();
    engine.stop().await;
}

#[tokio::test]
async fn a_card_gets_its_pin_once_it_was_read() {
    let engine = Running::start().await;
    let mut transaction = chosen(&engine, EMMY, NEW, "NFC").await;
    transaction.expect(200, "enroll-poll");
    assert_eq!(tap(&engine, &transaction, "own").await, 200);
    transaction.submit("enroll-poll", json!({})).await;
    transaction.expect(200, "enroll-authenticator");
    let settings = &transaction.document["currentAuthenticator"]["value"]["settings"];
    assert_eq!(settings, &json!({"minLength": 4, "maxLength": 8}));
    transaction.passcode("12a4").await;
    transaction.expect(400, "enroll-authenticator");
    transaction.passcode("3141").await;
    transaction.code();

    let mut next = engine.begin().await;
    next.identify(EMMY).await;
    next.password(PASSWORD).await;
    next.expect(200, "challenge-poll");
    tap(&engine, &next, "own").await;
    next.submit("challenge-poll", json!({})).await;
    next.passcode("3141").await;
    next.code();
    engine.stop().await;
}

#[tokio::test]
async fn a_thing_from_the_drawer_is_set_up_by_what_it_shows() {
    let enroll = "enroll-authenticator";
    for (kind, name) in [
        ("rsa_token", "RSA SecurID"),
        ("onprem_mfa", "Example On-Prem"),
        ("symantec_vip", "Symantec VIP"),
        ("yubikey_token", "Yubikey Authenticator"),
    ] {
        let engine = Running::start().await;
        let mut transaction = chosen(&engine, EMMY, NEW, name).await;
        transaction.expect(200, enroll);
        let spare = fob(&engine, kind, None).await;
        let (serial, code, next) = (
            text(&spare, "serial"),
            text(&spare, "code"),
            text(&spare, "next"),
        );
        let body = |passcode: &str| match kind {
            "symantec_vip" => json!({"credentials": {"credentialId": serial, "passcode": passcode,
                "nextPasscode": next}}),
            "yubikey_token" => json!({"credentials": {"passcode": passcode}}),
            _ => json!({"credentials": {"clientData": EMMY, "passcode": passcode}}),
        };
        transaction.submit(enroll, body("000000")).await;
        transaction.expect(401, enroll);
        transaction.submit(enroll, body(&code)).await;
        transaction.code();

        // It is emmy's from now on, and asked for.
        assert_eq!(
            text(&fob(&engine, kind, Some(EMMY)).await, "serial"),
            serial
        );
        engine.clock.advance(Duration::from_secs(90));
        let mut next = engine.begin().await;
        next.identify(EMMY).await;
        next.password(PASSWORD).await;
        next.expect(200, "challenge-authenticator");
        let code = text(&fob(&engine, kind, Some(EMMY)).await, "code");
        next.passcode(&code).await;
        next.code();
        engine.stop().await;
    }
}

#[tokio::test]
async fn one_time_passwords_are_handed_out_by_an_administrator() {
    let engine = Running::start().await;
    let transaction = chosen(&engine, EMMY, NEW, "Example One-Time Password").await;
    transaction.expect(403, NEW);
    assert_eq!(transaction.messages(), ["enroll.hotp.restricted"]);
    engine.stop().await;
}
