//! Messages: pseudo-header fields, names, connection-specific fields, lengths, trailers; and compression (RFC 7541).

use crate::{
    cases::{
        Case, PROTOCOL_ERROR, Stage,
        Then::{Answered, Ended, Reset},
        UNDECODABLE, run,
    },
    support::frames::{
        DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, HONEST, Wire, block, frame, open,
    },
};

const MALFORMED: &[u32] = &[PROTOCOL_ERROR];

fn with(fields: &[(&str, &str)]) -> Vec<u8> {
    let all = [&HONEST[..], fields].concat();
    frame(HEADERS, END_HEADERS | END_STREAM, 1, block(&all))
}

fn only(fields: &[(&str, &str)]) -> Vec<u8> {
    frame(HEADERS, END_HEADERS | END_STREAM, 1, block(fields))
}

fn without(name: &str) -> Vec<u8> {
    let fields: Vec<_> = HONEST.into_iter().filter(|(n, _)| *n != name).collect();
    only(&fields)
}

fn instead(name: &'static str, value: &'static str) -> Vec<u8> {
    let swap = |(n, v)| if n == name { (n, value) } else { (n, v) };
    only(&HONEST.map(swap))
}

/// Malformed messages are stream errors (§8.1.1), and nothing of them reaches the app.
async fn never_reach_the_app(cases: Vec<(&'static str, Vec<u8>)>) {
    let table: Vec<Case> = cases
        .iter()
        .map(|(name, octets)| (*name, octets.clone(), Reset(1, MALFORMED)))
        .collect();
    run(table).await;
    let stage = Stage::set("").await;
    for (_, octets) in &cases {
        let mut wire = Wire::greeted(stage.address()).await;
        wire.send(octets).await;
        // What follows tells that it was dealt with.
        wire.send(frame(GOAWAY, 0, 0, [0; 8])).await;
        while wire.next().await.is_some() {}
    }
    assert_eq!(stage.app.requests(), 0);
    stage.gateway.stop().await;
}

#[tokio::test]
async fn pseudo_header_fields() {
    let after = [
        ("accept", "*/*"),
        HONEST[0],
        HONEST[1],
        HONEST[2],
        HONEST[3],
    ];
    never_reach_the_app(vec![
        ("8.3 an unknown one", with(&[(":test", "1")])),
        ("8.3 one of responses", with(&[(":status", "200")])),
        ("8.3 behind a field", only(&after)),
        ("8.3.1 no :method", without(":method")),
        ("8.3.1 no :scheme", without(":scheme")),
        ("8.3.1 no :path", without(":path")),
        ("8.3.1 two of :method", with(&[(":method", "GET")])),
        ("8.3.1 two of :scheme", with(&[(":scheme", "http")])),
        ("8.3.1 two of :path", with(&[(":path", "/")])),
        (
            "8.3.1 two of :authority",
            with(&[(":authority", "app.example")]),
        ),
        ("8.3.1 an empty :path", instead(":path", "")),
        ("8.3.1 a :path without a slash", instead(":path", "index")),
        (
            "8.3.1 an :authority with somebody in it",
            instead(":authority", "me@app.example"),
        ),
        (
            "8.3.1 a :method with a space",
            instead(":method", "GET /admin"),
        ),
        (
            "8.3.1 a :scheme that is none of ours",
            instead(":scheme", "ftp"),
        ),
        (
            "8441-4 :protocol without CONNECT",
            with(&[(":protocol", "websocket")]),
        ),
    ])
    .await;
}

#[tokio::test]
async fn fields() {
    never_reach_the_app(vec![
        ("8.2 a name in upper case", with(&[("X-Test", "1")])),
        ("8.2.1 a name with a space", with(&[("x test", "1")])),
        ("8.2.1 a name with a colon", with(&[("x:test", "1")])),
        ("8.2.1 an empty name", with(&[("", "1")])),
        (
            "8.2.1 a value with a line end",
            with(&[("x-test", "1\r\nx-evil: 1")]),
        ),
        ("8.2.1 a value with a NUL", with(&[("x-test", "1\0")])),
        ("8.2.2 connection", with(&[("connection", "keep-alive")])),
        ("8.2.2 keep-alive", with(&[("keep-alive", "timeout=5")])),
        (
            "8.2.2 proxy-connection",
            with(&[("proxy-connection", "keep-alive")]),
        ),
        (
            "8.2.2 transfer-encoding",
            with(&[("transfer-encoding", "chunked")]),
        ),
        ("8.2.2 upgrade", with(&[("upgrade", "h2c")])),
        ("8.2.2 te of anything but trailers", with(&[("te", "gzip")])),
        (
            "8.1.1 a length where there is no body",
            with(&[("content-length", "1")]),
        ),
        (
            "8.1.1 a length that is no number",
            with(&[("content-length", "1x")]),
        ),
    ])
    .await;
    run(vec![(
        "8.2.2 te of trailers",
        with(&[("te", "trailers")]),
        Answered,
    )])
    .await;
}

#[tokio::test]
async fn bodies_and_trailers() {
    let long = |length: &str| {
        let mut fields = HONEST.to_vec();
        fields[0].1 = "POST";
        fields.push(("content-length", length));
        frame(HEADERS, END_HEADERS, 1, block(&fields))
    };
    let trailers = |fields: &[(&str, &str)]| {
        let block = block(fields);
        frame(HEADERS, END_HEADERS | END_STREAM, 1, block)
    };
    run(vec![
        (
            "8.1.1 a body shorter than said",
            [long("5"), frame(DATA, END_STREAM, 1, "four")].concat(),
            Reset(1, MALFORMED),
        ),
        (
            "8.1.1 a body longer than said",
            [long("3"), frame(DATA, END_STREAM, 1, "four")].concat(),
            Reset(1, MALFORMED),
        ),
        (
            "8.1.1 the sum of two longer than said",
            [
                long("5"),
                frame(DATA, 0, 1, "four"),
                frame(DATA, END_STREAM, 1, "four"),
            ]
            .concat(),
            Reset(1, MALFORMED),
        ),
        (
            "8.1.1 a body as said",
            [
                long("8"),
                frame(DATA, 0, 1, "four"),
                frame(DATA, END_STREAM, 1, "four"),
            ]
            .concat(),
            Answered,
        ),
        (
            "8.1 trailers",
            [
                open(1),
                frame(DATA, 0, 1, "four"),
                trailers(&[("x-sum", "1")]),
            ]
            .concat(),
            Answered,
        ),
        (
            "8.1 trailers that do not end the stream",
            [
                open(1),
                frame(HEADERS, END_HEADERS, 1, block(&[("x-sum", "1")])),
            ]
            .concat(),
            Reset(1, MALFORMED),
        ),
        // Malformed (§8.1), but the h2 crate drops such a field instead: nothing of it goes on.
        (
            "8.1 a pseudo-header field in trailers",
            [open(1), trailers(&[(":method", "GET")])].concat(),
            Answered,
        ),
        (
            "8.1 upper case in trailers",
            [open(1), trailers(&[("X-Sum", "1")])].concat(),
            Reset(1, MALFORMED),
        ),
    ])
    .await;
}

#[tokio::test]
async fn compression() {
    let broken = |octets: &[u8]| {
        let payload = [&block(&HONEST), octets].concat();
        frame(HEADERS, END_HEADERS | END_STREAM, 1, payload)
    };
    let first = |octets: &[u8]| {
        let payload = [octets, &block(&HONEST)].concat();
        frame(HEADERS, END_HEADERS | END_STREAM, 1, payload)
    };
    let ends = || Ended(UNDECODABLE);
    run(vec![
        ("2.3.3 an index beyond both tables", broken(&[0xc6]), ends()),
        (
            "2.3.3 a name's index beyond both tables",
            broken(&[0x7f, 0x10, 1, b'x']),
            ends(),
        ),
        ("6.1 index 0", broken(&[0x80]), ends()),
        (
            "6.3 a size update within the limit",
            first(&[0x20]),
            Answered,
        ),
        (
            "6.3 a size update over the limit",
            first(&[0x3f, 0xe2, 0x1f]),
            ends(),
        ),
        ("4.2 a size update behind a field", broken(&[0x20]), ends()),
        (
            "5.2 a string longer than the block",
            broken(&[0x00, 0x05, b'x']),
            ends(),
        ),
        (
            "5.2 Huffman padding of more than seven bits",
            broken(&[
                0x00, 0x85, 0xf2, 0xb2, 0x4a, 0x84, 0xff, 0x84, 0x49, 0x50, 0x9f, 0xff,
            ]),
            ends(),
        ),
        (
            "5.2 Huffman padding of zeros",
            broken(&[
                0x00, 0x85, 0xf2, 0xb2, 0x4a, 0x84, 0xff, 0x83, 0x49, 0x50, 0x90,
            ]),
            ends(),
        ),
        (
            "5.2 the end of a string in its middle",
            broken(&[
                0x00, 0x85, 0xf2, 0xb2, 0x4a, 0x84, 0xff, 0x87, 0x49, 0xff, 0xff, 0xff, 0xff, 0x50,
                0x9f,
            ]),
            ends(),
        ),
        (
            "5.1 a number that does not end",
            broken(&[0x00, 0x7f, 0xff, 0xff]),
            ends(),
        ),
        (
            "5.1 a number too large",
            broken(&[
                0x00, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
            ]),
            ends(),
        ),
    ])
    .await;
}
