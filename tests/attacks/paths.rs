//! Paths that could be read two ways, and public routes as the way around the others.

use http::StatusCode;

use crate::{
    row::{Must, NOBODY, Row, exactly, get, request, row, without},
    stage::{Stage, status},
    support::{
        app::{App, Seen},
        engine::Engine,
        gateway::Gateway,
        logs::logs,
        raw_socket::exchange,
    },
};

/// Each could be `/private/x` for somebody who reads it otherwise than the router.
const TWO_READINGS: [(&str, &str); 35] = [
    (
        "P1 P2 CVE-2019-9901 CVE-2026-33494 GHSA-p224-6x5r-fjpm",
        "/public/../private/x",
    ),
    (
        "P2 CVE-2026-42274 GHSA-3q34-rx83-r6mq CVE-2025-47952 GHSA-vrch-868g-9jx5",
        "/public/%2e%2e/private/x",
    ),
    (
        "P2 CVE-2025-32431 GHSA-6p68-w45g-48j7",
        "/public/x/../../private/x",
    ),
    ("P2", "/public/.%2E/private/x"),
    ("P2", "/public/./x"),
    ("P2", "/public/."),
    ("P2", "/public/.."),
    ("P2 CVE-2021-29492", "/public%2f..%2fprivate/x"),
    (
        "P2 CVE-2021-29492 CVE-2026-48020 GHSA-xf64-8mw2-4gr2",
        "/public/..%2fprivate",
    ),
    ("P2 CVE-2025-66490 GHSA-gm3x-23wp-hc2c", "/public%2Fx"),
    ("P2 CVE-2021-31920", "//private/x"),
    ("P2 CVE-2021-31920", "/%2Fprivate/x"),
    ("P2 CVE-2021-31920", "/public//private/x"),
    ("P2", "/public/x//"),
    (
        "P2 CVE-2026-52844 GHSA-qrp7-cvwr-j2c6",
        "/public%5c..%5cprivate",
    ),
    ("P2", "/public/..\\private"),
    ("P2", "/public\\..\\private"),
    ("P2 CVE-2025-66490 GHSA-gm3x-23wp-hc2c", "/public/%3b/x"),
    ("P2", "/public/..;/private/x"),
    ("P2", "/public;x/y"),
    (
        "P2 P4 CVE-2026-41059 GHSA-pxq7-h93f-9jrg",
        "/public/secret%23/x",
    ),
    ("P2 GO-2026-4950", "/%2570rivate/x"),
    ("P2 GO-2026-4950", "/public/%252e%252e/private"),
    ("P2", "/public/%00"),
    ("P2", "/public/%0d%0ax"),
    ("P2", "/public/%7f"),
    ("P2 D3 CVE-2021-32637", "/public/%"),
    ("P2 D3 CVE-2021-32637", "/public/%zz"),
    ("P2", "/public/%c0%ae%c0%ae/private"),
    ("P2", "/public/%ff"),
    ("P2 CVE-2026-27587 GHSA-g7pc-pc7g-h8jh", "/PUBLIC%2Fx"),
    ("P2", "/public/%ef%bc%8e%c2%85/private"),
    ("P10", "*"),
    ("P10", "private/x"),
    ("P10", "?public"),
];

fn two_readings() -> impl Iterator<Item = Row> {
    TWO_READINGS
        .iter()
        .map(|(proves, target)| row(proves, get(target, ""), Must::Refuse))
}

fn borders() -> Vec<Row> {
    let elsewhere = Must::Answer(&[404]);
    vec![
        row(
            "P3 P5 CVE-2026-39350 GHSA-9gcg-w975-3rjh",
            get("/publicx", ""),
            elsewhere,
        ),
        row("P3", get("/public.x", ""), elsewhere),
        row("P3", get("/PUBLIC/x", ""), elsewhere),
        row("P3", get("/Public", ""), elsewhere),
        row("P3", get("/publi", ""), elsewhere),
        row("P3", get("/pub*ic/x", ""), elsewhere),
        row("P3", get("/p.blic/x", ""), elsewhere),
        row("P5", get("/nobody-configured-this", ""), elsewhere),
        row("P5 CVE-2026-48050", get("/debug/pprof/heap", ""), elsewhere),
        row("P3", get("/public", ""), Must::Reach(at_public)),
        row(
            "P4 CVE-2025-54576 GHSA-7rh7-c77v-6434",
            get("/private/x?path=/public/x", ""),
            NOBODY,
        ),
        row("P4 CVE-2020-8595", get("/private/x?", ""), NOBODY),
        row(
            "P4 D1 CVE-2022-34296 GHSA-qx2j-85q5-ffp8 CVE-2022-2880",
            get("/private/x?a=1;b=2&a=%zz&access=public", ""),
            NOBODY,
        ),
        row(
            "P4 CVE-2026-39825",
            get(&format!("/private/x?{}", "a=1&".repeat(3000)), ""),
            NOBODY,
        ),
        row(
            "P4 CVE-2021-32779 CVE-2021-39156 CVE-2023-47106 GHSA-fvhj-4qfh-q2hm",
            get("/private/x#/public/x", ""),
            NOBODY,
        ),
        row(
            "P4 CVE-2021-32779",
            get("/public/x#frag", ""),
            Must::Reach(no_fragment),
        ),
    ]
}

