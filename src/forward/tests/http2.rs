use std::{fmt::Write as _, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::{
    body::{Frame, Incoming},
    client::conn::http2::{self, SendRequest},
    service::service_fn,
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::{
    net::{TcpListener, TcpStream},
    time::Instant,
};

use super::support::{App, Gateway, Setup, soon};
use crate::forward::Target;

type Frames = StreamBody<
    futures_util::stream::Iter<std::vec::IntoIter<Result<Frame<Bytes>, std::convert::Infallible>>>,
>;

async fn client<B>(gateway: &Gateway) -> SendRequest<B>
where
    B: http_body::Body + Send + Unpin + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let io = TokioIo::new(gateway.connect().await);
    let (sender, connection) = http2::handshake(TokioExecutor::new(), io).await.unwrap();
    tokio::spawn(connection);
    sender
}

fn get(uri: &str) -> http::request::Builder {
    Request::get(uri)
}

fn frames(frames: Vec<Frame<Bytes>>) -> Frames {
    StreamBody::new(futures_util::stream::iter(
        frames.into_iter().map(Ok).collect::<Vec<_>>(),
    ))
}

/// Answers with the names and values it was sent, echoes the body, and sends trailers.
pub(super) async fn h2c_app() -> Target {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let authority = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = service_fn(|request: Request<Incoming>| async move {
                let mut seen = format!("{} {}\n", request.method(), request.uri());
                for (name, value) in request.headers() {
                    writeln!(seen, "{name}: {}", value.to_str().unwrap()).unwrap();
                }
                let body = request.into_body().collect().await?;
                if let Some(trailers) = body.trailers() {
                    writeln!(seen, "trailers: {trailers:?}").unwrap();
                }
                seen += std::str::from_utf8(&body.to_bytes()).unwrap();
                let mut trailers = HeaderMap::new();
                trailers.insert("grpc-status", "0".parse().unwrap());
                trailers.insert("set-cookie", "evil=1".parse().unwrap());
                let body = frames(vec![Frame::data(seen.into()), Frame::trailers(trailers)]);
                Ok::<_, hyper::Error>(Response::new(body))
            });
            tokio::spawn(
                hyper::server::conn::http2::Builder::new(TokioExecutor::new())
                    .serve_connection(TokioIo::new(stream), service),
            );
        }
    });
    Target::H2c { authority }
}

#[tokio::test]
async fn http2_clients_reach_an_http1_app() {
    let app = App::ok().await;
    let gateway = Setup::new(app.target()).signed_in().start();
    let mut sender = client(&gateway).await;
    let request = get("http://app.example/a%20b?q=1")
        .header("cookie", "a=1")
        .header("cookie", "__Host-interlock=sealed")
        .header("cookie", "b=2")
        .header("x-auth-request-user", "evil")
        .header("x_forwarded_for", "6.6.6.6")
        .header("te", "trailers")
        .body(Full::new(Bytes::new()))
        .unwrap();
    let response = soon(sender.send_request(request)).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(
        soon(response.into_body().collect())
            .await
            .unwrap()
            .to_bytes(),
        "ok"
    );
    let head = app.head();
    assert_eq!(head.line(), "GET /a%20b?q=1 HTTP/1.1");
    assert_eq!(head.one("host"), "app.example");
    assert_eq!(head.one("cookie"), "a=1; b=2");
    assert_eq!(head.one("x-auth-request-user"), "00u1");
    assert!(!head.0.contains("6.6.6.6") && head.all("te").is_empty());
    gateway.ended().await;
}

