//! An authorization server whose tokens must not be believed.

use http::StatusCode;
use interlock::engine::{Fault, TokenFlaw};
use serde_json::Value;

use crate::{
    stage::routes,
    support::{
        app::App,
        engine::Engine,
        gateway::Gateway,
        logs::logs,
        middle::Middle,
        person::{PASSWORD, ada, to_identify, with_password},
    },
};

const FLAWS: [TokenFlaw; 13] = [
    TokenFlaw::AlgNone,
    TokenFlaw::BadSignature,
    TokenFlaw::Expired,
    TokenFlaw::HmacWithPublicKey,
    TokenFlaw::MissingNonce,
    TokenFlaw::NotYetValid,
    TokenFlaw::UnknownKey,
    TokenFlaw::WrongAtHash,
    TokenFlaw::WrongAudience,
    TokenFlaw::WrongClient,
    TokenFlaw::WrongIssuer,
    TokenFlaw::WrongNonce,
    TokenFlaw::WrongSubject,
];

/// Proves IDP-09 J1 J6 T8 CVE-2026-55672 GHSA-xqxv-4jc2-x56x CVE-2026-22817 CVE-2026-22818: a token that is wrong in one thing makes no session.
#[tokio::test]
async fn no_flawed_token_makes_a_session() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;
    for flaw in FLAWS {
        // Another `sub` is wrong only where one is known: at a renewal.
        if flaw == TokenFlaw::WrongSubject {
            continue;
        }
        engine.control.break_next("token", Fault::Token { flaw }, 1);
        let mut browser = gateway.browser();
        let landed = with_password(&mut browser, "/", "ada@example.com").await;
        assert!(
            landed.status.is_server_error() || landed.status.is_client_error(),
            "{flaw:?}: {}",
            landed.status
        );
        assert!(!browser.cookies.contains_key("interlock"), "{flaw:?}");
        engine.control.clear_faults();
    }
    assert_eq!(app.requests(), 0);
    ada(&gateway).await;
}

/// Proves IDP-09: without an ID token, or with nonsense in its place, nobody is signed in.
#[tokio::test]
async fn a_token_answer_that_lacks_something_makes_no_session() {
    let app = App::echo().await;
    let (middle, engine) = Middle::and_engine(|_| {}).await;
    let gateway = Gateway::before(&app, &engine)
        .issuer(&middle.issuer())
        .start()
        .await;
    for (member, value) in [
        ("id_token", Value::Null),
        ("id_token", "".into()),
        ("id_token", "a.b.c".into()),
        ("id_token", 1.into()),
        ("access_token", Value::Null),
        ("access_token", "opaque".into()),
        ("token_type", "DPoP".into()),
        ("token_type", Value::Null),
    ] {
        let told = value.clone();
        middle.change(move |answer| {
            if answer.path.ends_with("/v1/token") {
                let mut document: Value = serde_json::from_slice(&answer.body).unwrap();
                document[member] = told.clone();
                answer.body = document.to_string().into();
            }
        });
        let mut browser = gateway.browser();
        let landed = with_password(&mut browser, "/", "ada@example.com").await;
        assert!(!landed.status.is_success(), "{member} = {value}");
        assert!(
            !browser.cookies.contains_key("interlock"),
            "{member} = {value}"
        );
    }
    assert_eq!(app.requests(), 0);
    middle.leave_alone();
    ada(&gateway).await;
}

/// Proves IDP-10 H10 CVE-2023-27493 RUSTSEC-2017-0002 CVE-2017-18587 CVE-2026-40165 CVE-2026-57580: a claim that does not fit into a field is no field and no request.
#[tokio::test]
async fn no_claim_ends_a_line() {
    for (claim, reaches) in [
        ("it\r\nX-Auth-Request-User: root", false),
        ("it\0", false),
        ("it\u{7f}", false),
        ("it\u{85}", false),
        ("", true),
        ("alice<!-- -->x", true),
        ("Ünïcode", true),
    ] {
        let app = App::echo().await;
        let engine = Engine::with(|settings| {
            let ada = settings
                .people
                .iter_mut()
                .find(|person| person.login == "ada@example.com")
                .unwrap();
            ada.claims.insert("department".to_owned(), claim.to_owned());
        });
        let gateway = routes(Gateway::before(&app, &engine))
            .route("path = \"/*\"\nupstream = \"app\"")
            .start()
            .await;
        let mut browser = ada(&gateway).await;
        let before = app.requests();
        let reply = browser.get("/mapped/x").await;
        if reaches {
            reply.expect(StatusCode::OK);
            let seen = app.last().unwrap();
            let department = seen.all("x-department");
            assert!(
                department.len() <= 1 && department.iter().all(|value| value.is_ascii()),
                "{department:?}"
            );
        } else {
            reply.expect(StatusCode::FORBIDDEN);
            assert_eq!(app.requests(), before, "{claim:?}");
        }
        gateway.stop().await;
    }
}

/// Proves IDP-10 L1: a claim of 64 KiB ends in a refusal, and others sign in.
#[tokio::test]
async fn an_enormous_claim_is_refused() {
    let app = App::echo().await;
    let engine = Engine::with(|settings| {
        let grace = settings
            .people
            .iter_mut()
            .find(|person| person.login == "donald@example.com")
            .unwrap();
        grace.password = Some(PASSWORD.into());
        let ada = settings
            .people
            .iter_mut()
            .find(|person| person.login == "alan@example.com")
            .unwrap();
        ada.claims
            .insert("department".to_owned(), "x".repeat(64 * 1024));
        ada.policy = "password".to_owned();
    });
    let gateway = routes(Gateway::before(&app, &engine))
        .route("path = \"/*\"\nupstream = \"app\"")
        .start()
        .await;
    let mut browser = gateway.browser();
    let landed = with_password(&mut browser, "/mapped/x", "alan@example.com").await;
    assert!(!landed.status.is_success(), "{}", landed.status);
    assert_eq!(app.requests(), 0);
    ada(&gateway).await;
}

/// Proves C11 CVE-2025-53942 CVE-2025-64521 CVE-2021-41230 GHSA-j6wp-3859-vxfg: a renewal that names somebody else, or is refused, ends the session.
#[tokio::test]
async fn a_renewal_for_somebody_else_ends_the_session() {
    let (app, engine) = (App::echo().await, Engine::start());
    for flaw in [
        TokenFlaw::WrongSubject,
        TokenFlaw::UnknownKey,
        TokenFlaw::WrongIssuer,
        TokenFlaw::WrongClient,
    ] {
        let gateway = Gateway::before(&app, &engine)
            .session(&format!(
                "store = \"memory\"\nsecret = \"{}\"\nidle_timeout = \"3h\"\nlifetime = \"12h\"",
                crate::support::gateway::SECRET
            ))
            .start()
            .await;
        let mut browser = ada(&gateway).await;
        let before = app.requests();
        gateway.clock.advance(std::time::Duration::from_mins(65));
        engine.control.break_next("token", Fault::Token { flaw }, 1);
        browser.get("/").await.expect(StatusCode::FOUND);
        assert!(browser.cookies.is_empty(), "{flaw:?}");
        assert_eq!(app.requests(), before, "{flaw:?}");
        engine.control.clear_faults();
        to_identify(&mut gateway.browser(), "/").await;
        gateway.stop().await;
    }
    logs().assert_without(PASSWORD);
}
