//! Requests that are too much: of everything, of one thing, or for too long. Floods of frames and slow readers stand with
//! the transport's own tests.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    row::{Must, Row, get, request, row},
    stage::{Stage, routes, status},
    support::{
        app::App,
        browser::{Browser, Reply},
        engine::Engine,
        gateway::Gateway,
        person::to_identify,
        process::Process,
        raw_socket::exchange,
        wait::until,
    },
};

const FORM: &str = "Content-Type: application/x-www-form-urlencoded";

fn too_much() -> Vec<Row> {
    vec![
        row(
            "L1",
            get(&format!("/public/{}", "a".repeat(17_000)), ""),
            Must::Refuse,
        ),
        row(
            "L1",
            get(&format!("/public/x?{}", "a".repeat(20_000)), ""),
            Must::Refuse,
        ),
        row(
            "L1",
            get(&format!("/public/{}", "a".repeat(200_000)), ""),
            Must::Refuse,
        ),
        row(
            "L1 CVE-2019-15226 CVE-2023-24534 CVE-2025-61724",
            get("/public/x", vec!["X: y"; 200].join("\r\n").as_str()),
            Must::Refuse,
        ),
        row(
            "L1",
            get("/public/x", vec!["X: y"; 20_000].join("\r\n").as_str()),
            Must::Refuse,
        ),
        row(
            "L1",
            get("/public/x", &format!("X: {}", "y".repeat(100_000))),
            Must::Refuse,
        ),
        row(
            "L1",
            get("/public/x", &format!("{}: y", "x".repeat(100_000))),
            Must::Refuse,
        ),
        row(
            "L1 CVE-2025-61726",
            get(&format!("/.interlock/callback?{}", "a=1&".repeat(3000)), ""),
            Must::Answer(&[400]),
        ),
        row(
            "L1 CVE-2025-47908 GHSA-mh55-gqvf-xfwm",
            request(
                "OPTIONS",
                "/private/x",
                &format!(
                    "Origin: http://a\r\nAccess-Control-Request-Method: GET\r\nAccess-Control-Request-Headers: {}",
                    "a,".repeat(20_000)
                ),
            ),
            Must::Answer(&[302, 401]),
        ),
        row("L6 CVE-2020-8661", "BAD\r\n\r\n".repeat(500), Must::Refuse),
        row(
            "L6",
            format!(
                "{}{}",
                "\r\n".repeat(3),
                "GET / HTTP/1.1\r\nBad\r\n\r\n".repeat(100)
            ),
            Must::Refuse,
        ),
    ]
}

/// What our own pages take, and nothing larger, deeper or packed.
fn own_bodies() -> Vec<Row> {
    let to = |path: &str, fields: &str, body: &str| {
        request(
            "POST",
            path,
            &format!("{fields}\r\nContent-Length: {}", body.len()),
        ) + body
    };
    let json = "Content-Type: application/json";
    let refused = Must::Answer(&[400, 403, 413, 415]);
    let huge = "a".repeat(70_000);
    let deep = format!(
        "{{\"values\":{}1{}}}",
        "[".repeat(30_000),
        "]".repeat(30_000)
    );
    let mut rows = Vec::new();
    for path in [
        "/.interlock/sign-in",
        "/.interlock/sign-out",
        "/.interlock/backchannel-logout",
    ] {
        rows.push(row(
            "L1 RUSTSEC-2022-0055 CVE-2022-3212",
            to(path, FORM, &huge),
            refused,
        ));
        rows.push(row(
            "L1",
            to(path, "Content-Type: text/plain", "a=b"),
            refused,
        ));
        for coding in ["gzip", "deflate", "br", "zstd", "identity", "gzip, gzip"] {
            rows.push(row(
                "L4 CVE-2022-29225 CVE-2026-48044",
                to(
                    path,
                    &format!("{FORM}\r\nContent-Encoding: {coding}"),
                    "a=b",
                ),
                refused,
            ));
        }
    }
    for path in ["/.interlock/api/start", "/.interlock/api/answer"] {
        rows.push(row("L1", to(path, json, &huge), refused));
        rows.push(row("L1 CVE-2026-48042", to(path, json, &deep), refused));
        rows.push(row(
            "L4",
            to(path, &format!("{json}\r\nContent-Encoding: gzip"), "{}"),
            refused,
        ));
        rows.push(row("L8", to(path, json, "{\"rd\":1,\"rd\":2}"), refused));
        rows.push(row("L8", to(path, json, "\u{feff}{}"), refused));
    }
    rows.push(row(
        "L8 CVE-2025-3891",
        to("/.interlock/sign-in", FORM, ""),
        Must::Answer(&[303]),
    ));
    rows.push(row(
        "L1",
        to("/.interlock/sign-in", FORM, &"a=&".repeat(20_000)),
        Must::Answer(&[400]),
    ));
    rows
}

