//! The authorization server ends sessions.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};
use interlock::clock::Clock;
use serde_json::{Value, json};

use crate::support::{
    app::App,
    browser::Reply,
    engine::Engine,
    gateway::{Gateway, SECRET},
    person::ada,
};

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// As Okta sends it, for everybody of this name.
fn claims(engine: &Engine, subject: &str, jti: &str) -> Value {
    let now = engine.clock.unix();
    json!({
        "iss": engine.issuer(), "aud": "interlock-demo", "iat": now, "exp": now + 120, "jti": jti, "sub": subject,
        "events": { EVENT: {} },
    })
}

async fn post(gateway: &Gateway, body: String) -> Reply {
    let mut fields = HeaderMap::new();
    let form = "application/x-www-form-urlencoded".parse().unwrap();
    fields.insert(header::CONTENT_TYPE, form);
    let path = "/.interlock/backchannel-logout";
    gateway
        .browser()
        .send(Method::POST, path, fields, Bytes::from(body))
        .await
}

async fn send(gateway: &Gateway, token: &str) -> Reply {
    post(gateway, format!("logout_token={token}")).await
}

#[tokio::test]
async fn a_logout_token_ends_the_sessions_of_whom_it_names_once() {
    let (app, engine) = (App::echo().await, Engine::start());
    for store in ["cookie", "memory"] {
        let session = format!("store = \"{store}\"\nsecret = \"{SECRET}\"");
        let gateway = Gateway::before(&app, &engine)
            .session(&session)
            .start()
            .await;
        let mut browser = ada(&gateway).await;
        let subject = browser
            .get("/")
            .await
            .echoed("x-auth-request-user")
            .unwrap();
        let other = claims(&engine, "00uother", &format!("other {store}"));
        let other = engine.control.logout_token(&other).unwrap();
        send(&gateway, &other).await.expect(StatusCode::OK);
        browser.get("/").await.expect(StatusCode::OK);

        let told = claims(&engine, &subject, &format!("told {store}"));
        let token = engine.control.logout_token(&told).unwrap();
        let done = send(&gateway, &token).await;
        assert_eq!(
            done.expect(StatusCode::OK).headers["cache-control"],
            "no-store"
        );
        browser.get("/").await.expect(StatusCode::FOUND);

        gateway.clock.advance(Duration::from_secs(1));
        let mut again = ada(&gateway).await;
        let replayed = send(&gateway, &token).await;
        replayed.expect(StatusCode::BAD_REQUEST);
        assert_eq!(replayed.headers["cache-control"], "no-store");
        assert_eq!(replayed.json()["error"], "invalid_request");
        again.get("/").await.expect(StatusCode::OK);
    }
}

#[tokio::test]
async fn what_is_no_logout_token_for_us_ends_nothing() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;
    let mut browser = ada(&gateway).await;
    let page = browser.get("/").await;
    let subject = page.echoed("x-auth-request-user").unwrap();
    let good = claims(&engine, &subject, "good");
    let now = engine.clock.unix();
    let changed = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        claims
    };
    let without = |name: &str| {
        let mut claims = good.clone();
        claims.as_object_mut().unwrap().remove(name);
        claims
    };
    let mut bad = vec![
        changed("iss", json!("https://evil.example")),
        changed("aud", json!("interlock-web")),
        changed("exp", json!(now - 120)),
        changed("iat", json!(now + 600)),
        changed("nonce", json!("n")),
        changed("events", json!({})),
        changed("events", json!({ EVENT: true })),
        changed("events", json!([EVENT])),
        changed("sub", json!(["x"])),
        changed("sub", json!("")),
    ];
    bad.extend(["iss", "aud", "iat", "exp", "jti", "events", "sub"].map(without));
    for claims in bad {
        let token = engine.control.logout_token(&claims).unwrap();
        let reply = send(&gateway, &token).await;
        assert_eq!(reply.status, 400, "{claims}");
        assert_eq!(
            reply.json(),
            json!({ "error": "invalid_request" }),
            "{claims}"
        );
    }
    let token = engine.control.logout_token(&good).unwrap();
    let access = page.echoed("authorization").unwrap();
    let flipped = token.replace(&token[token.len() - 8..token.len() - 4], "AAAA");
    for forged in [
        "",
        "x",
        "a.b.c",
        access.trim_start_matches("Bearer "),
        &flipped,
    ] {
        send(&gateway, forged).await.expect(StatusCode::BAD_REQUEST);
    }
    let twice = format!("logout_token={token}&logout_token={token}");
    post(&gateway, twice).await.expect(StatusCode::BAD_REQUEST);
    let mut get = browser.clone();
    get.get("/.interlock/backchannel-logout")
        .await
        .expect(StatusCode::METHOD_NOT_ALLOWED);
    browser.get("/").await.expect(StatusCode::OK);
    send(&gateway, &token).await.expect(StatusCode::OK);
    browser.get("/").await.expect(StatusCode::FOUND);
}
