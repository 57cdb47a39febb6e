//! Guessing: passwords, codes and names, however it is spread.

use http::StatusCode;

use crate::support::{
    app::App,
    browser::{Browser, Reply},
    engine::Engine,
    gateway::{Gateway, Plan},
    page::Page,
    person::{PASSWORD, to_identify},
};

async fn cast(limits: &str) -> (App, Engine, Plan) {
    let (app, engine) = (App::echo().await, Engine::start());
    let plan = Gateway::before(&app, &engine)
        .server("trusted_proxies = [\"127.0.0.1\"]")
        .more(&format!("[sign_in]\n{limits}"));
    (app, engine, plan)
}

/// A browser behind the trusted proxy, at an address of its own.
async fn name(browser: &mut Browser, person: &str) -> Reply {
    let identify = to_identify(browser, "/").await;
    browser
        .post(
            &identify,
            identify.form("identify"),
            &[("identifier", person)],
        )
        .await
}

async fn guess(browser: &mut Browser, page: &Page) -> Reply {
    browser
        .post(
            page,
            page.form("challenge-authenticator"),
            &[("credentials.passcode", "guess")],
        )
        .await
}

/// Proves E2 CVE-2024-21500 CVE-2020-8827 CVE-2026-33419 GHSA-jv87-32hw-hh99 CVE-2025-64102 CVE-2024-32868 CVE-2025-24806 GHSA-m5mf-3963-4x26 CVE-2025-6004 CVE-2025-6015 CVE-2025-54998 CVE-2025-54999: an account is guessed at so often, from wherever and however it is spelt, and free again after a while.
#[tokio::test]
async fn an_account_is_guessed_at_so_often_from_everywhere() {
    let (app, engine, plan) = cast("answers_per_account = 6").await;
    let gateway = plan.start().await;
    let spellings = [
        "ada@example.com",
        "ADA@example.com",
        " ada@EXAMPLE.com ",
        "Ada@Example.Com",
    ];
    let mut slowed = 0;
    for attempt in 0..12 {
        let mut browser = gateway.browser();
        browser.from = Some(format!("192.0.2.{attempt}"));
        let named = name(&mut browser, spellings[attempt % spellings.len()]).await;
        if named.status == StatusCode::TOO_MANY_REQUESTS {
            assert!(named.headers.contains_key("retry-after"));
            slowed += 1;
            continue;
        }
        let page = browser
            .follow(named)
            .await
            .expect_form("challenge-authenticator");
        let guessed = guess(&mut browser, &page).await;
        slowed += usize::from(guessed.status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert_eq!(
        engine.calls("idx/identify") + engine.calls("idx/challenge/answer"),
        6
    );
    assert!(slowed >= 6, "{slowed}");
    // Somebody else is not kept waiting, and neither is she for long.
    let mut grace = gateway.browser();
    name(&mut grace, "grace@example.com")
        .await
        .expect(StatusCode::SEE_OTHER);
    gateway.clock.advance(std::time::Duration::from_secs(30));
    let mut ada = gateway.browser();
    let named = name(&mut ada, "ada@example.com").await;
    let page = ada
        .follow(named)
        .await
        .expect_form("challenge-authenticator");
    let done = ada
        .post(
            &page,
            page.form("challenge-authenticator"),
            &[("credentials.passcode", PASSWORD)],
        )
        .await;
    done.expect(StatusCode::SEE_OTHER);
    assert_eq!(app.requests(), 0);
}

/// Proves E2: forwarding fields of strangers are no new addresses.
#[tokio::test]
async fn an_address_is_not_changed_by_a_field() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine)
        .more("[sign_in]\nanswers_per_minute = 3")
        .start()
        .await;
    let mut statuses = Vec::new();
    for attempt in 0..6 {
        let mut browser = gateway.browser();
        browser.from = Some(format!("192.0.2.{attempt}"));
        let reply = browser.visit("/").await;
        statuses.push(reply.status.as_u16());
    }
    assert_eq!(statuses, [200, 200, 200, 429, 429, 429]);
    assert_eq!(engine.calls("interact"), 3);
}
