use std::{collections::BTreeSet, time::Duration};

use bytes::Bytes;
use http::Request;
use http_body_util::Empty;
use hyper::{client::conn::http2, ext::Protocol};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::{
    http2::h2c_app,
    support::{App, Gateway, HANG_UP, Setup, find, soon},
};
use crate::forward::{Check, Health, Target};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

fn in_front_of(targets: Vec<Target>) -> Setup {
    Setup::new(targets[0].clone()).with(|setup| {
        let upstream = &mut setup.forward.upstreams[0];
        upstream.targets = targets;
        upstream.health = Health {
            unhealthy_after: 2,
            eject_for: Duration::from_mins(1),
            check: None,
        };
    })
}

/// Where nobody listens.
async fn nowhere() -> Target {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let authority = listener.local_addr().unwrap().to_string();
    Target::Http { authority }
}

fn post(body: &str) -> String {
    format!(
        "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn get() -> String {
    "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".to_owned()
}

#[tokio::test]
async fn endpoints_are_asked_in_turn() {
    let apps = [App::ok().await, App::ok().await, App::ok().await];
    let gateway = in_front_of(apps.iter().map(App::target).collect()).start();
    for _ in 0..9 {
        assert!(gateway.get("/").await.ends_with("ok"));
    }
    for app in &apps {
        assert_eq!(app.requests(), 3);
    }
    gateway.ended().await;
}

#[tokio::test]
async fn an_endpoint_that_is_away_costs_no_request_even_one_with_a_body() {
    let app = App::ok().await;
    // The first request of a gateway begins at the first endpoint: here the one that is away.
    for first in [post("hello"), get()] {
        let gateway = in_front_of(vec![nowhere().await, app.target()])
            .with(|setup| setup.forward.upstreams[0].health.unhealthy_after = 100)
            .start();
        for _ in 0..4 {
            assert!(gateway.send(&first).await.ends_with("ok"));
        }
        gateway.ended().await;
    }
    assert_eq!(app.octets().matches("hello").count(), 4);
    assert_eq!(app.requests(), 8);
}

#[tokio::test]
async fn what_may_have_been_carried_out_is_not_sent_twice() {
    let sick = App::answering([HANG_UP]).await;
    let well = App::ok().await;
    let gateway = in_front_of(vec![sick.target(), well.target()])
        .with(|setup| setup.forward.upstreams[0].health.unhealthy_after = 100)
        .start();
    // In turn: half of each kind meet the sick one first.
    for _ in 0..6 {
        assert!(gateway.get("/").await.ends_with("ok"));
    }
    assert_eq!((sick.requests(), well.requests()), (3, 6));
    let mut lost = 0;
    for _ in 0..6 {
        let answer = gateway.send(post("hello")).await;
        lost += usize::from(answer.starts_with("HTTP/1.1 502"));
    }
    assert_eq!(lost, 3);
    let posted = |app: &App| app.octets().matches("POST / ").count();
    assert_eq!(posted(&sick), lost);
    assert_eq!(posted(&sick) + posted(&well), 6);
    gateway.ended().await;
}

#[tokio::test]
async fn an_endpoint_that_keeps_failing_is_left_alone() {
    let sick = App::answering([HANG_UP]).await;
    let well = App::ok().await;
    let gateway = in_front_of(vec![sick.target(), well.target()]).start();
    for _ in 0..20 {
        assert!(gateway.get("/").await.ends_with("ok"));
    }
    assert_eq!(sick.requests(), 2);
    gateway.ended().await;
}

#[tokio::test]
async fn an_endpoint_that_recovers_gets_requests_again() {
    let sick = App::answering([HANG_UP, HANG_UP, OK]).await;
    let well = App::ok().await;
    let gateway = in_front_of(vec![sick.target(), well.target()])
        .with(|setup| setup.forward.upstreams[0].health.eject_for = Duration::from_millis(100))
        .start();
    soon(async {
        while sick.requests() < 5 {
            assert!(gateway.get("/").await.ends_with("ok"));
        }
    })
    .await;
    gateway.ended().await;
}

#[tokio::test]
async fn where_all_are_out_any_is_better_than_none() {
    let gateway = in_front_of(vec![nowhere().await, nowhere().await]).start();
    for _ in 0..6 {
        let answer = gateway.get("/").await;
        assert!(answer.starts_with("HTTP/1.1 502"), "{answer}");
    }
    gateway.ended().await;
    // Both fail at first, so both are out; they are asked all the same, and answer.
    let apps = [
        App::answering([HANG_UP, HANG_UP, OK]).await,
        App::answering([HANG_UP, HANG_UP, OK]).await,
    ];
    let gateway = in_front_of(apps.iter().map(App::target).collect()).start();
    let mut last = String::new();
    for _ in 0..4 {
        last = gateway.get("/").await;
    }
    assert!(last.ends_with("ok"), "{last}");
    gateway.ended().await;
}

#[tokio::test]
async fn an_endpoint_that_fails_its_check_gets_no_requests_until_it_passes() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let authority = listener.local_addr().unwrap().to_string();
    let (is_well, health) = tokio::sync::watch::channel(false);
    let seen = std::sync::Arc::new(std::sync::Mutex::new(BTreeSet::new()));
    let log = std::sync::Arc::clone(&seen);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (health, log) = (health.clone(), std::sync::Arc::clone(&log));
            tokio::spawn(async move {
                let mut head = Vec::new();
                while let Ok(1..) = stream.read_buf(&mut head).await {
                    if find(&head, b"\r\n\r\n").is_none() {
                        continue;
                    }
                    let line = String::from_utf8_lossy(&head);
                    let line = line.lines().next().unwrap().to_owned();
                    let is_check = line.starts_with("GET /healthz");
                    log.lock().unwrap().insert(line);
                    head.clear();
                    let status = if is_check && !*health.borrow() {
                        503
                    } else {
                        200
                    };
                    let answer = format!("HTTP/1.1 {status} OK\r\nContent-Length: 4\r\n\r\nsick");
                    stream.write_all(answer.as_bytes()).await.unwrap();
                }
            });
        }
    });
    let well = App::ok().await;
    let checked = Target::Http { authority };
    let gateway = in_front_of(vec![checked, well.target()])
        .with(|setup| {
            setup.forward.upstreams[0].health.check = Some(Check {
                path: "/healthz".parse().unwrap(),
                interval: Duration::from_millis(100),
            });
        })
        .start();
    let checks = || seen.lock().unwrap().contains("GET /healthz HTTP/1.1");
    soon(async {
        while !checks() {
            tokio::task::yield_now().await;
        }
        // The verdict falls soon after the question.
        while gateway.get("/").await.ends_with("sick") {}
    })
    .await;
    for _ in 0..10 {
        assert!(gateway.get("/").await.ends_with("ok"));
    }
    is_well.send(true).unwrap();
    soon(async { while !gateway.get("/").await.ends_with("sick") {} }).await;
    gateway.ended().await;
}

