//! What comes once somebody is known: told, asked, put off.

use std::time::Duration;

use serde_json::json;

use super::support::{PASSWORD, Running, Transaction};

async fn known<'a>(engine: &'a Running, who: &str) -> Transaction<'a> {
    let mut transaction = engine.begin().await;
    transaction.identify(&format!("{who}@example.com")).await;
    transaction.password(PASSWORD).await;
    transaction
}

#[tokio::test]
async fn what_may_be_put_off_is_put_off_by_skip() {
    let engine = Running::start().await;
    for (who, first) in [
        ("tony", "reenroll-authenticator-warning"),
        ("hedy", "device-assurance-grace-period"),
        ("annie", "select-authenticator-enroll"),
        ("margaret", "select-authenticator-enroll"),
        ("mary", "select-authenticator-enroll"),
    ] {
        let mut transaction = known(&engine, who).await;
        transaction.expect(200, first);
        let skip = if who == "hedy" { first } else { "skip" };
        transaction.submit(skip, json!({})).await;
        transaction.code();
    }
    engine.stop().await;
}

#[tokio::test]
async fn a_warning_says_how_long_and_takes_a_new_password() {
    let engine = Running::start().await;
    let mut transaction = known(&engine, "tony").await;
    assert_eq!(transaction.messages(), ["idx.password.expiring.message"]);
    let settings = &transaction.document["currentAuthenticator"]["value"]["settings"];
    assert_eq!(settings["daysToExpiry"], 3);
    transaction.passcode("an altogether new one").await;
    transaction.code();
    engine.stop().await;
}

#[tokio::test]
async fn grace_ends_after_three_skips() {
    let engine = Running::start().await;
    for left in [3, 2, 1] {
        let mut transaction = known(&engine, "annie").await;
        let offered = &transaction.document["authenticators"]["value"][0];
        assert_eq!(offered["gracePeriod"]["remainingSkips"], left);
        transaction.submit("skip", json!({})).await;
        transaction.code();
    }
    let transaction = known(&engine, "annie").await;
    assert_eq!(transaction.forms(), ["select-authenticator-enroll"]);
    engine.stop().await;
}

#[tokio::test]
async fn joan_is_asked_for_what_her_profile_lacks_once() {
    let engine = Running::start().await;
    let mut transaction = known(&engine, "joan").await;
    assert_eq!(transaction.forms(), ["profile-update"]);
    transaction
        .submit(
            "profile-update",
            json!({"userProfile": {"secondEmail": ""}}),
        )
        .await;
    transaction.expect(400, "profile-update");
    let body = json!({"userProfile": {"department": "Hut 8"}});
    transaction.submit("profile-update", body).await;
    transaction.code();
    let mut again = known(&engine, "joan").await;
    assert_eq!(again.forms(), ["profile-update", "skip"]);
    again.submit("skip", json!({})).await;
    again.code();
    engine.stop().await;
}

#[tokio::test]
async fn radia_consents_once_and_frances_stays() {
    let engine = Running::start().await;
    let mut refused = known(&engine, "radia").await;
    refused.expect(200, "consent");
    refused.submit("consent", json!({"consent": false})).await;
    refused.expect_terminal(403, "security.access_denied");
    let mut transaction = known(&engine, "radia").await;
    transaction
        .submit("consent", json!({"consent": true}))
        .await;
    transaction.code();
    known(&engine, "radia").await.code();
    let mut transaction = known(&engine, "frances").await;
    transaction.expect(200, "keep-me-signed-in");
    transaction
        .submit("keep-me-signed-in", json!({"keepMeSignedIn": true}))
        .await;
    transaction.code();
    engine.stop().await;
}

#[tokio::test]
async fn sophie_is_sent_elsewhere_for_her_password() {
    let engine = Running::start().await;
    let transaction = known(&engine, "sophie").await;
    transaction.expect(200, "reenroll-custom-password-expiry");
    let form = transaction.form("reenroll-custom-password-expiry");
    assert_eq!(form["customExpiredPasswordName"], "Example Passwords");
    engine.stop().await;
}

#[tokio::test]
async fn an_org_in_safe_mode_lets_one_wait() {
    let engine = Running::start().await;
    engine.control.safe_mode(2);
    let mut transaction = engine.begin().await;
    for _ in 0..2 {
        transaction.expect(200, "poll");
        assert_eq!(transaction.form("poll")["refresh"], 2000);
        transaction.submit("poll", json!({})).await;
    }
    transaction.expect(200, "identify");
    engine.stop().await;
}

