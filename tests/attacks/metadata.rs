//! What may take part in a decision, and what an error comes to.

use http::StatusCode;
use interlock::engine::Fault;

use crate::{
    row::{Must, NOBODY, Row, exactly, get, get_as_ada, row},
    stage::{Stage, routes},
    support::{
        app::{App, Seen},
        engine::Engine,
        gateway::Gateway,
        raw_socket::exchange,
    },
};

/// Fields of other gateways, proxies and probes, on a path that asks who somebody is.
const PERSUASION: [(&str, &str); 16] = [
    (
        "D1 CVE-2026-40575 GHSA-7x63-xv5r-3p2x",
        "X-Forwarded-Uri: /public/x",
    ),
    (
        "D1 D2 CVE-2026-34457 GHSA-5hvv-m4w4-gf6v",
        "User-Agent: GoogleHC/1.0",
    ),
    ("D2", "User-Agent: kube-probe/1.30"),
    ("D1 GHSA-5wcc-hf24-rf5h", "X-Original-URI: /public/x"),
    ("D1", "X-Original-URL: http://a/public/x"),
    ("D1 H8", "X-Rewrite-URL: /public/x"),
    (
        "D1 CVE-2026-54764 GHSA-3q9r-p662-5j8m",
        "X-Forwarded-Proto: wss",
    ),
    (
        "D1 CVE-2026-33495 GHSA-vhr5-ggp3-qq85",
        "X-Forwarded-Proto: https",
    ),
    ("D1 CVE-2024-21494", "X-Forwarded-For: 127.0.0.1"),
    ("D1 D3 CVE-2024-47070", "X-Forwarded-For: a"),
    ("D1 GHSA-7jmw-8259-q9jx", "X-Forwarded-For: ::ffff:10.0.0.1"),
    (
        "D1 CVE-2021-32777 CVE-2020-25017 CVE-2026-26308",
        "X-Role: user\r\nX-Role: admin",
    ),
    ("D1", "X-Forwarded-Method: OPTIONS"),
    ("D1", "Referer: http://{host}/public/x"),
    ("D1", "Origin: http://{host}"),
    ("D1", "Accept: text/html\r\nSec-Fetch-Mode: cors"),
];

fn persuasion() -> impl Iterator<Item = Row> {
    PERSUASION
        .iter()
        .map(|(proves, fields)| row(proves, get("/private/x", fields), NOBODY))
}

fn one_client(seen: &Seen) -> Result<(), String> {
    exactly(seen, "x-forwarded-for", &["127.0.0.1"])
}

/// A credential that is none, or that can't be read, on every kind of route.
fn credentials() -> Vec<Row> {
    let broken = "Cookie: interlock=%%%; interlock.1=x";
    let unknown = "Cookie: interlock=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let refused = Must::Answer(&[401]);
    vec![
        row("D3 CVE-2026-25748", get("/private/x", broken), NOBODY),
        row(
            "D3 CVE-2026-25748",
            get("/.interlock/auth", broken),
            refused,
        ),
        row("D3", get("/private/x", unknown), NOBODY),
        row(
            "D3 CVE-2022-29226 GHSA-h45c-2f94-prxh",
            get("/private/x", "Authorization: Bearer x"),
            refused,
        ),
        row(
            "D3 ISTIO-SECURITY-2021-001 CVE-2021-21378",
            get("/optional/x", "Authorization: Bearer e30.e30.x"),
            refused,
        ),
        row(
            "D3 J8",
            get_as_ada("/private/x", "Authorization: Bearer x"),
            refused,
        ),
        row(
            "D3 J8",
            get_as_ada("/optional/x", "Authorization: Bearer x"),
            refused,
        ),
        row(
            "D3 J8",
            get_as_ada("/private/x", "Authorization: Bearer"),
            refused,
        ),
        row("D3", get("/private/x", "Authorization: Basic YTpi"), NOBODY),
        row(
            "D3 CVE-2022-29228 CVE-2025-31492 GHSA-59jp-rwph-878r",
            get_as_ada("/staff/x", ""),
            Must::Answer(&[403]),
        ),
        row(
            "D3 CVE-2026-57210 GHSA-38x9-25wx-7fg2",
            get("/public/x", "X-Forwarded-For: unknown, <text>"),
            Must::Reach(one_client),
        ),
    ]
}

pub(crate) fn rows() -> Vec<Row> {
    persuasion().chain(credentials()).collect()
}

#[tokio::test]
async fn nothing_but_method_path_host_and_credential_decides() {
    Stage::set().await.judge(&rows()).await;
}

/// Proves D3 J11 CVE-2026-31837 GHSA-v75c-crr9-733c: without keys nobody is let in, and nobody is called a liar.
#[tokio::test]
async fn a_key_server_that_is_away_denies() {
    let (app, engine) = (App::echo().await, Engine::start());
    let donor = Stage::set().await;
    engine.control.break_endpoint(
        "keys",
        Fault::Status {
            status: 500,
            retry_after: None,
        },
    );
    let gateway = routes(Gateway::before(&app, &engine)).start().await;
    for target in ["/api/x", "/private/x", "/optional/x"] {
        let sent = get(target, &format!("Authorization: Bearer {}", donor.token))
            .replace("{host}", &gateway.address.to_string());
        let answer = exchange(gateway.address, sent.as_bytes()).await;
        // Another issuer's token: refused before anybody asks for keys, or not judged at all.
        assert!(
            answer.starts_with("HTTP/1.1 401") || answer.starts_with("HTTP/1.1 503"),
            "{target}: {answer}"
        );
    }
    assert_eq!(app.requests(), 0);
}

/// Proves H7 D1 CVE-2025-64101 GHSA-mwmh-7px9-4c23 GHSA-93m4-mfpg-c3xf CVE-2024-52003 GHSA-h924-8g65-j9wg CVE-2020-15129 R5: links are made of the configured address.
#[tokio::test]
async fn no_field_takes_part_in_a_link() {
    let stage = Stage::set().await;
    for fields in [
        "X-Forwarded-Host: evil.example",
        "X-Forwarded-Proto: javascript",
        "X-Forwarded-Prefix: //evil.example",
        "Forwarded: host=evil.example;proto=javascript",
        "X-Forwarded-Uri: //evil.example/",
    ] {
        for target in [
            "/private/x",
            "/.interlock/sign-in?rd=/private/x",
            "/.interlock/sign-out",
            "/.interlock/callback?error=x",
        ] {
            let sent = get(target, &format!("Accept: text/html\r\n{fields}"));
            let answer = exchange(stage.gateway.address, &stage.filled(sent.as_bytes())).await;
            assert!(
                !answer.contains("evil") && !answer.contains("javascript:"),
                "{target} {fields}: {answer}"
            );
        }
    }
    stage
        .ada
        .clone()
        .get("/private/x")
        .await
        .expect(StatusCode::OK);
}
