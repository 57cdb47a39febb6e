//! Signing keys come and go.

use http::StatusCode;

use crate::support::{app::App, engine::Engine, gateway::Gateway, person::ada, wait::until};

#[tokio::test]
async fn keys_rotate_while_requests_run_and_nobody_is_refused() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;
    let mut old = ada(&gateway).await;
    for _ in 0..3 {
        engine.control.rotate_keys().unwrap();
        let mut new = ada(&gateway).await;
        for browser in [&mut old, &mut new] {
            for _ in 0..20 {
                browser.get("/").await.expect(StatusCode::OK);
            }
        }
        gateway.clock.advance(std::time::Duration::from_secs(90));
    }
}

#[tokio::test]
async fn what_a_withdrawn_key_signed_stops_working_at_the_next_refresh() {
    let (app, engine) = (
        App::echo().await,
        Engine::with(|settings| settings.org.keys_max_age = std::time::Duration::from_secs(1)),
    );
    let plan = Gateway::before(&app, &engine)
        .route("path = \"/api/*\"\naccess = \"token\"\nupstream = \"app\"")
        .route("path = \"/*\"\nupstream = \"app\"");
    let gateway = plan.start().await;
    let mut browser = ada(&gateway).await;
    let token = browser.get("/").await.echoed("authorization").unwrap();
    let call = |token: String| {
        let mut api = gateway.browser();
        async move {
            let mut fields = http::HeaderMap::new();
            fields.insert("authorization", token.parse().unwrap());
            api.send(http::Method::GET, "/api/x", fields, bytes::Bytes::new())
                .await
        }
    };
    call(token.clone()).await.expect(StatusCode::OK);

    engine.control.rotate_keys().unwrap();
    engine.control.withdraw_old_keys();
    until("the withdrawn key's token is refused", || async {
        (call(token.clone()).await.status == StatusCode::UNAUTHORIZED).then_some(())
    })
    .await;
    // The session gets a new token by its refresh token, signed by the new key: no sign-in needed.
    let reply = browser.get("/").await;
    assert_ne!(reply.echoed("authorization").unwrap(), token);
}
