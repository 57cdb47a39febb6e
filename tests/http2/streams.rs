//! States of streams, their identifiers, `DATA`, `RST_STREAM`, `CONTINUATION`.

use crate::{
    cases::{
        PROTOCOL_ERROR, REFUSED_STREAM, STREAM_CLOSED,
        Then::{Answered, Ended, Ignored, Lost, Reset},
        WRONG_SIZE, run,
    },
    support::frames::{
        CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, HONEST, PADDED, PING, PRIORITY,
        RST_STREAM, block, frame, open, request,
    },
};

const CANCEL: [u8; 4] = [0, 0, 0, 8];

/// The honest request's field block in as many frames as it has pieces; what stands between them.
fn in_pieces(between: &[u8]) -> Vec<u8> {
    let fields = block(&HONEST);
    let (first, rest) = fields.split_at(10);
    let (second, third) = rest.split_at(10);
    [
        frame(HEADERS, END_STREAM, 1, first),
        frame(CONTINUATION, 0, 1, second),
        between.to_vec(),
        frame(CONTINUATION, END_HEADERS, 1, third),
    ]
    .concat()
}

#[tokio::test]
async fn identifiers() {
    run(vec![
        ("5.1.1 an even one", request(2), Ended(&[PROTOCOL_ERROR])),
        (
            "5.1.1 a smaller one",
            [request(5), request(3)].concat(),
            Ended(&[PROTOCOL_ERROR, STREAM_CLOSED]),
        ),
        (
            "5.1.1 the same again",
            [request(1), request(1)].concat(),
            Ended(&[PROTOCOL_ERROR, STREAM_CLOSED]),
        ),
        (
            "5.1.1 one left out",
            [request(1), request(9)].concat(),
            Answered,
        ),
        (
            "5.1.2 more than are allowed",
            (0..=100)
                .map(|n| open(1 + 2 * n))
                .collect::<Vec<_>>()
                .concat(),
            Reset(201, &[REFUSED_STREAM, PROTOCOL_ERROR]),
        ),
        (
            "6.1 DATA on no stream",
            frame(DATA, 0, 0, [0; 4]),
            Ended(&[PROTOCOL_ERROR]),
        ),
        (
            "6.2 HEADERS on no stream",
            frame(HEADERS, END_HEADERS, 0, block(&HONEST)),
            Ended(&[PROTOCOL_ERROR]),
        ),
        (
            "6.4 RST_STREAM on no stream",
            frame(RST_STREAM, 0, 0, CANCEL),
            Ended(&[PROTOCOL_ERROR]),
        ),
        (
            "6.10 CONTINUATION on no stream",
            frame(CONTINUATION, END_HEADERS, 0, block(&HONEST)),
            Ended(&[PROTOCOL_ERROR]),
        ),
    ])
    .await;
}

#[tokio::test]
async fn states() {
    let ended = || request(1);
    let was_reset = || [open(1), frame(RST_STREAM, 0, 1, CANCEL)].concat();
    let on_a_closed_stream = &[STREAM_CLOSED, PROTOCOL_ERROR];
    run(vec![
        (
            "5.1 DATA on an idle stream",
            frame(DATA, 0, 1, [0; 4]),
            Ended(&[PROTOCOL_ERROR]),
        ),
        (
            "5.1 RST_STREAM on an idle stream",
            frame(RST_STREAM, 0, 1, CANCEL),
            Ended(&[PROTOCOL_ERROR]),
        ),
        (
            "5.1 CONTINUATION on an idle stream",
            frame(CONTINUATION, END_HEADERS, 1, block(&HONEST)),
            Ended(&[PROTOCOL_ERROR]),
        ),
        (
            "5.1 DATA on a half-closed stream",
            [ended(), frame(DATA, 0, 1, [0; 4])].concat(),
            Reset(1, on_a_closed_stream),
        ),
        (
            "5.1 HEADERS on a half-closed stream",
            [ended(), open(1)].concat(),
            Reset(1, on_a_closed_stream),
        ),
        (
            "5.1 CONTINUATION on a half-closed stream",
            [ended(), frame(CONTINUATION, END_HEADERS, 1, block(&HONEST))].concat(),
            Ended(on_a_closed_stream),
        ),
        (
            "5.1 DATA after our own reset",
            [was_reset(), frame(DATA, 0, 1, [0; 4])].concat(),
            Reset(1, on_a_closed_stream),
        ),
        (
            "5.1 HEADERS after our own reset",
            [was_reset(), open(1)].concat(),
            Lost(1, on_a_closed_stream),
        ),
        (
            "5.1 a reset of what has ended",
            [ended(), frame(RST_STREAM, 0, 1, CANCEL)].concat(),
            Ignored,
        ),
        (
            "6.4 RST_STREAM of three octets",
            [open(1), frame(RST_STREAM, 0, 1, [0; 3])].concat(),
            Ended(WRONG_SIZE),
        ),
        (
            "6.1 padding longer than the payload",
            [open(1), frame(DATA, PADDED, 1, [5, 1, 2, 3, 4])].concat(),
            Ended(&[PROTOCOL_ERROR]),
        ),
        (
            "6.1 padding and nothing else",
            [
                open(1),
                frame(DATA, PADDED | END_STREAM, 1, [4, 0, 0, 0, 0]),
            ]
            .concat(),
            Answered,
        ),
        (
            "6.1 DATA of no octets, which may not be padded",
            [open(1), frame(DATA, PADDED, 1, [])].concat(),
            Ended(WRONG_SIZE),
        ),
        (
            "6.2 padding longer than the block",
            frame(HEADERS, END_HEADERS | PADDED, 1, [9, 1, 2]),
            Ended(&[PROTOCOL_ERROR]),
        ),
        (
            "8.1 a second head that does not end the stream",
            [open(1), open(1)].concat(),
            Reset(1, &[PROTOCOL_ERROR]),
        ),
    ])
    .await;
}

#[tokio::test]
async fn field_blocks_in_pieces() {
    let other = frame(HEADERS, END_HEADERS, 3, block(&HONEST));
    run(vec![
        ("6.10 in order", in_pieces(&[]), Answered),
        (
            "6.10 with an empty piece",
            in_pieces(&frame(CONTINUATION, 0, 1, [])),
            Answered,
        ),
        (
            "6.10 with DATA between",
            in_pieces(&frame(DATA, 0, 1, [0; 4])),
            Ended(&[PROTOCOL_ERROR]),
        ),
        (
            "6.10 with PING between",
            in_pieces(&frame(PING, 0, 0, [0; 8])),
            Ended(&[PROTOCOL_ERROR]),
        ),
        (
            "6.10 with PRIORITY between",
            in_pieces(&frame(PRIORITY, 0, 1, [0; 5])),
            Ended(&[PROTOCOL_ERROR]),
        ),
        (
            "6.10 with another stream's HEADERS between",
            in_pieces(&other),
            Ended(&[PROTOCOL_ERROR]),
        ),
        (
            "6.10 with another stream's CONTINUATION between",
            in_pieces(&frame(CONTINUATION, 0, 3, [])),
            Ended(&[PROTOCOL_ERROR]),
        ),
        (
            "5.5 with an unknown type between",
            in_pieces(&frame(0x16, 0, 0, [])),
            Ended(&[PROTOCOL_ERROR]),
        ),
        (
            "6.10 after the end",
            [request(1), frame(CONTINUATION, END_HEADERS, 1, [])].concat(),
            Ended(&[PROTOCOL_ERROR, STREAM_CLOSED]),
        ),
    ])
    .await;
}
