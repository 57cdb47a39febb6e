//! Ways off this origin by a parameter, and line ends in it.

use bytes::Bytes;
use http::{Method, StatusCode};

use crate::{
    row::get,
    stage::Stage,
    support::{
        app::App,
        browser::navigation,
        engine::Engine,
        gateway::Gateway,
        person::{PASSWORD, to_identify},
        raw_socket::exchange,
    },
};

/// Each became a redirect to somebody else in some product.
pub(crate) const AWAY: [(&str, &str); 33] = [
    (
        "CVE-2017-1000070 CVE-2021-43812 CVE-2022-24794",
        "//evil.example",
    ),
    ("CVE-2019-14857", "///evil.example"),
    (
        "CVE-2020-5233 GHSA-qqxw-m5fj-f7gv CVE-2019-20479 CVE-2021-32786",
        "/\\evil.example",
    ),
    ("CVE-2020-5233", "/%5Cevil.example"),
    ("R1", "\\\\evil.example"),
    (
        "CVE-2020-11053 GHSA-j7px-6hwj-hpjg CVE-2022-23527 GHSA-q6f2-285m-gr53",
        "/%09/evil.example",
    ),
    ("CVE-2020-4037 GHSA-5m6c-jp6f-2vcv", "/\t/\t\\evil.example"),
    ("CVE-2020-4037 GHSA-5m6c-jp6f-2vcv", "/./\\evil.example"),
    ("R1", "/\t/evil.example"),
    ("R1", "/\n/evil.example"),
    ("R6", "/%0d%0aSet-Cookie:x=y"),
    ("R6", "/\r\nSet-Cookie: x=y"),
    ("R1", "/%2F/evil.example"),
    ("R1", "/%2Fevil.example"),
    (
        "CVE-2022-28923 GHSA-qpm3-vr34-h8w8 RUSTSEC-2022-0072 CVE-2022-40083 GHSA-crxj-hrmp-4rwf",
        "//evil.example/%2e%2e",
    ),
    ("R1", "/%2e%2e//evil.example"),
    ("R1", "/../evil"),
    (
        "CVE-2021-29456 CVE-2024-21497 CVE-2021-39191 CVE-2026-5467 GHSA-mj24-pqx2-6788",
        "https://evil.example/",
    ),
    ("R1", "https:evil.example"),
    ("R1", "https:/evil.example"),
    ("CVE-2022-3145", "http:\\\\evil.example"),
    ("CVE-2024-21637 CVE-2025-67495", "javascript:alert(1)"),
    ("R1", "data:text/html,x"),
    ("R1", " //evil.example"),
    ("R1", "@evil.example"),
    ("CVE-2021-21291 GHSA-4mf2-f3wh-gvf2", "evil.example"),
    ("CVE-2026-41569 CVE-2024-52289", "{origin}.evil.example/"),
    ("R1", "{origin}@evil.example/"),
    ("R1", "/\u{2f}\u{ff0f}evil.example"),
    ("R1", "/é"),
    ("R1", "/.interlock/sign-out"),
    ("R1", "/a b"),
    ("R1", ""),
];

/// Proves R1 R2 CVE-2019-14857 and what each row of `AWAY` names: whatever leads off this origin ends at the root.
#[tokio::test]
async fn sign_in_returns_to_this_origin_alone() {
    let stage = Stage::set().await;
    let origin = stage.gateway.url();
    for (proves, rd) in AWAY {
        let rd = rd.replace("{origin}", &origin);
        let encoded: String = url::form_urlencoded::byte_serialize(rd.as_bytes()).collect();
        // Somebody signed in is sent on at once; the same function guards the end of a sign-in.
        let mut ada = stage.ada.clone();
        let reply = ada.get(&format!("/.interlock/sign-in?rd={encoded}")).await;
        let location = reply.expect(StatusCode::SEE_OTHER).location();
        assert_eq!(location, "/", "{proves}: {rd:?}");
        for path in [
            "/.interlock/sign-out",
            "/.interlock/callback",
            "/.interlock/sign-in/go",
        ] {
            let reply = stage
                .gateway
                .browser()
                .get(&format!("{path}?rd={encoded}"))
                .await;
            let away = reply
                .headers
                .get("location")
                .map(|to| to.to_str().unwrap().to_owned());
            assert!(
                away.is_none_or(|to| to.starts_with("/.interlock/sign-in?rd=%2F")
                    || to == "/"
                    || to.starts_with("/.interlock/sign-in?rd=/")),
                "{path}: {rd:?}"
            );
            assert!(
                !reply.text().contains("evil.example"),
                "{path}: {rd:?}: {}",
                reply.text()
            );
        }
    }
}

