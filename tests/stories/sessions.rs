//! How long a session lives, and how it is renewed.

use std::time::{Duration, Instant};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::StatusCode;
use interlock::{clock::Clock as _, engine::Fault};
use serde_json::Value;

use crate::support::{
    app::App,
    browser::{Browser, Reply},
    engine::Engine,
    gateway::{Gateway, SECRET},
    person::ada,
    wait::until,
};

/// A session that outlives its access token.
fn long(store: &str) -> String {
    format!("store = \"{store}\"\nsecret = \"{SECRET}\"\nidle_timeout = \"3h\"\nlifetime = \"12h\"")
}

/// Ada, signed in, where sessions are in cookies and outlive their access tokens.
async fn signed_in(app: &App, engine: &Engine) -> (Gateway, Browser) {
    let gateway = Gateway::before(app, engine)
        .session(&long("cookie"))
        .start()
        .await;
    let browser = ada(&gateway).await;
    (gateway, browser)
}

#[tokio::test]
async fn an_idle_session_ends_and_a_used_one_goes_on() {
    let (app, engine) = (App::echo().await, Engine::start());
    for store in ["cookie", "memory"] {
        let session = format!(
            "store = \"{store}\"\nsecret = \"{SECRET}\"\nidle_timeout = \"10m\"\nlifetime = \"1h\""
        );
        let gateway = Gateway::before(&app, &engine)
            .session(&session)
            .start()
            .await;
        let mut used = ada(&gateway).await;
        let mut idle = ada(&gateway).await;
        for _ in 0..3 {
            gateway.clock.advance(Duration::from_mins(5));
            used.get("/").await.expect(StatusCode::OK);
        }
        idle.get("/").await.expect(StatusCode::FOUND);
        assert!(
            idle.cookies.is_empty(),
            "a dead cookie is cleared: {:?}",
            idle.cookies
        );
        for _ in 0..10 {
            gateway.clock.advance(Duration::from_mins(5));
            used.get("/").await;
        }
        used.get("/").await.expect(StatusCode::FOUND);
    }
}

#[tokio::test]
async fn an_access_token_is_renewed_once_however_many_requests_meet_its_end() {
    let (app, engine) = (App::echo().await, Engine::start());
    let (gateway, mut browser) = signed_in(&app, &engine).await;
    let before = browser.get("/").await.echoed("authorization").unwrap();
    let calls = engine.calls("token");
    gateway.clock.advance(Duration::from_mins(65));

    let requests = (0..40).map(|_| {
        let mut tab = browser.clone();
        tokio::spawn(async move { tab.get("/").await })
    });
    for request in requests.collect::<Vec<_>>() {
        let reply = request.await.unwrap();
        reply.expect(StatusCode::OK);
        assert_ne!(reply.echoed("authorization").unwrap(), before);
    }
    assert_eq!(engine.calls("token"), calls + 1);
    browser.get("/").await.expect(StatusCode::OK);
}

#[tokio::test]
async fn what_an_app_is_told_follows_a_renewal_at_once() {
    let (app, engine) = (App::echo().await, Engine::start());
    let (gateway, mut browser) = signed_in(&app, &engine).await;
    // A minute before the token's end it is renewed; half a minute long the same may be told again.
    gateway.clock.advance(Duration::from_secs(58 * 60 + 40));
    let before = browser.get("/").await.echoed("authorization").unwrap();
    gateway.clock.advance(Duration::from_secs(25));
    let renewed = browser.get("/").await.echoed("authorization").unwrap();
    assert_ne!(renewed, before);
    let later = browser.get("/").await.echoed("authorization").unwrap();
    assert_eq!(later, renewed);
}

#[tokio::test]
async fn a_refused_refresh_ends_the_session() {
    let (app, engine) = (App::echo().await, Engine::start());
    let (gateway, mut browser) = signed_in(&app, &engine).await;
    assert!(engine.control.revoke_tokens("ada@example.com"));
    gateway.clock.advance(Duration::from_mins(65));
    browser.get("/").await.expect(StatusCode::FOUND);
    assert!(browser.cookies.is_empty());
}

