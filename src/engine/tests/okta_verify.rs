//! Pushes, their numbers, codes, and setting the app up.

use std::time::Duration;

use serde_json::{Value, json};

use super::support::{PASSWORD, Running, Transaction, claims, encode, totp_at};

const WHO: &str = "katherine@example.com";

async fn at_the_choice(engine: &Running) -> Transaction<'_> {
    let mut transaction = engine.begin().await;
    transaction.identify(WHO).await;
    transaction.password(PASSWORD).await;
    transaction.expect(200, "authenticator-verification-data");
    transaction
}

async fn push(transaction: &mut Transaction<'_>) {
    let form = "authenticator-verification-data";
    let id = transaction.field(form, &["authenticator", "id"])["value"].clone();
    let body = json!({"authenticator": {"id": id, "methodType": "push", "autoChallenge": true}});
    transaction.submit(form, body).await;
    transaction.expect(200, "challenge-poll");
}

fn number(transaction: &Transaction<'_>) -> String {
    let current = &transaction.document["currentAuthenticator"]["value"];
    current["contextualData"]["correctAnswer"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn katherine_chooses_the_number_on_her_telephone() {
    let engine = Running::start().await;
    let mut transaction = at_the_choice(&engine).await;
    push(&mut transaction).await;
    let shown = number(&transaction);
    assert_eq!(transaction.form("challenge-poll")["refresh"], 4000);
    transaction.submit("challenge-poll", json!({})).await;
    transaction.expect(200, "challenge-poll");

    let screen = engine.get("/phone").await.expect(200);
    assert!(screen.text.contains(&format!("value={shown}>")));
    let pushes = engine.get("/phone.json").await.json();
    let id = pushes["pushes"][0]["id"].as_str().unwrap().to_owned();
    let body = encode(&[("id", &id), ("answer", "approve"), ("number", &shown)]);
    let url = format!("{}/phone", engine.origin);
    let foreign = [("origin", "http://evil.example")];
    engine
        .send(http::Method::POST, &url, &foreign, body.clone())
        .await
        .expect(403);
    engine
        .send(http::Method::POST, &url, &[], body.clone())
        .await
        .expect(200);
    engine
        .send(http::Method::POST, &url, &[], body)
        .await
        .expect(410);

    transaction.submit("challenge-poll", json!({})).await;
    let id = claims(&transaction.tokens().await["id_token"]);
    assert_eq!(id["amr"], json!(["pwd", "swk", "mfa"]));
    engine.stop().await;
}

#[tokio::test]
async fn a_refused_push_and_a_wrong_number_can_be_sent_again() {
    let engine = Running::start().await;
    let mut transaction = at_the_choice(&engine).await;
    push(&mut transaction).await;
    assert!(engine.control.reject_push(WHO));
    for _ in 0..2 {
        transaction.introspect().await;
        transaction.expect(200, "resend");
        assert_eq!(
            transaction.messages(),
            ["api.authn.poll.error.push_rejected"]
        );
    }
    let authenticator = &transaction.form("resend")["value"][0]["value"]["form"]["value"];
    let body = json!({"authenticator": {"id": authenticator[0]["value"], "methodType": "push"}});
    transaction.submit("resend", body.clone()).await;
    transaction.expect(200, "challenge-poll");
    let right: u8 = number(&transaction).parse().unwrap();
    let push = engine.control.pushes(WHO).remove(0);
    let wrong = push.numbers.iter().copied().find(|number| *number != right);
    assert_eq!(push.numbers.len(), 3);
    assert!(engine.control.answer_push(&push.id, true, wrong));
    transaction.submit("challenge-poll", json!({})).await;
    transaction.expect(200, "resend");

    transaction.submit("resend", body.clone()).await;
    engine.clock.advance(Duration::from_secs(200));
    transaction.introspect().await;
    engine.clock.advance(Duration::from_secs(101));
    transaction.introspect().await;
    assert_eq!(
        transaction.messages(),
        ["oie.authenticator.app.method.push.verify.timeout"]
    );
    assert!(!engine.control.approve_push(WHO));
    transaction.submit("resend", body).await;
    assert!(engine.control.approve_push(WHO));
    transaction.introspect().await;
    transaction.code();
    engine.stop().await;
}

#[tokio::test]
async fn katherine_types_the_code_instead() {
    let engine = Running::start().await;
    let mut transaction = at_the_choice(&engine).await;
    push(&mut transaction).await;
    let select = "select-authenticator-authenticate";
    transaction
        .choose(select, "Okta Verify", json!({"methodType": "totp"}))
        .await;
    transaction.expect(200, "challenge-authenticator");
    let answer = |code: String| json!({"credentials": {"totp": code}});
    transaction
        .submit("challenge-authenticator", answer("000000".to_owned()))
        .await;
    transaction.expect(401, "challenge-authenticator");
    let now = crate::clock::Clock::unix(&engine.clock);
    let code = totp_at("KRSXG5CTMVRXEZLU", now);
    transaction
        .submit("challenge-authenticator", answer(code))
        .await;
    let id = claims(&transaction.tokens().await["id_token"]);
    assert_eq!(id["amr"], json!(["pwd", "otp", "mfa"]));
    engine.stop().await;
}

async fn steve(engine: &Running) -> Transaction<'_> {
    let mut transaction = engine.begin().await;
    transaction.identify("steve@example.com").await;
    transaction.password(PASSWORD).await;
    transaction.expect(200, "select-authenticator-enroll");
    transaction
}

fn pairing(transaction: &Transaction<'_>) -> Value {
    transaction.document["currentAuthenticator"]["value"]["contextualData"].clone()
}

#[tokio::test]
async fn steve_sets_the_app_up_by_code_mail_and_message() {
    let engine = Running::start().await;
    let mut transaction = steve(&engine).await;
    let select = "select-authenticator-enroll";
    transaction
        .choose(select, "Okta Verify", json!({"channel": "qrcode"}))
        .await;
    transaction.expect(200, "enroll-poll");
    let qr = pairing(&transaction)["qrcode"]["href"].clone();
    assert!(qr.as_str().unwrap().starts_with("data:image/png;base64,"));
    let forms = [
        "enroll-poll",
        "select-enrollment-channel",
        "select-authenticator-enroll",
    ];
    assert_eq!(transaction.forms(), forms);

    let fields =
        transaction.form("select-enrollment-channel")["value"][0]["value"]["form"]["value"].clone();
    let channel =
        |word: &str| json!({"authenticator": {"id": fields[0]["value"], "channel": word}});
    transaction
        .submit("select-enrollment-channel", channel("sms"))
        .await;
    transaction.expect(200, "enrollment-channel-data");
    transaction
        .submit("enrollment-channel-data", json!({"phoneNumber": "12"}))
        .await;
    transaction.expect(400, "enrollment-channel-data");
    transaction
        .submit("select-enrollment-channel", channel("email"))
        .await;
    let to = "steve@elsewhere.example";
    transaction
        .submit("enrollment-channel-data", json!({"email": to}))
        .await;
    transaction.expect(200, "enroll-poll");
    assert_eq!(pairing(&transaction)["email"], to);
    transaction.submit("resend", json!({})).await;
    let mails = engine.control.inbox(to);
    assert_eq!(mails.len(), 2);
    transaction.submit("enroll-poll", json!({})).await;
    transaction.expect(200, "enroll-poll");

    let link = mails[0].link.clone().unwrap();
    let page = engine
        .send(http::Method::GET, &link, &[], String::new())
        .await
        .expect(200);
    assert!(page.text.contains("Set up"));
    let (path, token) = link.split_once("?token=").unwrap();
    let body = encode(&[("token", token)]);
    engine
        .send(http::Method::POST, path, &[], body)
        .await
        .expect(200);
    transaction.submit("enroll-poll", json!({})).await;
    transaction.code();

    let mut again = engine.begin().await;
    again.identify("steve@example.com").await;
    again.password(PASSWORD).await;
    again.expect(200, "authenticator-verification-data");
    engine.stop().await;
}
