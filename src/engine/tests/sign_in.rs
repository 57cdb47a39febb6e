//! Every person signs in, and every way to fail stands beside it.

use std::time::Duration;

use serde_json::json;

use super::support::{PASSWORD, Running, claims, totp_at};

#[tokio::test]
async fn ada_signs_in_with_her_password_alone() {
    let engine = Running::start().await;
    let mut transaction = engine.begin().await;
    transaction.expect(200, "identify");
    let body = json!({"identifier": "ada@example.com", "rememberMe": true});
    transaction.submit("identify", body).await;
    transaction.expect(200, "challenge-authenticator");
    assert_eq!(transaction.forms(), ["challenge-authenticator"]);
    let current = &transaction.document["currentAuthenticatorEnrollment"]["value"];
    assert_eq!(current["key"], "okta_password");
    transaction.password("wrong").await;
    transaction.expect(401, "challenge-authenticator");
    assert_eq!(transaction.messages(), ["incorrectPassword"]);
    transaction.password(PASSWORD).await;
    let tokens = transaction.tokens().await;
    let id = claims(&tokens["id_token"]);
    assert_eq!(id["sub"], "00u1ada0lovelace0001");
    assert_eq!(id["amr"], json!(["pwd"]));
    engine.stop().await;
}

#[tokio::test]
async fn grace_gets_a_code_by_mail_after_her_password() {
    let engine = Running::start().await;
    let mut transaction = engine.begin().await;
    transaction.identify("grace@example.com").await;
    transaction.password(PASSWORD).await;
    transaction.expect(200, "challenge-authenticator");
    let current = &transaction.document["currentAuthenticatorEnrollment"]["value"];
    assert_eq!(current["profile"]["email"], "g***e@example.com");
    assert_eq!(current["poll"]["refresh"], 4000);
    transaction.submit("poll", json!({})).await;
    transaction.expect(200, "challenge-authenticator");

    let first = engine.passcode("grace@example.com");
    transaction.submit("resend", json!({})).await;
    let second = engine.passcode("grace@example.com");
    transaction.passcode(&different(&second)).await;
    transaction.expect(401, "challenge-authenticator");
    let field = transaction.field("challenge-authenticator", &["credentials", "passcode"]);
    assert_eq!(
        field["messages"]["value"][0]["i18n"]["key"],
        "api.authn.error.PASSCODE_INVALID"
    );
    if first != second {
        transaction.passcode(&first).await;
        transaction.expect(401, "challenge-authenticator");
    }
    transaction.passcode(&second).await;
    let id = claims(&transaction.tokens().await["id_token"]);
    assert_eq!(id["amr"], json!(["pwd", "email", "mfa"]));
    engine.stop().await;
}

/// Another code of six digits.
fn different(code: &str) -> String {
    let number: u32 = code.parse().unwrap();
    format!("{:06}", (number + 1) % 1_000_000)
}

#[tokio::test]
async fn a_mailed_code_is_good_for_five_minutes() {
    let engine = Running::with(|settings| {
        settings.windows.challenge = Duration::from_hours(1);
    })
    .await;
    let mut transaction = engine.begin().await;
    transaction.identify("grace@example.com").await;
    transaction.password(PASSWORD).await;
    engine.clock.advance(Duration::from_secs(301));
    transaction
        .passcode(&engine.passcode("grace@example.com"))
        .await;
    transaction.expect(401, "challenge-authenticator");
    transaction.submit("resend", json!({})).await;
    transaction
        .passcode(&engine.passcode("grace@example.com"))
        .await;
    transaction.code();
    engine.stop().await;
}

#[tokio::test]
async fn a_link_in_a_mail_leads_to_the_app_with_code_and_state() {
    let engine = Running::start().await;
    let mut transaction = engine.begin().await;
    transaction.identify("grace@example.com").await;
    transaction.password(PASSWORD).await;
    let mail = engine
        .get("/inbox.json?to=grace@example.com")
        .await
        .expect(200)
        .json();
    let link = mail[0]["link"]
        .as_str()
        .unwrap()
        .strip_prefix(&engine.origin)
        .unwrap()
        .to_owned();
    let answer = engine.get(&link).await.expect(302);
    let code = mail[0]["code"].as_str().unwrap();
    assert_eq!(
        answer.header("location"),
        format!("{}?otp={code}&state=state-1", super::support::REDIRECT)
    );
    let stale = engine
        .get("/email/verify/interlock-demo?token=unknown")
        .await
        .expect(200);
    assert!(stale.text.contains("not valid"));
    engine.stop().await;
}

