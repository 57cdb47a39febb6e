//! Steps that wait for something that happens elsewhere: the gateway asks the engine, the page asks the gateway.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};
use interlock::engine::{DeviceReach, FastPassSettings, Fault};
use serde_json::json;

use crate::support::{
    app::App,
    browser::Browser,
    engine::Engine,
    gateway::Gateway,
    page::Page,
    person::{PASSWORD, give, past_sending, to_identify, to_password},
};

const POLL: &str = "idx/challenge/poll";
const DEVICE_POLL: &str = "idx/authenticators/poll";

async fn to_email_code(browser: &mut Browser) -> Page {
    let password = to_password(browser, "/x", "grace@example.com").await;
    let next = give(browser, &password, PASSWORD).await;
    past_sending(browser, next).await
}

async fn ask(browser: &mut Browser, page: &Page) -> serde_json::Value {
    ask_with(browser, page, "").await
}

async fn ask_with(browser: &mut Browser, page: &Page, more: &str) -> serde_json::Value {
    let address = page.html.split("data-wait=\"").nth(1).unwrap();
    let address = format!("{}{more}", address.split('"').next().unwrap());
    let mut fields = HeaderMap::new();
    fields.insert(header::ACCEPT, "application/json".parse().unwrap());
    fields.insert("sec-fetch-site", "same-origin".parse().unwrap());
    fields.insert("sec-fetch-mode", "cors".parse().unwrap());
    let reply = browser
        .send(Method::GET, &address, fields, Bytes::new())
        .await;
    reply.expect(StatusCode::OK).json()
}

#[tokio::test]
async fn the_gateway_polls_once_per_refresh_and_the_open_page_stays_good() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;
    let mut browser = gateway.browser();
    let page = to_email_code(&mut browser).await;
    for _ in 0..3 {
        assert_eq!(ask(&mut browser, &page).await["state"], "wait");
    }
    assert_eq!(engine.calls(POLL), 0, "not before it is due");
    gateway.clock.advance(Duration::from_secs(10));
    let (mut left, mut right) = (browser.clone(), browser.clone());
    let (one, two) = tokio::join!(ask(&mut left, &page), ask(&mut right, &page));
    assert_eq!(
        (&one["state"], &two["state"]),
        (&json!("wait"), &json!("wait"))
    );
    assert_eq!(engine.calls(POLL), 1, "one call for all tabs");
    // Nothing has happened, so the code that was being typed is still taken.
    let code = engine.code_for("grace@example.com").await;
    let landed = give(&mut browser, &page, &code).await;
    assert_eq!(landed.url, "/x");
    // The page of a step that is over is told to go on.
    assert_eq!(ask(&mut browser, &page).await, json!({ "state": "go" }));
    assert_eq!(engine.calls(POLL), 1);
}

/// Ui-guide section 9: once the app on the device has signed, the engine is asked at once, whatever it says of how often.
#[tokio::test]
async fn an_app_that_has_signed_is_not_waited_for_and_cannot_make_the_gateway_hurry_twice() {
    let app = App::echo().await;
    let engine = Engine::with(|settings| {
        settings.org.fast_pass = Some(FastPassSettings {
            reach: DeviceReach::Loopback,
            owner: None,
            ports: Vec::new(),
        });
    });
    let gateway = Gateway::before(&app, &engine).start().await;
    let mut browser = gateway.browser();
    let identify = to_identify(&mut browser, "/x").await;
    let reply = browser.submit(&identify, "launch-authenticator", &[]).await;
    let page = reply.page();
    assert_eq!(ask(&mut browser, &page).await["state"], "wait");
    assert_eq!(engine.calls(DEVICE_POLL), 0, "not before it is due");
    for _ in 0..3 {
        let told = ask_with(&mut browser, &page, "&signed=1").await;
        assert_eq!(told["state"], "wait");
        assert_eq!(engine.calls(DEVICE_POLL), 1, "once, before it is due");
    }
    gateway.clock.advance(Duration::from_secs(10));
    ask(&mut browser, &page).await;
    assert_eq!(engine.calls(DEVICE_POLL), 2, "and when it is");
    ask_with(&mut browser, &page, "&signed=1").await;
    assert_eq!(engine.calls(DEVICE_POLL), 2, "and no more often");
    // After "too many requests" it has its rest.
    let mut third = gateway.browser();
    let identify = to_identify(&mut third, "/x").await;
    let reply = third.submit(&identify, "launch-authenticator", &[]).await;
    let page = reply.page();
    let too_many = Fault::Status {
        status: 429,
        retry_after: None,
    };
    engine.control.break_next(DEVICE_POLL, too_many, 1);
    gateway.clock.advance(Duration::from_secs(10));
    ask(&mut third, &page).await;
    ask_with(&mut third, &page, "&signed=1").await;
    assert_eq!(engine.calls(DEVICE_POLL), 3, "one, and then a rest");
    // Where no app is asked for, nothing hurries.
    let mut other = gateway.browser();
    let code = to_email_code(&mut other).await;
    ask_with(&mut other, &code, "&signed=1").await;
    assert_eq!(engine.calls(POLL), 0);
    gateway.stop().await;
}
