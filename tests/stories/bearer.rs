//! Callers with a token instead of a session.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};

use crate::support::{app::App, browser::Reply, engine::Engine, gateway::Gateway, person::ada};

const ROUTES: [&str; 4] = [
    "path = \"/api/*\"\naccess = \"token\"\nupstream = \"app\"",
    "path = \"/api/write\"\naccess = \"token\"\nupstream = \"app\"\nrequire = { scopes = [\"orders:write\"] }",
    "path = \"/strong\"\nupstream = \"app\"\nrequire = { acr = \"phr\" }",
    "path = \"/*\"\nupstream = \"app\"",
];

async fn call(gateway: &Gateway, path: &str, fields: &[(&'static str, &str)]) -> Reply {
    let fields: HeaderMap = fields
        .iter()
        .map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap()))
        .collect();
    gateway
        .browser()
        .send(Method::GET, path, fields, Bytes::new())
        .await
}

#[tokio::test]
async fn a_good_token_is_let_in_and_every_bad_one_is_told_so() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = ROUTES
        .iter()
        .fold(Gateway::before(&app, &engine), |plan, route| {
            plan.route(route)
        })
        .start()
        .await;
    let mut browser = ada(&gateway).await;
    let token = browser.get("/").await.echoed("authorization").unwrap();
    let reached = app.requests();

    let good = call(&gateway, "/api/x", &[("authorization", &token)]).await;
    assert_eq!(
        good.echoed("authorization").as_deref(),
        Some(token.as_str()),
        "a token route passes it on"
    );
    assert!(
        good.echoed("x-auth-request-user")
            .is_some_and(|user| user.starts_with("00u"))
    );
    call(&gateway, "/x", &[("authorization", &token)])
        .await
        .expect(StatusCode::OK);
    assert_eq!(app.requests(), reached + 2);

    let none = call(&gateway, "/api/x", &[]).await;
    assert_eq!(
        none.expect(StatusCode::UNAUTHORIZED).headers["www-authenticate"],
        "Bearer"
    );
    let flipped = token.replace(&token[token.len() - 8..token.len() - 4], "AAAA");
    for bad in ["Bearer", "Bearer x", "Bearer a.b.c", flipped.as_str()] {
        let reply = call(&gateway, "/api/x", &[("authorization", bad)]).await;
        reply.expect(StatusCode::UNAUTHORIZED);
        assert_eq!(
            reply.headers["www-authenticate"], "Bearer error=\"invalid_token\"",
            "{bad}"
        );
    }
    // A session is no token, and does not make up for a bad one.
    browser.get("/api/x").await.expect(StatusCode::UNAUTHORIZED);
    let mut fields = HeaderMap::new();
    fields.insert("authorization", "Bearer x".parse().unwrap());
    browser
        .send(Method::GET, "/x", fields, Bytes::new())
        .await
        .expect(StatusCode::UNAUTHORIZED);

    let lacking = call(&gateway, "/api/write", &[("authorization", &token)]).await;
    lacking.expect(StatusCode::FORBIDDEN);
    assert_eq!(
        lacking.headers["www-authenticate"],
        "Bearer error=\"insufficient_scope\", scope=\"orders:write\""
    );
    let weak = call(&gateway, "/strong", &[("authorization", &token)]).await;
    weak.expect(StatusCode::UNAUTHORIZED);
    assert_eq!(
        weak.headers["www-authenticate"],
        "Bearer error=\"insufficient_user_authentication\", acr_values=\"phr\""
    );
    assert_eq!(
        app.requests(),
        reached + 2,
        "nothing that was refused reached the app"
    );
}
