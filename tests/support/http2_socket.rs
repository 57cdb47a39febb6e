//! HTTP/2 frames made by hand, for what no library would send (RFC 9113, RFC 7541).

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// What became of stream 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// `RST_STREAM` or `GOAWAY` with this error code.
    Ended(u32),
    /// An answer; 0 where its status is not one that HPACK has an index for.
    Answered(u16),
    /// The connection closed, or nothing came within two seconds.
    Silence,
}

/// Opens a connection, sends one request on stream 1 and says what became of it. Names and values are sent as they are,
/// each a literal that is not indexed.
pub async fn request(address: SocketAddr, fields: &[(&[u8], &[u8])], body: &[u8]) -> Outcome {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let mut sent = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    sent.extend(frame(SETTINGS, 0, 0, &[]));
    let flags = END_HEADERS | if body.is_empty() { END_STREAM } else { 0 };
    sent.extend(frame(HEADERS, flags, 1, &block(fields)));
    if !body.is_empty() {
        sent.extend(frame(DATA, END_STREAM, 1, body));
    }
    // The other side may refuse and close before all is written.
    let _ = stream.write_all(&sent).await;
    tokio::time::timeout(Duration::from_secs(2), outcome(&mut stream))
        .await
        .unwrap_or(Outcome::Silence)
}

async fn outcome(stream: &mut TcpStream) -> Outcome {
    let mut head = [0; 9];
    loop {
        if stream.read_exact(&mut head).await.is_err() {
            return Outcome::Silence;
        }
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
        let mut payload = vec![0; length];
        if stream.read_exact(&mut payload).await.is_err() {
            return Outcome::Silence;
        }
        match head[3] {
            HEADERS => return Outcome::Answered(status(&payload)),
            RST_STREAM => return Outcome::Ended(number(&payload)),
            GOAWAY => return Outcome::Ended(number(&payload[4..])),
            _ => {}
        }
    }
}

fn number(octets: &[u8]) -> u32 {
    u32::from_be_bytes(octets[..4].try_into().unwrap())
}

/// The statuses of HPACK's static table; `:status` comes first.
fn status(block: &[u8]) -> u16 {
    let indexed = block[0] & 0x7f;
    let known = [200, 204, 206, 304, 400, 404, 500];
    let at = usize::from(indexed).checked_sub(8);
    let found = at.and_then(|at| known.get(at)).copied();
    found.filter(|_| block[0] & 0x80 != 0).unwrap_or(0)
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = vec![length[1], length[2], length[3], kind, flags];
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

fn block(fields: &[(&[u8], &[u8])]) -> Vec<u8> {
    let mut block = Vec::new();
    for (name, value) in fields {
        block.push(0);
        for text in [name, value] {
            length(text.len(), &mut block);
            block.extend_from_slice(text);
        }
    }
    block
}

/// An integer with a prefix of seven bits (RFC 7541 §5.1).
fn length(length: usize, block: &mut Vec<u8>) {
    let Some(mut rest) = length.checked_sub(127) else {
        block.push(u8::try_from(length).unwrap());
        return;
    };
    block.push(127);
    while rest >= 128 {
        block.push(u8::try_from(rest % 128).unwrap() | 128);
        rest /= 128;
    }
    block.push(u8::try_from(rest).unwrap());
}

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
