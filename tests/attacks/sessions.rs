//! Cookies that were not given, were changed, doubled or kept too long.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};

use crate::{
    row::{Must, NOBODY, Row, exactly, get, row},
    stage::{Stage, status},
    support::{
        app::{App, Seen},
        engine::Engine,
        gateway::{Gateway, SECRET},
        person::{ada, sign_out, to_identify, with_password},
        raw_socket::exchange,
    },
};

fn ada_alone(seen: &Seen) -> Result<(), String> {
    exactly(seen, "x-auth-request-email", &["ada@example.com"])
}

fn odd_cookies() -> Vec<Row> {
    let cookie = |value: &str| get("/private/x", &format!("Cookie: {value}"));
    let mut rows = vec![
        row(
            "C10 CVE-2023-28625 GHSA-f5xw-rvfr-24qr",
            cookie(";;; "),
            NOBODY,
        ),
        row("C10", cookie(""), NOBODY),
        row("C10", cookie("=; =; ="), NOBODY),
        row("C10", cookie("interlock"), NOBODY),
        row("C10", cookie("interlock="), NOBODY),
        row("C10", cookie("interlock=\"\""), NOBODY),
        row("C10", cookie("\u{e9}=\u{e9}; interlock=\u{e9}"), NOBODY),
        row(
            "C2 C10 CVE-2026-27840 GHSA-6mq3-xmgp-pjm5",
            cookie("interlock=AAAA"),
            NOBODY,
        ),
        row(
            "C1 CVE-2024-38513 GHSA-98j2-3j3p-fw2v",
            cookie("interlock=chosen-by-the-attacker"),
            NOBODY,
        ),
        row(
            "C6 CVE-2024-24814 GHSA-hxr6-w4gc-7vvv",
            cookie(
                "interlock=99999999; interlock_chunks=99999999; interlock.1=a; interlock.99999999=b",
            ),
            NOBODY,
        ),
        row(
            "C6",
            cookie("interlock=2.a; interlock.1=b; interlock.3=c"),
            NOBODY,
        ),
        row(
            "C6",
            cookie("interlock.1=a; interlock.2=b; interlock.3=c; interlock.-1=d; interlock.x=e"),
            NOBODY,
        ),
        row(
            "C10 L1 CVE-2025-58186",
            cookie(&"a=; ".repeat(4000)),
            NOBODY,
        ),
        row(
            "C5 C10",
            cookie(&"interlock=AAAA; ".repeat(1000)),
            Must::Answer(&[302, 400, 401]),
        ),
        row(
            "C10",
            cookie(&format!("interlock={}", "A".repeat(60_000))),
            Must::Answer(&[302, 401, 431]),
        ),
        row(
            "C10 S6",
            {
                let mut sent = cookie("interlock=X").into_bytes();
                let at = sent.iter().position(|octet| *octet == b'X').unwrap_or(0);
                if let Some(octet) = sent.get_mut(at) {
                    *octet = 0xff;
                }
                sent
            },
            NOBODY,
        ),
        // One good session beside strangers on other lines is that session, and never another.
        row(
            "C5",
            get(
                "/private/x",
                "Cookie: interlock=planted\r\nCookie: {cookie}",
            ),
            Must::Reach(ada_alone),
        ),
        row(
            "C5",
            get("/private/x", "Cookie: {cookie}; interlock=planted"),
            Must::Reach(ada_alone),
        ),
        row(
            "C5",
            get("/private/x", "Cookie: {cookie}\r\nCookie: {cookie}"),
            Must::Reach(ada_alone),
        ),
    ];
    rows.extend(["interlock-tx", "Interlock", "INTERLOCK", "__Host-interlock", "interlock.0"].map(|name| {
        let other = format!("GET /private/x HTTP/1.1\r\nHost: {{host}}\r\nConnection: close\r\nCookie: {name}=x; {{cookie}}\r\n\r\n");
        row("C5", other, Must::Reach(ada_alone))
    }));
    rows
}

pub(crate) fn rows() -> Vec<Row> {
    odd_cookies()
}

#[tokio::test]
async fn no_cookie_field_makes_somebody_of_nobody() {
    Stage::set().await.judge(&rows()).await;
}

/// Proves C1 CVE-2024-28197 GHSA-mq4x-r2w3-j7mr CVE-2021-41246: what the browser brought to its sign-in is not what it leaves with.
#[tokio::test]
async fn a_planted_session_is_not_signed_in() {
    let (app, engine) = (App::echo().await, Engine::start());
    for store in ["cookie", "memory"] {
        let gateway = Gateway::before(&app, &engine)
            .session(&format!("store = \"{store}\"\nsecret = \"{SECRET}\""))
            .start()
            .await;
        let attacker = ada(&gateway).await;
        let mut victim = gateway.browser();
        victim
            .cookies
            .insert("interlock".to_owned(), "planted".to_owned());
        with_password(&mut victim, "/", "ada@example.com")
            .await
            .expect(StatusCode::OK);
        assert_ne!(victim.cookies["interlock"], "planted");
        assert_ne!(victim.cookies["interlock"], attacker.cookies["interlock"]);
        let mut planter = gateway.browser();
        planter
            .cookies
            .insert("interlock".to_owned(), "planted".to_owned());
        planter.get("/").await.expect(StatusCode::FOUND);
    }
}

