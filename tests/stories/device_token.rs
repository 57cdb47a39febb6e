//! `X-Device-Token`: what a browser is called towards the engine, where the client proves that it speaks for it.

use std::time::Duration;

use http::StatusCode;
use interlock::engine::Rate;

use crate::support::{
    app::App,
    browser::Browser,
    engine::Engine,
    gateway::Gateway,
    person::{PASSWORD, give, to_identify, to_password},
};

const COOKIE: &str = "interlock-device";

async fn signs_in(browser: &mut Browser) {
    let password = to_password(browser, "/", "ada@example.com").await;
    let landed = give(browser, &password, PASSWORD).await;
    landed.expect(StatusCode::OK);
    let told = landed.echoed("cookie").unwrap_or_default();
    assert!(!told.contains(COOKIE), "the app is not told: {told}");
}

#[tokio::test]
async fn a_browser_keeps_its_name_from_one_sign_in_to_the_next() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).confidential().start().await;
    let mut browser = gateway.browser();
    signs_in(&mut browser).await;
    let name = browser.cookies[COOKIE].clone();
    assert_eq!(name.len(), 32);
    browser.cookies.retain(|cookie, _| cookie == COOKIE);
    signs_in(&mut browser).await;
    assert_eq!(browser.cookies[COOKIE], name);

    let mut other = gateway.browser();
    to_identify(&mut other, "/").await;
    assert_ne!(other.cookies[COOKIE], name, "each browser has its own");

    // What was never one of ours is not passed on.
    other.cookies.clear();
    other.cookies.insert(COOKIE.to_owned(), "x".repeat(33));
    to_identify(&mut other, "/").await;
    assert_eq!(other.cookies[COOKIE].len(), 32);
    gateway.stop().await;
}

#[tokio::test]
async fn the_engine_tells_browsers_apart_by_it() {
    let app = App::echo().await;
    let engine = Engine::with(|settings| {
        settings.limits.client = Rate {
            requests: 1,
            window: Duration::from_mins(1),
        };
    });
    let gateway = Gateway::before(&app, &engine).confidential().start().await;
    let (mut one, mut other) = (gateway.browser(), gateway.browser());
    to_identify(&mut one, "/").await;
    to_identify(&mut other, "/").await;
    one.cookies.retain(|cookie, _| cookie == COOKIE);
    let again = one.visit("/").await;
    assert_ne!(again.status, StatusCode::OK, "{}", again.text());
    gateway.stop().await;
}

#[tokio::test]
async fn a_public_client_names_no_browser() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;
    let mut browser = gateway.browser();
    to_identify(&mut browser, "/").await;
    assert!(!browser.cookies.contains_key(COOKIE));
    gateway.stop().await;
}
