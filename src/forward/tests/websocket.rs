use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::{io::AsyncReadExt, net::TcpListener};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, accept_async, connect_async,
    tungstenite::{self, Message, client::IntoClientRequest as _},
};

use super::support::{App, Gateway, Setup, soon};
use crate::forward::Target;

/// Says everything back.
async fn echo() -> Target {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let authority = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut socket = accept_async(stream).await.unwrap();
                while let Some(Ok(message)) = socket.next().await {
                    if message.is_close() || socket.send(message).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    Target::Http { authority }
}

type Socket = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

async fn open(
    gateway: &Gateway,
    origin: Option<&'static str>,
) -> Result<Socket, tungstenite::Error> {
    let mut request = format!("ws://{}/chat", gateway.address)
        .into_client_request()
        .unwrap();
    if let Some(origin) = origin {
        request
            .headers_mut()
            .insert("origin", origin.parse().unwrap());
    }
    soon(connect_async(request)).await.map(|(socket, _)| socket)
}

#[tokio::test]
async fn messages_pass_both_ways() {
    let gateway = Setup::new(echo().await).signed_in().start();
    let mut socket = open(&gateway, Some("https://app.example")).await.unwrap();
    for length in [1, 1000, 1_000_000] {
        let text = "z".repeat(length);
        socket.send(Message::text(text.clone())).await.unwrap();
        assert_eq!(
            soon(socket.next()).await.unwrap().unwrap(),
            Message::text(text)
        );
    }
    socket.close(None).await.unwrap();
    gateway.ended().await;
}

#[tokio::test]
async fn a_session_opens_one_from_the_public_origin_alone() {
    let app = App::ok().await;
    let gateway = Setup::new(app.target()).signed_in().start();
    for origin in [
        None,
        Some("null"),
        Some("https://evil.example"),
        Some("http://app.example"),
        Some("https://app.example:8443"),
        Some("https://app.example.evil.example"),
    ] {
        match open(&gateway, origin).await {
            Err(tungstenite::Error::Http(response)) => {
                assert_eq!(response.status(), 403, "{origin:?}");
            }
            other => panic!("{origin:?}: {other:?}"),
        }
    }
    assert_eq!(app.octets(), "");
    gateway.ended().await;
    // Without a session there is nothing to steal.
    let gateway = Setup::new(echo().await).start();
    assert!(open(&gateway, Some("https://other.example")).await.is_ok());
    gateway.ended().await;
}

#[tokio::test]
async fn the_client_switches_only_after_the_upstream_has() {
    for (reply, status) in [
        ("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno", 403),
        (
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
            502,
        ),
        (
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
            502,
        ),
    ] {
        let app = App::answering([reply]).await;
        let gateway = Setup::new(app.target()).start();
        let answer = gateway
            .send(
                "GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
                 Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            )
            .await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{answer}"
        );
        let first = app
            .octets()
            .split("\r\n\r\n")
            .next()
            .unwrap()
            .to_lowercase();
        assert!(
            first.contains("upgrade: websocket") && !first.contains("smuggled"),
            "{first}"
        );
        gateway.ended().await;
    }
}

#[tokio::test]
async fn what_is_no_handshake_goes_on_without_upgrade() {
    let app = App::ok().await;
    let gateway = Setup::new(app.target()).start();
    let answer = gateway
        .send("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\nSec-WebSocket-Version: 8\r\n\r\n")
        .await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(app.head().all("upgrade").is_empty() && app.head().all("connection").is_empty());
    gateway.ended().await;
}

#[tokio::test]
async fn tunnels_end_with_the_gateway_and_with_their_lifetime() {
    let gateway = Setup::new(echo().await).start();
    let mut socket = open(&gateway, None).await.unwrap();
    gateway.shutdown.cancel();
    assert!(
        soon(socket.next())
            .await
            .is_none_or(|message| message.is_err())
    );
    gateway.ended().await;

    let brief = |setup: &mut Setup| setup.forward.tunnel_lifetime = Some(Duration::from_millis(50));
    let gateway = Setup::new(echo().await).with(brief).start();
    let mut socket = open(&gateway, None).await.unwrap();
    assert!(
        soon(socket.next())
            .await
            .is_none_or(|message| message.is_err())
    );
    gateway.ended().await;
}

#[tokio::test]
async fn an_upstream_that_ends_its_half_ends_the_tunnel() {
    let gateway = Setup::new(echo().await).start();
    let socket = open(&gateway, None).await.unwrap();
    let MaybeTlsStream::Plain(mut stream) = socket.into_inner() else {
        panic!("plain");
    };
    // A close frame, masked with zeroes: the echo leaves without answering.
    tokio::io::AsyncWriteExt::write_all(&mut stream, &[0x88, 0x80, 0, 0, 0, 0])
        .await
        .unwrap();
    let mut rest = Vec::new();
    soon(stream.read_to_end(&mut rest)).await.unwrap();
    gateway.ended().await;
}

#[tokio::test]
async fn http2_clients_open_one_by_extended_connect() {
    use bytes::Bytes;
    use http::{Method, Request, StatusCode};
    use http_body_util::Empty;
    use hyper::{client::conn::http2, ext::Protocol};
    use hyper_util::rt::{TokioExecutor, TokioIo};
    use tokio_tungstenite::tungstenite::protocol::Role;

    // Idle limits must not end a connection whose tunnel is open.
    let idle = Duration::from_millis(500);
    let hasty = |setup: &mut Setup| setup.listener.idle_timeout = idle;
    let gateway = Setup::new(echo().await).signed_in().with(hasty).start();
    let io = TokioIo::new(gateway.connect().await);
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), io).await.unwrap();
    // The setting that allows it arrives with the first frames.
    soon(async {
        while !connection.is_extended_connect_protocol_enabled() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let driver = tokio::spawn(connection);
    let connect = |origin: &str, protocol: &'static str| {
        Request::builder()
            .method(Method::CONNECT)
            .uri("http://app.example/chat")
            .extension(Protocol::from_static(protocol))
            .header("sec-websocket-version", "13")
            .header("origin", origin)
            .body(Empty::<Bytes>::new())
            .unwrap()
    };
    let refused = soon(sender.send_request(connect("https://evil.example", "websocket")))
        .await
        .unwrap();
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    let refused = soon(sender.send_request(connect("https://app.example", "connect-udp")))
        .await
        .unwrap();
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    let mut accepted = soon(sender.send_request(connect("https://app.example", "websocket")))
        .await
        .unwrap();
    assert_eq!(accepted.status(), StatusCode::OK);
    assert!(accepted.headers().get("sec-websocket-accept").is_none());
    let stream = TokioIo::new(soon(hyper::upgrade::on(&mut accepted)).await.unwrap());
    let mut socket = WebSocketStream::from_raw_socket(stream, Role::Client, None).await;
    for _ in 0..2 {
        socket.send(Message::text("hello")).await.unwrap();
        assert_eq!(
            soon(socket.next()).await.unwrap().unwrap(),
            Message::text("hello")
        );
        tokio::time::timeout(idle * 3 / 2, socket.next())
            .await
            .unwrap_err();
    }
    drop(socket);
    // With the tunnel gone the connection is idle, and ends.
    let _ = soon(driver).await;
    gateway.ended().await;
}
