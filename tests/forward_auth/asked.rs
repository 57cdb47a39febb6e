//! `/.interlock/auth`, asked by hand.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method, StatusCode};

use crate::{
    cast::{about, ask, said, sign_in, with_routes},
    support::{
        app::App,
        browser::Browser,
        engine::Engine,
        gateway::{Gateway, SECRET},
    },
};

const AUTH: &str = "/.interlock/auth";

async fn signed_in(gateway: &Gateway) -> Browser {
    let mut browser = gateway.browser();
    sign_in(&mut browser, "/app/", "ada@example.com")
        .await
        .expect(StatusCode::SEE_OTHER);
    browser
}

#[tokio::test]
async fn a_described_request_is_judged_by_the_routes() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = with_routes(Gateway::before(&app, &engine)).start().await;
    let mut ada = signed_in(&gateway).await;
    let mut nobody = gateway.browser();
    let at = |path: &str| format!("{}{path}", gateway.url());
    for (path, for_ada, for_nobody) in [
        ("/app/x?y=1", 202, 401),
        ("/public/x", 202, 202),
        ("/maybe", 202, 202),
        ("/analysts/x", 202, 401),
        ("/admins/x", 403, 401),
        ("/strong", 401, 401),
        ("/api/x", 401, 401),
        ("/nowhere", 403, 403),
        ("/app/%2e%2e/public/x", 403, 403),
        ("/public//x", 403, 403),
        ("/.interlock/userinfo", 403, 403),
        ("/.interlock/auth", 403, 403),
    ] {
        let told = about("GET", &at(path));
        let reply = ask(&mut ada, AUTH, &told).await;
        assert_eq!(reply.status, for_ada, "ada, {path}: {}", reply.text());
        assert_eq!(said(&reply, "cache-control"), Some("no-store"), "{path}");
        assert_eq!(said(&reply, "location"), None, "{path}");
        let challenged = reply.headers.contains_key("www-authenticate");
        assert_eq!(challenged, for_ada == 401, "{path}");
        let is_told = for_ada == 202 && !path.starts_with("/public");
        assert_eq!(
            said(&reply, "x-auth-request-email"),
            is_told.then_some("ada@example.com"),
            "{path}"
        );
        assert_eq!(
            reply.headers.contains_key("x-interlock-assertion"),
            is_told,
            "{path}"
        );
        let reply = ask(&mut nobody, AUTH, &told).await;
        assert_eq!(reply.status, for_nobody, "nobody, {path}: {}", reply.text());
        assert!(!reply.headers.contains_key("x-auth-request-user"), "{path}");
    }
    let step_up = ask(&mut ada, AUTH, &about("GET", &at("/strong"))).await;
    assert_eq!(
        said(&step_up, "www-authenticate"),
        Some("Bearer error=\"insufficient_user_authentication\", acr_values=\"phr\"")
    );
    assert_eq!(app.requests(), 0, "nothing was forwarded");
}

#[tokio::test]
async fn the_answer_tells_what_the_app_would_be_told() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = with_routes(Gateway::before(&app, &engine))
        .route("path = \"/quiet\"\nupstream = \"app\"\nupstream_authorization = \"none\"")
        .start()
        .await;
    let mut ada = signed_in(&gateway).await;
    let through = ada.get("/app/").await;
    let told = about("GET", &format!("{}/app/", gateway.url()));
    let asked = ask(&mut ada, AUTH, &told).await;
    for name in [
        "x-auth-request-user",
        "x-auth-request-email",
        "x-auth-request-preferred-username",
        "x-auth-request-groups",
        "authorization",
    ] {
        let forwarded = through.echoed(name);
        assert!(forwarded.is_some(), "{name}");
        assert_eq!(said(&asked, name), forwarded.as_deref(), "{name}");
    }
    assert!(!asked.headers.contains_key("x-auth-request-access-token"));
    let quiet = ask(
        &mut ada,
        AUTH,
        &about("GET", &format!("{}/quiet", gateway.url())),
    )
    .await;
    quiet.expect(StatusCode::ACCEPTED);
    assert!(!quiet.headers.contains_key("authorization"));

    let token = said(&asked, "authorization").unwrap().to_owned();
    let mut bearer = about("GET", &format!("{}/api/x", gateway.url()));
    bearer.push(("authorization", token.clone()));
    let passed = ask(&mut gateway.browser(), AUTH, &bearer).await;
    passed.expect(StatusCode::ACCEPTED);
    assert_eq!(
        said(&passed, "authorization"),
        Some(token.as_str()),
        "passed on as sent"
    );
    bearer.pop();
    bearer.push(("authorization", "Bearer x".to_owned()));
    let refused = ask(&mut ada, AUTH, &bearer).await;
    refused.expect(StatusCode::UNAUTHORIZED);
    assert_eq!(
        said(&refused, "www-authenticate"),
        Some("Bearer error=\"invalid_token\"")
    );
}

