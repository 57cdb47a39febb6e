//! gRPC's four kinds of calls (gRPC over HTTP/2): length-prefixed messages both ways, the status in trailers.

use std::convert::Infallible;

use bytes::{BufMut as _, Bytes, BytesMut};
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, StreamBody, combinators::BoxBody};
use hyper::{
    body::{Frame, Incoming},
    client::conn::http2::{self, SendRequest},
    service::service_fn,
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::{
    net::TcpListener,
    sync::mpsc::{Receiver, Sender, channel},
};

use super::{
    support::{Setup, soon},
    tls,
};
use crate::forward::Target;

type Messages = BoxBody<Bytes, Infallible>;

/// A message with its prefix: not compressed, its length.
fn message(text: &str) -> Bytes {
    let mut octets = BytesMut::new();
    octets.put_u8(0);
    octets.put_u32(u32::try_from(text.len()).unwrap());
    octets.put_slice(text.as_bytes());
    octets.freeze()
}

fn status(code: &str) -> Frame<Bytes> {
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", code.parse().unwrap());
    trailers.insert("grpc-message", "that%20is%20all".parse().unwrap());
    Frame::trailers(trailers)
}

fn body(mut frames: Receiver<Frame<Bytes>>) -> Messages {
    let next = futures_util::stream::poll_fn(move |cx| {
        frames
            .poll_recv(cx)
            .map(|frame| frame.map(Ok::<_, Infallible>))
    });
    StreamBody::new(next).boxed()
}

/// Messages as they come in.
struct Inbox {
    body: Incoming,
    unread: BytesMut,
}

impl Inbox {
    fn of(body: Incoming) -> Self {
        Self {
            body,
            unread: BytesMut::new(),
        }
    }

    /// The next message, or how the stream ended.
    async fn next(&mut self) -> Result<String, HeaderMap> {
        loop {
            if let Some(prefix) = self.unread.first_chunk::<5>() {
                let length = u32::from_be_bytes(prefix[1..].try_into().unwrap());
                let end = 5 + usize::try_from(length).unwrap();
                if self.unread.len() >= end {
                    let whole = self.unread.split_to(end);
                    return Ok(String::from_utf8(whole[5..].to_vec()).unwrap());
                }
            }
            match soon(self.body.frame()).await.transpose().unwrap() {
                None => return Err(HeaderMap::new()),
                Some(frame) => match frame.into_data() {
                    Ok(data) => self.unread.extend_from_slice(&data),
                    Err(frame) => return Err(frame.into_trailers().unwrap()),
                },
            }
        }
    }
}

/// A service with a method of each kind; `Fails` says no before any message.
async fn serve(mut inbox: Inbox, method: String, answers: Sender<Frame<Bytes>>) {
    let say = |text: String| answers.send(Frame::data(message(&text)));
    match method.as_str() {
        "/echo.Echo/Unary" => {
            let asked = inbox.next().await.unwrap();
            say(asked).await.unwrap();
        }
        "/echo.Echo/ServerStream" => {
            let asked = inbox.next().await.unwrap();
            for number in 0..3 {
                say(format!("{asked} {number}")).await.unwrap();
            }
        }
        "/echo.Echo/ClientStream" => {
            let mut all = Vec::new();
            while let Ok(asked) = inbox.next().await {
                all.push(asked);
            }
            say(all.join(" ")).await.unwrap();
        }
        "/echo.Echo/Both" => {
            while let Ok(asked) = inbox.next().await {
                say(asked).await.unwrap();
            }
        }
        _ => unreachable!("{method}"),
    }
    answers.send(status("0")).await.unwrap();
}

async fn answer(request: Request<Incoming>) -> Result<Response<Messages>, Infallible> {
    assert_eq!(request.headers()["te"], "trailers");
    assert_eq!(request.headers()["content-type"], "application/grpc");
    let method = request.uri().path().to_owned();
    let (answers, frames) = channel(1);
    let builder = Response::builder().header("content-type", "application/grpc");
    if method == "/echo.Echo/Fails" {
        let refusal = builder
            .header("grpc-status", "5")
            .header("grpc-message", "nothing%20there");
        drop(answers);
        return Ok(refusal.body(body(frames)).unwrap());
    }
    tokio::spawn(serve(Inbox::of(request.into_body()), method, answers));
    Ok(builder.body(body(frames)).unwrap())
}

async fn service() -> Target {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let authority = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(
                hyper::server::conn::http2::Builder::new(TokioExecutor::new())
                    .serve_connection(TokioIo::new(stream), service_fn(answer)),
            );
        }
    });
    Target::H2c { authority }
}

