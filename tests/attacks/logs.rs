//! What is written down, and who may look inside.

use std::time::Duration;

use http::StatusCode;
use interlock::clock::ManualClock;

use crate::{
    row::{Must, Row, get, get_as_ada, request, row},
    stage::{Stage, status},
    support::{
        app::App,
        engine::Engine,
        gateway::Gateway,
        logs::logs,
        middle::Middle,
        person::{PASSWORD, ada, to_identify},
        raw_socket::exchange,
    },
};

/// Paths of an inside that the public listener has not, whoever asks.
pub(crate) fn rows() -> Vec<Row> {
    let inside = [
        "/metrics",
        "/livez",
        "/readyz",
        "/ping",
        "/ready",
        "/config",
        "/debug/pprof/",
        "/debug/vars",
        "/server-status",
        "/admin",
        "/load",
        "/api/rawdata",
        "/dashboard/",
        "/actuator",
        "/.interlock/metrics",
        "/.interlock/config",
        "/.interlock/debug",
        "/.interlock/",
        "/.interlock",
        "/.interlock/admin/x",
        "/control/reset",
    ];
    inside
        .into_iter()
        .flat_map(|path| {
            let proves = "A3 CVE-2022-24797 GHSA-q98f-2x4p-prjr CVE-2018-15598 CVE-2026-44774 CVE-2026-31838 GHSA-974c-2wxh-g4ww CVE-2026-54246 GHSA-5587-2x54-jj6h CVE-2026-55106";
            [
                row(proves, get(path, ""), Must::Answer(&[401, 404, 405])),
                row("A3", get_as_ada(path, ""), Must::Answer(&[401, 404, 405])),
                row("A3", request("POST", path, "Content-Length: 0"), Must::Answer(&[401, 404, 405])),
            ]
        })
        .collect()
}

#[tokio::test]
async fn the_public_listener_has_no_inside() {
    Stage::set().await.judge(&rows()).await;
}