#[tokio::test]
async fn a_new_secret_seals_and_the_old_one_still_opens() {
    let (app, engine) = (App::echo().await, Engine::start());
    let plan = Gateway::before(&app, &engine);
    let gateway = plan.start().await;
    let browser = ada(&gateway).await;
    let directory = tempfile::tempdir().unwrap();
    let secret_file = |name: &str, secret: &str| {
        let path = directory.path().join(name);
        std::fs::write(&path, secret).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let old = secret_file("old", SECRET);
    let new = secret_file("new", "another-example-secret-of-32-octets-or-more");
    let rotated = plan
        .clone()
        .session(&format!(
            "store = \"cookie\"\nsecret_files = [\"{new}\", \"{old}\"]"
        ))
        .start()
        .await;
    browser
        .moved_to(rotated.url())
        .get("/")
        .await
        .expect(StatusCode::OK);
    let dropped = plan
        .session(&format!("store = \"cookie\"\nsecret_files = [\"{new}\"]"))
        .start()
        .await;
    browser
        .moved_to(dropped.url())
        .get("/")
        .await
        .expect(StatusCode::FOUND);
}

#[tokio::test]
async fn a_claim_that_was_taken_away_is_gone_at_the_next_renewal() {
    let (app, engine) = (App::echo().await, Engine::start());
    assert!(
        engine
            .control
            .set_claim("ada@example.com", "department", Some("it"))
    );
    let gateway = Gateway::before(&app, &engine)
        .session(&long("cookie"))
        .route("path = \"/it\"\nupstream = \"app\"\nrequire = { claims = { department = \"it\" } }")
        .route("path = \"/*\"\nupstream = \"app\"")
        .start()
        .await;
    let mut browser = ada(&gateway).await;
    browser.get("/it").await.expect(StatusCode::OK);
    engine
        .control
        .set_claim("ada@example.com", "department", None);
    browser.get("/it").await.expect(StatusCode::OK);
    // Away, userinfo says nothing, and the session does not end for it.
    engine.control.break_endpoint("userinfo", Fault::Drop);
    gateway.clock.advance(Duration::from_mins(65));
    browser.get("/it").await.expect(StatusCode::OK);
    engine.control.clear_faults();
    gateway.clock.advance(Duration::from_mins(65));
    browser.get("/it").await.expect(StatusCode::FORBIDDEN);
    browser.get("/").await.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_server_that_hangs_keeps_nobody_waiting_whose_token_is_still_good() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine)
        .session(&long("memory"))
        .start()
        .await;
    let mut browser = ada(&gateway).await;
    let before = browser.get("/").await.echoed("authorization").unwrap();
    engine
        .control
        .break_next("token", Fault::Delay { ms: 3_000 }, 1);
    gateway.clock.advance(Duration::from_secs(59 * 60 + 30));
    let started = Instant::now();
    let reply = browser.get("/").await;
    assert!(
        started.elapsed() < Duration::from_millis(2_500),
        "{:?}",
        started.elapsed()
    );
    assert_eq!(
        reply.echoed("authorization").as_deref(),
        Some(before.as_str())
    );
    // The renewal goes on meanwhile, and is there for a later request.
    until("the renewed token is used", || {
        let mut tab = browser.clone();
        let before = before.clone();
        async move {
            let token = tab.get("/").await.echoed("authorization");
            (token? != before).then_some(())
        }
    })
    .await;
    assert_eq!(engine.calls("token"), 2, "one sign-in and one renewal");
}

#[tokio::test]
async fn a_slow_renewal_that_the_browser_alone_keeps_reaches_it() {
    let (app, engine) = (App::echo().await, Engine::start());
    let (gateway, mut browser) = signed_in(&app, &engine).await;
    let before = browser.get("/").await.echoed("authorization").unwrap();
    engine
        .control
        .break_next("token", Fault::Delay { ms: 2_000 }, 1);
    gateway.clock.advance(Duration::from_secs(59 * 60 + 30));
    let renewed = browser.get("/").await.echoed("authorization").unwrap();
    assert_ne!(renewed, before);
    // No replica remembers it any more; the browser has it.
    gateway.clock.advance(Duration::from_secs(61));
    let reply = browser.get("/").await;
    reply.expect(StatusCode::OK);
    assert_eq!(reply.echoed("authorization").unwrap(), renewed);
    assert_eq!(engine.calls("token"), 2, "one sign-in and one renewal");
}

#[tokio::test]
async fn an_app_is_sent_no_assertion_that_grew_old_behind_a_renewal() {
    let (app, engine) = (App::echo().await, Engine::start());
    let (gateway, mut browser) = signed_in(&app, &engine).await;
    gateway.clock.advance(Duration::from_secs(58 * 60 + 40));
    assert_eq!(assertion_left(&gateway, &browser.get("/").await), 60);
    // Young enough to be used again, when the request comes.
    gateway.clock.advance(Duration::from_secs(25));
    engine
        .control
        .break_next("token", Fault::Delay { ms: 1_000 }, 1);
    let waiting = tokio::spawn(async move { browser.get("/").await });
    until("the renewal is under way", || async {
        (engine.calls("token") == 2).then_some(())
    })
    .await;
    gateway.clock.advance(Duration::from_secs(25));
    let left = assertion_left(&gateway, &waiting.await.unwrap());
    assert_eq!(left, 60, "seconds that the assertion is good for");
}

/// Seconds that an assertion is still good for, by the gateway's clock.
fn assertion_left(gateway: &Gateway, reply: &Reply) -> u64 {
    let assertion = reply.echoed("x-interlock-assertion").unwrap();
    let claims = assertion.split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    claims["exp"].as_u64().unwrap() - gateway.clock.unix()
}

#[tokio::test]
async fn with_the_org_server_too_a_withdrawn_key_ends_what_is_not_renewed() {
    let app = App::echo().await;
    let engine = Engine::with(|settings| settings.org.keys_max_age = Duration::from_secs(1));
    let gateway = Gateway::before(&app, &engine)
        .issuer(&engine.org_issuer())
        .start()
        .await;
    let (mut renewed, mut ended) = (ada(&gateway).await, ada(&gateway).await);
    let calls = engine.calls("token");
    engine.control.rotate_keys().unwrap();
    engine.control.withdraw_old_keys();
    until("the session is renewed", || {
        let mut tab = renewed.clone();
        let engine = &engine;
        async move {
            tab.get("/").await.expect(StatusCode::OK);
            (engine.calls("token") > calls).then_some(())
        }
    })
    .await;
    renewed.get("/").await.expect(StatusCode::OK);
    assert!(engine.control.revoke_tokens("ada@example.com"));
    ended.get("/").await.expect(StatusCode::FOUND);
    assert!(ended.cookies.is_empty());
}