fn at_public(seen: &Seen) -> Result<(), String> {
    (seen.target == "/public")
        .then_some(())
        .ok_or(format!("target {}", seen.target))
}

fn no_fragment(seen: &Seen) -> Result<(), String> {
    (seen.target == "/public/x")
        .then_some(())
        .ok_or(format!("target {}", seen.target))
}

fn methods() -> Vec<Row> {
    let mut rows = vec![
        row("P7", request("TRACE", "/public/x", ""), Must::Refuse),
        row("P7", request("trace", "/public/x", ""), Must::Refuse),
        row("P7", request("TRACK", "/public/x", ""), Must::Refuse),
        row(
            "P7 CVE-2026-71324 GHSA-3ccp-42pg-hgv6 CVE-2025-64763",
            "CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n\r\n",
            Must::Refuse,
        ),
        row(
            "P7",
            "CONNECT app.example:80 HTTP/1.1\r\nHost: app.example:80\r\n\r\n",
            Must::Refuse,
        ),
        row("P10", request("OPTIONS", "*", ""), Must::Refuse),
        row(
            "P7",
            get(
                "/public/x",
                "X-HTTP-Method-Override: DELETE\r\nX_Method_Override: DELETE\r\nX-HTTP-Method: DELETE",
            ),
            Must::Reach(still_get),
        ),
        row(
            "P7",
            get("/public/x?_method=DELETE", ""),
            Must::Reach(still_get),
        ),
    ];
    rows.extend(
        [
            "OPTIONS", "HEAD", "PROPFIND", "POST", "PUT", "DELETE", "PATCH", "get", "FOO", "PRI",
            "QUERY",
        ]
        .map(|method| {
            row(
                "P6",
                request(
                    method,
                    "/private/x",
                    "Origin: http://a\r\nAccess-Control-Request-Method: GET",
                ),
                NOBODY,
            )
        }),
    );
    rows
}

fn still_get(seen: &Seen) -> Result<(), String> {
    if seen.method != "GET" {
        return Err(format!("method {}", seen.method));
    }
    without(
        seen,
        &[
            "x-http-method-override",
            "x_method_override",
            "x-http-method",
        ],
    )
}

fn origin_form(seen: &Seen) -> Result<(), String> {
    if seen.target != "/public/x?y" {
        return Err(format!("target {}", seen.target));
    }
    let hosts = seen.all("host").len();
    (hosts == 1)
        .then_some(())
        .ok_or(format!("{hosts} Host fields"))
}

fn authorities() -> Vec<Row> {
    let to = |target: &str, host: &str| {
        format!("GET {target} HTTP/1.1\r\n{host}Connection: close\r\n\r\n")
    };
    vec![
        row(
            "P8",
            to("http://{host}/public/x?y", "Host: {host}\r\n"),
            Must::Reach(origin_form),
        ),
        row(
            "P8 CVE-2024-21498",
            get(
                "/public/x?y",
                "X-Forwarded-Host: evil.example\r\nX-Zitadel-Forward-Host: evil.example",
            ),
            Must::Reach(origin_form),
        ),
        row(
            "P8 CVE-2025-67494 GHSA-7wfc-4796-gmg5",
            get(
                "/public/x?y",
                "x-zitadel-forward-host: evil.example\r\nX-Backend-Host: evil",
            ),
            Must::Reach(origin_form),
        ),
        row(
            "P8 P9",
            to("http://evil.example/public/x", "Host: {host}\r\n"),
            Must::Refuse,
        ),
        row(
            "P8",
            to("http://user@{host}/public/x", "Host: {host}\r\n"),
            Must::Refuse,
        ),
        row(
            "P8",
            to("ftp://{host}/public/x", "Host: {host}\r\n"),
            Must::Refuse,
        ),
        row(
            "P8 P10",
            to("@evil.example/public/x", "Host: {host}\r\n"),
            Must::Refuse,
        ),
        row(
            "P8 P10",
            to(":80/public/x", "Host: {host}\r\n"),
            Must::Refuse,
        ),
        row(
            "P8 P2",
            to("//evil.example/public/x", "Host: {host}\r\n"),
            Must::Refuse,
        ),
        row("P9", to("/public/x", ""), Must::Refuse),
        row(
            "P9",
            to("/public/x", "Host: {host}\r\nHost: evil.example\r\n"),
            Must::Refuse,
        ),
        row(
            "P9",
            to("/public/x", "Host: {host}\r\nHost: {host}\r\n"),
            Must::Refuse,
        ),
        row(
            "P9 CVE-2023-29406",
            to("/public/x", "Host: a/b\r\n"),
            Must::Refuse,
        ),
        row("P9", to("/public/x", "Host: user@a\r\n"), Must::Refuse),
        row("P9", to("/public/x", "Host: a:b\r\n"), Must::Refuse),
        row("P9", to("/public/x", "Host:\r\n"), Must::Refuse),
        row("P9", to("/public/x", "Host: a b\r\n"), Must::Refuse),
        row(
            "P9 CVE-2025-22870",
            to("/public/x", "Host: [::1%25x]\r\n"),
            Must::Refuse,
        ),
        row("P9", to("/public/x", "Host: a,b\r\n"), Must::Refuse),
        row(
            "P9 CVE-2019-18802",
            to("/public/x?y", "Host:   {host}  \r\n"),
            Must::Reach(origin_form),
        ),
    ]
}

