//! The authorization server goes away.

use http::StatusCode;
use interlock::engine::Fault;

use crate::support::{
    app::App,
    engine::Engine,
    gateway::{Gateway, SECRET},
    person::{ada, to_identify},
};

#[tokio::test]
async fn who_is_signed_in_goes_on_and_who_is_not_gets_a_page_with_a_retry() {
    let (app, engine) = (App::echo().await, Engine::start());
    let session = format!("store = \"cookie\"\nsecret = \"{SECRET}\"\nidle_timeout = \"3h\"");
    let gateway = Gateway::before(&app, &engine)
        .session(&session)
        .start()
        .await;
    let mut signed_in = ada(&gateway).await;
    let mut half_way = gateway.browser();
    let identify = to_identify(&mut half_way, "/half").await;
    engine.stop().await;

    for _ in 0..3 {
        let reply = signed_in.get("/still").await;
        reply.expect_person("ada@example.com");
    }
    let mut newcomer = gateway.browser();
    let refused = newcomer.visit("/new").await;
    refused.expect(StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(refused.headers["cache-control"], "no-store");
    let page = refused.page();
    page.h1();
    assert!(
        !page.attributes("main a[href]", "href").is_empty(),
        "a way to try again: {}",
        page.html
    );
    let lost = half_way
        .submit(&identify, "identify", &[("identifier", "ada@example.com")])
        .await;
    lost.expect(StatusCode::SERVICE_UNAVAILABLE);

    // Until the token ends.
    gateway.clock.advance(std::time::Duration::from_hours(2));
    signed_in
        .get("/still")
        .await
        .expect(StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn a_sign_in_goes_on_after_a_hiccup() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;
    let mut browser = gateway.browser();
    let identify = to_identify(&mut browser, "/x").await;
    engine.control.break_next("idx/identify", Fault::Drop, 1);
    let failed = browser
        .submit(&identify, "identify", &[("identifier", "ada@example.com")])
        .await;
    failed.expect(StatusCode::SERVICE_UNAVAILABLE);
    // The next page asks the engine where things stand.
    let again = browser.visit("/x").await;
    let page = again.page();
    let password = if page.has_form("identify") {
        browser
            .submit(&page, "identify", &[("identifier", "ada@example.com")])
            .await
    } else {
        again
    };
    password.expect_form("challenge-authenticator");
}

#[tokio::test]
async fn garbage_from_the_engine_is_a_plain_page() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;
    for fault in [
        Fault::Html,
        Fault::Empty,
        Fault::Truncated,
        Fault::Huge { bytes: 5_000_000 },
        Fault::Status {
            status: 500,
            retry_after: None,
        },
        Fault::Redirect {
            to: "http://127.0.0.1:9/elsewhere".to_owned(),
        },
    ] {
        let name = format!("{fault:?}");
        engine.control.break_endpoint("idx/introspect", fault);
        let mut browser = gateway.browser();
        let reply = browser.visit("/").await;
        assert!(
            reply.status.is_server_error() && reply.status != StatusCode::INTERNAL_SERVER_ERROR,
            "{name}: {}",
            reply.status
        );
        reply.page().h1();
        engine.control.clear_faults();
        to_identify(&mut browser, "/").await;
    }
}
