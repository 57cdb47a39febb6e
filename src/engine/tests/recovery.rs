//! Forgotten passwords, locked accounts, consent, and starting over.

use serde_json::json;

use super::support::{PASSWORD, Running, claims};
use crate::engine::ConsentMode;

#[tokio::test]
async fn a_forgotten_password_is_reset_by_mail() {
    let engine = Running::start().await;
    let before = engine.ada().await;
    let mut transaction = engine.begin().await;
    transaction.identify("ada@example.com").await;
    transaction.submit("recover", json!({})).await;
    transaction.expect(200, "challenge-authenticator");
    assert_eq!(transaction.document["intent"], "CREDENTIAL_RECOVERY");
    transaction.passcode("wrong").await;
    transaction.expect(401, "challenge-authenticator");
    transaction
        .passcode(&engine.passcode("ada@example.com"))
        .await;
    transaction.expect(200, "reset-authenticator");
    transaction.passcode("short").await;
    transaction.expect(400, "reset-authenticator");
    let body = json!({"credentials": {"passcode": "analytical engine", "revokeSessions": true}});
    transaction.submit("reset-authenticator", body).await;
    transaction.code();
    // "Sign me out elsewhere" ended what was there before.
    let fields = [
        ("token", before["access_token"].as_str().unwrap()),
        ("client_id", "interlock-demo"),
    ];
    let shown = engine.form("introspect", &fields).await.json();
    assert_eq!(shown["active"], false);
    for (password, works) in [(PASSWORD, false), ("analytical engine", true)] {
        let mut again = engine.begin().await;
        again.identify("ada@example.com").await;
        again.password(password).await;
        assert_eq!(again.status == 200, works, "{password}");
    }
    engine.stop().await;
}

#[tokio::test]
async fn recovery_may_begin_without_a_name_or_with_a_token() {
    let engine = Running::with(|settings| settings.org.password_on_identify = true).await;
    let mut transaction = engine.begin().await;
    transaction.submit("recover", json!({})).await;
    transaction.expect(200, "identify-recovery");
    transaction
        .submit("identify-recovery", json!({"identifier": "nobody"}))
        .await;
    transaction.expect(200, "identify-recovery");
    assert_eq!(transaction.messages(), ["idx.unknown.user"]);
    transaction
        .submit("identify-recovery", json!({"identifier": "alan"}))
        .await;
    transaction.expect(200, "select-authenticator-authenticate");
    let labels = transaction.options("select-authenticator-authenticate");
    assert_eq!(labels.into_keys().collect::<Vec<_>>(), ["Email", "Phone"]);

    let token = engine.control.recovery_token("ada@example.com").unwrap();
    let with_token = [("recovery_token", token.as_str())];
    let transaction = engine.begin_with(&with_token).await;
    transaction.expect(200, "challenge-authenticator");
    engine
        .interact(&with_token)
        .await
        .expect_error(400, "invalid_request");
    engine.stop().await;
}

#[tokio::test]
async fn recovery_can_be_switched_off() {
    let engine = Running::start().await;
    let mut transaction = engine.begin().await;
    transaction.identify("barbara@example.com").await;
    transaction.submit("recover", json!({})).await;
    transaction.expect_terminal(403, "oie.selfservice.reset.password.not.allowed");
    engine.stop().await;
    let engine = Running::with(|settings| settings.org.recovery = false).await;
    let mut transaction = engine.begin().await;
    transaction.identify("ada@example.com").await;
    let current = &transaction.document["currentAuthenticatorEnrollment"]["value"];
    assert!(current["recover"].is_null());
    engine.stop().await;
}

async fn unlock<'a>(engine: &'a Running, who: &str) -> super::support::Transaction<'a> {
    let mut transaction = engine.begin().await;
    transaction.submit("unlock-account", json!({})).await;
    transaction.expect(200, "select-authenticator-unlock-account");
    let name = "select-authenticator-unlock-account";
    let option = transaction.options(name)["Email"].clone();
    let id = option["value"]["form"]["value"][0]["value"].clone();
    let body = json!({"identifier": who, "authenticator": {"id": id, "methodType": "email"}});
    transaction.submit(name, body).await;
    transaction.expect(200, "challenge-authenticator");
    transaction
}