pub(crate) fn rows() -> Vec<Row> {
    too_much().into_iter().chain(own_bodies()).collect()
}

#[tokio::test]
async fn what_is_too_much_is_refused() {
    Stage::set().await.judge(&rows()).await;
}

/// Proves L2 L3 CVE-2024-28869 CVE-2020-8659: a form that comes by drops keeps nobody else waiting, and ends.
#[tokio::test]
async fn slow_forms_keep_nobody_waiting() {
    let stage = Stage::set().await;
    let alone = honest_requests(&stage).await;
    let mut slow = Vec::new();
    for _ in 0..200 {
        let mut stream = TcpStream::connect(stage.gateway.address).await.unwrap();
        let sent = request(
            "POST",
            "/.interlock/sign-in",
            &format!("{FORM}\r\nContent-Length: 1000"),
        ) + "a";
        stream
            .write_all(&stage.filled(sent.as_bytes()))
            .await
            .unwrap();
        slow.push(stream);
    }
    let beside = honest_requests(&stage).await;
    assert!(
        beside < alone * 5 + std::time::Duration::from_secs(2),
        "20 honest requests took {alone:?} alone and {beside:?} beside slow ones"
    );
    // The first of them is ended by the gateway's own deadline.
    let mut rest = Vec::new();
    let ended = tokio::time::timeout(
        std::time::Duration::from_mins(1),
        slow[0].read_to_end(&mut rest),
    );
    ended.await.expect("a slow form ends").unwrap();
    assert!(
        String::from_utf8_lossy(&rest).starts_with("HTTP/1.1 4"),
        "{}",
        String::from_utf8_lossy(&rest)
    );
}

/// How long twenty take.
async fn honest_requests(stage: &Stage) -> std::time::Duration {
    let started = std::time::Instant::now();
    for _ in 0..20 {
        let before = stage.app.requests();
        stage.honest(before).await.unwrap();
    }
    started.elapsed()
}

/// Proves L7 A5 CVE-2022-21698: what nobody proved leaves nothing behind, however many different values come.
#[tokio::test]
async fn strangers_leave_no_trace_in_memory() {
    let (app, engine) = (App::echo().await, Engine::start());
    let plan = routes(Gateway::before(&app, &engine)).more("[log]\naccess = false");
    let gateway = Process::serve(&plan).await;
    flood(&gateway, 0, 2_000).await;
    let before = gateway.peak_memory();
    flood(&gateway, 2_000, 12_000).await;
    let grown = gateway.peak_memory().saturating_sub(before);
    assert!(grown < 4 * 1024, "{grown} KiB for 10000 strangers");
    let metrics = Browser::at(format!("http://{}", gateway.admin))
        .get("/metrics")
        .await;
    assert!(
        metrics.body.len() < 64 * 1024 && !metrics.text().contains("M2100"),
        "{}",
        metrics.text()
    );
}