async fn alan(engine: &Running) -> super::support::Transaction<'_> {
    let mut transaction = engine.begin().await;
    transaction.identify("alan@example.com").await;
    transaction.password(PASSWORD).await;
    transaction.expect(200, "select-authenticator-authenticate");
    transaction
}

const SELECT: &str = "select-authenticator-authenticate";

#[tokio::test]
async fn alan_chooses_among_five_second_factors() {
    let engine = Running::start().await;
    let mut transaction = alan(&engine).await;
    let labels: Vec<String> = transaction.options(SELECT).into_keys().collect();
    assert_eq!(
        labels,
        [
            "Email",
            "Google Authenticator",
            "Phone",
            "Security Key or Biometric",
            "Security Question"
        ]
    );

    transaction
        .choose(SELECT, "Security Question", json!({}))
        .await;
    let answer =
        |answer: &str| json!({"credentials": {"questionKey": "favorite_color", "answer": answer}});
    transaction
        .submit("challenge-authenticator", answer("green"))
        .await;
    transaction.expect(401, "challenge-authenticator");
    transaction
        .submit("challenge-authenticator", answer("Blue"))
        .await;
    let id = claims(&transaction.tokens().await["id_token"]);
    assert_eq!(id["amr"], json!(["pwd", "kba", "mfa"]));

    let mut transaction = alan(&engine).await;
    transaction.choose(SELECT, "Email", json!({})).await;
    transaction
        .passcode(&engine.passcode("alan@example.com"))
        .await;
    transaction.code();
    engine.stop().await;
}

#[tokio::test]
async fn alan_gets_a_text_or_a_call_and_may_change_his_mind() {
    let engine = Running::start().await;
    let mut transaction = alan(&engine).await;
    transaction.choose(SELECT, "Phone", json!({})).await;
    transaction.expect(200, "authenticator-verification-data");
    assert!(
        engine.control.inbox("alan@example.com").is_empty(),
        "nothing is sent before the way is chosen"
    );
    let id = transaction.field("authenticator-verification-data", &["authenticator", "id"]);
    let body = json!({"authenticator": {"id": id["value"], "methodType": "voice"}});
    transaction
        .submit("authenticator-verification-data", body)
        .await;
    transaction.expect(200, "challenge-authenticator");
    assert_eq!(engine.control.inbox("+15551234567")[0].channel, "voice");

    transaction
        .choose(SELECT, "Phone", json!({"methodType": "sms"}))
        .await;
    let mail = &engine.control.inbox("alan@example.com")[0];
    assert_eq!((mail.channel, mail.to.as_str()), ("sms", "+15551234567"));
    let current = &transaction.document["currentAuthenticatorEnrollment"]["value"];
    assert_eq!(current["profile"]["phoneNumber"], "+1 XXX-XXX-4567");
    transaction
        .passcode(&engine.passcode("alan@example.com"))
        .await;
    let id = claims(&transaction.tokens().await["id_token"]);
    assert_eq!(id["amr"], json!(["pwd", "sms", "mfa"]));
    engine.stop().await;
}

#[tokio::test]
async fn a_code_of_the_authenticator_app_is_good_once() {
    let engine = Running::start().await;
    let now = || {
        use crate::clock::Clock as _;
        engine.clock.unix()
    };
    let mut transaction = alan(&engine).await;
    transaction
        .choose(SELECT, "Google Authenticator", json!({}))
        .await;
    transaction.passcode("000").await;
    transaction.expect(401, "challenge-authenticator");
    let code = totp_at("JBSWY3DPEHPK3PXP", now());
    transaction.passcode(&code).await;
    transaction.code();

    let mut transaction = alan(&engine).await;
    transaction
        .choose(SELECT, "Google Authenticator", json!({}))
        .await;
    transaction.passcode(&code).await;
    transaction.expect(403, "challenge-authenticator");
    engine.clock.advance(Duration::from_mins(1));
    transaction
        .passcode(&totp_at("JBSWY3DPEHPK3PXP", now()))
        .await;
    let id = claims(&transaction.tokens().await["id_token"]);
    assert_eq!(id["amr"], json!(["pwd", "otp", "mfa"]));
    engine.stop().await;
}

