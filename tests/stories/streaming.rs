//! Bodies pass through, whatever their size.

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Empty, StreamBody};
use hyper::body::Frame;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest};

use crate::support::{
    app::{App, PAGE},
    browser::Browser,
    engine::Engine,
    gateway::Gateway,
    person::ada,
    process::Process,
};

const GIB: u64 = 1 << 30;
const ROUTES: [&str; 2] = [
    "path = \"/*\"\naccess = \"public\"\nupstream = \"app\"",
    "path = \"/mine/*\"\nupstream = \"app\"",
];

#[tokio::test]
async fn a_gibibyte_streams_up_and_down_in_constant_memory() {
    let (app, engine) = (App::echo().await, Engine::start());
    let plan = ROUTES
        .iter()
        .fold(Gateway::before(&app, &engine), |plan, route| {
            plan.route(route)
        });
    let gateway = Process::serve(&plan).await;

    let client = Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
    let request = Request::get(format!("{}/download/{GIB}", gateway.url()))
        .body(Empty::new())
        .unwrap();
    let mut body = client.request(request).await.unwrap().into_body();
    let mut down = 0;
    while let Some(frame) = body.frame().await {
        down += frame
            .unwrap()
            .data_ref()
            .map_or(0, |data| data.len() as u64);
    }
    assert_eq!(down, GIB);

    let chunk = Bytes::from(vec![b'u'; 64 * 1024]);
    let chunks =
        (0..GIB / (64 * 1024)).map(move |_| Ok::<_, Infallible>(Frame::data(chunk.clone())));
    let body = StreamBody::new(futures_util::stream::iter(chunks));
    let client = Client::builder(TokioExecutor::new()).build_http();
    let request = Request::post(format!("{}/upload", gateway.url()))
        .body(body)
        .unwrap();
    let up = client.request(request).await.unwrap();
    assert_eq!(up.status(), StatusCode::OK);
    let up = up.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(
        serde_json::from_slice::<serde_json::Value>(&up).unwrap()["octets"],
        GIB
    );

    let peak = gateway.peak_memory();
    assert!(peak < 40 * 1024, "peak resident memory: {peak} KiB");
}

#[tokio::test]
async fn a_page_of_the_apps_goes_through_as_it_is() {
    let (app, engine) = (App::echo().await, Engine::start());
    let plan = Gateway::before(&app, &engine).route(ROUTES[0]);
    let gateway = plan.start().await;
    let client = Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
    let request = Request::get(format!("{}/page", gateway.url()))
        .header("accept-encoding", "gzip")
        .body(Empty::new())
        .unwrap();
    let response = client.request(request).await.unwrap();
    let (head, body) = response.into_parts();
    assert_eq!(head.headers.get("content-encoding"), None);
    assert_eq!(head.headers["content-length"], PAGE.len().to_string());
    assert_eq!(&body.collect().await.unwrap().to_bytes()[..], PAGE);
}

#[tokio::test]
async fn a_socket_is_upgraded_with_the_identity_of_its_session() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;
    let browser = ada(&gateway).await;
    let cookies = browser.cookie_line();

    let connect = |cookie: Option<String>, origin: String| {
        let mut request = format!("ws://{}/socket", gateway.address)
            .into_client_request()
            .unwrap();
        if let Some(cookie) = cookie {
            request
                .headers_mut()
                .insert("cookie", cookie.parse().unwrap());
        }
        request
            .headers_mut()
            .insert("origin", origin.parse().unwrap());
        tokio_tungstenite::connect_async(request)
    };
    let (mut socket, _) = connect(Some(cookies.clone()), gateway.url()).await.unwrap();
    let hello = socket.next().await.unwrap().unwrap();
    assert!(hello.to_text().unwrap().starts_with("00u"), "{hello:?}");
    for size in [1, 1000, 100_000] {
        let sent = Message::text("x".repeat(size));
        socket.send(sent.clone()).await.unwrap();
        assert_eq!(socket.next().await.unwrap().unwrap(), sent);
    }
    let reached = app.requests();
    connect(None, gateway.url()).await.unwrap_err();
    connect(Some(cookies), "https://evil.example".to_owned())
        .await
        .unwrap_err();
    assert_eq!(app.requests(), reached);
}

#[tokio::test]
async fn ten_thousand_requests_on_one_connection_make_no_error() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;
    let browser = ada(&gateway).await;
    let cookies = browser.cookie_line();
    let stream = tokio::net::TcpStream::connect(gateway.address)
        .await
        .unwrap();
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(hyper_util::rt::TokioIo::new(stream))
            .await
            .unwrap();
    tokio::spawn(connection);
    for count in 0..10_000 {
        let request = Request::get(format!("/n/{count}"))
            .header("host", gateway.address.to_string())
            .header("cookie", &cookies)
            .body(Empty::<Bytes>::new())
            .unwrap();
        sender.ready().await.unwrap();
        let response = sender.send_request(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert!(
            body.windows(16)
                .any(|window| window == b"ada@example.com\"")
        );
    }
    assert!(app.requests() > 10_000);
    drop(Browser::at(gateway.url()));
}
