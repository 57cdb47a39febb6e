use super::support::{App, Setup, soon};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const HONEST: &str = "GET /honest HTTP/1.1\r\nHost: app.example\r\nConnection: close\r\n\r\n";

fn get(target: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nHost: app.example\r\n\r\n")
}

fn with(fields: &str) -> String {
    format!("GET / HTTP/1.1\r\nHost: app.example\r\n{fields}\r\n\r\n")
}

fn post(fields: &str, body: &str) -> String {
    format!("POST / HTTP/1.1\r\nHost: app.example\r\n{fields}\r\n\r\n{body}")
}

fn bad_paths() -> Vec<String> {
    vec![
        get("/public/../admin"),
        get("/public/%2e%2e/admin"),
        get("//admin"),
        get("/a//b"),
        get("/a%2fb"),
        get("/a%5cb"),
        get("/a\\b"),
        get("/a;b"),
        get("/a/..;/b"),
        get("/a%3bb"),
        get("/a%23b"),
        get("/a%00b"),
        get("/a%0d%0ab"),
        get("/%2561dmin"),
        get("/a%"),
        get("/a%zz"),
        get("/a%c0%af"),
        get("/a%ff"),
        get("*"),
        get("admin"),
        get("?x"),
        get(&format!("/{}", "a".repeat(5000))),
    ]
}

fn bad_authorities() -> Vec<String> {
    vec![
        "GET / HTTP/1.1\r\n\r\n".to_owned(),
        "GET / HTTP/1.0\r\n\r\n".to_owned(),
        with("Host: other.example"),
        "GET / HTTP/1.1\r\nHost: u@app.example\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\nHost: app.example:x\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\nHost: x;for=1.2.3.4\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\nHost:\r\n\r\n".to_owned(),
        get("http://other.example/"),
        get("http://u@app.example/"),
        get("ftp://app.example/"),
        get("https://app.example:8443/"),
        with("Connection: Host"),
    ]
}

fn bad_methods() -> Vec<String> {
    vec![
        "TRACE / HTTP/1.1\r\nHost: app.example\r\n\r\n".to_owned(),
        "trace / HTTP/1.1\r\nHost: app.example\r\n\r\n".to_owned(),
        "CONNECT app.example:80 HTTP/1.1\r\nHost: app.example:80\r\n\r\n".to_owned(),
        "OPTIONS * HTTP/1.1\r\nHost: app.example\r\n\r\n".to_owned(),
        "GET\t/ HTTP/1.1\r\nHost: app.example\r\n\r\n".to_owned(),
    ]
}

fn bad_framing() -> Vec<String> {
    vec![
        post("Transfer-Encoding: gzip, chunked", "0\r\n\r\n"),
        post("Transfer-Encoding: identity, chunked", "0\r\n\r\n"),
        post("Transfer-Encoding: ,chunked", "0\r\n\r\n"),
        post("Transfer-Encoding: chunked, chunked", "0\r\n\r\n"),
        post(
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            "0\r\n\r\n",
        ),
        post("Transfer-Encoding: xchunked", "0\r\n\r\n"),
        post("Transfer-Encoding: chunked, identity", "0\r\n\r\n"),
        post("Transfer-Encoding:", "0\r\n\r\n"),
        post("Content-Length: 1\r\nContent-Length: 2", "ab"),
        post("Content-Length: 1, 2", "ab"),
        post("Content-Length: +1", "a"),
        post("Content-Length: 0x1", "a"),
        post("Content-Length: -1", "a"),
        post("Content-Length: 1 1", "a"),
        post("Content-Length:", "a"),
        "POST / HTTP/1.0\r\nHost: app.example\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            .to_owned(),
        with("Transfer-Encoding : chunked"),
        with("X-A: b\r\n folded: c"),
        with(" X-A: b"),
        with("X-A: b\0c"),
        with("X-A: b\rc"),
        with("X A: b"),
        with("X-A"),
        with(": b"),
        "GET / HTTP/1.1\r\n Host: app.example\r\n\r\n".to_owned(),
        "GET / HTTP/1.2\r\nHost: app.example\r\n\r\n".to_owned(),
        "GET / HTTP/9\r\nHost: app.example\r\n\r\n".to_owned(),
        "GET /\r\n\r\n".to_owned(),
        "\0\x01\x02\r\n\r\n".to_owned(),
    ]
}

fn bad_fields() -> Vec<String> {
    vec![
        with("Authorization: Bearer a\r\nAuthorization: Bearer b"),
        with("Expect: 200-ok"),
        with(&vec!["X-Many: 1"; 101].join("\r\n")),
        with(&format!("X-Long: {}", "a".repeat(20_000))),
    ]
}

/// Sent as it stands; nothing of it may reach the app, and the next honest request is served.
#[tokio::test]
async fn malformed_and_ambiguous_requests_never_reach_the_app() {
    let app = App::ok().await;
    let gateway = Setup::new(app.target()).start();
    let attacks = [
        bad_paths(),
        bad_authorities(),
        bad_methods(),
        bad_framing(),
        bad_fields(),
    ];
    for attack in attacks.concat() {
        // Behind it on the same connection: a request that must not be served either.
        let answer = gateway
            .send(format!(
                "{attack}GET /smuggled HTTP/1.1\r\nHost: app.example\r\n\r\n"
            ))
            .await;
        let shown = attack.chars().take(120).collect::<String>();
        let status = answer.split(' ').nth(1).unwrap_or_default();
        assert!(status.starts_with('4'), "{shown:?} got {answer:?}");
        assert_eq!(
            answer.matches("HTTP/1.").count(),
            1,
            "{shown:?} got {answer:?}"
        );
        assert_eq!(app.octets(), "", "{shown:?}");
    }
    assert!(gateway.send(HONEST).await.starts_with("HTTP/1.1 200"));
    assert_eq!(app.head().line(), "GET /honest HTTP/1.1");
    gateway.ended().await;
}

