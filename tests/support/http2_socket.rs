//! One HTTP/2 request made by hand, for what no library would send (RFC 9113, RFC 7541).

use std::net::SocketAddr;

use super::frames::{
    DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, RST_STREAM, Wire, block, frame,
};

/// What became of stream 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// `RST_STREAM` or `GOAWAY` with this error code.
    Ended(u32),
    /// An answer; 0 where its status is not one that HPACK has an index for.
    Answered(u16),
    /// The connection closed.
    Silence,
}

/// Opens a connection, sends one request on stream 1 and says what became of it. Names and values are sent as they are,
/// each a literal that is not indexed.
pub async fn request(address: SocketAddr, fields: &[(&[u8], &[u8])], body: &[u8]) -> Outcome {
    let mut wire = Wire::greeted(address).await;
    let flags = END_HEADERS | if body.is_empty() { END_STREAM } else { 0 };
    let mut sent = frame(HEADERS, flags, 1, block(fields));
    if !body.is_empty() {
        sent.extend(frame(DATA, END_STREAM, 1, body));
    }
    wire.send(sent).await;
    while let Some(frame) = wire.next().await {
        match frame.kind {
            HEADERS => return Outcome::Answered(status(&frame.payload)),
            RST_STREAM | GOAWAY => return Outcome::Ended(frame.code()),
            _ => {}
        }
    }
    Outcome::Silence
}

/// The statuses of HPACK's static table; `:status` comes first.
fn status(block: &[u8]) -> u16 {
    let indexed = block[0] & 0x7f;
    let known = [200, 204, 206, 304, 400, 404, 500];
    let at = usize::from(indexed).checked_sub(8);
    let found = at.and_then(|at| known.get(at)).copied();
    found.filter(|_| block[0] & 0x80 != 0).unwrap_or(0)
}
