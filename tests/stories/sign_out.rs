//! Leaving.

use http::StatusCode;

use crate::{
    sign_in::ada,
    support::{app::App, engine::Engine, gateway::Gateway},
};

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