/// Each with another path, method, cookie, token and language, on one connection.
async fn flood(gateway: &Process, from: u32, to: u32) {
    let stream = TcpStream::connect(gateway.address).await.unwrap();
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(hyper_util::rt::TokioIo::new(stream))
            .await
            .unwrap();
    tokio::spawn(connection);
    for number in from..to {
        let kid = format!("{{\"alg\":\"RS256\",\"kid\":\"k{number}\"}}");
        let kid = base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, kid);
        let (path, name, value) = match number % 4 {
            0 => (
                format!("/api/{number}"),
                "authorization",
                format!("Bearer {kid}.e30.AAAA"),
            ),
            1 => (
                format!("/private/{number}"),
                "cookie",
                format!("interlock={number:0>80}; interlock-tx={number:0>80}"),
            ),
            2 => (
                format!("/nowhere/{number}"),
                "accept-language",
                format!("x{number}"),
            ),
            _ => (
                format!("/.interlock/callback?state={number}&interaction_code={number}"),
                "user-agent",
                format!("a{number}"),
            ),
        };
        let request = http::Request::builder()
            .method(Method::from_bytes(format!("M{number}").as_bytes()).unwrap_or(Method::GET))
            .uri(path)
            .header("host", gateway.address.to_string())
            .header(name, value)
            .body(http_body_util::Empty::<Bytes>::new())
            .unwrap();
        sender.ready().await.unwrap();
        let response = sender.send_request(request).await.unwrap();
        assert!(response.status().is_client_error(), "{}", response.status());
        http_body_util::BodyExt::collect(response.into_body())
            .await
            .unwrap();
    }
}

async fn begin(gateway: &Gateway, fields: &[(&'static str, String)]) -> Reply {
    let mut all = crate::support::browser::navigation("none");
    for (name, value) in fields {
        all.insert(*name, value.parse().unwrap());
    }
    gateway
        .browser()
        .send(Method::GET, "/.interlock/sign-in", all, Bytes::new())
        .await
}

/// Proves L7 E2: whoever only begins sign-ins is held back before the authorization server is asked, and one who has begun goes on.
#[tokio::test]
async fn beginnings_of_sign_ins_are_limited_too() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine)
        .more("[sign_in]\nanswers_per_minute = 5")
        .start()
        .await;
    let mut honest = gateway.browser();
    let identify = to_identify(&mut honest, "/").await;
    let mut slowed = 0;
    for number in 0..30 {
        let forged = [
            ("x-forwarded-for", format!("192.0.2.{number}")),
            ("user-agent", format!("a{number}")),
        ];
        let reply = begin(&gateway, &forged).await;
        if reply.status == StatusCode::TOO_MANY_REQUESTS {
            slowed += 1;
            assert!(reply.headers.contains_key("retry-after"));
            reply.page().h1();
        }
    }
    assert_eq!(slowed, 26, "four more begin in this minute");
    assert_eq!(engine.calls("interact"), 5);
    let mut fields = HeaderMap::new();
    fields.insert("content-type", "application/json".parse().unwrap());
    let reply = gateway
        .browser()
        .send(
            Method::POST,
            "/.interlock/api/start",
            fields,
            Bytes::from("{}"),
        )
        .await;
    assert_eq!(
        reply.expect(StatusCode::TOO_MANY_REQUESTS).json()["status"],
        429
    );
    assert!(reply.headers.contains_key("retry-after"));
    assert_eq!(engine.calls("interact"), 5);
    // Whoever has begun still sees the step, and after a while others begin again.
    honest.get(&identify.url).await.expect_form("identify");
    gateway.clock.advance(std::time::Duration::from_secs(20));
    until("a sign-in begins again", || async {
        (begin(&gateway, &[]).await.status == StatusCode::OK).then_some(())
    })
    .await;
}

/// Proves L6 L8: an answer to nonsense is one answer, and nobody else notices.
#[tokio::test]
async fn nonsense_ends_its_own_connection_alone() {
    let stage = Stage::set().await;
    let mut honest = TcpStream::connect(stage.gateway.address).await.unwrap();
    for nonsense in [
        &b"\x16\x03\x01\x02\x00\x01\x00"[..],
        b"\0\0\0\0",
        b"SSH-2.0-x\r\n",
        b"GET / HTTP/1.1\r\n\xff\xff: x\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\xff\xff\xff\xff\xff\xff",
    ] {
        let answer = exchange(stage.gateway.address, nonsense).await;
        assert_ne!(status(&answer), 500, "{answer}");
    }
    honest
        .write_all(&stage.filled(get("/public/x", "").as_bytes()))
        .await
        .unwrap();
    let mut answer = String::new();
    honest.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}