/// A call under way: what the client sends, and what comes back.
async fn call(
    client: &mut SendRequest<Messages>,
    method: &str,
) -> (Sender<Frame<Bytes>>, Response<Inbox>) {
    let (asks, frames) = channel(1);
    let request = Request::post(format!("http://app.example/echo.Echo/{method}"))
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(body(frames))
        .unwrap();
    let response = soon(client.send_request(request)).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    (asks, response.map(Inbox::of))
}

async fn say(asks: &Sender<Frame<Bytes>>, text: &str) {
    asks.send(Frame::data(message(text))).await.unwrap();
}

async fn ends_well(mut inbox: Inbox) {
    let trailers = inbox.next().await.unwrap_err();
    assert_eq!(trailers["grpc-status"], "0");
    assert_eq!(trailers["grpc-message"], "that%20is%20all");
}

async fn all_four_kinds(client: &mut SendRequest<Messages>) {
    let (asks, response) = call(client, "Unary").await;
    let mut inbox = response.into_body();
    say(&asks, "one").await;
    drop(asks);
    assert_eq!(inbox.next().await.unwrap(), "one");
    ends_well(inbox).await;

    let (asks, response) = call(client, "ServerStream").await;
    let mut inbox = response.into_body();
    say(&asks, "many").await;
    drop(asks);
    for expected in ["many 0", "many 1", "many 2"] {
        assert_eq!(inbox.next().await.unwrap(), expected);
    }
    ends_well(inbox).await;

    let (asks, response) = call(client, "ClientStream").await;
    let mut inbox = response.into_body();
    for text in ["a", "b", "c"] {
        say(&asks, text).await;
    }
    drop(asks);
    assert_eq!(inbox.next().await.unwrap(), "a b c");
    ends_well(inbox).await;

    // In turn: each message arrives before the next is sent.
    let (asks, response) = call(client, "Both").await;
    let mut inbox = response.into_body();
    for text in ["to", "and", "fro"] {
        say(&asks, text).await;
        assert_eq!(inbox.next().await.unwrap(), text);
    }
    drop(asks);
    ends_well(inbox).await;

    // Trailers alone: the status stands in the head.
    let (_asks, response) = call(client, "Fails").await;
    assert_eq!(response.headers()["grpc-status"], "5");
    assert_eq!(response.headers()["grpc-message"], "nothing%20there");
}

#[tokio::test]
async fn all_kinds_of_calls_pass_over_h2c() {
    let gateway = Setup::new(service().await).signed_in().start();
    let io = TokioIo::new(gateway.connect().await);
    let (mut client, connection) = http2::handshake(TokioExecutor::new(), io).await.unwrap();
    tokio::spawn(connection);
    all_four_kinds(&mut client).await;
    gateway.ended().await;
}

#[tokio::test]
async fn all_kinds_of_calls_pass_over_tls_on_both_sides() {
    let files = tls::files();
    // A second gateway is the service, so that its side has TLS too.
    let inner = Setup::new(service().await)
        .with(|setup| setup.listener.tls = Some(files.tls.clone()))
        .start();
    let target = Target::Https {
        authority: inner.address.to_string(),
        server_name: "app.example".to_owned(),
        ca_file: Some(files.tls.certificate.clone()),
    };
    let gateway = Setup::new(target)
        .with(|setup| setup.listener.tls = Some(files.tls.clone()))
        .start();
    let tcp = gateway.connect().await;
    let stream = tls::handshake(tcp, &files.certificate, b"h2", None)
        .await
        .unwrap();
    let io = TokioIo::new(stream);
    let (mut client, connection) = http2::handshake(TokioExecutor::new(), io).await.unwrap();
    tokio::spawn(connection);
    all_four_kinds(&mut client).await;
    gateway.ended().await;
    inner.ended().await;
}
