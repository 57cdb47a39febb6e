//! HTTP/2 by hand: frames as octets, well-formed or not (RFC 9113 §4), and field blocks without compression (RFC 7541).

use std::{io, net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{error::Elapsed, timeout},
};

pub const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Frame types (§6).
pub const DATA: u8 = 0;
pub const HEADERS: u8 = 1;
pub const PRIORITY: u8 = 2;
pub const RST_STREAM: u8 = 3;
pub const SETTINGS: u8 = 4;
pub const PUSH_PROMISE: u8 = 5;
pub const PING: u8 = 6;
pub const GOAWAY: u8 = 7;
pub const WINDOW_UPDATE: u8 = 8;
pub const CONTINUATION: u8 = 9;

/// Flags (§6).
pub const ACK: u8 = 0x1;
pub const END_STREAM: u8 = 0x1;
pub const END_HEADERS: u8 = 0x4;
pub const PADDED: u8 = 0x8;
pub const PRIORITIZED: u8 = 0x20;

/// A frame that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    pub kind: u8,
    pub flags: u8,
    pub stream: u32,
    pub payload: Vec<u8>,
}

impl Frame {
    /// The error code of `RST_STREAM` or `GOAWAY`.
    pub fn code(&self) -> u32 {
        let at = if self.kind == GOAWAY { 4 } else { 0 };
        u32::from_be_bytes(self.payload[at..at + 4].try_into().unwrap())
    }
}

/// A frame's octets.
pub fn frame(kind: u8, flags: u8, stream: u32, payload: impl AsRef<[u8]>) -> Vec<u8> {
    let payload = payload.as_ref();
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// One setting in a frame of its own.
pub fn setting(id: u16, value: u32) -> Vec<u8> {
    let payload = [&id.to_be_bytes()[..], &value.to_be_bytes()].concat();
    frame(SETTINGS, 0, 0, payload)
}

/// A field block of literals that are neither indexed nor compressed.
pub fn block<T: AsRef<[u8]>>(fields: &[(T, T)]) -> Vec<u8> {
    let mut octets = Vec::new();
    for (name, value) in fields {
        octets.push(0);
        string(&mut octets, name.as_ref());
        string(&mut octets, value.as_ref());
    }
    octets
}

fn string(octets: &mut Vec<u8>, text: &[u8]) {
    let length = text.len();
    if length < 127 {
        octets.push(u8::try_from(length).unwrap());
    } else {
        octets.push(127);
        let mut rest = length - 127;
        while rest >= 128 {
            octets.push(u8::try_from(rest % 128).unwrap() | 128);
            rest /= 128;
        }
        octets.push(u8::try_from(rest).unwrap());
    }
    octets.extend_from_slice(text);
}

/// The fields of an honest request.
pub const HONEST: [(&str, &str); 4] = [
    (":method", "GET"),
    (":scheme", "http"),
    (":path", "/"),
    (":authority", "app.example"),
];

/// An honest request on a stream.
pub fn request(stream: u32) -> Vec<u8> {
    frame(HEADERS, END_HEADERS | END_STREAM, stream, block(&HONEST))
}

/// The head of a request with a body to come.
pub fn open(stream: u32) -> Vec<u8> {
    let mut fields = HONEST;
    fields[0].1 = "POST";
    frame(HEADERS, END_HEADERS, stream, block(&fields))
}

/// A connection that speaks frames.
pub struct Wire {
    stream: TcpStream,
    unread: Vec<u8>,
}

impl Wire {
    /// Connects and says nothing.
    pub async fn silent(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            unread: Vec::new(),
        }
    }

    /// Connects and exchanges prefaces.
    pub async fn greeted(address: SocketAddr) -> Self {
        let mut wire = Self::silent(address).await;
        wire.send([PREFACE, &frame(SETTINGS, 0, 0, [])].concat())
            .await;
        let first = wire.next().await.expect("the server's preface");
        assert_eq!((first.kind, first.flags), (SETTINGS, 0), "{first:?}");
        wire.send(frame(SETTINGS, ACK, 0, [])).await;
        wire
    }

    /// The other side may refuse and close before all is written.
    pub async fn send(&mut self, octets: impl AsRef<[u8]>) {
        let _ = self.try_send(octets).await;
    }

    pub async fn try_send(&mut self, octets: impl AsRef<[u8]>) -> io::Result<()> {
        self.stream.write_all(octets.as_ref()).await
    }

    /// The next frame; `None` when the other side has closed.
    ///
    /// # Panics
    /// When nothing comes for ten seconds.
    pub async fn next(&mut self) -> Option<Frame> {
        let next = self.try_next().await;
        next.expect("the other side says something")
    }

    /// The next frame; `None` when the other side has closed; an error when it keeps silent for ten seconds.
    pub async fn try_next(&mut self) -> Result<Option<Frame>, Elapsed> {
        loop {
            if let Some(frame) = self.taken() {
                return Ok(Some(frame));
            }
            match timeout(PATIENCE, self.stream.read_buf(&mut self.unread)).await? {
                Ok(0) | Err(_) => return Ok(None),
                Ok(_) => {}
            }
        }
    }

    fn taken(&mut self) -> Option<Frame> {
        let head = self.unread.get(..9)?;
        let length = usize::from(head[0]) << 16 | usize::from(head[1]) << 8 | usize::from(head[2]);
        let (kind, flags) = (head[3], head[4]);
        let stream = u32::from_be_bytes(head[5..9].try_into().unwrap()) & 0x7fff_ffff;
        let payload = self.unread.get(9..9 + length)?.to_vec();
        self.unread.drain(..9 + length);
        Some(Frame {
            kind,
            flags,
            stream,
            payload,
        })
    }
}

const PATIENCE: Duration = Duration::from_secs(10);
