//! Flow control: `WINDOW_UPDATE`, and that we keep within a client's windows.

use crate::{
    cases::{
        FLOW_CONTROL_ERROR, PROTOCOL_ERROR, Stage,
        Then::{Ended, Ignored, Reset},
        WRONG_SIZE, run,
    },
    support::frames::{
        DATA, END_STREAM, HEADERS, PING, RST_STREAM, WINDOW_UPDATE, Wire, frame, open, request,
        setting,
    },
};

fn update(stream: u32, by: u32) -> Vec<u8> {
    frame(WINDOW_UPDATE, 0, stream, by.to_be_bytes())
}

const LARGEST: u32 = (1 << 31) - 1;

#[tokio::test]
async fn windows() {
    run(vec![
        (
            "6.9 of nothing, for the connection",
            update(0, 0),
            Ended(&[PROTOCOL_ERROR]),
        ),
        (
            "6.9 of nothing, for a stream",
            [open(1), update(1, 0)].concat(),
            Reset(1, &[PROTOCOL_ERROR]),
        ),
        (
            "6.9 of three octets",
            frame(WINDOW_UPDATE, 0, 0, [0; 3]),
            Ended(WRONG_SIZE),
        ),
        (
            "6.9 for an idle stream",
            update(1, 1),
            Ended(&[PROTOCOL_ERROR]),
        ),
        (
            "6.9 for a stream that has ended",
            [request(1), update(1, 1)].concat(),
            Ignored,
        ),
        (
            "6.9.1 beyond 2^31-1, for the connection",
            update(0, LARGEST),
            Ended(&[FLOW_CONTROL_ERROR]),
        ),
        (
            "6.9.1 beyond 2^31-1, for a stream",
            [open(1), update(1, LARGEST)].concat(),
            Reset(1, &[FLOW_CONTROL_ERROR]),
        ),
        (
            "6.9.2 a setting that makes a window too large",
            [open(1), update(1, LARGEST - 65_535), setting(4, 65_536)].concat(),
            Ended(&[FLOW_CONTROL_ERROR]),
        ),
    ])
    .await;
}

/// The octets of the answer on stream 1 up to the answer to a ping.
async fn sent_before_the_pong(wire: &mut Wire) -> (usize, bool) {
    wire.send(frame(PING, 0, 0, [1; 8])).await;
    let (mut octets, mut is_over) = (0, false);
    loop {
        let frame = wire.next().await.unwrap();
        match frame.kind {
            DATA => {
                octets += frame.payload.len();
                is_over |= frame.flags & END_STREAM != 0;
            }
            PING => return (octets, is_over),
            _ => {}
        }
    }
}

/// Waits for the head of the answer.
async fn head(wire: &mut Wire) {
    loop {
        let frame = wire.next().await.unwrap();
        assert_ne!(frame.kind, RST_STREAM);
        if frame.kind == HEADERS {
            return;
        }
    }
}

#[tokio::test]
async fn an_answer_keeps_within_the_clients_window() {
    let stage = Stage::set("").await;
    let mut wire = Wire::greeted(stage.address()).await;
    wire.send([setting(4, 0), request(1)].concat()).await;
    head(&mut wire).await;
    assert_eq!(sent_before_the_pong(&mut wire).await, (0, false));
    wire.send(update(1, 1)).await;
    let mut got = 0;
    while got == 0 {
        got += sent_before_the_pong(&mut wire).await.0;
    }
    assert_eq!(got, 1);
    // A window may become negative; nothing is sent until it is positive again.
    wire.send([setting(4, 10), setting(4, 0)].concat()).await;
    let (more, _) = sent_before_the_pong(&mut wire).await;
    assert!(more <= 10, "{more}");
    wire.send(update(1, 1 << 20)).await;
    let mut is_over = false;
    while !is_over {
        is_over = sent_before_the_pong(&mut wire).await.1;
    }
    stage.gateway.stop().await;
}