/// Proves A4 A3 CVE-2025-24030 GHSA-j777-63hf-hx76 CVE-2026-27589 GHSA-879p-475x-rqh2 GHSA-gx7w-56w6-g48x CVE-2026-45692 RUSTSEC-2026-0140 CVE-2026-42559: the admin listener answers to its name, to reading, at exact paths.
#[tokio::test]
async fn the_admin_listener_changes_nothing_and_knows_its_name() {
    let stage = Stage::set().await;
    let admin = stage.gateway.admin;
    for (what, sent, expected) in [
        (
            "rebound name",
            "GET /metrics HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n".to_owned(),
            421,
        ),
        (
            "no name",
            "GET /metrics HTTP/1.1\r\nConnection: close\r\n\r\n".to_owned(),
            421,
        ),
        (
            "two names",
            format!(
                "GET /metrics HTTP/1.1\r\nHost: {admin}\r\nHost: evil\r\nConnection: close\r\n\r\n"
            ),
            421,
        ),
        (
            "a change",
            format!(
                "POST /metrics HTTP/1.1\r\nHost: {admin}\r\nOrigin: http://evil.example\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            ),
            405,
        ),
        (
            "a change",
            format!("DELETE /livez HTTP/1.1\r\nHost: {admin}\r\nConnection: close\r\n\r\n"),
            405,
        ),
        (
            "below a path",
            format!(
                "GET /metrics/../config HTTP/1.1\r\nHost: {admin}\r\nConnection: close\r\n\r\n"
            ),
            404,
        ),
        (
            "below a path",
            format!("GET /metricsX HTTP/1.1\r\nHost: {admin}\r\nConnection: close\r\n\r\n"),
            404,
        ),
        (
            "another path",
            format!("GET /config HTTP/1.1\r\nHost: {admin}\r\nConnection: close\r\n\r\n"),
            404,
        ),
        (
            "the app",
            format!("GET /private/x HTTP/1.1\r\nHost: {admin}\r\nConnection: close\r\n\r\n"),
            404,
        ),
        (
            "its own",
            format!("GET /metrics HTTP/1.1\r\nHost: {admin}\r\nConnection: close\r\n\r\n"),
            200,
        ),
    ] {
        let answer = exchange(admin, sent.as_bytes()).await;
        assert_eq!(status(&answer), expected, "{what}: {answer}");
        assert!(
            !answer.to_ascii_lowercase().contains("access-control"),
            "{what}: {answer}"
        );
        for secret in [
            &stage.token,
            crate::support::gateway::SECRET,
            "interlock-demo",
        ] {
            assert!(!answer.contains(secret), "{what}: {answer}");
        }
    }
}

/// Proves A1 X9 CVE-2022-23469 GHSA-h2ph-vhm7-g4hp RUSTSEC-2022-0086 CVE-2022-31162 CVE-2026-46358 GHSA-q8cj-789h-vg24 CVE-2024-39315 GHSA-rrqr-7w59-637v: a whole sign-in at the most talkative level leaves no secret in the log.
#[tokio::test]
async fn no_secret_is_logged() {
    let app = App::echo().await;
    let (middle, engine) = Middle::and_engine(|_| {}).await;
    let (tell, told) = std::sync::mpsc::channel();
    middle.change(move |answer| {
        let document: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        for name in [
            "access_token",
            "id_token",
            "refresh_token",
            "interaction_handle",
            "stateHandle",
        ] {
            if let Some(secret) = document[name].as_str() {
                let _ = tell.send(secret.to_owned());
            }
        }
    });
    let gateway = Gateway::before(&app, &engine)
        .issuer(&middle.issuer())
        .confidential()
        .start()
        .await;
    let mut browser = ada(&gateway).await;
    let userinfo = browser.get("/.interlock/userinfo").await;
    let mut secrets: Vec<String> = told.try_iter().collect();
    for asked in middle.asked() {
        for (name, value) in url::form_urlencoded::parse(asked.body.as_bytes()) {
            if [
                "state",
                "nonce",
                "code_verifier",
                "interaction_code",
                "interaction_handle",
                "client_secret",
                "refresh_token",
            ]
            .contains(&&*name)
            {
                secrets.push(value.into_owned());
            }
        }
    }
    secrets.extend(
        browser
            .cookies
            .values()
            .map(|value| value.get(..40).unwrap_or(value).to_owned()),
    );
    secrets.extend([
        PASSWORD.to_owned(),
        "interlock-web-secret".to_owned(),
        crate::support::gateway::SECRET.to_owned(),
    ]);
    // The refusals log too.
    for target in [
        "/?secret=query-secret-1",
        "/.interlock/callback?interaction_code=query-secret-2&state=query-secret-3",
    ] {
        gateway.browser().get(target).await;
    }
    let sent = "GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nAuthorization: Bearer header-secret-4.a.b\r\n\r\n".replace("{host}", &gateway.address.to_string());
    exchange(gateway.address, sent.as_bytes()).await;
    secrets.extend(["query-secret", "header-secret"].map(str::to_owned));
    gateway.stop().await;
    assert!(secrets.len() > 12, "{}", secrets.len());
    for secret in &secrets {
        logs().assert_without(secret);
        assert!(
            !userinfo.text().contains(secret.as_str()),
            "a secret is in userinfo"
        );
    }
}

/// Proves A2 CVE-2025-25294 CVE-2024-45808 CVE-2026-42507: no client writes a line of the log.
#[tokio::test]
async fn a_client_writes_no_line_of_the_log() {
    let stage = Stage::set().await;
    for sent in [
        get("/nowhere/%0aFORGED-LINE%0d", ""),
        get("/nowhere/\u{1b}[31mFORGED-LINE", ""),
        get("/nowhere/x", "User-Agent: a\u{1b}[2JFORGED-LINE"),
        get("/.interlock/callback?error=%0aFORGED-LINE&state=x", ""),
        get(
            "/.interlock/callback?error=access_denied%1b[31m&error_description=FORGED-LINE",
            "",
        ),
        request(
            "POST",
            "/.interlock/sign-in",
            "Origin: http://\u{e9}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 0",
        ),
    ] {
        exchange(stage.gateway.address, &stage.filled(sent.as_bytes())).await;
    }
    let text = logs().text();
    for line in text.lines() {
        assert!(!line.trim_start().starts_with("FORGED-LINE"), "{line:?}");
        assert!(!line.contains('\u{1b}') && !line.contains('\r'), "{line:?}");
    }
}

/// Proves D3 C3 CVE-2026-54762 GHSA-4mr2-fg2p-w63c CVE-2026-27586 GHSA-hffm-g8v7-wrv7: a gateway whose server is away at start lets nobody in, and serves once it is there.
#[tokio::test]
async fn a_gateway_without_its_server_lets_nobody_in() {
    let app = App::echo().await;
    let dead = crate::support::gateway::free_address();
    let gateway = Gateway::at(
        &app.url(),
        &format!("http://{dead}/oauth2/default"),
        ManualClock::running(),
    )
    .start()
    .await;
    for (target, expected) in [("/", 302), ("/.interlock/sign-in", 503)] {
        let reply = gateway.browser().get(target).await;
        assert_eq!(reply.status.as_u16(), expected, "{target}");
    }
    let sent = format!(
        "GET / HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nAuthorization: Bearer e30.e30.AAAA\r\n\r\n",
        gateway.address
    );
    let answer = exchange(gateway.address, sent.as_bytes()).await;
    assert!(matches!(status(&answer), 401 | 503), "{answer}");
    assert_eq!(app.requests(), 0);
    let engine = Engine::at(dead, |_| {});
    gateway.clock.advance(Duration::from_mins(2));
    let mut browser = gateway.browser();
    to_identify(&mut browser, "/").await;
    drop(engine);
    browser.get("/").await.expect(StatusCode::FOUND);
}