#[tokio::test]
async fn a_client_cannot_put_an_h2c_endpoint_out_by_its_own_body() {
    let gateway = in_front_of(vec![h2c_app().await, h2c_app().await])
        .with(|setup| {
            setup.forward.upstreams[0].pass_host = false;
            setup.route.max_body = Some(4);
        })
        .start();
    let too_large = "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n\
                     5\r\nhello\r\n0\r\n\r\n";
    // All of the large ones meet the first endpoint.
    for _ in 0..4 {
        let answer = gateway.send(too_large).await;
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
        assert!(gateway.get("/").await.starts_with("HTTP/1.1 200"));
    }
    let mut asked = BTreeSet::new();
    for _ in 0..2 {
        asked.insert(asked_of(&gateway).await);
    }
    assert_eq!(asked.len(), 2, "{asked:?}");
    gateway.ended().await;
}

#[tokio::test]
async fn websocket_handshakes_put_no_endpoint_out_that_cannot_upgrade() {
    let gateway = in_front_of(vec![h2c_app().await, h2c_app().await])
        .with(|setup| setup.forward.upstreams[0].pass_host = false)
        .start();
    let mut asked = BTreeSet::new();
    let io = TokioIo::new(gateway.connect().await);
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), io).await.unwrap();
    // The setting that allows CONNECT arrives with the first frames.
    soon(async {
        while !connection.is_extended_connect_protocol_enabled() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    tokio::spawn(connection);
    for _ in 0..2 {
        asked.insert(asked_of(&gateway).await);
    }
    for _ in 0..4 {
        let handshake = Request::connect("http://a/")
            .header("sec-websocket-version", "13")
            .extension(Protocol::from_static("websocket"))
            .body(Empty::<Bytes>::new());
        let response = soon(sender.send_request(handshake.unwrap())).await.unwrap();
        assert_eq!(response.status(), 502);
        // One of each, so that all the handshakes begin at the same endpoint.
        asked_of(&gateway).await;
    }
    let mut still = BTreeSet::new();
    for _ in 0..2 {
        still.insert(asked_of(&gateway).await);
    }
    assert_eq!((asked.len(), &still), (2, &asked));
    gateway.ended().await;
}

/// Which endpoint answers.
async fn asked_of(gateway: &Gateway) -> String {
    let answer = gateway.get("/").await;
    let line = answer.lines().find(|line| line.starts_with("GET http://"));
    line.unwrap_or_else(|| panic!("{answer}")).to_owned()
}
