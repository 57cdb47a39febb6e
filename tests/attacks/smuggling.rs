//! Where a message ends: requests with two ends, bodies that are taken for requests, upstreams that answer twice.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::{
    row::{Must, Row, exactly, get, post, request, row, without},
    stage::{Stage, status},
    support::{app::Seen, engine::Engine, gateway::Gateway, raw_socket::exchange},
};

fn framing() -> impl Iterator<Item = Row> {
    [
        (
            "S2 RUSTSEC-2021-0020 CVE-2021-21299",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: x",
            "0\r\n\r\n",
        ),
        (
            "S2",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            "0\r\n\r\n",
        ),
        (
            "S2 RUSTSEC-2021-0081 CVE-2021-38512",
            "Transfer-Encoding: chunked, identity",
            "0\r\n\r\n",
        ),
        ("S2", "Transfer-Encoding: identity, chunked", "0\r\n\r\n"),
        ("S2", "Transfer-Encoding: gzip, chunked", "0\r\n\r\n"),
        ("S2", "Transfer-Encoding: ,chunked", "0\r\n\r\n"),
        ("S2", "Transfer-Encoding: chunked,", "0\r\n\r\n"),
        (
            "S2 RUSTSEC-2020-0031 CVE-2020-35884",
            "Transfer-Encoding: xchunked",
            "0\r\n\r\n",
        ),
        ("S2", "Transfer-Encoding: chunked;q=1", "0\r\n\r\n"),
        ("S2", "Transfer-Encoding: \"chunked\"", "0\r\n\r\n"),
        ("S2", "Transfer-Encoding:", "0\r\n\r\n"),
        ("S2", "Transfer-Encoding: identity", ""),
        (
            "S2 RUSTSEC-2021-0078 CVE-2021-32715",
            "Content-Length: +3",
            "abc",
        ),
        (
            "S2 CVE-2015-5739",
            "Content-Length: 1\r\nContent-Length: 2",
            "ab",
        ),
        ("S2", "Content-Length: 1, 2", "ab"),
        ("S2", "Content-Length: abc", "a"),
        ("S2", "Content-Length: -1", "a"),
        ("S2", "Content-Length: 0x3", "abc"),
        ("S2", "Content-Length: 1_0", "abcdefghij"),
        ("S2", "Content-Length: 99999999999999999999999", "a"),
        ("S2", "Content-Length:", "a"),
        ("S2 CVE-2019-16276", "Content-Length : 5", "abcde"),
        ("S2", "Transfer-Encoding : chunked", "0\r\n\r\n"),
        ("S2", "Transfer-Encoding\t: chunked", "0\r\n\r\n"),
        ("S2", "X-A: b\r\n Transfer-Encoding: chunked", "0\r\n\r\n"),
        ("S2 CVE-2019-9900", "X-A: b\0c", ""),
        ("S2", "X-A: b\rc", ""),
        ("S2", "X-A: b\rTransfer-Encoding: chunked", "0\r\n\r\n"),
        ("S2", "X A: b", ""),
        ("S2 CVE-2026-42507", ": b", ""),
        ("S2", "Transfer-Encoding: \x0bchunked", "0\r\n\r\n"),
    ]
    .into_iter()
    .map(|(proves, fields, body)| row(proves, post("/public/x", fields, body), Must::Refuse))
}

/// Broken only behind the head: the request may have begun to reach the app, and must not end there as if whole.
const BAD_CHUNKS: [&str; 9] = [
    "11111111111111111\r\nabc\r\n0\r\n\r\n",
    "fffffffffffffffff\r\na\r\n",
    "g\r\nabc\r\n0\r\n\r\n",
    "-1\r\nabc\r\n0\r\n\r\n",
    "\r\nabc\r\n0\r\n\r\n",
    "0x3\r\nabc\r\n0\r\n\r\n",
    "3\r\nabcX0\r\n\r\n",
    "3;a\nx\r\nabc\r\n0\r\n\r\n",
    "3 3\r\nabc\r\n0\r\n\r\n",
];

