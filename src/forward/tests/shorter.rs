//! The shorter way in and hyper, in turn on one connection.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use super::support::{App, Gateway, Setup, find, read_response, soon};
use crate::forward::Target;

const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const LENGTH: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const CHUNKS: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";

/// Until the answer is there and ends so.
async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut octets = Vec::new();
    while !octets.ends_with(end.as_bytes()) {
        let read = soon(stream.read_buf(&mut octets)).await.unwrap();
        assert_ne!(read, 0, "{:?}", String::from_utf8_lossy(&octets));
    }
    String::from_utf8(octets).unwrap()
}

#[tokio::test]
async fn what_is_odd_goes_by_hyper_and_the_rest_goes_on() {
    let large = "x".repeat(100_000);
    let large = format!("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{large}ok");
    let large = large.replace("xxok", "ok");
    // What is asked, what the app says, and how the answer begins and ends.
    let turns = [
        (GET, LENGTH, "HTTP/1.1 200 OK\r\n", "ok"),
        (GET, CHUNKS, "HTTP/1.1 200 OK\r\n", "2\r\nok\r\n0\r\n\r\n"),
        (GET, LENGTH, "HTTP/1.1 200 OK\r\n", "ok"),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n\r\n\r\n",
            LENGTH,
            "HTTP/1.1 200 OK\r\n",
            "ok",
        ),
        (
            GET,
            "HTTP/1.1 204 No Content\r\n\r\n",
            "HTTP/1.1 204 No Content\r\n",
            "\r\n\r\n",
        ),
        (
            GET,
            "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n",
            "HTTP/1.1 304 Not Modified\r\n",
            "\r\n\r\n",
        ),
        (
            GET,
            "HTTP/1.1 200 Fine\r\nContent-Length: 2\r\n\r\nok",
            "HTTP/1.1 200 Fine\r\n",
            "ok",
        ),
        (
            "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n",
            "HTTP/1.1 200 OK\r\n",
            "\r\n\r\n",
        ),
        (GET, &large, "HTTP/1.1 200 OK\r\n", "xok"),
        (
            GET,
            "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 500 Internal",
            "\r\n\r\n",
        ),
        (
            "OPTIONS / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n",
            LENGTH,
            "HTTP/1.1 200 OK\r\n",
            "ok",
        ),
        (
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            LENGTH,
            "HTTP/1.1 200 OK\r\n",
            "ok",
        ),
    ];
    let app = App::answering(turns.map(|(_, said, ..)| said)).await;
    let gateway = Setup::new(app.target()).start();
    let mut stream = gateway.connect().await;
    for (asked, said, begin, end) in turns {
        stream.write_all(asked.as_bytes()).await.unwrap();
        let answer = read_until(&mut stream, end).await;
        assert!(answer.starts_with(begin), "{said:?}: {answer}");
        assert_eq!(
            answer.matches("\r\ndate: ").count(),
            1,
            "{said:?}: {answer}"
        );
    }
    assert_eq!(soon(stream.read(&mut [0])).await.unwrap(), 0);
    assert_eq!(app.requests(), turns.len());
    gateway.ended().await;
}

#[tokio::test]
async fn heads_in_pieces_and_several_at_once_are_answered() {
    let app = App::answering([LENGTH, CHUNKS, LENGTH, CHUNKS, LENGTH]).await;
    let gateway = Setup::new(app.target()).start();
    let mut stream = gateway.connect().await;
    let cookie = format!(
        "GET / HTTP/1.1\r\nHost: a\r\nCookie: a={}\r\n\r\n",
        "b".repeat(6000)
    );
    for (head, end) in [
        (GET, "ok"),
        (GET, "0\r\n\r\n"),
        (&cookie, "ok"),
        (GET, "0\r\n\r\n"),
    ] {
        for piece in head.as_bytes().chunks(head.len() / 5) {
            stream.write_all(piece).await.unwrap();
            stream.flush().await.unwrap();
            tokio::task::yield_now().await;
        }
        read_until(&mut stream, end).await;
    }
    assert!(app.last_head().line().starts_with("GET / "));
    stream.write_all(GET.repeat(4).as_bytes()).await.unwrap();
    for _ in 0..4 {
        let answer = read_response(&mut stream).await;
        assert!(answer.ends_with("ok"), "{answer}");
    }
    assert_eq!(app.requests(), 8);
    gateway.ended().await;
}

/// An app that has been asked once, and the client that asked.
async fn asked(setup: impl FnOnce(Target) -> Setup) -> (Gateway, TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let authority = listener.local_addr().unwrap().to_string();
    let gateway = setup(Target::Http { authority }).start();
    let mut client = gateway.connect().await;
    client.write_all(GET.as_bytes()).await.unwrap();
    let (mut app, _) = soon(listener.accept()).await.unwrap();
    let mut head = Vec::new();
    while find(&head, b"\r\n\r\n").is_none() {
        soon(app.read_buf(&mut head)).await.unwrap();
    }
    (gateway, client, app)
}

#[tokio::test]
async fn a_client_that_leaves_takes_its_request_along() {
    let (gateway, client, mut app) = asked(Setup::new).await;
    drop(client);
    assert_eq!(soon(app.read(&mut [0])).await.unwrap(), 0);
    gateway.ended().await;
}

#[tokio::test]
async fn a_client_that_leaves_amid_its_answer_takes_it_along() {
    let (gateway, mut client, mut app) = asked(Setup::new).await;
    let half = b"HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\nhalf";
    app.write_all(half).await.unwrap();
    read_until(&mut client, "half").await;
    drop(client);
    assert_eq!(soon(app.read(&mut [0])).await.unwrap(), 0);
    gateway.ended().await;
}

#[tokio::test]
async fn an_answer_that_breaks_off_ends_the_connection() {
    let (gateway, mut client, mut app) = asked(Setup::new).await;
    let half = b"HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\nhalf";
    app.write_all(half).await.unwrap();
    drop(app);
    let mut answer = Vec::new();
    let _ = soon(client.read_to_end(&mut answer)).await;
    let answer = String::from_utf8(answer).unwrap();
    assert!(
        answer.contains("\r\ncontent-length: 20000\r\n") && answer.ends_with("half"),
        "{answer}"
    );
    gateway.ended().await;
}

#[tokio::test]
async fn what_hyper_must_write_is_finished_at_shutdown_too() {
    let (gateway, mut client, mut app) = asked(Setup::new).await;
    gateway.shutdown.cancel();
    app.write_all(CHUNKS.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    soon(client.read_to_end(&mut answer)).await.unwrap();
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    assert!(answer.ends_with("2\r\nok\r\n0\r\n\r\n"), "{answer}");
    gateway.ended().await;
}
