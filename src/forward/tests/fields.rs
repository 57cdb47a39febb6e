use super::support::{App, Setup, ada};
use crate::route::{Access, UpstreamAuthorization};

#[tokio::test]
async fn forged_identity_never_reaches_the_app_on_any_route() {
    for access in [
        Access::Public,
        Access::Optional,
        Access::SignedIn,
        Access::Token,
    ] {
        let app = App::ok().await;
        let gateway = Setup::new(app.target())
            .with(|setup| setup.route.access = access)
            .start();
        gateway
            .send(
                "OPTIONS /x HTTP/1.1\r\nHost: app.example\r\nConnection: close, X-Nominated\r\nConnection: x-second\r\n\
                 X-Auth-Request-User: evil\r\nX_Auth_Request_Email: evil\r\nX-Auth_Request-Groups: evil\r\n\
                 X-Interlock-Assertion: evil\r\nX.Interlock.Assertion: evil\r\nRemote-User: evil\r\nRemote_Groups: evil\r\n\
                 X-Forwarded-User: evil\r\nX_Forwarded_Access_Token: evil\r\nX-Department: evil\r\nX_Department: evil\r\n\
                 X-Forwarded-For: 6.6.6.6\r\nX_Forwarded_For: 6.6.6.6\r\nX-Forwarded-Prefix: evil\r\nForwarded: for=6.6.6.6\r\n\
                 X-Real-IP: 6.6.6.6\r\nX-Original-URL: /evil\r\nX-Rewrite-Url: /evil\r\nX-Request-Id: evil\r\n\
                 X-HTTP-Method-Override: DELETE\r\nX-Forwarded-Host: evil\r\nX-Forwarded-Proto: evil\r\nProxy: evil\r\n\
                 Authorization: Basic evil\r\nX-Nominated: evil\r\nX-Second: evil\r\nX-Kept: honest\r\n\r\n",
            )
            .await;
        let head = app.head();
        assert!(
            !head.0.contains("evil") && !head.0.contains("6.6.6.6"),
            "{}",
            head.0
        );
        assert_eq!(head.one("x-kept"), "honest");
        assert_eq!(head.one("x-forwarded-for"), "127.0.0.1");
        assert_eq!(head.one("x-forwarded-host"), "app.example");
        assert_eq!(head.one("x-forwarded-proto"), "https");
        assert_eq!(head.one("x-forwarded-port"), "443");
        assert_eq!(head.one("x-request-id").len(), 36);
        assert_eq!(head.line(), "OPTIONS /x HTTP/1.1");
        assert!(head.all("connection").is_empty());
        gateway.ended().await;
    }
}

#[tokio::test]
async fn who_is_signed_in_is_told_to_the_app() {
    let app = App::ok().await;
    let gateway = Setup::new(app.target()).signed_in().start();
    let answer = gateway
        .send(
            "GET /a%20b/?q=%2F..;# HTTP/1.1\r\nHost: App.Example:443\r\nConnection: close, X-Auth-Request-User\r\n\
             X-Auth-Request-User: evil\r\nAuthorization: Bearer theirs\r\n\
             Cookie: __Host-interlock=sealed; theme=dark; __Host-interlock.1=more; __Host-interlock-tx=x\r\n\r\n",
        )
        .await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(
        answer.to_lowercase().contains("cache-control: private\r\n"),
        "{answer}"
    );
    let head = app.head();
    assert_eq!(head.one("x-auth-request-user"), "00u1");
    assert_eq!(head.one("x-auth-request-email"), "ada@example.com");
    assert_eq!(head.one("x-auth-request-preferred-username"), "ada");
    assert_eq!(head.one("x-auth-request-groups"), "staff,Z%C3%BCrich");
    assert_eq!(head.one("x-department"), "Engines");
    assert_eq!(head.one("authorization"), "Bearer the-access-token");
    assert_eq!(head.one("cookie"), "theme=dark");
    assert_eq!(head.one("host"), "App.Example:443");
    assert_eq!(head.one("x-interlock-assertion").split('.').count(), 3);
    assert_eq!(head.line(), "GET /a%20b/?q=%2F..; HTTP/1.1");
    gateway.ended().await;
}

#[tokio::test]
async fn an_app_may_do_without_the_assertion_and_never_sees_a_forged_one() {
    let app = App::ok().await;
    let gateway = Setup::new(app.target())
        .with(|setup| setup.forward.upstreams[0].assertion = false)
        .signed_in()
        .start();
    let forged = "GET / HTTP/1.1\r\nHost: a\r\nX-Interlock-Assertion: evil\r\nX_Interlock_Assertion: evil\r\n\
                  X-Interlock.Assertion: evil\r\nConnection: close\r\n\r\n";
    for _ in 0..2 {
        let answer = gateway.send(forged).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        let head = app.last_head();
        assert!(!head.0.contains("evil"), "{}", head.0);
        assert!(head.all("x-interlock-assertion").is_empty());
        assert_eq!(head.one("x-auth-request-user"), "00u1");
        assert_eq!(head.one("authorization"), "Bearer the-access-token");
    }
    gateway.ended().await;
}

