use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{
    support::{App, Gateway, Setup, soon},
    tls,
};

const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
const LINE: &str = "PROXY TCP4 203.0.113.9 10.0.0.1 4660 443\r\n";

fn behind_a_proxy(app: &App) -> Setup {
    Setup::new(app.target()).with(|setup| {
        setup.listener.proxy_protocol = vec!["127.0.0.0/8".parse().unwrap()];
    })
}

fn binary(command: u8, family: u8, addresses: &[u8]) -> Vec<u8> {
    let length = u16::try_from(addresses.len()).unwrap().to_be_bytes();
    let start: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";
    [start, &[command, family], &length, addresses].concat()
}

async fn after(gateway: &Gateway, header: impl AsRef<[u8]>) -> String {
    gateway
        .send([header.as_ref(), GET.as_bytes()].concat())
        .await
}

#[tokio::test]
async fn the_app_hears_of_the_client_that_the_proxy_announces() {
    let v6 = [&[0x20; 32][..], &[1, 2, 3, 4]].concat();
    let v4 = [203, 0, 113, 9, 10, 0, 0, 1, 1, 2, 3, 4];
    let with_values = [&v4[..], &[0x05, 0, 2, 9, 9]].concat();
    for (header, client) in [
        (LINE.as_bytes().to_vec(), "203.0.113.9"),
        (
            b"PROXY TCP6 2001:db8::9 ::1 1 2\r\n".to_vec(),
            "2001:db8::9",
        ),
        (b"PROXY UNKNOWN\r\n".to_vec(), "127.0.0.1"),
        (binary(0x21, 0x11, &v4), "203.0.113.9"),
        (binary(0x21, 0x11, &with_values), "203.0.113.9"),
        (
            binary(0x21, 0x21, &v6),
            "2020:2020:2020:2020:2020:2020:2020:2020",
        ),
        (binary(0x20, 0x00, &[]), "127.0.0.1"),
        (binary(0x20, 0x11, &v4), "127.0.0.1"),
    ] {
        let app = App::ok().await;
        let gateway = behind_a_proxy(&app).start();
        let answer = after(&gateway, &header).await;
        assert!(answer.ends_with("ok"), "{header:?} {answer}");
        assert_eq!(app.head().one("x-forwarded-for"), client, "{header:?}");
        gateway.ended().await;
    }
}

#[tokio::test]
async fn a_header_may_come_an_octet_at_a_time() {
    let app = App::ok().await;
    let gateway = behind_a_proxy(&app).start();
    let mut stream = gateway.connect().await;
    stream.set_nodelay(true).unwrap();
    for octet in LINE.bytes().chain(GET.bytes()) {
        stream.write_all(&[octet]).await.unwrap();
        tokio::task::yield_now().await;
    }
    let mut answer = String::new();
    soon(stream.read_to_string(&mut answer)).await.unwrap();
    assert!(answer.ends_with("ok"), "{answer}");
    assert_eq!(app.head().one("x-forwarded-for"), "203.0.113.9");
    gateway.ended().await;
}

#[tokio::test]
async fn a_listed_peer_without_a_header_is_not_served() {
    let app = App::ok().await;
    let gateway = behind_a_proxy(&app).start();
    for bad in [
        "",
        "PROXY TCP4 203.0.113.9\r\n",
        "PROXY TCP4 203.0.113.9 10.0.0.1 4660 443\n",
        "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x01\x01",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        assert_eq!(after(&gateway, bad).await, "", "{bad:?}");
    }
    assert_eq!(app.octets(), "");
    assert!(after(&gateway, LINE).await.ends_with("ok"));
    // One header a connection: a second is a request line that is none.
    let twice = after(&gateway, [LINE, LINE].concat()).await;
    assert!(twice.starts_with("HTTP/1.1 400"), "{twice}");
    assert_eq!(app.requests(), 1);
    gateway.ended().await;
}

#[tokio::test]
async fn a_header_from_anybody_else_is_never_read() {
    let app = App::ok().await;
    for listed in [vec![], vec!["10.0.0.0/8".parse().unwrap()]] {
        let gateway = Setup::new(app.target())
            .with(|setup| setup.listener.proxy_protocol = listed)
            .start();
        let answer = after(&gateway, LINE).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
        let v4 = [203, 0, 113, 9, 10, 0, 0, 1, 1, 2, 3, 4];
        let answer = after(&gateway, binary(0x21, 0x11, &v4)).await;
        assert!(!answer.contains("200 OK"), "{answer}");
        assert_eq!(app.octets(), "");
        gateway.ended().await;
    }
    let gateway = Setup::new(app.target()).start();
    assert!(gateway.get("/").await.ends_with("ok"));
    assert_eq!(app.head().one("x-forwarded-for"), "127.0.0.1");
    gateway.ended().await;
}

#[tokio::test]
async fn a_header_that_does_not_come_is_not_waited_for() {
    let app = App::ok().await;
    let gateway = behind_a_proxy(&app)
        .with(|setup| setup.listener.header_timeout = Duration::from_millis(100))
        .start();
    for half in ["", "PROXY TCP4 203", "\r\n\r\n\0\r\nQUIT\n\x21"] {
        let mut stream = gateway.connect().await;
        stream.write_all(half.as_bytes()).await.unwrap();
        let mut rest = Vec::new();
        let _ = soon(stream.read_to_end(&mut rest)).await;
        assert!(rest.is_empty(), "{half:?}");
    }
    assert_eq!(app.octets(), "");
    gateway.ended().await;
}

#[tokio::test]
async fn the_announced_address_is_judged_like_a_peers() {
    let app = App::ok().await;
    // The balancer itself is trusted too: what it announces still is not.
    let gateway = behind_a_proxy(&app)
        .with(|setup| {
            setup.edge.trusted_proxies = vec![
                "127.0.0.0/8".parse().unwrap(),
                "10.0.0.0/8".parse().unwrap(),
            ];
        })
        .start();
    let claim =
        "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.7\r\nConnection: close\r\n\r\n";
    let inner = "PROXY TCP4 10.0.0.7 10.0.0.1 4660 443\r\n";
    for (header, client) in [(LINE, "203.0.113.9"), (inner, "192.0.2.7, 10.0.0.7")] {
        gateway.send([header, claim].concat()).await;
        assert_eq!(app.last_head().one("x-forwarded-for"), client);
    }
    gateway.ended().await;
}

#[tokio::test]
async fn tls_begins_behind_the_header() {
    let files = tls::files();
    let app = App::ok().await;
    let gateway = behind_a_proxy(&app)
        .with(|setup| setup.listener.tls = Some(files.tls.clone()))
        .start();
    let mut tcp = gateway.connect().await;
    tcp.write_all(LINE.as_bytes()).await.unwrap();
    let mut stream = tls::handshake(tcp, &files.certificate, b"http/1.1", None)
        .await
        .unwrap();
    stream.write_all(GET.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    soon(stream.read_to_end(&mut answer)).await.unwrap();
    assert!(answer.ends_with(b"ok"));
    assert_eq!(app.head().one("x-forwarded-for"), "203.0.113.9");
    gateway.ended().await;
}