pub(crate) fn rows() -> Vec<Row> {
    two_readings()
        .chain(borders())
        .chain(methods())
        .chain(authorities())
        .collect()
}

#[tokio::test]
async fn the_path_that_is_judged_is_the_one_that_is_forwarded() {
    Stage::set().await.judge(&rows()).await;
}

/// Proves P9 CVE-2021-39155 CVE-2026-42273 GHSA-72h4-mxfc-jx37 CVE-2026-27588 GHSA-x76f-jf84-rqj8 CVE-2022-23632 GHSA-hrhx-6h34-j5hc: how a host is spelt opens nothing.
#[tokio::test]
async fn a_route_of_a_host_holds_however_the_host_is_written() {
    let (app, engine) = (App::echo().await, Engine::start());
    let many = (0..150).fold(Gateway::before(&app, &engine), |plan, number| {
        plan.route(&format!(
            "host = \"h{number}.example\"\npath = \"/*\"\nupstream = \"app\""
        ))
    });
    let gateway = many
        .route("host = \"secret.example\"\npath = \"/*\"\nupstream = \"app\"")
        .route("path = \"/*\"\naccess = \"public\"\nupstream = \"app\"")
        .start()
        .await;
    for host in [
        "secret.example",
        "Secret.Example",
        "SECRET.EXAMPLE",
        "secret.example.",
        "secret.example:1234",
        "Secret.example.:80",
        "H149.EXAMPLE",
        "h149.example.:8080",
    ] {
        let sent = format!("GET /x HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let answer = exchange(gateway.address, sent.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 401"), "{host}: {answer}");
    }
    assert_eq!(app.requests(), 0);
    gateway.browser().get("/x").await.expect(StatusCode::OK);
}

/// Proves P1 CVE-2026-40912 GHSA-6jwx-7vp4-9847 CVE-2023-33189 GHSA-pvrc-wvj2-f59p: there is one path, as received.
#[tokio::test]
async fn what_is_encoded_is_matched_decoded_and_forwarded_as_it_came() {
    let stage = Stage::set().await;
    for (target, seen) in [
        ("/%70ublic/x", true),
        ("/public/caf%C3%A9%20%25", true),
        ("/%70rivate/x", false),
        ("/priv%61te/x", false),
    ] {
        let before = stage.app.requests();
        let answer = exchange(
            stage.gateway.address,
            &stage.filled(get(target, "").as_bytes()),
        )
        .await;
        assert_eq!(stage.app.requests() > before, seen, "{target}: {answer}");
        if seen {
            assert_eq!(stage.app.last().unwrap().target, target);
            exactly(&stage.app.last().unwrap(), "x-auth-request-user", &[]).unwrap();
        } else {
            assert!(answer.starts_with("HTTP/1.1 401"), "{target}: {answer}");
        }
    }
    logs().assert_without(&stage.token);
}

/// Proves P1 P2 P3: below a relaxed route a path comes through as it is, and none of its readings leaves the route.
#[tokio::test]
async fn a_relaxed_route_takes_odd_paths_and_lets_none_out() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine)
        .route("path = \"/files/*\"\naccess = \"public\"\npath_syntax = \"relaxed\"\nupstream = \"app\"")
        .route("path = \"/*\"\nupstream = \"app\"")
        .start()
        .await;
    let ask = async |target: &str| {
        let host = gateway.address;
        let sent = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        exchange(host, sent.as_bytes()).await
    };
    for target in [
        "/files/a;v=1",
        "/files//a",
        "/files/a%2Fb?x=//y",
        "/files/a%5Cb",
        "/files/100%2525",
        "/files/plain",
    ] {
        assert_eq!(status(&ask(target).await), 200, "{target}");
        assert_eq!(app.last().unwrap().target, target);
    }
    let reached = app.requests();
    for target in [
        "/files/../private",
        "/files/%2e%2e/private",
        "/files/..;/private",
        "/files/a%2f..%2f..%2fprivate",
        "/files/%252e%252e%252fprivate",
        "/files/..\\private",
        "/files/..%5cprivate",
        "/files/%00",
        "/files/a%23",
        "/files/%zz",
        "/files;/../private",
        "//files/a",
        "/%66iles//a",
        "/private//x",
        "/private;x",
        "/.interlock//x",
    ] {
        let answer = ask(target).await;
        assert_eq!(status(&answer), 400, "{target}: {answer}");
    }
    assert_eq!(app.requests(), reached);
}