#[tokio::test]
async fn a_missing_claim_is_a_missing_field_and_a_bad_one_is_refused() {
    let app = App::ok().await;
    let mut nobody = ada();
    nobody.claims = std::sync::Arc::default();
    let gateway = Setup::new(app.target())
        .with(|setup| setup.principal = Some(std::sync::Arc::new(nobody.into())))
        .start();
    let forged = "GET / HTTP/1.1\r\nHost: a\r\nX-Auth-Request-Groups: admins\r\nX-Department: evil\r\nConnection: close\r\n\r\n";
    assert!(gateway.send(forged).await.starts_with("HTTP/1.1 200"));
    let head = app.head();
    for name in [
        "x-auth-request-groups",
        "x-auth-request-email",
        "x-department",
    ] {
        assert!(head.all(name).is_empty(), "{name}");
    }
    gateway.ended().await;

    for groups in [
        serde_json::json!(["a,b"]),
        serde_json::json!(["a\r\nX-Evil: 1"]),
        serde_json::json!(["x".repeat(9000)]),
    ] {
        let app = App::ok().await;
        let mut comma = ada();
        let claims = serde_json::Map::from_iter([("groups".to_owned(), groups)]);
        comma.claims = std::sync::Arc::new(claims.into());
        let gateway = Setup::new(app.target())
            .with(|setup| setup.principal = Some(std::sync::Arc::new(comma.into())))
            .start();
        let answer = gateway.get("/").await;
        assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
        assert_eq!(app.requests(), 0);
        gateway.ended().await;
    }
}

#[tokio::test]
async fn authorization_is_what_the_route_says() {
    for (mode, signed_in, passed) in [
        (UpstreamAuthorization::Pass, false, vec!["Basic theirs"]),
        (UpstreamAuthorization::Pass, true, vec!["Basic theirs"]),
        (UpstreamAuthorization::None, true, vec![]),
        (UpstreamAuthorization::AccessToken, false, vec![]),
        (
            UpstreamAuthorization::AccessToken,
            true,
            vec!["Bearer the-access-token"],
        ),
    ] {
        let app = App::ok().await;
        let setup =
            Setup::new(app.target()).with(|setup| setup.route.upstream_authorization = mode);
        let gateway = if signed_in { setup.signed_in() } else { setup }.start();
        gateway
            .send("GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Basic theirs\r\nConnection: close\r\n\r\n")
            .await;
        assert_eq!(app.head().all("authorization"), passed);
        gateway.ended().await;
    }
}

#[tokio::test]
async fn a_trusted_proxy_is_believed_and_nobody_else() {
    let request = "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1.1.1.1, 203.0.113.9\r\nX-Forwarded-Proto: https\r\n\
                   X-Forwarded-Host: evil\r\nConnection: close\r\n\r\n";
    for (trusted, chain) in [(true, "203.0.113.9, 127.0.0.1"), (false, "127.0.0.1")] {
        let app = App::ok().await;
        let gateway = Setup::new(app.target())
            .with(|setup| {
                if trusted {
                    setup.edge.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
                }
            })
            .start();
        gateway.send(request).await;
        let head = app.head();
        assert_eq!(head.one("x-forwarded-for"), chain);
        assert_eq!(head.one("x-forwarded-host"), "a");
        gateway.ended().await;
    }
}

#[tokio::test]
async fn what_concerns_the_upstreams_connection_or_our_cookies_stays_here() {
    let app = App::answering(["HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive, X-Internal\r\nX-Internal: 1\r\n\
        Keep-Alive: timeout=5\r\nSet-Cookie: __Host-interlock=evil; Path=/\r\nSet-Cookie: theme=dark\r\n\
        Cache-Control: public, max-age=60\r\n\r\nok"])
    .await;
    let gateway = Setup::new(app.target())
        .signed_in()
        .with(|setup| setup.route.access = Access::Optional)
        .start();
    let answer = gateway.get("/").await.to_lowercase();
    for gone in ["x-internal", "keep-alive", "evil", "public"] {
        assert!(!answer.contains(gone), "{gone} in {answer}");
    }
    assert!(
        answer.contains("set-cookie: theme=dark\r\n")
            && answer.contains("cache-control: private, max-age=60\r\n")
    );
    assert!(answer.contains("vary: cookie, authorization\r\n"));
    gateway.ended().await;
}

#[tokio::test]
async fn the_targets_own_host_is_sent_where_the_clients_is_not_passed() {
    let app = App::ok().await;
    let gateway = Setup::new(app.target())
        .with(|setup| setup.forward.upstreams[0].pass_host = false)
        .start();
    gateway.get("/").await;
    let head = app.head();
    assert_eq!(head.one("host"), app.address.to_string());
    assert_eq!(head.one("x-forwarded-host"), "app.example");
    gateway.ended().await;
}

#[tokio::test]
async fn every_form_of_target_is_forwarded_in_origin_form() {
    for (target, host, line, passed) in [
        ("/a?b", "app.example", "GET /a?b HTTP/1.1", "app.example"),
        (
            "http://app.example/a?b",
            "app.example",
            "GET /a?b HTTP/1.1",
            "app.example",
        ),
        (
            "HTTP://APP.example:80/a",
            "app.example",
            "GET /a HTTP/1.1",
            "app.example",
        ),
        (
            "http://app.example",
            "app.example",
            "GET / HTTP/1.1",
            "app.example",
        ),
        (
            "http://app.example?b",
            "app.example",
            "GET /?b HTTP/1.1",
            "app.example",
        ),
        (
            "/?http://evil/",
            "app.example.:8080",
            "GET /?http://evil/ HTTP/1.1",
            "app.example.:8080",
        ),
        (
            "/caf%C3%A9/%7e",
            "[::1]:80",
            "GET /caf%C3%A9/%7e HTTP/1.1",
            "[::1]:80",
        ),
        (
            "/@evil.example/",
            "app.example",
            "GET /@evil.example/ HTTP/1.1",
            "app.example",
        ),
        ("/:80/", "app.example", "GET /:80/ HTTP/1.1", "app.example"),
    ] {
        let app = App::ok().await;
        let gateway = Setup::new(app.target()).start();
        let answer = gateway
            .send(format!(
                "GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
            ))
            .await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{target} got {answer}");
        assert_eq!(app.head().line(), line);
        assert_eq!(app.head().one("host"), passed);
        gateway.ended().await;
    }
}
