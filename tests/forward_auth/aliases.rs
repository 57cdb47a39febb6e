//! oauth2-proxy's paths.

use http::StatusCode;

use crate::{
    cast::{about, ask, said, sign_in, with_routes},
    support::{app::App, engine::Engine, gateway::Gateway},
};

#[tokio::test]
async fn the_paths_of_oauth2_proxy_mean_what_they_mean_there() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = with_routes(Gateway::before(&app, &engine))
        .server("aliases = [\"/oauth2\"]")
        .start()
        .await;
    let mut ada = gateway.browser();
    ask(&mut ada, "/oauth2/auth", &[])
        .await
        .expect(StatusCode::UNAUTHORIZED);
    ada.get("/oauth2/userinfo")
        .await
        .expect(StatusCode::UNAUTHORIZED);
    let start = format!("/oauth2/start?rd={}%2Fapp%2Fr%3Fa%3D1", gateway.url());
    for (start, rd) in [
        (start.as_str(), "/app/r%3Fa%3D1"),
        ("/oauth2/sign_in?rd=/app/x", "/app/x"),
        ("/oauth2/start", "/"),
        ("/oauth2/start?rd=https://evil.example/", "/"),
        ("/oauth2/start?rd=//evil.example/", "/"),
        ("/oauth2/start?rd=/a&rd=/b", "/"),
    ] {
        let reply = ada.get(start).await;
        reply.expect(StatusCode::FOUND);
        let expected = format!("{}/.interlock/sign-in?rd={rd}", gateway.url());
        assert_eq!(said(&reply, "location"), Some(expected.as_str()), "{start}");
    }
    let lookalike = format!("/oauth2/start?rd={}.evil.example/", gateway.url());
    assert!(ada.get(&lookalike).await.location().ends_with("?rd=/"));

    let landed = sign_in(&mut ada, &start, "ada@example.com").await;
    assert_eq!(landed.location(), "/app/r?a=1");
    let info = ada.get("/oauth2/userinfo").await.json();
    assert_eq!(info["email"], "ada@example.com");
    assert_eq!(info["preferredUsername"], "ada@example.com");
    assert!(info["user"].as_str().unwrap().starts_with("00u"));
    assert!(
        info["groups"]
            .as_array()
            .unwrap()
            .contains(&"analysts".into())
    );

    let reply = ask(&mut ada, "/oauth2/auth", &[]).await;
    reply.expect(StatusCode::ACCEPTED);
    assert_eq!(
        said(&reply, "x-auth-request-email"),
        Some("ada@example.com")
    );
    assert!(!reply.headers.contains_key("x-auth-request-access-token"));
    let told = about("GET", &format!("{}/app/", gateway.url()));
    let described = ask(&mut ada, "/oauth2/auth", &told).await;
    let token = said(&described, "x-auth-request-access-token").unwrap();
    assert_eq!(
        said(&described, "authorization"),
        Some(format!("Bearer {token}").as_str())
    );

    let asks = ada.visit("/oauth2/sign_out").await;
    asks.expect(StatusCode::OK).page();
    ada.get("/app/").await.expect(StatusCode::OK);
    for nothing in [
        "/oauth2",
        "/oauth2/",
        "/oauth2/callback",
        "/oauth2/auth/x",
        "/oauth2x",
    ] {
        ada.get(nothing).await.expect(StatusCode::NOT_FOUND);
    }
    assert_eq!(app.requests(), 1, "none of them reached the app");
}

#[tokio::test]
async fn the_question_narrows_and_never_widens() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = with_routes(Gateway::before(&app, &engine))
        .server("aliases = [\"/oauth2\"]")
        .start()
        .await;
    let mut ada = gateway.browser();
    sign_in(&mut ada, "/app/", "ada@example.com").await;
    let told = |path: &str| about("GET", &format!("{}{path}", gateway.url()));
    for (query, status) in [
        ("allowed_groups=analysts", 202),
        ("allowed_groups=admins", 403),
        ("allowed_groups=admins,analysts", 202),
        ("allowed_groups=admins&allowed_groups=analysts", 202),
        ("allowed_groups=", 403),
        ("allowed_emails=ADA@example.com", 202),
        ("allowed_emails=grace@example.com", 403),
        ("allowed_email_domains=example.com", 202),
        ("allowed_email_domains=xample.com,.example.com", 403),
        (
            "allowed_groups=analysts&allowed_emails=grace@example.com",
            403,
        ),
    ] {
        let path = format!("/oauth2/auth?{query}");
        for fields in [told("/app/"), Vec::new()] {
            let reply = ask(&mut ada, &path, &fields).await;
            assert_eq!(reply.status, status, "{query} {fields:?}");
        }
        let admins = ask(&mut ada, &path, &told("/admins/x")).await;
        assert_eq!(admins.status, 403, "{query}");
        let nobody = ask(&mut gateway.browser(), &path, &told("/app/")).await;
        assert_eq!(nobody.status, 401, "{query}");
    }
}

#[tokio::test]
async fn without_an_alias_the_paths_are_the_apps() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine)
        .route("path = \"/*\"\nupstream = \"app\"\naccess = \"public\"")
        .start()
        .await;
    let reply = gateway.browser().get("/oauth2/auth").await;
    assert_eq!(reply.json()["target"], "/oauth2/auth");
}

#[tokio::test]
async fn an_app_without_the_assertion_is_told_the_token_all_the_same() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = with_routes(Gateway::before(&app, &engine))
        .server("aliases = [\"/oauth2\"]")
        .route("path = \"/plain/*\"\nupstream = \"plain\"")
        .more(&format!(
            "[[upstreams]]\nname = \"plain\"\nurl = \"{}\"\nassertion = false",
            app.url()
        ))
        .start()
        .await;
    let mut ada = gateway.browser();
    sign_in(&mut ada, "/plain/", "ada@example.com")
        .await
        .expect(StatusCode::SEE_OTHER);
    let told = about("GET", &format!("{}/plain/", gateway.url()));
    let described = ask(&mut ada, "/oauth2/auth", &told).await;
    described.expect(StatusCode::ACCEPTED);
    assert!(!described.headers.contains_key("x-interlock-assertion"));
    let token = said(&described, "x-auth-request-access-token").unwrap();
    assert_eq!(
        said(&described, "authorization"),
        Some(format!("Bearer {token}").as_str())
    );
    let through = ada.get("/plain/").await;
    assert_eq!(through.echoed("x-interlock-assertion"), None);
    assert_eq!(
        through.echoed("x-auth-request-email").as_deref(),
        Some("ada@example.com")
    );
}
