//! Our own pages: script in them, frames around them, copies of them.

use http::StatusCode;

use crate::{
    row::{Must, Row, get, get_as_ada, row},
    stage::{Stage, status},
    support::{
        app::App, engine::Engine, gateway::Gateway, person::to_identify, raw_socket::exchange,
    },
};

const SCRIPT: &str = "%22%27%3E%3Cscript%3Ealert(1)%3C/script%3E";

/// Free text of an address: refused or not shown.
pub(crate) fn rows() -> Vec<Row> {
    vec![
        row(
            "X2 CVE-2019-8400 GHSA-7v6r-w4r6-mhch CVE-2026-33758 GHSA-cpj3-3r2f-xj59 CVE-2021-32702",
            get(
                &format!(
                    "/.interlock/callback?error={SCRIPT}&error_description={SCRIPT}&error_hint={SCRIPT}&state=x"
                ),
                "Accept: text/html",
            ),
            Must::Answer(&[400]),
        ),
        row(
            "X2 CVE-2022-24905 GHSA-xmg8-99r8-jc2j",
            get(
                "/.interlock/sign-in?sso_error=Call-555&error=Call-555&note=Call-555&message=Call-555",
                "Accept: text/html",
            ),
            Must::Answer(&[200]),
        ),
        row("X9", get("/.interlock/userinfo", ""), Must::Answer(&[401])),
        row(
            "X9",
            get_as_ada("/.interlock/userinfo", ""),
            Must::Answer(&[200]),
        ),
        row("X4", get("/private/app.css", ""), Must::Answer(&[401])),
    ]
}

/// Proves X2: nor is plain text shown that somebody put into a link, except where the link leads.
#[tokio::test]
async fn no_page_says_what_a_link_tells_it_to() {
    const TEXT: &str = "Call-5550100";
    let stage = Stage::set().await;
    let fields = format!(
        "Accept: text/html\r\nReferer: http://a/{TEXT}\r\nUser-Agent: {TEXT}\r\nAccept-Language: {TEXT}"
    );
    let names = [
        "auto",
        "code",
        "error",
        "error_description",
        "error_hint",
        "interaction_code",
        "iss",
        "message",
        "n",
        "note",
        "otp",
        "s",
        "show",
        "sso_error",
        "state",
        TEXT,
    ];
    for path in [
        "/.interlock/sign-in",
        "/.interlock/sign-in/go",
        "/.interlock/sign-in/hosted",
        "/.interlock/callback",
        "/.interlock/sign-out",
        "/.interlock/Call-5550100",
        "/nowhere/Call-5550100",
        "/staff/Call-5550100",
    ] {
        for name in names {
            for who in ["", "Cookie: {cookie}\r\n"] {
                let sent = get(&format!("{path}?{name}={TEXT}"), &format!("{who}{fields}"));
                let answer = exchange(stage.gateway.address, &stage.filled(sent.as_bytes())).await;
                let (_, body) = answer.split_once("\r\n\r\n").unwrap();
                assert!(!body.contains(TEXT), "{path} {name}: {answer}");
            }
        }
    }
}

/// Proves X1 X2 X3 X4 X6 X7: every page of ours, with a script in every place that a client can fill.
#[tokio::test]
async fn no_page_repeats_what_it_was_asked_with() {
    let stage = Stage::set().await;
    stage.judge(&rows()).await;
    let fields = "Accept: text/html\r\nReferer: http://a/<script>alert(1)</script>\r\nUser-Agent: <script>alert(1)</script>\r\nAccept-Language: <script>alert(1)</script>";
    for target in [
        format!(
            "/.interlock/sign-in?rd=/{SCRIPT}&note={SCRIPT}&show={SCRIPT}&n={SCRIPT}&auto={SCRIPT}&{SCRIPT}={SCRIPT}"
        ),
        format!("/.interlock/callback?error={SCRIPT}&error_description={SCRIPT}&state={SCRIPT}"),
        format!("/.interlock/callback?otp={SCRIPT}&state=x"),
        format!("/.interlock/sign-out?rd={SCRIPT}"),
        format!("/.interlock/{SCRIPT}"),
        format!("/nowhere/{SCRIPT}"),
        format!("/staff/{SCRIPT}"),
    ] {
        for who in ["", "Cookie: {cookie}\r\n"] {
            let sent = get(&target, &format!("{who}{fields}"));
            let answer = exchange(stage.gateway.address, &stage.filled(sent.as_bytes())).await;
            let (head, body) = answer.split_once("\r\n\r\n").unwrap();
            let head = head.to_ascii_lowercase();
            assert!(
                !body.contains("<script>") && !body.contains("alert(1)</"),
                "{target}: {answer}"
            );
            assert!(
                head.contains("cache-control: no-store") || head.contains("location: "),
                "{target}: {head}"
            );
            assert!(
                !head.contains("access-control-")
                    && !head.contains("server:")
                    && !head.contains("x-powered-by"),
                "{target}: {head}"
            );
            if head.contains("content-type: text/html") {
                for field in [
                    "content-security-policy: default-src 'none'",
                    "x-content-type-options: nosniff",
                    "x-frame-options: deny",
                    "cross-origin-opener-policy: same-origin",
                    "referrer-policy: same-origin",
                ] {
                    assert!(head.contains(field), "{target} lacks {field}: {head}");
                }
                for part in [
                    "base-uri 'none'",
                    "form-action 'self'",
                    "object-src 'none'",
                    "frame-ancestors 'none'",
                ] {
                    assert!(head.contains(part), "{target} lacks {part}: {head}");
                }
                for loose in ["unsafe-inline", "unsafe-eval", "https:;", "data: *", " *"] {
                    assert!(!head.contains(loose), "{target} allows {loose}: {head}");
                }
            }
        }
    }
}

