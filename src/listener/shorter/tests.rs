use std::time::Duration;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, duplex},
    task::yield_now,
    time::timeout,
};

use super::*;
use crate::listener::{Settings, watch::Watch};

/// Answers with the path.
#[derive(Clone)]
struct Echo;

impl Handler for Echo {
    async fn handle(self, request: Request<Option<Incoming>>, _peer: Peer) -> Response<Body> {
        Response::new(Body::full(request.uri().path().to_owned()))
    }
}

/// A connection that was told to rest forgets so with the first octet of the next head, and not only with the last.
#[tokio::test]
async fn a_connection_at_rest_is_woken_by_one_octet() {
    let settings = Settings::on_loopback();
    let server = Server::new(Echo, &settings, None);
    let guard = Watch::new(&settings).enter();
    let peer = Peer {
        address: settings.listen,
        secure: false,
        certificate: None,
    };
    let (mut near, far) = duplex(64 * 1024);
    let exchange = server.exchange_http1(Prefixed::new(far), peer, &guard);
    let asked = async {
        for round in 0..3 {
            let head = format!("GET /{round} HTTP/1.1\r\nHost: a\r\n\r\n");
            let (first, rest) = head.split_at(if round == 2 { head.len() } else { 1 });
            for piece in [first, rest] {
                near.write_all(piece.as_bytes()).await.unwrap();
                for _ in 0..8 {
                    yield_now().await;
                }
            }
            let mut answer = Vec::new();
            while !answer.ends_with(format!("/{round}").as_bytes()) {
                near.read_buf(&mut answer).await.unwrap();
            }
            guard.connection().tell_to_rest();
            for _ in 0..8 {
                yield_now().await;
            }
        }
        drop(near);
    };
    let both = async { tokio::join!(exchange, asked) };
    timeout(Duration::from_secs(10), both).await.unwrap();
}
