use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};

use super::support::{App, Setup, find, soon};
use crate::forward::Target;

const LARGE: usize = 64 * 1024 * 1024;

async fn read_head(stream: &mut TcpStream) -> (String, Vec<u8>) {
    let mut octets = Vec::new();
    loop {
        if let Some(end) = find(&octets, b"\r\n\r\n") {
            let rest = octets.split_off(end + 4);
            return (String::from_utf8(octets).unwrap(), rest);
        }
        assert_ne!(soon(stream.read_buf(&mut octets)).await.unwrap(), 0);
    }
}

async fn bare_app() -> (TcpListener, Target) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let authority = listener.local_addr().unwrap().to_string();
    (listener, Target::Http { authority })
}

#[tokio::test]
async fn large_bodies_stream_both_ways() {
    let (listener, target) = bare_app().await;
    let app = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let (head, rest) = read_head(&mut stream).await;
        assert!(
            head.contains(&format!("content-length: {LARGE}\r\n")),
            "{head}"
        );
        let mut seen = rest.len();
        let mut chunk = vec![0; 256 * 1024];
        while seen < LARGE {
            seen += stream.read(&mut chunk).await.unwrap();
        }
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {LARGE}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        chunk.fill(b'y');
        for _ in 0..LARGE / chunk.len() {
            stream.write_all(&chunk).await.unwrap();
        }
        seen
    });
    let gateway = Setup::new(target).start();
    let mut stream = gateway.connect().await;
    let head = format!(
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {LARGE}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let chunk = vec![b'x'; 256 * 1024];
    for _ in 0..LARGE / chunk.len() {
        soon(stream.write_all(&chunk)).await.unwrap();
    }
    let (head, rest) = read_head(&mut stream).await;
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    let mut seen = rest.len();
    let mut chunk = vec![0; 256 * 1024];
    loop {
        match soon(stream.read(&mut chunk)).await.unwrap() {
            0 => break,
            length => seen += length,
        }
    }
    assert_eq!(seen, LARGE);
    assert_eq!(soon(app).await.unwrap(), LARGE);
    gateway.ended().await;
}

#[tokio::test]
async fn a_reader_that_does_not_read_stops_the_writer() {
    let (listener, target) = bare_app().await;
    let app = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_head(&mut stream).await;
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
            .await
            .unwrap();
        let chunk = vec![b'y'; 64 * 1024];
        let mut written = 0;
        while let Ok(Ok(())) = timeout(Duration::from_secs(1), stream.write_all(&chunk)).await {
            written += chunk.len();
        }
        written
    });
    let gateway = Setup::new(target).start();
    let mut stream = gateway.connect().await;
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    let written = soon(app).await.unwrap();
    assert!(
        written < 32 * 1024 * 1024,
        "{written} octets were taken and kept somewhere"
    );
    drop(stream);
    gateway.ended().await;
}

#[tokio::test]
async fn a_client_that_goes_away_ends_the_upstreams_work() {
    let (listener, target) = bare_app().await;
    let gateway = Setup::new(target).start();
    let mut stream = gateway.connect().await;
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    let (mut upstream, _) = soon(listener.accept()).await.unwrap();
    read_head(&mut upstream).await;
    drop(stream);
    assert_eq!(soon(upstream.read(&mut [0; 16])).await.unwrap(), 0);
    gateway.ended().await;
}

#[tokio::test]
async fn a_body_cut_short_is_not_passed_off_as_whole() {
    for cut in [
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n4\r\nhalf\r\n",
    ] {
        let app = App::answering([cut]).await;
        let gateway = Setup::new(app.target()).start();
        let answer = gateway.get("/").await;
        assert!(!answer.contains("\r\n0\r\n\r\n"), "{answer}");
        assert!(
            !answer.to_lowercase().contains("content-length: 4\r\n"),
            "{answer}"
        );
        gateway.ended().await;
    }
}

