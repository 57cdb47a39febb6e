//! What replicas that share a store owe each other.

use std::time::Duration;

use http::StatusCode;
use interlock::clock::Clock;
use serde_json::json;

use crate::{
    server::Redis,
    support::{
        app::App,
        browser::Browser,
        engine::Engine,
        gateway::{Gateway, SECRET},
        wait::until,
    },
};

/// Two gateways with one store.
struct Replicas {
    app: App,
    engine: Engine,
    redis: Redis,
    one: Gateway,
    two: Gateway,
}

impl Replicas {
    async fn start(idle_timeout: &str) -> Option<Self> {
        let redis = Redis::start().await?;
        let (app, engine) = (App::echo().await, Engine::start());
        let plan = Gateway::before(&app, &engine).session(&redis.session(SECRET, idle_timeout));
        let one = plan.start().await;
        let plan = plan.public_url(&one.url());
        let two = plan.start().await;
        Some(Self {
            app,
            engine,
            redis,
            one,
            two,
        })
    }

    /// Ada, signed in at the first.
    async fn ada(&self) -> Browser {
        let mut browser = self.one.browser();
        let identify = browser.visit("/").await.expect_form("identify");
        let password = browser
            .submit(&identify, "identify", &[("identifier", "ada@example.com")])
            .await
            .expect_form("challenge-authenticator");
        let answers = [("credentials.passcode", "correct horse battery staple")];
        let landed = browser
            .submit(&password, "challenge-authenticator", &answers)
            .await;
        landed.expect(StatusCode::OK);
        browser
    }
}

#[tokio::test]
async fn a_session_begun_at_one_replica_is_known_to_the_other_and_ends_at_both() {
    let Some(all) = Replicas::start("30m").await else {
        return;
    };
    let mut browser = all.ada().await;
    let size: usize = browser.cookies.values().map(String::len).sum();
    assert!(size < 200, "the cookie holds a name: {size}");
    let mut other = browser.moved_to(all.two.url());
    let page = other.get("/").await;
    assert_eq!(
        page.echoed("x-auth-request-email").as_deref(),
        Some("ada@example.com")
    );

    let copied = browser.clone();
    let asks = browser.get("/.interlock/sign-out").await.page();
    let form = asks.forms.iter().find(|form| form.remediation.is_none());
    let out = browser.post(&asks, form.unwrap(), &[]).await;
    out.expect(StatusCode::SEE_OTHER);
    for url in [all.one.url(), all.two.url()] {
        copied
            .moved_to(url)
            .get("/")
            .await
            .expect(StatusCode::FOUND);
    }
    let left: Vec<String> = all.redis.ask(&["KEYS", "test:s:*"]).await;
    assert!(left.is_empty(), "{left:?}");
    drop(all.app);
}

#[tokio::test]
async fn redis_sees_neither_token_nor_person_nor_a_name_that_opens() {
    let Some(all) = Replicas::start("30m").await else {
        return;
    };
    let mut browser = all.ada().await;
    let page = browser.get("/").await;
    let held = all.redis.everything().await;
    assert!(
        held.contains("test:s:") && held.contains("test:u:"),
        "{held}"
    );
    let token = page.echoed("authorization").unwrap();
    let user = page.echoed("x-auth-request-user").unwrap();
    let cookie = browser.cookies.values().next().unwrap().clone();
    for secret in [
        token.trim_start_matches("Bearer "),
        &user,
        "ada@example.com",
        "ada",
        &cookie,
    ] {
        assert!(!held.contains(secret), "{secret}");
    }
    // A record under another's name is nobody's.
    let keys: Vec<String> = all.redis.ask(&["KEYS", "test:s:*"]).await;
    let mut second = all.ada().await;
    let both: Vec<String> = all.redis.ask(&["KEYS", "test:s:*"]).await;
    let other = both.iter().find(|key| !keys.contains(key)).unwrap();
    let record: String = all.redis.ask(&["GET", &keys[0]]).await;
    let _: String = all.redis.ask(&["SET", other, &record]).await;
    second.get("/").await.expect(StatusCode::FOUND);
}