fn whole_message() -> Vec<Row> {
    vec![
        row(
            "S2 RUSTSEC-2026-0034 CVE-2026-2835",
            "POST /public/x HTTP/1.0\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            Must::Refuse,
        ),
        row(
            "S2",
            "GET /public/x HTTP/1.2\r\nHost: {host}\r\n\r\n",
            Must::Refuse,
        ),
        row(
            "S2",
            "GET  /public/x HTTP/1.1\r\nHost: {host}\r\n\r\n",
            Must::Refuse,
        ),
        row(
            "S2",
            "GET\t/public/x HTTP/1.1\r\nHost: {host}\r\n\r\n",
            Must::Refuse,
        ),
        row("S2", "GET /public/x\r\nHost: {host}\r\n\r\n", Must::Refuse),
        row(
            "S2",
            "GET /public/x HTTP/1.1\r\n Host: {host}\r\n\r\n",
            Must::Refuse,
        ),
        row("S2", "\0\r\n\r\n", Must::Refuse),
        row(
            "S8",
            post("/public/x", "Expect: 200-maybe\r\nContent-Length: 2", "ok"),
            Must::Refuse,
        ),
        // A length that lost against chunks is dropped, and the app gets what the chunks hold (hyper #4123).
        row(
            "S1 S2",
            post(
                "/public/x",
                "Content-Length: 4\r\nTransfer-Encoding: chunked\r\nConnection: close",
                "5;ext=evil\r\nhello\r\n0\r\nX-Trailer: evil\r\n\r\n",
            ),
            Must::Reach(five),
        ),
        row(
            "S1 S2",
            post(
                "/public/x",
                "Transfer-Encoding: chunked\r\nContent-Length: 4\r\nConnection: close",
                "5\r\nhello\r\n0\r\n\r\n",
            ),
            Must::Reach(five),
        ),
        row(
            "S1 RUSTSEC-2020-0008 CVE-2020-35863",
            get("/public/x", "Content-Length: 5") + "hello",
            Must::Reach(five),
        ),
        row(
            "S1",
            post(
                "/public/x",
                "Transfer-Encoding: CHUNKED\r\nConnection: close",
                "5\r\nhello\r\n0\r\nX-Auth-Request-User: evil\r\nContent-Length: 1\r\n\r\n",
            ),
            Must::Reach(five),
        ),
        row(
            "S1",
            get(
                "/public/x",
                "transfer_encoding: chunked\r\ncontent_length: 9\r\nTransfer.Encoding: chunked",
            ),
            Must::Reach(no_look_alikes),
        ),
    ]
}

fn five(seen: &Seen) -> Result<(), String> {
    if seen.body != b"hello" {
        return Err(format!("body {:?}", String::from_utf8_lossy(&seen.body)));
    }
    crate::row::nowhere(seen, "evil")?;
    let (lengths, encodings) = (seen.all("content-length"), seen.all("transfer-encoding"));
    match (lengths.as_slice(), encodings.as_slice()) {
        ([length], []) if length == "5" => Ok(()),
        ([], [encoding]) if encoding == "chunked" => Ok(()),
        _ => Err(format!("framed by {lengths:?} and {encodings:?}")),
    }
}

fn no_look_alikes(seen: &Seen) -> Result<(), String> {
    without(
        seen,
        &[
            "transfer_encoding",
            "content_length",
            "transfer.encoding",
            "content-length",
            "transfer-encoding",
        ],
    )?;
    exactly(
        seen,
        "host",
        &seen
            .all("host")
            .iter()
            .map(String::as_str)
            .take(1)
            .collect::<Vec<_>>(),
    )
}

/// The gateway's own answers to requests whose body looks like a request.
fn unread() -> impl Iterator<Item = Row> {
    let inner = "GET /public/smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
    let with_length = format!("Content-Length: {}", inner.len());
    [
        ("/private/x", 401),
        ("/nowhere", 404),
        ("/.interlock/userinfo", 405),
        ("/.interlock/nothing", 404),
        ("/.interlock/sign-in", 415),
        ("/.interlock/sign-out", 415),
        ("/staff/x", 401),
        ("/api/x", 401),
    ]
    .into_iter()
    .map(move |(target, _)| {
        row(
            "S3 RUSTSEC-2025-0037 CVE-2025-4366 RUSTSEC-2020-0093 CVE-2020-26281",
            post(target, &with_length, inner),
            Must::Answer(&[302, 400, 401, 403, 404, 405, 415]),
        )
    })
}

fn upgrades() -> Vec<Row> {
    vec![
        row("S4 RUSTSEC-2026-0033 CVE-2026-2833", format!("{}GET /private/x HTTP/1.1\r\nHost: {{host}}\r\n\r\n", get("/public/x", "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==").replace("Connection: close", "Connection: Upgrade, close")), Must::Reach(|_| Ok(()))),
        row("S7 CVE-2022-41721", get("/public/x", "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__").replace("Connection: close", "Connection: close, Upgrade, HTTP2-Settings"), Must::Reach(|seen| without(seen, &["upgrade", "http2-settings"]))),
        row("S7", request("PRI", "*", ""), Must::Refuse),
    ]
}

pub(crate) fn rows() -> Vec<Row> {
    framing()
        .chain(whole_message())
        .chain(unread())
        .chain(upgrades())
        .collect()
}

#[tokio::test]
async fn a_message_has_one_end() {
    Stage::set().await.judge(&rows()).await;
}

