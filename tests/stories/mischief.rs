//! What is refused, and what never reaches the app, the engine or the log.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};

use crate::support::{
    app::App,
    engine::Engine,
    gateway::Gateway,
    logs::logs,
    person::{PASSWORD, ada, named, to_identify},
    raw_socket,
};

fn damaged(cookie: &str) -> Vec<(&'static str, String)> {
    let middle = cookie.len() / 2;
    let flipped = if &cookie[middle..=middle] == "A" {
        "B"
    } else {
        "A"
    };
    vec![
        (
            "one character changed",
            format!("{}{flipped}{}", &cookie[..middle], &cookie[middle + 1..]),
        ),
        ("cut", cookie[..cookie.len() - 4].to_owned()),
        ("longer", format!("{cookie}AAAA")),
        ("empty", String::new()),
        ("oversized", "A".repeat(60_000)),
        ("no base64", "%%%".to_owned()),
    ]
}

#[tokio::test]
async fn a_session_cookie_that_was_changed_is_nobody() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;
    let browser = ada(&gateway).await;
    let reached = app.requests();
    let (name, value) = browser
        .cookies
        .iter()
        .next()
        .map(|(name, value)| (name.clone(), value.clone()))
        .unwrap();
    for (what, value) in damaged(&value) {
        let mut thief = gateway.browser();
        thief.cookies.insert(name.clone(), value);
        let reply = thief.get("/").await;
        assert!(
            matches!(reply.status.as_u16(), 302 | 400 | 431),
            "{what}: {}",
            reply.status
        );
    }
    assert_eq!(app.requests(), reached);
    browser.clone().get("/").await.expect(StatusCode::OK);
    logs().assert_without(&value[..40]);
}

#[tokio::test]
async fn a_transaction_cookie_that_was_changed_or_swapped_starts_afresh() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;
    let mut browser = gateway.browser();
    let identify = to_identify(&mut browser, "/").await;
    let value = browser.cookies["interlock-tx"].clone();
    for (what, value) in damaged(&value) {
        let mut thief = gateway.browser();
        thief.cookies.insert("interlock-tx".to_owned(), value);
        let reply = thief
            .submit(&identify, "identify", &[("identifier", "ada@example.com")])
            .await;
        assert!(
            matches!(reply.status.as_u16(), 200 | 400 | 431),
            "{what}: {}",
            reply.status
        );
    }
    // One cookie in the other's place.
    let signed_in = ada(&gateway).await;
    let mut swapped = gateway.browser();
    swapped.cookies.insert("interlock".to_owned(), value);
    swapped.get("/").await.expect(StatusCode::FOUND);
    let mut swapped = gateway.browser();
    swapped.cookies.insert(
        "interlock-tx".to_owned(),
        signed_in.cookies["interlock"].clone(),
    );
    to_identify(&mut swapped, "/").await;
    assert_eq!(
        engine.calls("idx/identify"),
        1,
        "only ada's own answer reached the engine"
    );
}

#[tokio::test]
async fn an_answer_of_another_browser_is_not_sent_on() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;
    let (mut mine, mut theirs) = (gateway.browser(), gateway.browser());
    let my_page = to_identify(&mut mine, "/").await;
    to_identify(&mut theirs, "/").await;
    let reply = theirs
        .submit(&my_page, "identify", &[("identifier", "ada@example.com")])
        .await;
    reply.expect_form("identify");
    assert_eq!(engine.calls("idx/identify"), 0);
}

#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;
    let mut browser = gateway.browser();
    let identify = to_identify(&mut browser, "/").await;
    let pairs = identify
        .form("identify")
        .filled(&[("identifier", "ada@example.com")]);
    let body: Bytes = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&pairs)
        .finish()
        .into();
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "http://evil.example"),
        ("origin", "null"),
    ] {
        let mut fields = HeaderMap::new();
        fields.insert(name, value.parse().unwrap());
        fields.insert(
            "content-type",
            "application/x-www-form-urlencoded".parse().unwrap(),
        );
        let reply = browser
            .send(Method::POST, "/.interlock/sign-in", fields, body.clone())
            .await;
        reply.expect(StatusCode::FORBIDDEN);
    }
    assert_eq!(engine.calls("idx/identify"), 0);
    // With neither field (an old browser, curl) the page's own token suffices.
    let mut fields = HeaderMap::new();
    fields.insert(
        "content-type",
        "application/x-www-form-urlencoded".parse().unwrap(),
    );
    browser
        .send(Method::POST, "/.interlock/sign-in", fields, body)
        .await
        .expect(StatusCode::SEE_OTHER);
    assert_eq!(engine.calls("idx/identify"), 1);
}

#[tokio::test]
async fn a_forged_callback_makes_no_session_and_no_call() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;
    let mut browser = gateway.browser();
    for query in [
        "interaction_code=abc&state=forged-state",
        "interaction_code=abc",
        "error=interaction_required&state=forged-state",
        "error=%3Cscript%3Ealert(1)%3C/script%3E&state=forged-state",
        "state=a&state=b&interaction_code=c",
        "",
    ] {
        let before = engine.calls("token");
        for signed in [false, true] {
            if signed {
                to_identify(&mut browser, "/").await;
            }
            let reply = browser.get(&format!("/.interlock/callback?{query}")).await;
            let page = reply.expect(StatusCode::BAD_REQUEST).page();
            page.h1();
            assert!(
                !page.html.contains("alert(1)") && !page.html.contains("forged-state"),
                "{}",
                page.html
            );
        }
        assert_eq!(engine.calls("token"), before);
    }
    // A link from a mail, opened where nothing was begun: the code is shown, nobody is signed in.
    let mut elsewhere = gateway.browser();
    let shown = elsewhere
        .get("/.interlock/callback?otp=123456&state=whatever")
        .await;
    shown.expect(StatusCode::OK).page().expect_text("123456");
    assert!(elsewhere.cookies.is_empty());
    logs().assert_without("forged-state");
}