#[tokio::test]
async fn a_locked_account_is_unlocked_by_its_owner() {
    let engine = Running::start().await;
    let mut transaction = unlock(&engine, "barbara@example.com").await;
    transaction.passcode("wrong").await;
    transaction.expect(401, "challenge-authenticator");
    transaction
        .passcode(&engine.passcode("barbara@example.com"))
        .await;
    transaction.expect_terminal(200, "oie.selfservice.unlock_user.success.message");
    let mut again = engine.begin().await;
    again.identify("barbara@example.com").await;
    again.password(PASSWORD).await;
    again.code();

    // Who does not exist gets the same form, and nothing by mail.
    let mut nobody = unlock(&engine, "nobody@example.com").await;
    assert!(engine.control.passcode("nobody@example.com").is_none());
    nobody.passcode("123456").await;
    nobody.expect(401, "challenge-authenticator");
    engine.stop().await;
}

#[tokio::test]
async fn cancelling_starts_over_with_the_same_handle() {
    let engine = Running::start().await;
    let mut transaction = engine.begin().await;
    transaction.identify("ada@example.com").await;
    transaction.submit("cancel", json!({})).await;
    transaction.expect(200, "identify");
    assert!(transaction.document["user"].is_null());
    transaction.introspect().await;
    transaction.expect(200, "identify");
    transaction.identify("ada@example.com").await;
    transaction.password(PASSWORD).await;
    transaction.code();
    engine.stop().await;
}

#[tokio::test]
async fn consent_is_asked_once_and_may_be_narrowed_or_denied() {
    let engine =
        Running::with(|settings| settings.clients[0].consent = ConsentMode::Granular).await;
    let scope = [("scope", "openid email reports:read")];
    let mut transaction = engine.begin_with(&scope).await;
    transaction.identify("ada@example.com").await;
    transaction.password(PASSWORD).await;
    transaction.expect(200, "granular-consent");
    let opted = |openid: bool| json!({"consent": true, "optedScopes": {"openid": openid, "email": true, "reports:read": false}});
    transaction.submit("granular-consent", opted(false)).await;
    transaction.expect(400, "granular-consent");
    transaction.submit("granular-consent", opted(true)).await;
    assert_eq!(transaction.tokens().await["scope"], "email openid");

    let mut again = engine.begin_with(&[("scope", "openid email")]).await;
    again.identify("ada@example.com").await;
    again.password(PASSWORD).await;
    again.code();
    engine.stop().await;

    let engine = Running::with(|settings| settings.clients[0].consent = ConsentMode::Simple).await;
    for (consent, allowed) in [(true, true), (false, false)] {
        engine.control.reset();
        let mut transaction = engine.begin().await;
        transaction.identify("ada@example.com").await;
        transaction.password(PASSWORD).await;
        transaction.expect(200, "consent");
        transaction
            .submit("consent", json!({"consent": "true"}))
            .await;
        transaction.expect(400, "consent");
        transaction
            .submit("consent", json!({ "consent": consent }))
            .await;
        if allowed {
            transaction.code();
        } else {
            transaction.expect_terminal(403, "security.access_denied");
        }
    }
    engine.stop().await;
}

#[tokio::test]
async fn staying_signed_in_is_asked_where_the_policy_says_so() {
    let engine = Running::with(|settings| {
        settings
            .policies
            .get_mut("password")
            .unwrap()
            .keep_me_signed_in = true;
    })
    .await;
    let mut transaction = engine.begin().await;
    transaction.identify("ada@example.com").await;
    transaction.password(PASSWORD).await;
    transaction.expect(200, "keep-me-signed-in");
    transaction
        .submit("keep-me-signed-in", json!({"keepMeSignedIn": "yes"}))
        .await;
    transaction.expect(400, "keep-me-signed-in");
    transaction
        .submit("keep-me-signed-in", json!({"keepMeSignedIn": false}))
        .await;
    assert_eq!(
        claims(&transaction.tokens().await["id_token"])["amr"],
        json!(["pwd"])
    );
    engine.stop().await;
}

#[tokio::test]
async fn a_person_can_be_changed_while_the_engine_runs() {
    let engine = Running::start().await;
    let change = |action: &str| json!({"login": "ada@example.com", "action": action});
    engine
        .control_post("person", &change("expire_password"))
        .await
        .expect(204);
    let mut transaction = engine.begin().await;
    transaction.identify("ada@example.com").await;
    transaction.password(PASSWORD).await;
    transaction.expect(200, "reenroll-authenticator");
    engine
        .control_post("person", &change("lock"))
        .await
        .expect(204);
    transaction.introspect().await;
    transaction.expect_terminal(403, "errors.E0000119");
    engine.control_post("reset", &json!({})).await.expect(204);
    engine.ada().await;
    engine
        .control_post("person", &json!({"login": "nobody", "action": "lock"}))
        .await
        .expect(400);
    engine.stop().await;
}