/// Proves S2 S9 RUSTSEC-2021-0079 CVE-2021-32714 CVE-2025-22871 CVE-2023-39326: a broken body is never passed off as whole.
#[tokio::test]
async fn a_body_in_broken_chunks_never_ends_at_the_app() {
    let stage = Stage::set().await;
    for chunks in BAD_CHUNKS {
        let sent = post("/public/broken", "Transfer-Encoding: chunked", chunks);
        let answer = exchange(stage.gateway.address, &stage.filled(sent.as_bytes())).await;
        assert_ne!(status(&answer), 200, "{chunks:?}: {answer}");
        let whole = stage.app.last().map(|seen| seen.target);
        assert_ne!(whole.as_deref(), Some("/public/broken"), "{chunks:?}");
        let next = stage.filled(get("/public/x", "").as_bytes());
        let next = exchange(stage.gateway.address, &next).await;
        assert_eq!(status(&next), 200, "{chunks:?}, then {next}");
    }
    // Chunk extensions without end are not read without end.
    let sent = post(
        "/public/x",
        "Transfer-Encoding: chunked",
        &format!("3;{}\r\nabc\r\n0\r\n\r\n", "e".repeat(1 << 20)),
    );
    let answer = exchange(stage.gateway.address, &stage.filled(sent.as_bytes())).await;
    assert_ne!(status(&answer), 200, "{answer}");
}

/// Proves S3: what stands behind a request that we answer ourselves is the next request, or nothing.
#[tokio::test]
async fn a_body_that_nobody_reads_is_no_request() {
    let stage = Stage::set().await;
    let inner = "GET /public/smuggled HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    for target in [
        "/private/x",
        "/nowhere",
        "/.interlock/userinfo",
        "/public/%",
    ] {
        let before = stage.app.requests();
        let sent = post(target, &format!("Content-Length: {}", inner.len()), inner);
        let answer = exchange(stage.gateway.address, &stage.filled(sent.as_bytes())).await;
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{target}: {answer}");
        assert_eq!(stage.app.requests(), before, "{target}");
    }
}

/// Proves S9 CVE-2024-28869 GHSA-4vwx-54mw-vqfw: the app gets the whole body or a request that breaks off.
#[tokio::test]
async fn a_request_that_breaks_off_does_not_end_well_at_the_app() {
    let stage = Stage::set().await;
    let before = stage.app.last().map(|seen| seen.target);
    let mut client = TcpStream::connect(stage.gateway.address).await.unwrap();
    let sent = post("/upload", "Content-Length: 100", "only this");
    client
        .write_all(&stage.filled(sent.as_bytes()))
        .await
        .unwrap();
    client.shutdown().await.unwrap();
    let mut answer = String::new();
    let _ = tokio::time::timeout(Duration::from_secs(5), client.read_to_string(&mut answer)).await;
    assert!(!answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(stage.app.last().map(|seen| seen.target), before);
}

/// An app that answers every connection's first request with these octets, and counts connections.
async fn lying_app(answer: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut answers = vec![HONEST.to_owned(), answer];
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = if answers.len() > 1 {
                answers.pop()
            } else {
                answers.first().cloned()
            }
            .unwrap();
            tokio::spawn(async move {
                let mut buffer = [0; 4096];
                if stream.read(&mut buffer).await.is_ok_and(|read| read > 0) {
                    let _ = stream.write_all(answer.as_bytes()).await;
                    // Waits for the gateway to hang up.
                    let _ = stream.read(&mut buffer).await;
                }
            });
        }
    });
    url
}

const HONEST: &str = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhonest";

/// Proves S4 S5 CVE-2022-1705 CVE-2024-23326 GHSA-vcf8-7238-v74c: an upstream's answer is believed only where it is one.
#[tokio::test]
async fn an_answer_that_can_be_read_two_ways_is_502_and_its_connection_is_not_used_again() {
    let engine = Engine::start();
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX A: b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX-A: b\0\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/2 200\r\n\r\n",
        "gibberish\r\n\r\n",
    ] {
        let app = lying_app(answer.to_owned()).await;
        let gateway = Gateway::at(&app, &engine.issuer(), engine.clock.clone())
            .route("path = \"/*\"\naccess = \"public\"\nupstream = \"app\"")
            .start()
            .await;
        let sent = format!(
            "GET / HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            gateway.address
        );
        let told = exchange(gateway.address, sent.as_bytes()).await;
        assert!(
            told.starts_with("HTTP/1.1 502"),
            "{answer:?} became {told:?}"
        );
        let next = exchange(gateway.address, sent.as_bytes()).await;
        assert!(next.ends_with("honest"), "{answer:?}, then {next:?}");
    }
}
