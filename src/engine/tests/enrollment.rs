//! Setting authenticators up: at sign-in, at registration, or later.

use serde_json::json;

use super::support::{PASSWORD, Running, Transaction, claims, totp_at};
use crate::{clock::Clock as _, engine::EnrollMode};

const SELECT: &str = "select-authenticator-enroll";

async fn niklaus(engine: &Running) -> Transaction<'_> {
    let mut transaction = engine.begin().await;
    transaction.identify("niklaus@example.com").await;
    transaction.password(PASSWORD).await;
    transaction.expect(200, SELECT);
    transaction
}

#[tokio::test]
async fn niklaus_must_set_up_a_second_factor_and_then_has_it() {
    let engine = Running::start().await;
    let mut transaction = niklaus(&engine).await;
    assert_eq!(transaction.forms(), [SELECT], "there is no skip");
    transaction.choose(SELECT, "Phone", json!({})).await;
    transaction.expect(200, "authenticator-enrollment-data");
    let id = transaction.field("authenticator-enrollment-data", &["authenticator", "id"])["value"]
        .clone();
    let body = |phone: &str| json!({"authenticator": {"id": id, "methodType": "sms", "phoneNumber": phone}});
    transaction
        .submit("authenticator-enrollment-data", body("044 123"))
        .await;
    transaction.expect(400, "authenticator-enrollment-data");
    let field = transaction.field(
        "authenticator-enrollment-data",
        &["authenticator", "phoneNumber"],
    );
    let key = &field["messages"]["value"][0]["i18n"]["key"];
    assert_eq!(key, "api.factors.error.sms.invalid_phone");
    transaction
        .submit("authenticator-enrollment-data", body("+41 44 123 45 67"))
        .await;
    transaction.expect(200, "enroll-authenticator");
    transaction.passcode("wrong").await;
    transaction.expect(401, "enroll-authenticator");
    transaction.passcode(&engine.passcode("+41441234567")).await;
    let id = claims(&transaction.tokens().await["id_token"]);
    assert_eq!(id["amr"], json!(["pwd", "sms", "mfa"]));

    let mut again = engine.begin().await;
    again.identify("niklaus@example.com").await;
    again.password(PASSWORD).await;
    again.expect(200, "authenticator-verification-data");
    engine.stop().await;
}

#[tokio::test]
async fn an_authenticator_app_is_set_up_with_a_shared_secret() {
    let engine = Running::start().await;
    let mut transaction = niklaus(&engine).await;
    transaction
        .choose(SELECT, "Google Authenticator", json!({}))
        .await;
    transaction.expect(200, "enroll-authenticator");
    let data = &transaction.document["currentAuthenticator"]["value"]["contextualData"];
    let secret = data["sharedSecret"].as_str().unwrap().to_owned();
    assert_eq!(secret.len(), 16);
    assert!(
        data["qrcode"]["href"]
            .as_str()
            .unwrap()
            .starts_with("data:image/png;base64,")
    );
    transaction.passcode("000").await;
    transaction.expect(401, "enroll-authenticator");
    transaction
        .passcode(&totp_at(&secret, engine.clock.unix()))
        .await;
    transaction.code();
    engine.stop().await;
}

#[tokio::test]
async fn a_security_question_is_chosen_or_made_up() {
    let engine = Running::start().await;
    let mut transaction = niklaus(&engine).await;
    transaction
        .choose(SELECT, "Security Question", json!({}))
        .await;
    transaction.expect(200, "enroll-authenticator");
    let body =
        |answer: &str| json!({"credentials": {"questionKey": "first_award", "answer": answer}});
    transaction
        .submit("enroll-authenticator", body("abc"))
        .await;
    transaction.expect(400, "enroll-authenticator");
    // "Something else" beside the form leads to another one.
    transaction.choose(SELECT, "Email", json!({})).await;
    transaction.expect(200, "enroll-authenticator");
    assert_eq!(
        transaction.document["currentAuthenticator"]["value"]["key"],
        "okta_email"
    );
    transaction
        .choose(SELECT, "Security Question", json!({}))
        .await;
    let own = json!({"credentials": {"questionKey": "custom", "question": "Which language?", "answer": "Oberon"}});
    transaction.submit("enroll-authenticator", own).await;
    transaction.code();

    let mut again = engine.begin().await;
    again.identify("niklaus@example.com").await;
    again.password(PASSWORD).await;
    let key = again.field("challenge-authenticator", &["credentials", "questionKey"]);
    assert_eq!(
        (&key["label"], &key["value"]),
        (&json!("Which language?"), &json!("custom"))
    );
    let answer = json!({"credentials": {"questionKey": "custom", "answer": "oberon"}});
    again.submit("challenge-authenticator", answer).await;
    again.code();
    engine.stop().await;
}