#[tokio::test]
async fn nobody_is_sent_to_another_site() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;
    for rd in [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "/%5Cevil.example",
        "\\\\evil.example",
        "https://evil.example/",
        "https:evil.example",
        "javascript:alert(1)",
        "/%09/evil.example",
        "/\t/evil.example",
        "/%0d%0aSet-Cookie:x=y",
        "/%2F/evil.example",
        "/%2e%2e//evil.example",
        "/.interlock/sign-out",
        " //evil.example",
        "@evil.example",
        "evil.example",
        "",
    ] {
        let mut browser = gateway.browser();
        let encoded: String = url::form_urlencoded::byte_serialize(rd.as_bytes()).collect();
        let identify =
            to_identify(&mut browser, &format!("/.interlock/sign-in?rd={encoded}")).await;
        let password = named(&mut browser, &identify, "ada@example.com").await;
        let done = browser
            .post(
                &password,
                password.form("challenge-authenticator"),
                &[("credentials.passcode", PASSWORD)],
            )
            .await;
        assert_eq!(done.expect(StatusCode::SEE_OTHER).location(), "/", "{rd:?}");
    }
}

#[tokio::test]
async fn identity_in_a_request_is_never_believed() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine)
        .route("path = \"/open/*\"\naccess = \"public\"\nupstream = \"app\"")
        .route("path = \"/*\"\nupstream = \"app\"")
        .start()
        .await;
    let browser = ada(&gateway).await;
    let forged = [
        "x-auth-request-user",
        "X_Auth_Request_User",
        "x-auth.request-email",
        "x-auth-request-groups",
        "x-interlock-assertion",
        "X-Interlock_Anything",
        "x-forwarded-user",
        "x_forwarded_email",
        "x-forwarded-access-token",
        "remote-user",
        "Remote_User",
        "remote-groups",
        "x-real-ip",
        "x-original-url",
        "x-rewrite-url",
        "forwarded",
    ];
    for (path, signed_in) in [("/open/x", false), ("/mine", true)] {
        let mut client = if signed_in {
            browser.clone()
        } else {
            gateway.browser()
        };
        let mut fields = HeaderMap::new();
        for name in forged {
            fields.insert(
                http::HeaderName::try_from(name).unwrap(),
                "forged-by-client".parse().unwrap(),
            );
        }
        fields.insert("x-forwarded-for", "203.0.113.7".parse().unwrap());
        fields.insert(
            "connection",
            "x-auth-request-user, x-interlock-assertion"
                .parse()
                .unwrap(),
        );
        let reply = client.send(Method::GET, path, fields, Bytes::new()).await;
        assert!(
            !reply
                .expect(StatusCode::OK)
                .text()
                .contains("forged-by-client"),
            "{path}: {}",
            reply.text()
        );
        assert_eq!(
            reply.echoed("x-forwarded-for").as_deref(),
            Some("127.0.0.1"),
            "{path}"
        );
        assert_eq!(reply.echoed("x-auth-request-email").is_some(), signed_in);
    }
}

#[tokio::test]
async fn a_target_with_two_readings_is_refused_and_the_next_request_served() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine)
        .route("path = \"/open/*\"\naccess = \"public\"\nupstream = \"app\"")
        .route("path = \"/*\"\nupstream = \"app\"")
        .start()
        .await;
    let host = gateway.address;
    for target in [
        "/open/../admin",
        "/open/%2e%2e/admin",
        "/open//admin",
        "//open/x",
        "/open/..%2fadmin",
        "/open%2f..%2fadmin",
        "/open/..\\admin",
        "/open/%5c..%5cadmin",
        "/open/;x=1",
        "/open/%00",
        "/open/%252e%252e/admin",
        "/open/%zz",
        "/open/.",
        "/open/%23/x",
        "/open/\u{e9}\u{ff}%ff",
    ] {
        let answer = raw_socket::exchange(
            host,
            format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes(),
        )
        .await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{target}: {answer}");
    }
    for request in [
        "GET /open/x HTTP/1.1\r\n\r\n".to_owned(),
        format!("GET /open/x HTTP/1.1\r\nHost: {host}\r\nHost: evil\r\n\r\n"),
        format!("GET http://evil/open/x HTTP/1.1\r\nHost: {host}\r\n\r\n"),
        format!("TRACE /open/x HTTP/1.1\r\nHost: {host}\r\n\r\n"),
        format!("CONNECT evil:80 HTTP/1.1\r\nHost: {host}\r\n\r\n"),
        format!(
            "POST /open/x HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"
        ),
        format!("POST /open/x HTTP/1.1\r\nHost: {host}\r\nContent-Length: +3\r\n\r\nabc"),
        format!(
            "GET /open/x HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n"
        ),
    ] {
        let answer = raw_socket::exchange(host, request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 4"), "{request}: {answer}");
    }
    assert_eq!(app.requests(), 0);
    gateway
        .browser()
        .get("/open/x")
        .await
        .expect(StatusCode::OK);
}
