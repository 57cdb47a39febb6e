use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::stage::{PATIENCE, Stage, ask};

const MANY: usize = 4000;

/// Octets of memory for each. Futures are larger where nothing was optimised.
const DEAREST: u64 = if cfg!(debug_assertions) { 40 } else { 16 } * 1024;

/// A connection that has asked for something and is kept.
async fn kept(stage: &Stage) -> TcpStream {
    let mut stream = TcpStream::connect(stage.address()).await.unwrap();
    let request = b"GET /kept HTTP/1.1\r\nHost: a\r\n\r\n";
    stream.write_all(request).await.unwrap();
    let mut answer = [0; 4096];
    let read = stream.read(&mut answer).await.unwrap();
    assert!(answer[..read].starts_with(b"HTTP/1.1 200"));
    stream
}

#[tokio::test]
async fn four_thousand_idle_connections_are_cheap_and_slow_nobody_down() {
    let stage = Stage::set("idle_timeout = \"10m\"").await;
    // What is there once is not the price of a connection.
    let first = kept(&stage).await;
    let before = stage.gateway.memory();
    let mut idle = vec![first];
    while idle.len() < MANY {
        idle.push(kept(&stage).await);
    }
    let each = (stage.gateway.memory() - before) * 1024 / MANY as u64;
    assert!(each <= DEAREST, "{each} octets for each idle connection");
    for _ in 0..200 {
        let took = ask(stage.address()).await;
        assert!(took < PATIENCE, "{took:?}");
    }
    // They are idle, not dead.
    for stream in idle.iter_mut().step_by(100) {
        let request = b"GET /again HTTP/1.1\r\nHost: a\r\n\r\n";
        stream.write_all(request).await.unwrap();
        let mut answer = [0; 4096];
        assert!(stream.read(&mut answer).await.unwrap() > 0);
    }
    println!("{each} octets for each idle connection");
}