/// Proves R2 R3 R4: what was checked when it came in is checked when it is used, and twice means nowhere.
#[tokio::test]
async fn a_form_cannot_change_the_way_back_to_another_origin() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;
    for (name, value) in [
        ("rd", "//evil.example"),
        ("rd", "https://evil.example"),
        ("redirect", "//evil.example"),
        ("rd[]", "//evil.example"),
    ] {
        let mut browser = gateway.browser();
        let identify = to_identify(&mut browser, "/.interlock/sign-in?rd=/start").await;
        let password = browser
            .submit(&identify, "identify", &[("identifier", "ada@example.com")])
            .await;
        let page = password.expect_form("challenge-authenticator");
        let form = page.form("challenge-authenticator");
        let mut pairs = form.filled(&[("credentials.passcode", PASSWORD)]);
        if name == "rd" {
            pairs.retain(|(name, _)| name != "rd");
        }
        pairs.push((name.to_owned(), value.to_owned()));
        let action = form.action.clone().unwrap_or_else(|| page.url.clone());
        let done = browser.post_pairs(&action, &pairs).await;
        let location = done.expect(StatusCode::SEE_OTHER).location();
        assert!(
            location == "/" || location == "/start",
            "{name}={value}: {location}"
        );
    }
    for query in ["rd=/a&rd=//evil.example", "rd=//evil.example&rd=/a"] {
        let mut browser = gateway.browser();
        let reply = browser.get(&format!("/.interlock/sign-in?{query}")).await;
        assert!(
            !reply.text().contains("evil.example"),
            "{query}: {}",
            reply.text()
        );
    }
}

/// Proves R5 R6 CVE-2025-25294 CVE-2024-45808: a denied request's own target is no way off, and ends no line.
#[tokio::test]
async fn a_denied_request_leads_to_our_own_sign_in() {
    let stage = Stage::set().await;
    for target in [
        "/private/x?next=//evil.example",
        "/private/x?%0d%0aSet-Cookie:a=b",
        "/private/%e2%80%a8x",
    ] {
        let answer = exchange(
            stage.gateway.address,
            &stage.filled(get(target, "Accept: text/html").as_bytes()),
        )
        .await;
        let location = answer
            .lines()
            .find_map(|line| line.strip_prefix("location: "))
            .unwrap_or_default();
        assert!(
            location.starts_with("/.interlock/sign-in?rd=%2Fprivate")
                || location.starts_with("/.interlock/sign-in?rd=/private"),
            "{target}: {answer}"
        );
        assert!(
            !answer.to_lowercase().contains("\nset-cookie:a"),
            "{target}: {answer}"
        );
    }
    // Absolute form with a foreign name, and fields that name another place.
    for fields in [
        "Host: evil.example\r\nAccept: text/html",
        "Host: {host}\r\nAccept: text/html\r\nX-Forwarded-Host: evil.example",
    ] {
        let sent = format!("GET /private/x HTTP/1.1\r\n{fields}\r\nConnection: close\r\n\r\n");
        let answer = exchange(stage.gateway.address, &stage.filled(sent.as_bytes())).await;
        assert!(!answer.contains("evil.example"), "{answer}");
    }
}

/// Proves R2 CVE-2021-29651 GHSA-35vc-w93w-75c2: signing out goes where the configuration says, and takes no token along.
#[tokio::test]
async fn signing_out_leads_nowhere_else() {
    let stage = Stage::set().await;
    let mut ada = stage.ada.clone();
    for query in [
        "rd=//evil.example",
        "post_logout_redirect_uri=https://evil.example",
        "redirect_uri=https://evil.example",
    ] {
        let page = ada
            .get(&format!("/.interlock/sign-out?{query}"))
            .await
            .page();
        assert!(!page.html.contains("evil.example"), "{}", page.html);
        let form = page
            .forms
            .iter()
            .find(|form| form.remediation.is_none())
            .unwrap();
        let action = form.action.clone().unwrap_or_default();
        assert!(
            action.starts_with("/.interlock/sign-out") || action.is_empty(),
            "{action}"
        );
    }
    let reply = ada
        .send(
            Method::GET,
            "/.interlock/sign-in?redirect_uri=https://evil.example",
            navigation("none"),
            Bytes::new(),
        )
        .await;
    assert_eq!(reply.expect(StatusCode::SEE_OTHER).location(), "/");
}
