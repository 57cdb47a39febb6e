//! Several tabs, the back button, a double click.

use http::StatusCode;
use interlock::engine::Fault;

use crate::support::{
    app::App,
    engine::Engine,
    gateway::{Gateway, SECRET},
    person::{PASSWORD, give, named, to_identify, to_password},
    wait::until,
};

#[tokio::test]
async fn two_tabs_share_the_sign_in_and_each_goes_its_own_way() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;
    let mut browser = gateway.browser();
    let one = to_identify(&mut browser, "/one?tab=1").await;
    let two = to_identify(&mut browser, "/two?tab=2").await;
    assert_eq!(
        engine.calls("interact"),
        1,
        "one transaction for the browser"
    );

    let password = named(&mut browser, &one, "ada@example.com").await;
    // The other tab answers a step that is over: it is shown the one that is due, and told so.
    let sent = engine.calls("idx/identify");
    let moved = browser
        .submit(&two, "identify", &[("identifier", "grace@example.com")])
        .await;
    let moved_page = moved.expect_form("challenge-authenticator");
    moved_page.expect_text("ada@example.com");
    assert!(moved.url.contains("note=moved"), "{}", moved.url);
    assert_eq!(
        engine.calls("idx/identify"),
        sent,
        "an overtaken answer never reaches the engine"
    );

    let landed = give(&mut browser, &password, PASSWORD).await;
    assert_eq!(landed.url, "/one?tab=1");
    // And the other tab, whatever it does now, goes where it was going.
    let other = browser
        .post(
            &moved_page,
            moved_page.form("challenge-authenticator"),
            &[("credentials.passcode", "x")],
        )
        .await;
    assert_eq!(other.expect(StatusCode::SEE_OTHER).location(), "/two?tab=2");
    let reloaded = browser.get(&moved.url).await;
    assert_eq!(
        reloaded.expect(StatusCode::SEE_OTHER).location(),
        "/two?tab=2"
    );
    assert_eq!(engine.calls("token"), 1);
}

#[tokio::test]
async fn an_answer_sent_twice_reaches_the_engine_once() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;
    let mut browser = gateway.browser();
    let identify = to_identify(&mut browser, "/").await;
    let form = identify.form("identify");
    let answers = [("identifier", "ada@example.com")];

    let (mut left, mut right) = (browser.clone(), browser.clone());
    let (first, second) = tokio::join!(
        left.post(&identify, form, &answers),
        right.post(&identify, form, &answers)
    );
    for reply in [&first, &second] {
        reply.expect(StatusCode::SEE_OTHER);
    }
    assert_eq!(engine.calls("idx/identify"), 1);
    // Later, with the cookie of then: the same.
    let mut stale = browser.clone();
    let third = stale.post(&identify, form, &answers).await;
    stale
        .follow(third)
        .await
        .expect_form("challenge-authenticator");
    assert_eq!(engine.calls("idx/identify"), 1);
}

/// A double click on the last button: the browser drops the first request and waits for the second.
#[tokio::test]
async fn the_last_answer_sent_twice_signs_in_although_the_browser_left_the_first() {
    let (app, engine) = (App::echo().await, Engine::start());
    let slow = Fault::Delay { ms: 300 };
    for endpoint in ["token", "idx/challenge/answer"] {
        for store in ["cookie", "memory"] {
            let session = format!("store = \"{store}\"\nsecret = \"{SECRET}\"");
            let gateway = Gateway::before(&app, &engine)
                .session(&session)
                .start()
                .await;
            let mut browser = gateway.browser();
            let password = to_password(&mut browser, "/", "ada@example.com").await;
            let form = password.form("challenge-authenticator").clone();
            let answers = [("credentials.passcode", PASSWORD)];

            let calls = engine.calls(endpoint);
            engine.control.break_next(endpoint, slow.clone(), 1);
            let mut reloaded = browser.clone();
            let (mut first, page, sent) = (browser.clone(), password.clone(), form.clone());
            let first = tokio::spawn(async move { first.post(&page, &sent, &answers).await });
            until("the first answer is on its way", || async {
                (engine.calls(endpoint) > calls).then_some(())
            })
            .await;
            first.abort();
            let tokens = engine.calls("token");
            let done = browser.post(&password, &form, &answers).await;
            assert_eq!(done.expect(StatusCode::SEE_OTHER).location(), "/");
            browser.get("/").await.expect(StatusCode::OK);
            // Whoever reloads instead gets there too.
            reloaded
                .get("/.interlock/sign-in")
                .await
                .expect(StatusCode::SEE_OTHER);
            reloaded.get("/").await.expect(StatusCode::OK);
            assert!(engine.calls("token") <= tokens + 1, "one sign-in");
            engine.control.clear_faults();
        }
    }
}

#[tokio::test]
async fn the_back_button_and_reload_show_the_step_that_is_due() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;
    let mut browser = gateway.browser();
    let identify = to_identify(&mut browser, "/x").await;
    let password = browser
        .submit(&identify, "identify", &[("identifier", "ada@example.com")])
        .await;
    let url = password.url.clone();
    password.expect_form("challenge-authenticator");
    let calls = engine.calls("idx/introspect");
    for _ in 0..3 {
        browser
            .get(&url)
            .await
            .expect_form("challenge-authenticator");
    }
    assert_eq!(
        engine.calls("idx/introspect"),
        calls,
        "a reload costs the engine nothing"
    );
}

#[tokio::test]
async fn a_browser_without_cookies_is_told_so() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;
    let mut browser = gateway.browser();
    let identify = to_identify(&mut browser, "/x").await;
    browser.cookies.clear();
    let again = browser
        .submit(&identify, "identify", &[("identifier", "ada@example.com")])
        .await;
    again.expect_form("identify").expect_text("cookie");
    assert_eq!(engine.calls("idx/identify"), 0);
}

#[tokio::test]
async fn a_person_who_waits_too_long_begins_again_at_the_same_place() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;
    let mut browser = gateway.browser();
    let password = to_password(&mut browser, "/late?x=1", "ada@example.com").await;
    engine.clock.advance(std::time::Duration::from_mins(30));
    let again = give(&mut browser, &password, PASSWORD).await;
    let again = again.expect_form("identify");
    assert!(again.text().contains("too long"), "{}", again.html);
    let password = named(&mut browser, &again, "ada@example.com").await;
    let landed = give(&mut browser, &password, PASSWORD).await;
    assert_eq!(landed.url, "/late?x=1");
}

#[tokio::test]
async fn tabs_with_different_needs_do_not_take_the_sign_in_from_one_another() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine)
        .route(
            "path = \"/strong\"\nupstream = \"app\"\nrequire = { acr = \"urn:okta:loa:2fa:any\" }",
        )
        .route("path = \"/*\"\nupstream = \"app\"")
        .start()
        .await;
    let mut browser = gateway.browser();
    to_identify(&mut browser, "/plain").await;
    let strong = to_identify(&mut browser, "/strong").await;
    to_identify(&mut browser, "/plain").await;
    assert_eq!(engine.calls("interact"), 2);
    let next = browser
        .submit(&strong, "identify", &[("identifier", "grace@example.com")])
        .await;
    assert!(!next.url.contains("note=moved"), "{}", next.url);
    next.expect_form("challenge-authenticator");
}