#[tokio::test]
async fn answers_without_a_body_keep_their_length() {
    for (method, reply, expected) in [
        (
            "HEAD",
            "HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n",
            Some("content-length: 1234\r\n"),
        ),
        ("GET", "HTTP/1.1 204 No Content\r\n\r\n", None),
        (
            "GET",
            "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n",
            Some("etag: \"a\"\r\n"),
        ),
        (
            "GET",
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            Some("content-length: 0\r\n"),
        ),
        (
            "GET",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            Some("content-length: 0\r\n"),
        ),
        (
            "GET",
            "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            Some("content-length: 0\r\n"),
        ),
    ] {
        let app = App::answering([reply]).await;
        let gateway = Setup::new(app.target()).start();
        for _ in 0..2 {
            let answer = gateway
                .send(format!(
                    "{method} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                ))
                .await
                .to_lowercase();
            assert!(
                expected.is_none_or(|field| answer.contains(field)),
                "{reply:?} got {answer:?}"
            );
            assert!(answer.ends_with("\r\n\r\n"), "{reply:?} got {answer:?}");
        }
        assert_eq!(app.connections(), 1, "{reply:?}");
        gateway.ended().await;
    }
}

#[tokio::test]
async fn the_length_of_a_request_survives() {
    for (fields, body, length) in [
        ("Content-Length: 0", "", Some("0")),
        ("Content-Length: 5", "hello", Some("5")),
        (
            "Transfer-Encoding: chunked",
            "5\r\nhello\r\n0\r\n\r\n",
            None,
        ),
        ("X-None: 1", "", None),
    ] {
        let app = App::ok().await;
        let gateway = Setup::new(app.target()).start();
        gateway
            .send(format!(
                "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{fields}\r\n\r\n{body}"
            ))
            .await;
        let head = app.head();
        assert_eq!(
            head.all("content-length").first().copied(),
            length,
            "{fields}"
        );
        assert_eq!(
            head.all("transfer-encoding").is_empty(),
            !fields.contains("chunked"),
            "{fields}"
        );
        gateway.ended().await;
    }
}

#[tokio::test]
async fn a_body_that_waits_for_leave_gets_it() {
    let app = App::ok().await;
    let gateway = Setup::new(app.target()).start();
    let mut stream = gateway.connect().await;
    stream
        .write_all(b"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\nConnection: close\r\n\r\n")
        .await
        .unwrap();
    let (leave, mut rest) = read_head(&mut stream).await;
    assert!(leave.starts_with("HTTP/1.1 100"), "{leave}");
    stream.write_all(b"hello").await.unwrap();
    let _ = soon(stream.read_to_end(&mut rest)).await;
    assert!(rest.starts_with(b"HTTP/1.1 200"));
    assert!(app.head().all("expect").is_empty());
    gateway.ended().await;
}

#[tokio::test]
async fn an_upstream_that_is_silent_or_away_is_an_error_in_time() {
    let (listener, target) = bare_app().await;
    let quick = |setup: &mut Setup| {
        setup.forward.upstreams[0].response_timeout = Duration::from_millis(100);
    };
    let gateway = Setup::new(target.clone()).with(quick).start();
    let silent = gateway.get("/").await;
    assert!(silent.starts_with("HTTP/1.1 504"), "{silent}");
    let upload = gateway
        .send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")
        .await;
    assert!(upload.starts_with("HTTP/1.1 504"), "{upload}");
    drop(listener);
    let away = gateway.get("/").await;
    assert!(away.starts_with("HTTP/1.1 502"), "{away}");
    gateway.ended().await;
}

#[tokio::test]
async fn an_event_reaches_the_client_before_the_next_one_is_made() {
    let (listener, target) = bare_app().await;
    let gateway = Setup::new(target).start();
    let mut client = gateway.connect().await;
    client
        .write_all(b"GET /events HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    let (mut upstream, _) = soon(listener.accept()).await.unwrap();
    read_head(&mut upstream).await;
    let head =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
    upstream.write_all(head.as_bytes()).await.unwrap();
    let mut seen = Vec::new();
    for number in 1..=3 {
        // Made only once its predecessor has arrived: whoever buffers waits for ever.
        let event = format!("data: {number}\n\n");
        let chunk = format!("{:x}\r\n{event}\r\n", event.len());
        upstream.write_all(chunk.as_bytes()).await.unwrap();
        while find(&seen, event.as_bytes()).is_none() {
            assert_ne!(soon(client.read_buf(&mut seen)).await.unwrap(), 0);
        }
    }
    gateway.shutdown.cancel();
    upstream.write_all(b"0\r\n\r\n").await.unwrap();
    gateway.ended().await;
}