#[tokio::test]
async fn what_is_optional_can_be_skipped() {
    let engine = Running::with(|settings| {
        settings
            .policies
            .get_mut("password-and-enrolled")
            .unwrap()
            .enroll = EnrollMode::Optional;
    })
    .await;
    let mut transaction = niklaus(&engine).await;
    assert_eq!(transaction.forms(), [SELECT, "skip"]);
    transaction.submit("skip", json!({})).await;
    transaction.code();
    engine.stop().await;
}

fn profile(email: &str) -> serde_json::Value {
    json!({"userProfile": {"firstName": "Konrad", "lastName": "Zuse", "email": email}})
}

#[tokio::test]
async fn somebody_registers_and_signs_in() {
    let engine = Running::start().await;
    let mut transaction = engine.begin().await;
    transaction.submit("select-enroll-profile", json!({})).await;
    transaction.expect(200, "enroll-profile");
    assert_eq!(transaction.document["intent"], "ENROLL_NEW_USER");
    transaction
        .submit("enroll-profile", profile("konrad"))
        .await;
    transaction.expect(400, "enroll-profile");
    transaction
        .submit("enroll-profile", profile("ada@example.com"))
        .await;
    let field = transaction.field("enroll-profile", &["userProfile", "email"]);
    let key = &field["messages"]["value"][0]["i18n"]["key"];
    assert_eq!(key, "registration.error.notUniqueWithinOrg");
    transaction
        .submit(
            "enroll-profile",
            json!({"userProfile": {"firstName": "<b>"}}),
        )
        .await;
    transaction.expect(400, "enroll-profile");

    transaction
        .submit("enroll-profile", profile("konrad@example.com"))
        .await;
    transaction.expect(200, SELECT);
    assert_eq!(transaction.forms(), [SELECT]);
    transaction.choose(SELECT, "Password", json!({})).await;
    transaction.passcode("short").await;
    transaction.expect(400, "enroll-authenticator");
    transaction.passcode("plankalkül 1945").await;
    transaction.expect(200, SELECT);
    transaction.choose(SELECT, "Email", json!({})).await;
    transaction
        .passcode(&engine.passcode("konrad@example.com"))
        .await;
    assert_eq!(transaction.forms(), [SELECT, "skip"]);
    transaction.submit("skip", json!({})).await;
    let id = claims(&transaction.tokens().await["id_token"]);
    assert_eq!(id["name"], "Konrad Zuse");

    let mut again = engine.begin().await;
    again.identify("konrad@example.com").await;
    again.password("plankalkül 1945").await;
    again.code();
    engine.stop().await;
}

#[tokio::test]
async fn half_a_registration_leaves_nobody_behind() {
    let engine = Running::start().await;
    let mut transaction = engine.begin().await;
    transaction.submit("select-enroll-profile", json!({})).await;
    transaction.submit("select-identify", json!({})).await;
    transaction.expect(200, "identify");
    transaction.submit("select-enroll-profile", json!({})).await;
    transaction
        .submit("enroll-profile", profile("konrad@example.com"))
        .await;
    let mut other = engine.begin().await;
    other.identify("konrad@example.com").await;
    assert_eq!(other.messages(), ["idx.unknown.user"]);
    transaction.submit("cancel", json!({})).await;
    transaction.expect(200, "identify");
    engine.stop().await;
}
