//! Prefaces, frame sizes, `SETTINGS`, `PING`, `GOAWAY`, `PRIORITY`, frames that nobody knows.

use crate::{
    cases::{
        Case, FLOW_CONTROL_ERROR, PROTOCOL_ERROR, Stage,
        Then::{Answered, Ended, Ignored, Reset},
        WRONG_SIZE, honest, run,
    },
    support::{
        frames::{
            ACK, DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, HONEST, PING, PREFACE,
            PRIORITIZED, PRIORITY, PUSH_PROMISE, SETTINGS, Wire, block, frame, open, request,
            setting,
        },
        raw_socket::exchange,
    },
};

#[tokio::test]
async fn a_preface_that_is_none_ends_the_connection() {
    let stage = Stage::set("").await;
    for (sent, what) in [
        (b"INVALID CONNECTION PREFACE\r\n\r\n".to_vec(), "no preface"),
        (
            b"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n".to_vec(),
            "half a preface",
        ),
        (b"PRI * HTTP/2.0\r\n\r\n".to_vec(), "HTTP/1 of that name"),
    ] {
        let answer = exchange(stage.address(), &sent).await;
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 400"),
            "{what}: {answer}"
        );
        honest(stage.address()).await.unwrap();
    }
    assert_eq!(stage.app.requests(), 3);
    stage.gateway.stop().await;
}

/// §3.4: a client's first frame must be SETTINGS, else the connection is to be ended. The h2 crate does not insist: no
/// harm may come of that.
#[tokio::test]
async fn a_first_frame_that_is_none_of_settings_does_no_harm() {
    let stage = Stage::set("").await;
    for first in [
        frame(PING, 0, 0, [0; 8]),
        request(1),
        frame(SETTINGS, ACK, 0, []),
    ] {
        let mut wire = Wire::silent(stage.address()).await;
        wire.send([PREFACE, &first].concat()).await;
        wire.send(frame(GOAWAY, 0, 0, [0; 8])).await;
        while wire.next().await.is_some() {}
        honest(stage.address()).await.unwrap();
    }
    stage.gateway.stop().await;
}

#[tokio::test]
async fn settings() {
    run(vec![
        ("6.5 none", frame(SETTINGS, 0, 0, []), Ignored),
        (
            "6.5 an acknowledgement that says something",
            frame(SETTINGS, ACK, 0, [0; 6]),
            Ended(WRONG_SIZE),
        ),
        (
            "6.5 on a stream",
            frame(SETTINGS, 0, 1, []),
            Ended(&[PROTOCOL_ERROR]),
        ),
        (
            "6.5 of a length that is no multiple of six",
            frame(SETTINGS, 0, 0, [0; 5]),
            Ended(WRONG_SIZE),
        ),
        (
            "6.5.2 ENABLE_PUSH of 2",
            setting(2, 2),
            Ended(&[PROTOCOL_ERROR]),
        ),
        (
            "6.5.2 INITIAL_WINDOW_SIZE of 2^31",
            setting(4, 1 << 31),
            Ended(&[FLOW_CONTROL_ERROR, PROTOCOL_ERROR]),
        ),
        (
            "6.5.2 MAX_FRAME_SIZE of 16383",
            setting(5, 16_383),
            Ended(&[PROTOCOL_ERROR]),
        ),
        (
            "6.5.2 MAX_FRAME_SIZE of 2^24",
            setting(5, 1 << 24),
            Ended(&[PROTOCOL_ERROR]),
        ),
        (
            "6.5.2 an unknown setting",
            setting(0xff, 0xffff_ffff),
            Ignored,
        ),
        (
            "6.5.3 the same setting twice",
            [setting(4, 100), setting(4, 70_000), request(1)].concat(),
            Answered,
        ),
        (
            "6.5.2 HEADER_TABLE_SIZE of 0",
            [setting(1, 0), request(1)].concat(),
            Answered,
        ),
        (
            "8441-3 ENABLE_CONNECT_PROTOCOL of 2",
            setting(8, 2),
            Ended(&[PROTOCOL_ERROR]),
        ),
    ])
    .await;
}

