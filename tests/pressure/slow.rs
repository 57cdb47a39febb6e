use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
    time::{Instant, timeout},
};

use crate::{
    stage::{Honest, PATIENCE, Stage, ask},
    support::{frames::PREFACE, wait::until},
};

/// Sends an octet at a time, for ever; how long the gateway bore it.
async fn loris(address: std::net::SocketAddr, octets: Vec<u8>) -> Duration {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let began = Instant::now();
    let mut answer = [0; 512];
    for octet in octets.into_iter().chain(std::iter::repeat(b'a')) {
        if stream.write_all(&[octet]).await.is_err() {
            break;
        }
        let pause = Duration::from_millis(50);
        if let Ok(Ok(0) | Err(_)) = timeout(pause, stream.read(&mut answer)).await {
            break;
        }
    }
    began.elapsed()
}

#[tokio::test]
async fn heads_that_come_an_octet_at_a_time_are_cut_off() {
    let stage = Stage::set("header_timeout = \"1s\"").await;
    let honest = Honest::begin(stage.address());
    let mut lorises = JoinSet::new();
    for _ in 0..100 {
        for start in [
            b"GET / HTTP/1.1\r\nHost: a\r\nx: ".to_vec(),
            PREFACE.to_vec(),
            Vec::new(),
        ] {
            lorises.spawn(loris(stage.address(), start));
        }
    }
    let borne = timeout(Duration::from_secs(30), lorises.join_all()).await;
    let longest = borne.expect("all are cut off").into_iter().max();
    assert!(longest < Some(PATIENCE * 2), "{longest:?}");
    let slowest = honest.end().await;
    println!("the longest was borne {longest:?}; the slowest honest request took {slowest:?}");
}

#[tokio::test]
async fn readers_that_do_not_read_cost_little_and_are_let_go() {
    let stage = Stage::set("write_timeout = \"1s\"").await;
    ask(stage.address()).await;
    let before = stage.gateway.memory();
    let mut deaf = Vec::new();
    for _ in 0..50 {
        let mut stream = TcpStream::connect(stage.address()).await.unwrap();
        let request = b"GET /download/1000000000 HTTP/1.1\r\nHost: a\r\n\r\n";
        stream.write_all(request).await.unwrap();
        deaf.push(stream);
    }
    until("all downloads have begun", || async {
        (stage.app.connections() >= 50).then_some(())
    })
    .await;
    let honest = Honest::begin(stage.address());
    // Who does not read does not see the end; the app does: what is left are connections kept for the honest.
    until("the readers are let go", || async {
        (stage.app.connections() <= 2).then_some(())
    })
    .await;
    let honest = honest.end().await;
    let grown = stage.gateway.memory().saturating_sub(before);
    assert!(grown < 64 * 1024, "{grown} KiB for fifty readers");
    println!("{grown} KiB for fifty readers; the slowest honest request took {honest:?}");
}
