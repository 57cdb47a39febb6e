//! Leaving.

use std::time::{Duration, Instant};

use http::StatusCode;
use interlock::engine::Fault;

use crate::support::{app::App, engine::Engine, gateway::Gateway, person::ada};

#[tokio::test]
async fn signing_out_asks_first_then_ends_the_session_and_revokes_its_tokens() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;
    let mut browser = ada(&gateway).await;
    let stolen = browser.clone();

    let confirm = browser
        .get("/.interlock/sign-out")
        .await
        .expect(StatusCode::OK)
        .page();
    browser.get("/").await.expect(StatusCode::OK);
    let form = confirm
        .forms
        .iter()
        .find(|form| form.remediation.is_none())
        .expect("a form to sign out");
    let done = browser.post(&confirm, form, &[]).await;
    let done = browser.follow(done).await;
    done.expect(StatusCode::OK).page().expect_text("signed out");
    assert!(browser.cookies.is_empty(), "{:?}", browser.cookies);
    assert!(engine.calls("revoke") >= 1);

    browser.get("/").await.expect(StatusCode::FOUND);
    let mut thief = stolen;
    thief.get("/").await.expect(StatusCode::FOUND);
}

#[tokio::test]
async fn another_site_signs_nobody_out() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;
    let mut browser = ada(&gateway).await;
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
    ] {
        let mut fields = http::HeaderMap::new();
        fields.insert(name, value.parse().unwrap());
        fields.insert(
            "content-type",
            "application/x-www-form-urlencoded".parse().unwrap(),
        );
        let reply = browser
            .send(
                http::Method::POST,
                "/.interlock/sign-out",
                fields,
                bytes::Bytes::new(),
            )
            .await;
        reply.expect(StatusCode::FORBIDDEN);
    }
    browser.get("/").await.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_server_that_hangs_keeps_nobody_signed_in() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;
    let mut browser = ada(&gateway).await;
    engine
        .control
        .break_endpoint("revoke", Fault::Delay { ms: 10_000 });
    let confirm = browser.get("/.interlock/sign-out").await.page();
    let form = confirm
        .forms
        .iter()
        .find(|form| form.remediation.is_none())
        .unwrap();
    let started = Instant::now();
    browser
        .post(&confirm, form, &[])
        .await
        .expect(StatusCode::SEE_OTHER);
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
    assert!(browser.cookies.is_empty());
}