#[tokio::test]
async fn a_body_with_two_lengths_is_framed_anew_and_ends_the_connection() {
    for fields in [
        "Content-Length: 4\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 4",
    ] {
        let app = App::ok().await;
        let gateway = Setup::new(app.target()).start();
        let answer = gateway
            .send(format!(
                "POST / HTTP/1.1\r\nHost: app.example\r\n{fields}\r\n\r\n5;ext=1\r\nhello\r\n0\r\nX-Trailer: evil\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
            ))
            .await;
        assert_eq!(answer.matches("HTTP/1.").count(), 1, "{answer}");
        app.arrival().await;
        let head = app.head();
        assert!(head.all("content-length").is_empty());
        assert_eq!(head.one("transfer-encoding"), "chunked");
        let octets = app.octets();
        assert!(
            !octets.contains("smuggled") && !octets.contains("evil") && !octets.contains("ext"),
            "{octets}"
        );
        gateway.ended().await;
    }
}

#[tokio::test]
async fn look_alikes_of_framing_fields_do_not_reach_the_app() {
    let app = App::ok().await;
    let gateway = Setup::new(app.target()).start();
    gateway
        .send("GET / HTTP/1.1\r\nHost: app.example\r\ntransfer_encoding: chunked\r\ncontent_length: 9\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\
               Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings, close\r\nTE: trailers\r\nTrailer: X-A\r\nKeep-Alive: 5\r\n\
               Proxy-Connection: keep-alive\r\nProxy-Authorization: Basic x\r\n\r\n")
        .await;
    let head = app.head().0.to_lowercase();
    for gone in [
        "transfer",
        "length",
        "http2",
        "upgrade",
        "te:",
        "trailer",
        "keep-alive",
        "proxy",
    ] {
        assert!(!head.contains(gone), "{gone} in {head}");
    }
    gateway.ended().await;
}

#[tokio::test]
async fn an_upstream_that_answers_in_two_ways_is_not_believed() {
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX A: b\r\n\r\n",
        "nonsense\r\n\r\n",
    ] {
        let app = App::answering([answer, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"]).await;
        let gateway = Setup::new(app.target()).start();
        let seen = gateway.get("/").await;
        assert!(seen.starts_with("HTTP/1.1 502"), "{answer:?} got {seen:?}");
        let next = gateway.get("/").await;
        assert!(next.ends_with("ok"), "{answer:?} then {next:?}");
        assert_eq!(
            app.connections(),
            2,
            "the connection must not be used again"
        );
        gateway.ended().await;
    }
}

#[tokio::test]
async fn octets_behind_a_complete_answer_are_not_the_next_one() {
    let evil = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstole";
    for (method, answer) in [
        ("GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
        ("GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        (
            "GET",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        ),
        ("GET", "HTTP/1.1 204 No Content\r\n\r\n"),
        ("GET", "HTTP/1.1 304 Not Modified\r\n\r\n"),
        ("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n"),
    ] {
        let honest = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        let app = App::answering([&format!("{answer}{evil}"), honest]).await;
        let gateway = Setup::new(app.target()).start();
        let request = format!("{method} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        let first = gateway.send(request).await;
        assert!(!first.contains("stole"), "{answer:?} got {first:?}");
        for _ in 0..2 {
            let next = gateway.get("/").await;
            assert!(next.ends_with("\r\n\r\nok"), "{answer:?} then {next:?}");
        }
        assert_eq!(
            app.connections(),
            2,
            "{answer:?}: the first is not used again"
        );
        gateway.ended().await;
    }
}

#[tokio::test]
async fn an_unread_body_is_never_taken_for_a_request() {
    let app = App::ok().await;
    let gateway = Setup::new(app.target()).start();
    let inner = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
    let answer = gateway
        .send(format!(
            "POST /a//b HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{inner}",
            inner.len()
        ))
        .await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert_eq!(answer.matches("HTTP/1.").count(), 1);
    assert_eq!(app.octets(), "");
    gateway.ended().await;
}

#[tokio::test]
async fn a_panic_ends_one_request_and_no_other() {
    let app = App::ok().await;
    let gateway = Setup::new(app.target()).start();
    let answer = gateway.get("/panic").await;
    assert!(answer.starts_with("HTTP/1.1 500"), "{answer}");
    assert!(gateway.send(HONEST).await.starts_with("HTTP/1.1 200"));
    gateway.ended().await;
}

#[tokio::test]
async fn a_client_that_says_nothing_or_half_a_head_is_dropped_in_time() {
    let app = App::ok().await;
    let gateway = Setup::new(app.target())
        .with(|setup| {
            setup.listener.header_timeout = std::time::Duration::from_millis(200);
            setup.listener.idle_timeout = std::time::Duration::from_millis(200);
        })
        .start();
    for start in [
        "",
        "P",
        "PRI * HTTP/2.0\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX-Slow",
    ] {
        let mut stream = gateway.connect().await;
        stream.write_all(start.as_bytes()).await.unwrap();
        let mut rest = Vec::new();
        let _ = soon(stream.read_to_end(&mut rest)).await;
        assert!(!String::from_utf8_lossy(&rest).contains("200 OK"));
    }
    // A connection that has been served is dropped when it is silent.
    let mut stream = gateway.connect().await;
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    let mut rest = Vec::new();
    soon(stream.read_to_end(&mut rest)).await.unwrap();
    assert!(String::from_utf8_lossy(&rest).starts_with("HTTP/1.1 200"));
    assert_eq!(app.requests(), 1);
    gateway.ended().await;
}
