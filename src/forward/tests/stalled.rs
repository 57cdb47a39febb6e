use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Empty};
use hyper::{body::Incoming, client::conn::http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::Instant,
};
use tokio_util::sync::CancellationToken;

use super::support::{Setup, find, soon};
use crate::{
    body::Body,
    forward::Target,
    listener::{Handler, Listener, Peer, Serving},
};

const PATIENCE: Duration = Duration::from_millis(400);

fn impatient(target: Target) -> Setup {
    Setup::new(target).with(|setup| setup.listener.write_timeout = PATIENCE)
}

/// An app that sends without end, and tells when its client is gone.
async fn fountain() -> (Target, tokio::sync::oneshot::Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let authority = listener.local_addr().unwrap().to_string();
    let (gone, ended) = tokio::sync::oneshot::channel();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = Vec::new();
        while find(&head, b"\r\n\r\n").is_none() {
            stream.read_buf(&mut head).await.unwrap();
        }
        let head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n";
        stream.write_all(head).await.unwrap();
        while stream.write_all(&[b'x'; 8 * 1024]).await.is_ok() {}
        let _ = gone.send(());
    });
    (Target::Http { authority }, ended)
}

#[tokio::test]
async fn a_reader_that_stops_reading_is_let_go() {
    let (target, ended) = fountain().await;
    let gateway = impatient(target).start();
    let mut stream = gateway.connect().await;
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    soon(ended).await.unwrap();
    gateway.ended().await;
}

#[tokio::test]
async fn an_http2_reader_whose_window_stays_closed_is_let_go() {
    let (target, ended) = fountain().await;
    let gateway = impatient(target).start();
    let io = TokioIo::new(gateway.connect().await);
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), io).await.unwrap();
    tokio::spawn(connection);
    let request = Request::get("http://a/").body(Empty::<Bytes>::new());
    let response = soon(sender.send_request(request.unwrap())).await.unwrap();
    // Held and not read: hyper gives no more window.
    soon(ended).await.unwrap();
    drop(response);
    gateway.ended().await;
}

#[tokio::test]
async fn an_answer_that_is_slow_in_coming_is_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let authority = listener.local_addr().unwrap().to_string();
    let gateway = impatient(Target::Http { authority }).start();
    let app = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = Vec::new();
        while find(&head, b"\r\n\r\n").is_none() {
            stream.read_buf(&mut head).await.unwrap();
        }
        let head =
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 8\r\n\r\n";
        stream.write_all(head).await.unwrap();
        for _ in 0..2 {
            stream.write_all(b"data").await.unwrap();
            // Longer than a client may leave an answer unread: this one is not there to be read.
            tokio::time::sleep(PATIENCE * 2).await;
        }
    });
    let answer = gateway.get("/events").await;
    assert!(answer.ends_with("datadata"), "{answer}");
    app.await.unwrap();
    gateway.ended().await;
}

#[tokio::test]
async fn a_reader_that_takes_its_time_but_reads_gets_everything() {
    let (patience, pause) = (Duration::from_secs(2), Duration::from_millis(300));
    let length: usize = 8 << 20;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let authority = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = Vec::new();
        while find(&head, b"\r\n\r\n").is_none() {
            stream.read_buf(&mut head).await.unwrap();
        }
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        // The client's time begins when there is something to take, not while the app ponders.
        tokio::time::sleep(patience * 2).await;
        stream.write_all(&vec![b'x'; length]).await.unwrap();
        stream.read_buf(&mut Vec::new()).await.unwrap();
    });
    let gateway = Setup::new(Target::Http { authority })
        .with(|setup| setup.listener.write_timeout = patience)
        .start();
    let io = TokioIo::new(gateway.connect().await);
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), io).await.unwrap();
    tokio::spawn(connection);
    let request = Request::get("http://a/").body(Empty::<Bytes>::new());
    let response = soon(sender.send_request(request.unwrap())).await.unwrap();
    let mut body = response.into_body();
    let (mut read, mut pauses) = (0, 0_u32);
    while let Some(frame) = soon(body.frame()).await {
        read += frame.unwrap().into_data().unwrap().len();
        if read >> 20 > pauses as usize {
            pauses += 1;
            tokio::time::sleep(pause).await;
        }
    }
    assert_eq!(read, length);
    assert!(pause * pauses > patience);
    gateway.ended().await;
}

#[tokio::test]
async fn a_sender_that_stops_in_its_body_is_let_go() {
    // Answers only what it has read to the end.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let authority = listener.local_addr().unwrap().to_string();
    let app = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut octets = Vec::new();
        while let Ok(1..) = stream.read_buf(&mut octets).await {}
        octets
    });
    let gateway = Setup::new(Target::Http { authority })
        .with(|setup| setup.forward.upstreams[0].response_timeout = PATIENCE)
        .start();
    let half = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf";
    let answer = gateway.send(half).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(soon(app).await.unwrap().ends_with(b"half"));
    gateway.ended().await;
}

/// Answers with one frame that no socket takes at once.
#[derive(Clone)]
struct Page;

const PAGE: usize = 16 << 20;

impl Handler for Page {
    async fn handle(self, _request: Request<Option<Incoming>>, _peer: Peer) -> Response<Body> {
        Response::new(Body::full(vec![b'x'; PAGE]))
    }
}

/// A listener in front of it, and a client that has asked.
async fn page(
    idle_timeout: Duration,
    write_timeout: Duration,
) -> (Serving, CancellationToken, TcpStream) {
    let authority = "unused".to_owned();
    let mut settings = Setup::new(Target::Http { authority }).listener;
    settings.idle_timeout = idle_timeout;
    settings.write_timeout = write_timeout;
    settings.drain_timeout = Duration::from_mins(1);
    let listener = Listener::bind(&settings).unwrap();
    let address = listener.address();
    let shutdown = CancellationToken::new();
    let serving = listener.serve(|_thread| Page, &shutdown).unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    stream.write_all(request).await.unwrap();
    (serving, shutdown, stream)
}

#[tokio::test]
async fn a_slow_and_steady_reader_gets_one_large_frame_to_its_end() {
    let (idle, write) = (Duration::from_millis(200), Duration::from_secs(2));
    let (serving, shutdown, mut stream) = page(idle, write).await;
    let began = Instant::now();
    let (mut read, mut chunk) = (0, vec![0; 256 << 10]);
    while read < PAGE {
        let length = soon(stream.read(&mut chunk)).await.unwrap();
        assert_ne!(length, 0, "cut off after {read} octets");
        read += length;
        let share = u32::try_from(PAGE / length).unwrap();
        tokio::time::sleep(write * 2 / share).await;
    }
    assert!(began.elapsed() > write, "{:?}", began.elapsed());
    shutdown.cancel();
    soon(serving.ended()).await;
}

#[tokio::test]
async fn a_reader_that_stops_in_the_last_frame_is_let_go() {
    let (serving, shutdown, mut stream) = page(Duration::from_hours(1), PATIENCE).await;
    stream.read_exact(&mut [0; 1024]).await.unwrap();
    shutdown.cancel();
    // Nothing else ends it before the time to drain is up.
    soon(serving.ended()).await;
}
