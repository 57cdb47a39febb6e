use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::stage::{PATIENCE, Stage, ask};

const MANY: usize = 4000;

/// Octets of memory for each: most are at rest by the end, however fast they come.
const DEAREST: u64 = 6 * 1024;

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

/// So many that connections are sent to rest.
const CROWD: usize = 600;

/// Reads until so many answers are there.
async fn answers(stream: &mut TcpStream, count: usize) {
    let mut read = Vec::new();
    let all = async {
        while read.windows(12).filter(|at| at == b"HTTP/1.1 200").count() < count {
            assert!(stream.read_buf(&mut read).await.unwrap() > 0);
        }
    };
    let said = tokio::time::timeout(PATIENCE, all).await;
    assert!(said.is_ok(), "{}", String::from_utf8_lossy(&read));
}

/// Others ask for so long that whatever waits is looked at a few times.
async fn meanwhile(stage: &Stage) {
    let began = tokio::time::Instant::now();
    while began.elapsed() < std::time::Duration::from_millis(700) {
        ask(stage.address()).await;
    }
}

#[tokio::test]
async fn what_is_said_before_a_rest_or_after_it_is_heard_whole() {
    let stage = Stage::set("idle_timeout = \"10m\"").await;
    let mut crowd = Vec::new();
    while crowd.len() < CROWD {
        crowd.push(kept(&stage).await);
    }
    let head = "GET /again HTTP/1.1\r\nHost: a\r\n\r\n";
    let post = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\n";
    let many = head.repeat(40);
    // What is written, a pause after each part, and how many answers there are to be in the end.
    let cases: [(&[&str], usize); 5] = [
        (&[head, head], 2),
        (&["GET /half HTTP/1.1\r\n", "Host: a\r\n\r\n", head], 2),
        (&[head, &many, &many], 81),
        (&[post, "body", "\r\n\r\n", head], 2),
        (
            &[
                "GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\n",
                "Host: a\r\n\r\n",
                "\r\n\r\n",
                head,
            ],
            3,
        ),
    ];
    let mut streams: Vec<_> = crowd.drain(..cases.len()).collect();
    meanwhile(&stage).await;
    for part in 0..4 {
        for ((parts, _), stream) in cases.iter().zip(&mut streams) {
            if let Some(part) = parts.get(part) {
                stream.write_all(part.as_bytes()).await.unwrap();
            }
        }
        meanwhile(&stage).await;
    }
    for ((_, count), stream) in cases.iter().zip(&mut streams) {
        answers(stream, *count).await;
    }
}