#[tokio::test]
async fn http2_requests_are_refused_for_the_same_reasons() {
    let app = App::ok().await;
    let gateway = Setup::new(app.target()).start();
    let mut sender = client(&gateway).await;
    let empty = || Full::new(Bytes::new());
    for request in [
        get("http://app.example/a//b").body(empty()).unwrap(),
        get("http://app.example/a/../b").body(empty()).unwrap(),
        get("http://app.example/a%2fb").body(empty()).unwrap(),
        get("http://u@app.example/").body(empty()).unwrap(),
        get("http://app.example/")
            .header("host", "other.example")
            .body(empty())
            .unwrap(),
        get("http://app.example/")
            .header("authorization", "a")
            .header("authorization", "b")
            .body(empty())
            .unwrap(),
        Request::builder()
            .method(Method::TRACE)
            .uri("http://app.example/")
            .body(empty())
            .unwrap(),
        Request::builder()
            .method(Method::CONNECT)
            .uri("app.example:80")
            .body(empty())
            .unwrap(),
    ] {
        let shown = format!("{request:?}");
        let response = soon(sender.send_request(request)).await.unwrap();
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{shown}");
    }
    assert_eq!(app.octets(), "");
    let honest = get("http://app.example/").body(empty()).unwrap();
    assert_eq!(
        soon(sender.send_request(honest)).await.unwrap().status(),
        StatusCode::OK
    );
    gateway.ended().await;
}

#[tokio::test]
async fn both_sides_http2_pass_trailers_filtered_like_fields() {
    let gateway = Setup::new(h2c_app().await)
        .signed_in()
        .with(|setup| setup.route.headers.clear())
        .start();
    let mut sender = client(&gateway).await;
    let mut trailers = HeaderMap::new();
    trailers.insert("x-checksum", "1".parse().unwrap());
    trailers.insert("x-auth-request-user", "evil".parse().unwrap());
    trailers.insert("x_interlock_assertion", "evil".parse().unwrap());
    let request = Request::post("http://app.example/grpc")
        .header("te", "trailers")
        .body(frames(vec![
            Frame::data("hello".into()),
            Frame::trailers(trailers),
        ]))
        .unwrap();
    let response = soon(sender.send_request(request)).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let body = soon(response.into_body().collect()).await.unwrap();
    let trailers = body.trailers().unwrap().clone();
    let seen = String::from_utf8(body.to_bytes().to_vec()).unwrap();
    assert!(seen.starts_with("POST http://app.example/grpc\n"), "{seen}");
    for wanted in [
        "te: trailers\n",
        "x-auth-request-user: 00u1\n",
        "x-checksum",
        "hello",
    ] {
        assert!(seen.contains(wanted), "{wanted} in {seen}");
    }
    assert!(!seen.contains("evil"), "{seen}");
    assert_eq!(trailers.len(), 1);
    assert_eq!(trailers["grpc-status"], "0");
    gateway.ended().await;
}

#[tokio::test]
async fn http1_clients_reach_an_h2c_app_over_one_connection() {
    let gateway = Setup::new(h2c_app().await).start();
    let all = (0..20).map(|_| gateway.get("/x?y"));
    for answer in soon(futures_util::future::join_all(all)).await {
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.contains("GET http://app.example/x?y\n"), "{answer}");
        assert!(!answer.contains("grpc-status"), "{answer}");
    }
    gateway.ended().await;
}

#[tokio::test]
async fn requests_do_not_queue_for_an_h2c_app_that_cannot_be_reached() {
    // Its backlog is full, so that the system answers no further connection.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut held = Vec::new();
    while let Ok(Ok(stream)) =
        tokio::time::timeout(Duration::from_millis(300), TcpStream::connect(address)).await
    {
        held.push(stream);
        assert!(held.len() < 16, "the backlog has no end");
    }
    let limit = Duration::from_millis(500);
    let authority = address.to_string();
    let gateway = Setup::new(Target::H2c { authority })
        .with(|setup| setup.forward.upstreams[0].connect_timeout = limit)
        .start();
    let began = Instant::now();
    let answers = futures_util::future::join_all((0..12).map(|_| gateway.get("/"))).await;
    for answer in answers {
        assert!(answer.starts_with("HTTP/1.1 504"), "{answer}");
    }
    assert!(began.elapsed() < limit * 6, "{:?}", began.elapsed());
    gateway.ended().await;
}