/// Proves C3 CVE-2025-29928 CVE-2024-21492: after signing out a copy of the cookie is worth nothing, whatever the store.
#[tokio::test]
async fn signing_out_ends_copies_too() {
    let (app, engine) = (App::echo().await, Engine::start());
    for store in ["cookie", "memory"] {
        let gateway = Gateway::before(&app, &engine)
            .session(&format!("store = \"{store}\"\nsecret = \"{SECRET}\""))
            .start()
            .await;
        let mut browser = ada(&gateway).await;
        let mut copy = browser.clone();
        let done = sign_out(&mut browser).await;
        let cleared: Vec<_> = done
            .headers
            .get_all(header::SET_COOKIE)
            .iter()
            .map(|line| line.to_str().unwrap())
            .collect();
        assert!(
            cleared.iter().any(|line| line.starts_with("interlock=;")),
            "{cleared:?}"
        );
        copy.get("/").await.expect(StatusCode::FOUND);
        assert!(copy.cookies.is_empty());
    }
}

/// Proves C4 C9 CVE-2025-55162 CVE-2018-25060 GHSA-hhxg-px5h-jc32 CVE-2026-34454 GHSA-f24x-5g9q-753f: a dead cookie is cleared with every attribute it was set with.
#[tokio::test]
async fn under_https_cookies_are_bound_to_the_host_and_cleared_as_they_were_set() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine)
        .public_url("https://app.example.com")
        .start()
        .await;
    let sent = "GET / HTTP/1.1\r\nHost: app.example.com\r\nConnection: close\r\nAccept: text/html\r\nCookie: __Host-interlock=dead; __Host-interlock.1=dead; other=1\r\n\r\n";
    let answer = exchange(gateway.address, sent.as_bytes()).await;
    assert_eq!(status(&answer), 302, "{answer}");
    let cleared: Vec<_> = answer
        .lines()
        .filter_map(|line| line.strip_prefix("set-cookie: "))
        .collect();
    assert!(
        cleared
            .iter()
            .any(|line| line.starts_with("__Host-interlock=;")),
        "{answer}"
    );
    for line in cleared {
        assert!(line.starts_with("__Host-interlock"), "{line}");
        for attribute in [
            "; Secure",
            "; HttpOnly",
            "; SameSite=Lax",
            "; Path=/",
            "; Max-Age=0",
        ] {
            assert!(line.contains(attribute), "{line} lacks {attribute}");
        }
        assert!(!line.to_ascii_lowercase().contains("domain"), "{line}");
    }
    assert_eq!(app.requests(), 0);
}

/// Proves C7: however many sign-ins are begun and left, the browser keeps one cookie of one size.
#[tokio::test]
async fn abandoned_sign_ins_leave_one_cookie() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;
    let mut browser = gateway.browser();
    let mut sizes = Vec::new();
    for number in 0..12 {
        to_identify(
            &mut browser,
            &format!("/tab/{number}?{}", "x".repeat(number * 100)),
        )
        .await;
        browser.get("/.interlock/sign-in?start=1").await;
        to_identify(&mut browser, "/again").await;
        assert_eq!(browser.cookies.len(), 1, "{:?}", browser.cookies);
        sizes.push(browser.cookie_line().len());
    }
    sizes.dedup();
    assert!(
        sizes.len() == 1 && sizes.iter().all(|size| *size < 4096),
        "{sizes:?}"
    );
}

/// Proves C2 CVE-2026-47775 CVE-2021-32791: a changed cookie is nobody's, and every change looks the same.
#[tokio::test]
async fn every_change_of_a_cookie_looks_the_same() {
    let stage = Stage::set().await;
    let good = stage.ada.cookies["interlock"].clone();
    let mut answers = Vec::new();
    for at in [0, 1, 10, good.len() / 2, good.len() - 2, good.len() - 1] {
        let mut changed: Vec<char> = good.chars().collect();
        changed[at] = if changed[at] == 'A' { 'B' } else { 'A' };
        answers.push(probe(&stage, &changed.into_iter().collect::<String>()).await);
    }
    for other in [
        good[..good.len() - 1].to_owned(),
        good[1..].to_owned(),
        good.to_lowercase(),
        "A".repeat(good.len()),
    ] {
        answers.push(probe(&stage, &other).await);
    }
    let first = answers.first().cloned();
    assert!(
        answers.iter().all(|answer| Some(answer) == first.as_ref()),
        "{answers:#?}"
    );
}

/// What the answer shows, without what differs from request to request.
async fn probe(stage: &Stage, cookie: &str) -> (StatusCode, Vec<(String, String)>, Bytes) {
    let mut browser = stage.gateway.browser();
    let mut fields = HeaderMap::new();
    fields.insert(
        header::COOKIE,
        format!("interlock={cookie}").parse().unwrap(),
    );
    let reply = browser
        .send(Method::GET, "/private/x", fields, Bytes::new())
        .await;
    let shown = reply
        .headers
        .iter()
        .filter(|(name, _)| *name != header::DATE);
    let shown = shown
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    (reply.status, shown, reply.body)
}