#[tokio::test]
async fn john_activates_his_account_with_a_fresh_link() {
    let engine = Running::start().await;
    let mut early = engine.begin().await;
    early.identify("john@example.com").await;
    early.expect_terminal(403, "idx.activating.inactive.user");

    let web = |token: String| {
        let engine = &engine;
        async move {
            let answer = engine
                .interact(&[
                    ("client_id", "interlock-web"),
                    ("client_secret", "interlock-web-secret"),
                    ("activation_token", &token),
                ])
                .await;
            let handle = answer.expect(200).json()["interaction_handle"].clone();
            engine.resume(handle.as_str().unwrap()).await
        }
    };
    let token = engine.control.activation_token("john@example.com").unwrap();
    let public = engine.interact(&[("activation_token", &token)]).await;
    public.expect_error(400, "invalid_request");
    engine.clock.advance(Duration::from_hours(2));
    let mut late = web(token).await;
    late.expect(200, "request-activation-email");
    assert_eq!(late.messages(), ["idx.expired.activation.token"]);
    late.submit("request-activation-email", json!({})).await;
    late.expect_terminal(200, "idx.request.activation.email");

    let mail = engine.control.inbox("john@example.com").remove(0);
    let (_, token) = mail
        .link
        .as_deref()
        .unwrap()
        .split_once("activation_token=")
        .unwrap();
    let mut transaction = web(token.to_owned()).await;
    transaction.expect(200, "select-authenticator-enroll");
    let select = "select-authenticator-enroll";
    transaction.choose(select, "Password", json!({})).await;
    transaction.passcode("a password of my own").await;
    transaction.choose(select, "Email", json!({})).await;
    let code = engine.passcode("john@example.com");
    transaction.passcode(&code).await;
    transaction.expect(200, select);
    transaction.submit("skip", json!({})).await;
    transaction.code();
    assert!(
        engine
            .control
            .activation_token("john@example.com")
            .is_none()
    );
    engine.stop().await;
}

#[tokio::test]
async fn registration_can_ask_for_the_password_in_the_same_form() {
    let engine = Running::with(|settings| settings.org.password_on_registration = true).await;
    let mut transaction = engine.begin().await;
    transaction.submit("select-enroll-profile", json!({})).await;
    let profile = |password: &str| {
        json!({"userProfile": {"firstName": "Sister", "lastName": "Mary", "email": "new@example.com"},
            "credentials": {"passcode": password}})
    };
    transaction.submit("enroll-profile", profile("short")).await;
    transaction.expect(400, "enroll-profile");
    let field = transaction.field("enroll-profile", &["credentials", "passcode"]);
    let key = &field["messages"]["value"][0]["i18n"]["key"];
    assert_eq!(key, "password.passwordRequirementsNotMet");
    transaction
        .submit("enroll-profile", profile("long enough for all"))
        .await;
    transaction.expect(200, "select-authenticator-enroll");
    assert_eq!(transaction.options("select-authenticator-enroll").len(), 1);
    engine.stop().await;
}

#[tokio::test]
async fn who_follows_a_mailed_link_may_be_asked_whether_it_was_them() {
    let engine = Running::with(|settings| settings.org.email_consent = true).await;
    for (answer, says) in [("yes", "original tab"), ("no", "denied")] {
        let mut transaction = known(&engine, "grace").await;
        let link = engine
            .control
            .inbox("grace@example.com")
            .remove(0)
            .link
            .unwrap();
        let page = engine
            .send(http::Method::GET, &link, &[], String::new())
            .await
            .expect(200);
        let (_, token) = page.text.split_once("name=stateToken value=\"").unwrap();
        let (token, _) = token.split_once('"').unwrap();
        let shown = engine
            .idx("introspect", &json!({ "stateToken": token }))
            .await
            .json();
        assert_eq!(
            shown["remediation"]["value"][0]["name"],
            "email-challenge-consent"
        );
        let body = super::support::encode(&[("stateToken", token), ("consent", answer)]);
        let page = engine
            .send(http::Method::POST, &link, &[], body)
            .await
            .expect(200);
        assert!(page.text.contains(says), "{}", page.text);
        transaction.submit("poll", json!({})).await;
        if answer == "yes" {
            transaction.code();
        } else {
            transaction.expect_terminal(403, "idx.operation.cancelled.on.other.device");
        }
    }
    engine.stop().await;
}

#[tokio::test]
async fn the_engine_speaks_german_to_who_asks_for_it() {
    let engine = Running::start().await;
    let handle = engine.interact(&[]).await.json()["interaction_handle"].clone();
    let body = json!({ "interactionHandle": handle }).to_string();
    let url = format!("{}/idp/idx/introspect", engine.origin);
    let headers = [
        ("content-type", "application/json"),
        ("accept-language", "de-CH,en;q=0.5"),
    ];
    let answer = engine
        .send(http::Method::POST, &url, &headers, body)
        .await
        .expect(200);
    assert_eq!(answer.header("content-language"), "de");
    assert_eq!(
        answer.json()["remediation"]["value"][0]["value"][0]["label"],
        "Benutzername"
    );
    engine.stop().await;
}
