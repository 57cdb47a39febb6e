//! Who may go where.

use http::StatusCode;

use crate::support::{
    app::App,
    engine::Engine,
    gateway::Gateway,
    person::{ada, give, past_sending, with_password},
};

#[tokio::test]
async fn every_path_has_a_route_or_is_not_there() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine)
        .route("path = \"/healthz\"\naccess = \"public\"")
        .route("path = \"/open/*\"\naccess = \"public\"\nupstream = \"app\"")
        .route("path = \"/maybe\"\naccess = \"optional\"\nupstream = \"app\"")
        .route("path = \"/staff/*\"\nupstream = \"app\"\nrequire = { groups = [\"staff\"] }")
        .route("path = \"/board/*\"\nupstream = \"app\"\nrequire = { groups = [\"board\"] }")
        .route("path = \"/write\"\nmethods = [\"POST\"]\nupstream = \"app\"")
        .start()
        .await;
    let mut stranger = gateway.browser();
    stranger.get("/healthz").await.expect(StatusCode::OK);
    assert_eq!(
        app.requests(),
        0,
        "a health path without an upstream is answered here"
    );
    let open = stranger.get("/open/a").await;
    assert_eq!(open.echoed("x-auth-request-user"), None);
    stranger.get("/maybe").await.expect(StatusCode::OK);
    for path in [
        "/",
        "/openx",
        "/open.txt",
        "/OPEN/a",
        "/write",
        "/.interlock/nothing",
    ] {
        stranger.get(path).await.expect(StatusCode::NOT_FOUND);
    }
    stranger.get("/staff").await.expect(StatusCode::FOUND);

    let mut browser = gateway.browser();
    with_password(&mut browser, "/staff/room", "ada@example.com")
        .await
        .expect(StatusCode::OK);
    let known = browser.get("/maybe").await;
    known.expect_person("ada@example.com");
    assert!(
        known
            .echoed("x-auth-request-groups")
            .is_some_and(|groups| groups.split(',').any(|group| group == "staff"))
    );
    assert_eq!(
        browser.get("/open/a").await.echoed("x-auth-request-email"),
        None,
        "a public route names nobody"
    );
    let refused = browser.get("/board/minutes").await;
    refused.expect(StatusCode::FORBIDDEN).page().h1();
}

#[tokio::test]
async fn a_route_that_asks_for_more_steps_the_person_up() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine)
        .route(
            "path = \"/pay/*\"\nupstream = \"app\"\nrequire = { acr = \"urn:okta:loa:2fa:any\" }",
        )
        .route("path = \"/*\"\nupstream = \"app\"")
        .start()
        .await;
    let mut browser = gateway.browser();
    // Grace always shows two factors; the class that was asked for is in her token.
    let next = with_password(&mut browser, "/pay/42?now=1", "grace@example.com").await;
    let challenge = past_sending(&mut browser, next).await;
    let code = engine.code_for("grace@example.com").await;
    let landed = give(&mut browser, &challenge, &code).await;
    assert_eq!(landed.url, "/pay/42?now=1");
    landed.expect(StatusCode::OK);

    // Ada came with her password alone: the same route takes her back to the sign-in.
    let mut weak = ada(&gateway).await;
    let asked = weak.get("/pay/42").await;
    asked.expect(StatusCode::FOUND);
    weak.get("/").await.expect(StatusCode::OK);
}

#[tokio::test]
async fn the_app_is_told_who_it_is_by_a_signature_anybody_can_check() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;
    let mut browser = ada(&gateway).await;
    let assertion = browser
        .get("/")
        .await
        .echoed("x-interlock-assertion")
        .unwrap();
    let keys = gateway.browser().get("/.interlock/jwks.json").await.json();
    let keys: jsonwebtoken::jwk::JwkSet = serde_json::from_value(keys).unwrap();
    let header = jsonwebtoken::decode_header(&assertion).unwrap();
    let key = keys
        .find(header.kid.as_deref().unwrap())
        .expect("the key is published");
    let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::EdDSA);
    validation.set_audience(&["app"]);
    validation.set_issuer(&[gateway.url()]);
    let key = jsonwebtoken::DecodingKey::from_jwk(key).unwrap();
    let claims = jsonwebtoken::decode::<serde_json::Value>(&assertion, &key, &validation)
        .unwrap()
        .claims;
    assert_eq!(claims["email"], "ada@example.com");
    assert_eq!(
        claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(),
        60
    );
}

#[tokio::test]
async fn userinfo_tells_the_person_who_they_are_and_no_token() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;
    gateway
        .browser()
        .get("/.interlock/userinfo")
        .await
        .expect(StatusCode::UNAUTHORIZED);
    let mut browser = ada(&gateway).await;
    let info = browser.get("/.interlock/userinfo").await;
    assert_eq!(info.json()["email"], "ada@example.com");
    assert!(!info.text().contains("eyJ"), "{}", info.text());
    assert_eq!(info.headers["cache-control"], "no-store");
}
