use tokio::{io::AsyncWriteExt, time::Instant};

use super::support::{App, HANG_UP, Setup, read_response, soon};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

#[tokio::test]
async fn client_connections_share_upstream_connections() {
    for reply in [
        OK,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    ] {
        let app = App::answering([reply]).await;
        let gateway = Setup::new(app.target()).start();
        for _ in 0..5 {
            assert!(gateway.get("/").await.contains("ok"));
        }
        let mut kept = gateway.connect().await;
        if reply == OK {
            for _ in 0..5 {
                kept.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                    .await
                    .unwrap();
                assert!(read_response(&mut kept).await.ends_with("ok"));
            }
        }
        assert_eq!(app.connections(), 1);
        gateway.ended().await;
    }
}

#[tokio::test]
async fn a_connection_that_the_upstream_closes_is_not_used_again() {
    for reply in [
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
    ] {
        let app = App::answering([reply]).await;
        let gateway = Setup::new(app.target()).start();
        for _ in 0..3 {
            assert!(gateway.get("/").await.starts_with("HTTP/1.1 200"));
        }
        assert_eq!(app.connections(), 3);
        gateway.ended().await;
    }
}

#[tokio::test]
async fn a_request_is_sent_again_only_where_that_is_harmless() {
    for (method, is_resent) in [("GET", true), ("POST", false)] {
        let app = App::answering([OK, HANG_UP, OK]).await;
        let gateway = Setup::new(app.target()).start();
        assert!(gateway.get("/").await.ends_with("ok"));
        // Only a connection that has waited is suspected of closing.
        let idle_since = Instant::now();
        while idle_since.elapsed() < crate::forward::endpoint::WORTH_A_COPY {
            tokio::task::yield_now().await;
        }
        let answer = gateway
            .send(format!(
                "{method} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            ))
            .await;
        assert_eq!(answer.starts_with("HTTP/1.1 200"), is_resent, "{answer}");
        assert_eq!(answer.starts_with("HTTP/1.1 502"), !is_resent, "{answer}");
        assert_eq!(app.requests(), if is_resent { 3 } else { 2 });
        gateway.ended().await;
    }
    // A new connection that says nothing is not tried twice.
    let app = App::answering([HANG_UP, OK]).await;
    let gateway = Setup::new(app.target()).start();
    assert!(gateway.get("/").await.starts_with("HTTP/1.1 502"));
    assert_eq!(app.requests(), 1);
    gateway.ended().await;
}

#[tokio::test]
async fn an_unfinished_exchange_never_goes_back_to_the_pool() {
    let app = App::answering(["HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", OK]).await;
    let gateway = Setup::new(app.target()).start();
    let mut stream = gateway.connect().await;
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    app.arrival().await;
    drop(stream);
    assert!(gateway.get("/").await.ends_with("ok"));
    assert_eq!(app.connections(), 2);
    gateway.ended().await;
}

#[tokio::test]
async fn many_at_once_are_all_answered() {
    let app = App::answering([OK]).await;
    let gateway = Setup::new(app.target()).start();
    let all = (0..50).map(|_| gateway.get("/"));
    for answer in soon(futures_util::future::join_all(all)).await {
        assert!(answer.ends_with("ok"), "{answer}");
    }
    assert_eq!(app.requests(), 50);
    gateway.ended().await;
}