/// Proves X7 CVE-2026-53624 GHSA-gv83-gqw6-9j2c CVE-2025-24358: what only https has, it has.
#[tokio::test]
async fn pages_under_https_say_so() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine)
        .public_url("https://app.example.com")
        .start()
        .await;
    let sent = "GET /.interlock/sign-out HTTP/1.1\r\nHost: app.example.com\r\nAccept: text/html\r\nConnection: close\r\n\r\n";
    let answer = exchange(gateway.address, sent.as_bytes())
        .await
        .to_ascii_lowercase();
    assert!(
        answer.contains("strict-transport-security: max-age="),
        "{answer}"
    );
    // The origin is compared with its scheme: http is another one.
    for (origin, expected) in [
        ("http://app.example.com", 403),
        ("https://app.example.com", 303),
    ] {
        let sent = format!(
            "POST /.interlock/sign-in HTTP/1.1\r\nHost: app.example.com\r\nOrigin: {origin}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\nConnection: close\r\n\r\na=b"
        );
        let answer = exchange(gateway.address, sent.as_bytes()).await;
        assert_eq!(status(&answer), expected, "{origin}: {answer}");
    }
}

/// Proves X5 X8: what an app answers to a person is nobody else's, and no field that caches ignore changes our answers.
#[tokio::test]
async fn answers_are_kept_for_their_reader() {
    let stage = Stage::set().await;
    let told = exchange(
        stage.gateway.address,
        &stage.filled(get_as_ada("/private/x", "").as_bytes()),
    )
    .await
    .to_ascii_lowercase();
    assert!(told.contains("cache-control: private"), "{told}");
    let told = exchange(
        stage.gateway.address,
        &stage.filled(get("/optional/x", "").as_bytes()),
    )
    .await
    .to_ascii_lowercase();
    assert!(told.contains("vary: cookie, authorization"), "{told}");
    let plain = exchange(
        stage.gateway.address,
        &stage.filled(get("/private/x", "Accept: text/html").as_bytes()),
    )
    .await;
    for fields in [
        "X-Forwarded-Host: evil",
        "X-Host: evil",
        "X-Forwarded-Scheme: http",
        "X-Original-URL: /public/x",
        "X-HTTP-Method-Override: POST",
        "User-Agent: bot",
        "X-Forwarded-Port: 1",
    ] {
        let other = exchange(
            stage.gateway.address,
            &stage.filled(get("/private/x", &format!("Accept: text/html\r\n{fields}")).as_bytes()),
        )
        .await;
        let without_date = |text: &str| {
            text.lines()
                .filter(|line| !line.to_ascii_lowercase().starts_with("date:"))
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(without_date(&plain), without_date(&other), "{fields}");
    }
}

/// Proves X6: the page at an address that held a code loads nothing from elsewhere, and the next address holds none.
#[tokio::test]
async fn pages_load_nothing_from_elsewhere() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;
    let mut browser = gateway.browser();
    let page = to_identify(&mut browser, "/").await;
    let other = browser
        .get("/.interlock/callback?interaction_code=secret-code&state=x")
        .await;
    let shown = other.expect(StatusCode::BAD_REQUEST).page();
    for page in [page, shown] {
        assert!(!page.html.contains("secret-code"));
        for (selector, attribute) in [
            ("img", "src"),
            ("script", "src"),
            ("link", "href"),
            ("iframe", "src"),
            ("form", "action"),
        ] {
            for target in page.attributes(selector, attribute) {
                assert!(target.starts_with("/.interlock/"), "{selector} {target}");
            }
        }
        assert!(page.attributes("*", "style").is_empty() && page.texts("style").is_empty());
    }
}