#[tokio::test]
async fn pings_and_partings() {
    run(vec![
        ("6.7 a ping", Vec::new(), Ignored),
        (
            "6.7 an answer nobody asked for",
            frame(PING, ACK, 0, [7; 8]),
            Ignored,
        ),
        (
            "6.7 on a stream",
            frame(PING, 0, 1, [0; 8]),
            Ended(&[PROTOCOL_ERROR]),
        ),
        (
            "6.7 of seven octets",
            frame(PING, 0, 0, [0; 7]),
            Ended(WRONG_SIZE),
        ),
        (
            "6.7 of nine octets",
            frame(PING, 0, 0, [0; 9]),
            Ended(WRONG_SIZE),
        ),
        (
            "6.8 GOAWAY on a stream",
            frame(GOAWAY, 0, 1, [0; 8]),
            Ended(&[PROTOCOL_ERROR]),
        ),
        (
            "6.8 GOAWAY of seven octets",
            frame(GOAWAY, 0, 0, [0; 7]),
            Ended(WRONG_SIZE),
        ),
        (
            "6.8 GOAWAY while a request runs",
            [request(1), frame(GOAWAY, 0, 0, [0; 8])].concat(),
            Answered,
        ),
    ])
    .await;
}

#[tokio::test]
async fn frames_of_the_wrong_size_or_kind() {
    run(vec![
        ("4.1 an unknown type", frame(0x16, 0xff, 0, [0; 8]), Ignored),
        (
            "4.1 an unknown type on a stream",
            [open(1), frame(0x16, 0, 1, [0; 8])].concat(),
            Ignored,
        ),
        (
            "4.1 flags without a meaning",
            frame(PING, 0xfe, 0, [0; 8]),
            Ignored,
        ),
        (
            "4.1 the reserved bit",
            frame(PING, 0, 0x8000_0000, [0; 8]),
            Ignored,
        ),
        (
            "4.2 DATA over the size",
            [open(1), frame(DATA, 0, 1, vec![0; 16_385])].concat(),
            Reset(1, WRONG_SIZE),
        ),
        (
            "4.2 HEADERS over the size",
            frame(HEADERS, END_HEADERS, 1, vec![0; 16_385]),
            Ended(WRONG_SIZE),
        ),
        (
            "4.2 an unknown type over the size",
            frame(0x16, 0, 0, vec![0; 16_385]),
            Ended(WRONG_SIZE),
        ),
        (
            "4.2 DATA of just that size",
            [open(1), frame(DATA, END_STREAM, 1, vec![b'x'; 16_384])].concat(),
            Answered,
        ),
        (
            "6.6 PUSH_PROMISE of a client",
            [open(1), frame(PUSH_PROMISE, END_HEADERS, 1, [0, 0, 0, 2])].concat(),
            Ended(&[PROTOCOL_ERROR]),
        ),
    ])
    .await;
}

#[tokio::test]
async fn priorities() {
    let depends_on = |stream: u32| [&stream.to_be_bytes()[..], &[255]].concat();
    let prioritized = |stream: u32, on: u32| {
        let payload = [depends_on(on), block(&HONEST)].concat();
        frame(
            HEADERS,
            END_HEADERS | END_STREAM | PRIORITIZED,
            stream,
            payload,
        )
    };
    let cases: Vec<Case> = vec![
        (
            "6.3 on no stream",
            frame(PRIORITY, 0, 0, depends_on(1)),
            Ended(&[PROTOCOL_ERROR]),
        ),
        (
            "6.3 of four octets",
            [open(1), frame(PRIORITY, 0, 1, [0; 4])].concat(),
            Reset(1, WRONG_SIZE),
        ),
        (
            "6.3 on an idle stream",
            [frame(PRIORITY, 0, 3, depends_on(1)), request(1)].concat(),
            Answered,
        ),
        (
            "6.3 on a stream that has ended",
            [request(1), frame(PRIORITY, 0, 1, depends_on(3))].concat(),
            Answered,
        ),
        ("6.2 HEADERS with a priority", prioritized(1, 0), Answered),
        (
            "7540-5.3.1 HEADERS that depend on themselves",
            prioritized(1, 1),
            Reset(1, &[PROTOCOL_ERROR]),
        ),
        (
            "7540-5.3.1 PRIORITY that depends on itself",
            [open(1), frame(PRIORITY, 0, 1, depends_on(1))].concat(),
            Reset(1, &[PROTOCOL_ERROR]),
        ),
    ];
    run(cases).await;
}