#[tokio::test]
async fn two_replicas_renew_a_session_once() {
    let Some(all) = Replicas::start("3h").await else {
        return;
    };
    let mut browser = all.ada().await;
    let before = browser.get("/").await.echoed("authorization").unwrap();
    let calls = all.engine.calls("token");
    all.one.clock.advance(Duration::from_mins(65));
    let requests: Vec<_> = (0..40)
        .map(|number| {
            let at = if number % 2 == 0 { &all.one } else { &all.two };
            let mut tab = browser.moved_to(at.url());
            tokio::spawn(async move { tab.get("/").await })
        })
        .collect();
    for request in requests {
        let reply = request.await.unwrap();
        reply.expect(StatusCode::OK);
        assert_ne!(reply.echoed("authorization").unwrap(), before);
    }
    assert_eq!(all.engine.calls("token"), calls + 1);
    let locks: Vec<String> = all.redis.ask(&["KEYS", "test:l:*"]).await;
    assert!(locks.is_empty(), "{locks:?}");
    // A refused renewal ends it everywhere.
    assert!(all.engine.control.revoke_tokens("ada@example.com"));
    all.one.clock.advance(Duration::from_mins(65));
    for at in [&all.two, &all.one] {
        browser
            .moved_to(at.url())
            .get("/")
            .await
            .expect(StatusCode::FOUND);
    }
}

#[tokio::test]
async fn a_store_that_is_down_lets_nobody_in_and_signs_nobody_out() {
    let Some(mut all) = Replicas::start("30m").await else {
        return;
    };
    let mut browser = all.ada().await;
    let cookies = browser.cookies.clone();
    let reached = all.app.requests();
    all.redis.stop().await;
    for _ in 0..3 {
        let reply = browser.get("/").await;
        reply.expect(StatusCode::SERVICE_UNAVAILABLE);
        assert!(reply.headers.contains_key("retry-after"));
    }
    assert_eq!(all.app.requests(), reached);
    assert_eq!(
        browser.cookies, cookies,
        "a store that is away ends no session"
    );
    browser
        .clone()
        .get("/.interlock/userinfo")
        .await
        .expect(StatusCode::SERVICE_UNAVAILABLE);
    all.redis.start_again().await;
    // It came back empty: nobody is signed in, and signing in works again without a restart.
    until("the store is used again", || async {
        let reply = browser.clone().get("/").await;
        (reply.status == StatusCode::FOUND).then_some(())
    })
    .await;
    all.ada().await;
}

#[tokio::test]
async fn an_idle_session_is_gone_from_the_store_and_a_used_one_stays() {
    let Some(all) = Replicas::start("2s").await else {
        return;
    };
    let mut browser = all.ada().await;
    let end = std::time::Instant::now() + Duration::from_secs(3);
    until("used for longer than the idle time", || {
        let mut tab = browser.clone();
        async move {
            tab.get("/").await.expect(StatusCode::OK);
            (std::time::Instant::now() > end).then_some(())
        }
    })
    .await;
    until("Redis drops what is idle", || async {
        let left: Vec<String> = all.redis.ask(&["KEYS", "test:s:*"]).await;
        left.is_empty().then_some(())
    })
    .await;
    browser.get("/").await.expect(StatusCode::FOUND);
    assert!(browser.cookies.is_empty(), "a dead cookie is cleared");
}

#[tokio::test]
async fn a_back_channel_logout_reaches_every_replica() {
    let Some(all) = Replicas::start("30m").await else {
        return;
    };
    let mut browser = all.ada().await;
    let user = browser
        .get("/")
        .await
        .echoed("x-auth-request-user")
        .unwrap();
    let now = all.engine.clock.unix();
    let token = all.engine.control.logout_token(&json!({
        "iss": all.engine.issuer(), "aud": "interlock-demo", "iat": now, "exp": now + 60, "jti": "one", "sub": user,
        "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
    }));
    let pairs = [("logout_token".to_owned(), token.unwrap())];
    let mut server = all.two.browser();
    let told = server
        .post_pairs("/.interlock/backchannel-logout", &pairs)
        .await;
    told.expect(StatusCode::OK);
    for at in [&all.one, &all.two] {
        browser
            .moved_to(at.url())
            .get("/")
            .await
            .expect(StatusCode::FOUND);
    }
}