#[tokio::test]
async fn edsger_chooses_a_new_password_when_his_has_expired() {
    let engine = Running::start().await;
    let mut transaction = engine.begin().await;
    transaction.identify("edsger@example.com").await;
    transaction.password(PASSWORD).await;
    transaction.expect(200, "reenroll-authenticator");
    for bad in ["short", PASSWORD, "password1"] {
        transaction.passcode(bad).await;
        transaction.expect(400, "reenroll-authenticator");
    }
    transaction.passcode("a new and longer one").await;
    transaction.code();
    let mut again = engine.begin().await;
    again.identify("edsger@example.com").await;
    again.password("a new and longer one").await;
    again.code();
    engine.stop().await;
}

#[tokio::test]
async fn barbara_is_locked_out_and_told_so_only_with_the_right_password() {
    let engine = Running::start().await;
    let mut transaction = engine.begin().await;
    transaction.identify("barbara@example.com").await;
    transaction.password("wrong").await;
    transaction.expect(401, "challenge-authenticator");
    transaction.password(PASSWORD).await;
    transaction.expect_terminal(403, "errors.E0000119");
    transaction.introspect().await;
    transaction.expect_terminal(403, "errors.E0000119");
    transaction.submit("cancel", json!({})).await;
    transaction.expect(200, "identify");
    engine.stop().await;
}

#[tokio::test]
async fn donald_needs_no_password() {
    let engine = Running::start().await;
    let mut transaction = engine.begin().await;
    transaction.identify("donald@example.com").await;
    let current = &transaction.document["currentAuthenticatorEnrollment"]["value"];
    assert_eq!(current["key"], "okta_email");
    transaction
        .passcode(&engine.passcode("donald@example.com"))
        .await;
    let id = claims(&transaction.tokens().await["id_token"]);
    assert_eq!(
        (&id["amr"], &id["name"]),
        (&json!(["email"]), &json!("Donald Knuth 高德纳"))
    );
    engine.stop().await;
}

#[tokio::test]
async fn an_unknown_person_is_told_or_decoyed() {
    let engine = Running::start().await;
    let mut transaction = engine.begin().await;
    transaction.identify("nobody@example.com").await;
    transaction.expect(200, "identify");
    assert_eq!(transaction.messages(), ["idx.unknown.user"]);
    transaction.submit("identify", json!({})).await;
    transaction.expect(400, "identify");
    engine.stop().await;

    let engine = Running::with(|settings| settings.org.prevent_enumeration = true).await;
    let mut transaction = engine.begin().await;
    transaction.identify("nobody@example.com").await;
    transaction.expect(200, "challenge-authenticator");
    transaction.password(PASSWORD).await;
    transaction.expect(401, "challenge-authenticator");
    assert_eq!(transaction.messages(), ["errors.E0000004"]);
    engine.stop().await;
}

#[tokio::test]
async fn name_and_password_may_be_one_form() {
    let engine = Running::with(|settings| settings.org.password_on_identify = true).await;
    let mut transaction = engine.begin().await;
    let body = |password: &str| json!({"identifier": "ada", "credentials": {"passcode": password}});
    transaction.submit("identify", body("wrong")).await;
    transaction.expect(401, "identify");
    transaction
        .submit("identify", json!({"identifier": "ada"}))
        .await;
    transaction.expect(400, "identify");
    transaction.submit("identify", body(PASSWORD)).await;
    transaction.code();
    engine.stop().await;
}

#[tokio::test]
async fn every_response_has_a_new_state_handle_and_introspect_repeats_the_step() {
    let engine = Running::with(|settings| settings.org.long_state_handle = true).await;
    let mut transaction = engine.begin().await;
    let first = transaction.document["stateHandle"].clone();
    assert!(first.as_str().unwrap().len() > 1000 && first.as_str().unwrap().contains('~'));
    transaction.identify("ada@example.com").await;
    let second = transaction.document["stateHandle"].clone();
    transaction.introspect().await;
    transaction.expect(200, "challenge-authenticator");
    let third = transaction.document["stateHandle"].clone();
    assert!(first != second && second != third);
    // Handles of the due step work, handles of a step that is over show what is due.
    for (handle, status) in [(&first, 400), (&second, 401)] {
        let body = json!({"stateHandle": handle, "credentials": {"passcode": "wrong"}});
        let answer = engine
            .idx("challenge/answer", &body)
            .await
            .expect(status)
            .json();
        assert_eq!(
            answer["remediation"]["value"][0]["name"],
            "challenge-authenticator"
        );
    }
    for name in ["stateToken", "stateHandle"] {
        let answer = engine
            .idx("introspect", &json!({ name: third }))
            .await
            .expect(200);
        assert_eq!(
            answer.json()["remediation"]["value"][0]["name"],
            "challenge-authenticator"
        );
    }
    engine.stop().await;
}