#[tokio::test]
async fn a_stranger_describes_nothing_and_is_told_no_token() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine)
        .route("path = \"/public/*\"\nupstream = \"app\"\naccess = \"public\"")
        .route("path = \"/app/*\"\nupstream = \"app\"")
        .server("trusted_proxies = [\"192.0.2.0/24\"]")
        .start()
        .await;
    let mut ada = signed_in(&gateway).await;
    let public = about("GET", &format!("{}/public/x", gateway.url()));
    ask(&mut gateway.browser(), AUTH, &public)
        .await
        .expect(StatusCode::UNAUTHORIZED);
    for told in [&public[..], &[]] {
        let reply = ask(&mut ada, AUTH, told).await;
        reply.expect(StatusCode::ACCEPTED);
        assert_eq!(
            said(&reply, "x-auth-request-email"),
            Some("ada@example.com")
        );
        assert!(!reply.headers.contains_key("authorization"));
        assert!(!reply.headers.contains_key("x-interlock-assertion"));
    }
}

#[tokio::test]
async fn what_a_client_adds_to_the_description_never_lets_it_in() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = with_routes(Gateway::before(&app, &engine)).start().await;
    let mut ada = signed_in(&gateway).await;
    let admins = format!("{}/admins/x", gateway.url());
    let original = vec![
        ("x-original-method", "GET".to_owned()),
        ("x-original-url", admins.clone()),
    ];
    let forwarded = about("GET", &admins);
    let slipped: [&[(&'static str, &str)]; 7] = [
        &[("x-forwarded-uri", "/public/x")],
        &[("x-original-uri", "/public/x")],
        &[
            ("x-original-url", "http://127.0.0.1/public/x"),
            ("x-original-method", "GET"),
        ],
        &[("x-forwarded-host", "other.example")],
        &[("x_forwarded_uri", "/public/x")],
        &[("x-rewrite-url", "/public/x")],
        &[("forwarded", "host=other.example")],
    ];
    for family in [original, forwarded] {
        for more in slipped {
            for first in [true, false] {
                let mut fields = HeaderMap::new();
                let more = more
                    .iter()
                    .map(|(name, value)| (*name, (*value).to_owned()));
                let all: Vec<_> = if first {
                    more.chain(family.clone()).collect()
                } else {
                    family.clone().into_iter().chain(more).collect()
                };
                for (name, value) in &all {
                    fields.append(HeaderName::from_static(name), value.parse().unwrap());
                }
                let reply = ada.send(Method::GET, AUTH, fields, Bytes::new()).await;
                assert_eq!(reply.status, 403, "{all:?}");
            }
        }
    }
    for half in [
        vec![("x-forwarded-uri", "/public/x".to_owned())],
        vec![("x-original-uri", "/public/x".to_owned())],
        vec![("x-forwarded-method", "GET".to_owned())],
    ] {
        ask(&mut ada, AUTH, &half)
            .await
            .expect(StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn a_redirect_comes_when_asked_for_and_only_for_who_goes_somewhere() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = with_routes(Gateway::before(&app, &engine)).start().await;
    let mut nobody = gateway.browser();
    let target = format!("{}/app/r?a=1&b=%26", gateway.url());
    let asked = format!("{AUTH}?redirect=1");
    let location = format!(
        "{}/.interlock/sign-in?rd=/app/r%3Fa%3D1%26b%3D%2526",
        gateway.url()
    );
    let with = |method: &str, name: &'static str, value: &str| {
        let mut fields = about(method, &target);
        fields.push((name, value.to_owned()));
        fields
    };
    for (path, fields, status) in [
        (asked.as_str(), with("GET", "accept", "text/html"), 302),
        (&asked, with("GET", "sec-fetch-mode", "navigate"), 302),
        (&asked, with("GET", "accept", "*/*"), 302),
        (&asked, with("GET", "sec-fetch-mode", "cors"), 401),
        (&asked, with("POST", "sec-fetch-mode", "navigate"), 401),
        (AUTH, with("GET", "sec-fetch-mode", "navigate"), 401),
        (
            "/.interlock/auth?redirect=0",
            with("GET", "accept", "text/html"),
            401,
        ),
    ] {
        let reply = ask(&mut nobody, path, &fields).await;
        assert_eq!(reply.status, status, "{path} {fields:?}");
        let expected = (status == 302).then_some(location.as_str());
        assert_eq!(said(&reply, "location"), expected, "{path} {fields:?}");
    }
    let lands = nobody.follow(
        ask(
            &mut gateway.browser(),
            &asked,
            &with("GET", "accept", "*/*"),
        )
        .await,
    );
    lands.await.expect_form("identify");
    // Stepping up is a sign-in too; a token's lack is none.
    let mut ada = signed_in(&gateway).await;
    let strong = about("GET", &format!("{}/strong", gateway.url()));
    ask(&mut ada, &asked, &strong)
        .await
        .expect(StatusCode::FOUND);
    let api = about("GET", &format!("{}/api/x", gateway.url()));
    ask(&mut ada, &asked, &api)
        .await
        .expect(StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn any_method_of_the_question_works() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = with_routes(Gateway::before(&app, &engine)).start().await;
    let mut ada = signed_in(&gateway).await;
    let fields: HeaderMap = about("DELETE", &format!("{}/app/x", gateway.url()))
        .iter()
        .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
        .collect();
    for method in [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::DELETE,
        Method::OPTIONS,
    ] {
        ada.send(method, AUTH, fields.clone(), Bytes::new())
            .await
            .expect(StatusCode::ACCEPTED);
    }
}

#[tokio::test]
async fn a_session_is_renewed_on_the_way_and_its_cookie_is_set() {
    let (app, engine) = (App::echo().await, Engine::start());
    let session = format!(
        "store = \"cookie\"\nsecret = \"{SECRET}\"\nidle_timeout = \"3h\"\nlifetime = \"12h\""
    );
    let gateway = with_routes(Gateway::before(&app, &engine))
        .session(&session)
        .start()
        .await;
    let mut ada = signed_in(&gateway).await;
    let told = about("GET", &format!("{}/app/", gateway.url()));
    let before = ask(&mut ada, AUTH, &told).await;
    gateway.clock.advance(std::time::Duration::from_mins(65));
    let renewed = ask(&mut ada, AUTH, &told).await;
    renewed.expect(StatusCode::ACCEPTED);
    assert!(renewed.headers.contains_key("set-cookie"));
    assert_ne!(
        said(&renewed, "authorization"),
        said(&before, "authorization")
    );
    assert!(engine.control.revoke_tokens("ada@example.com"));
    gateway.clock.advance(std::time::Duration::from_mins(65));
    let over = ask(&mut ada, AUTH, &told).await;
    over.expect(StatusCode::UNAUTHORIZED);
    assert!(ada.cookies.is_empty(), "a dead cookie is cleared");
}

#[tokio::test]
async fn a_websocket_with_a_session_must_come_from_our_origin() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = with_routes(Gateway::before(&app, &engine)).start().await;
    let mut ada = signed_in(&gateway).await;
    for (origin, status) in [
        (Some(gateway.url()), 202),
        (Some("http://evil.example".to_owned()), 403),
        (None, 403),
    ] {
        let mut fields = about("GET", &format!("{}/app/socket", gateway.url()));
        fields.push(("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==".to_owned()));
        fields.extend(origin.map(|origin| ("origin", origin)));
        assert_eq!(
            ask(&mut ada, AUTH, &fields).await.status,
            status,
            "{fields:?}"
        );
    }
}

#[tokio::test]
async fn described_paths_below_a_relaxed_route_are_judged_as_if_they_passed_through() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = with_routes(Gateway::before(&app, &engine))
        .route("path = \"/files/*\"\naccess = \"public\"\npath_syntax = \"relaxed\"\nupstream = \"app\"")
        .start()
        .await;
    let mut nobody = gateway.browser();
    for (path, status) in [
        ("/files/a//b;c", 202),
        ("/files/a%2fb", 202),
        ("/files/../admins/x", 403),
        ("/public//x", 403),
    ] {
        let told = about("GET", &format!("{}{path}", gateway.url()));
        let reply = ask(&mut nobody, AUTH, &told).await;
        assert_eq!(reply.status, status, "{path}: {}", reply.text());
    }
}
