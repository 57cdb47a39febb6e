//! HTTP/2 floods, each on one connection that also reads what comes back.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::{
    stage::{Honest, PATIENCE, Stage, ask},
    support::frames::{
        CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, HONEST, PING, PREFACE, PRIORITY,
        RST_STREAM, SETTINGS, WINDOW_UPDATE, block, frame, open, setting,
    },
};

/// What became of a flood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The gateway ended the connection before all was sent.
    CutOff,
    /// All of it was taken.
    Taken,
    /// The gateway stopped reading.
    Stalled,
}

/// Sends `start` and then frames without pause; reads whatever comes.
async fn flood(stage: &Stage, start: Vec<u8>, frames: impl Iterator<Item = Vec<u8>>) -> End {
    let stream = TcpStream::connect(stage.address()).await.unwrap();
    let (mut from, mut to) = stream.into_split();
    let mut reader = tokio::spawn(async move {
        let mut buffer = vec![0; 64 * 1024];
        while matches!(from.read(&mut buffer).await, Ok(1..)) {}
    });
    let mut octets = [PREFACE, &frame(SETTINGS, 0, 0, []), &start].concat();
    for next in frames {
        octets.extend_from_slice(&next);
        if octets.len() < 16 * 1024 {
            continue;
        }
        match timeout(PATIENCE, to.write_all(&octets)).await {
            Ok(Ok(())) => octets.clear(),
            Ok(Err(_)) => return End::CutOff,
            Err(_) => return End::Stalled,
        }
    }
    let _ = timeout(PATIENCE, to.write_all(&octets)).await;
    // The end may be on its way.
    match timeout(Duration::from_secs(1), &mut reader).await {
        Ok(_) => End::CutOff,
        Err(_) => End::Taken,
    }
}

struct Flood {
    name: &'static str,
    start: Vec<u8>,
    frames: Box<dyn Iterator<Item = Vec<u8>>>,
    /// Whether the connection must be ended, or it is enough that nothing grows.
    must_end: bool,
}

fn repeated(octets: Vec<u8>, times: usize) -> Box<dyn Iterator<Item = Vec<u8>>> {
    Box::new(std::iter::repeat_n(octets, times))
}

fn odd() -> impl Iterator<Item = u32> {
    (0..).map(|n| 1 + 2 * n)
}

/// One indexed field many times: small on the wire, large once decoded.
fn bomb() -> Vec<u8> {
    let mut octets = block(&HONEST);
    // A literal with indexing, then its index.
    octets.extend_from_slice(&[0x40, 1, b'x', 0x7f, 0xa1, 0x1e]);
    octets.extend_from_slice(&[b'v'; 4000]);
    octets.extend(std::iter::repeat_n(0xbe, 11_000));
    octets
}

fn floods() -> Vec<Flood> {
    let reset = |stream| {
        let request = frame(HEADERS, END_HEADERS | END_STREAM, stream, block(&HONEST));
        [request, frame(RST_STREAM, 0, stream, [0, 0, 0, 8])].concat()
    };
    // Makes the server reset its own streams (CVE-2025-8671).
    let made_to_reset = |stream| {
        let update = frame(WINDOW_UPDATE, 0, stream, [0; 4]);
        [open(stream), update].concat()
    };
    vec![
        Flood {
            name: "rapid reset (CVE-2023-44487)",
            start: Vec::new(),
            frames: Box::new(odd().take(50_000).map(reset)),
            must_end: false,
        },
        Flood {
            name: "resets that we make (CVE-2025-8671)",
            start: Vec::new(),
            frames: Box::new(odd().take(50_000).map(made_to_reset)),
            must_end: true,
        },
        Flood {
            name: "CONTINUATION without end (CVE-2024-27316)",
            start: frame(HEADERS, 0, 1, block(&HONEST)),
            frames: repeated(
                frame(CONTINUATION, 0, 1, block(&[("x", &"v".repeat(16_000))])),
                5000,
            ),
            must_end: true,
        },
        Flood {
            name: "empty CONTINUATION without end",
            start: frame(HEADERS, 0, 1, block(&HONEST)),
            frames: repeated(frame(CONTINUATION, 0, 1, []), 100_000),
            must_end: true,
        },
        Flood {
            name: "fields that swell when decoded (CVE-2026-49975)",
            start: Vec::new(),
            frames: Box::new(
                odd()
                    .take(200)
                    .map(|stream| frame(HEADERS, END_HEADERS | END_STREAM, stream, bomb())),
            ),
            must_end: false,
        },
        Flood {
            name: "PING",
            start: Vec::new(),
            frames: repeated(frame(PING, 0, 0, [0; 8]), 200_000),
            must_end: false,
        },
        Flood {
            name: "SETTINGS",
            start: Vec::new(),
            frames: repeated(setting(4, 65_535), 200_000),
            must_end: false,
        },
        Flood {
            name: "empty DATA (RUSTSEC-2026-0258)",
            start: open(1),
            frames: repeated(frame(DATA, 0, 1, []), 200_000),
            must_end: false,
        },
        Flood {
            name: "PRIORITY",
            start: Vec::new(),
            frames: repeated(frame(PRIORITY, 0, 3, [0, 0, 0, 0, 9]), 200_000),
            must_end: false,
        },
        Flood {
            name: "WINDOW_UPDATE",
            start: open(1),
            frames: repeated(frame(WINDOW_UPDATE, 0, 1, [0, 0, 0, 1]), 200_000),
            must_end: false,
        },
    ]
}

#[tokio::test]
async fn floods_are_bounded_while_honest_requests_go_on() {
    let stage = Stage::set("").await;
    ask(stage.address()).await;
    let mut wrong = Vec::new();
    for Flood {
        name,
        start,
        frames,
        must_end,
    } in floods()
    {
        let before = stage.gateway.memory();
        let honest = Honest::begin(stage.address());
        let end = flood(&stage, start, frames).await;
        let slowest = honest.end().await;
        let grown = stage.gateway.memory().saturating_sub(before);
        println!("{name}: {end:?}; {grown} KiB more; the slowest honest request took {slowest:?}");
        if must_end && end != End::CutOff {
            wrong.push(format!("{name}: {end:?}"));
        }
        if grown > 24 * 1024 {
            wrong.push(format!("{name}: {grown} KiB more"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
    ask(stage.address()).await;
}

#[tokio::test]
async fn heads_without_end_are_refused() {
    let stage = Stage::set("").await;
    let honest = Honest::begin(stage.address());
    for field in [
        "x: y\r\n".to_owned(),
        format!("x: {}\r\n", "v".repeat(4000)),
    ] {
        let mut stream = TcpStream::connect(stage.address()).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
        let mut sent = 0;
        while stream.write_all(field.as_bytes()).await.is_ok() {
            sent += field.len();
            assert!(
                sent < 16 << 20,
                "sixteen mebibytes of {field:.10} were taken"
            );
        }
    }
    honest.end().await;
    assert!(stage.gateway.peak_memory() < 64 * 1024);
}