#[tokio::test]
async fn wrong_types_and_shapes_are_refused() {
    let engine = Running::start().await;
    let mut transaction = engine.begin().await;
    let body = json!({"identifier": "ada@example.com", "rememberMe": "true"});
    transaction.submit("identify", body).await;
    transaction.expect(400, "identify");
    for (path, body, status) in [
        ("introspect", json!({}), 400),
        ("introspect", json!({"interactionHandle": "unknown"}), 401),
        ("identify", json!({"identifier": "ada"}), 400),
        ("identify", json!({"stateHandle": "unknown"}), 401),
    ] {
        let answer = engine.idx(path, &body).await.expect(status).json();
        assert_eq!(answer["version"], "1.0.0");
        assert!(answer["messages"]["value"][0]["message"].is_string());
    }
    engine.stop().await;
}

#[tokio::test]
async fn windows_slide_and_what_has_expired_says_so() {
    let engine = Running::start().await;
    let mut transaction = engine.begin().await;
    engine.clock.advance(Duration::from_secs(7000));
    transaction.introspect().await;
    engine.clock.advance(Duration::from_secs(7000));
    transaction.identify("ada@example.com").await;
    engine.clock.advance(Duration::from_secs(290));
    transaction.password("wrong").await;
    engine.clock.advance(Duration::from_secs(290));
    transaction.password("wrong").await;
    transaction.expect(401, "challenge-authenticator");
    engine.clock.advance(Duration::from_secs(301));
    transaction.password(PASSWORD).await;
    transaction.expect_terminal(401, "idx.session.expired");
    transaction.introspect().await;
    transaction.expect_terminal(401, "idx.session.expired");
    engine.stop().await;
}

#[tokio::test]
async fn a_second_factor_on_request() {
    let engine = Running::start().await;
    let two = [("acr_values", "urn:okta:loa:2fa:any")];
    let mut transaction = engine.begin_with(&two).await;
    transaction.identify("ada@example.com").await;
    transaction.password(PASSWORD).await;
    // Her address is set up: it serves as a second factor although her policy asks for none.
    transaction.expect(200, "challenge-authenticator");
    transaction
        .passcode(&engine.passcode("ada@example.com"))
        .await;
    let tokens = transaction.tokens().await;
    for token in ["id_token", "access_token"] {
        assert_eq!(claims(&tokens[token])["acr"], "urn:okta:loa:2fa:any");
    }
    let plain = engine.ada().await;
    assert_eq!(claims(&plain["id_token"])["acr"], json!(null));
    assert_eq!(
        claims(&plain["access_token"])["acr"],
        "urn:okta:loa:1fa:any"
    );

    let resistant = [("acr_values", "phr")];
    let mut transaction = engine.begin_with(&resistant).await;
    transaction.identify("ada@example.com").await;
    transaction.password(PASSWORD).await;
    transaction.expect_terminal(403, "oie.assurance.unsatisfiable");
    engine.stop().await;
}

#[tokio::test]
async fn who_has_no_second_factor_cannot_reach_two_but_does_if_possible() {
    let engine = Running::with(|settings| {
        let ada = settings
            .people
            .iter_mut()
            .find(|p| p.login == "ada@example.com");
        ada.unwrap().email = false;
    })
    .await;
    for (acr, possible) in [
        ("urn:okta:loa:2fa:any", false),
        ("urn:okta:loa:2fa:any:ifpossible", true),
    ] {
        let mut transaction = engine.begin_with(&[("acr_values", acr)]).await;
        transaction.identify("ada@example.com").await;
        transaction.password(PASSWORD).await;
        if possible {
            transaction.code();
        } else {
            transaction.expect_terminal(403, "oie.assurance.unsatisfiable");
        }
    }
    engine.stop().await;
}
