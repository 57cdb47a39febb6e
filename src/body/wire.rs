//! A connection to an endpoint that is read here: HTTP/1.1 in the clear, for requests without a body, which are nearly
//! all. It is the shorter way: no task of its own, no channel to it, no buffer for each answer.

use std::{
    fmt, io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http_body::Frame;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_util::io::poll_read_buf;

use super::{
    BodyError,
    chunked::{Chunked, Piece},
    idle::{Keep, Lease},
};

/// The socket.
#[derive(Debug)]
pub(crate) enum Socket {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(tokio::net::UnixStream),
}

/// One connection.
pub(crate) struct Wire {
    socket: Socket,
    /// The request's head, as it is sent.
    pub(crate) head: Vec<u8>,
    /// What has arrived and was not used yet.
    pub(crate) read: BytesMut,
    /// Of a body, what arrived with its head.
    begun: Bytes,
    /// An empty map with room for fields, from the request before.
    pub(crate) fields: HeaderMap,
}

impl fmt::Debug for Wire {
    /// Without the head: there are credentials in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire").finish_non_exhaustive()
    }
}

impl Wire {
    pub(crate) fn new(socket: Socket) -> Self {
        Self {
            socket,
            head: Vec::new(),
            read: BytesMut::new(),
            begun: Bytes::new(),
            fields: HeaderMap::new(),
        }
    }

    /// Sends some of the head, from an octet on; how many are sent.
    pub(crate) fn poll_send(
        &mut self,
        cx: &mut Context<'_>,
        from: usize,
    ) -> Poll<io::Result<usize>> {
        let octets = self.head.get(from..).unwrap_or_default();
        match &mut self.socket {
            Socket::Tcp(socket) => Pin::new(socket).poll_write(cx, octets),
            #[cfg(unix)]
            Socket::Unix(socket) => Pin::new(socket).poll_write(cx, octets),
        }
    }

    /// Reads more, with room for so many octets; `0` is the end.
    pub(crate) fn poll_more(
        &mut self,
        cx: &mut Context<'_>,
        room: usize,
    ) -> Poll<io::Result<usize>> {
        self.read.reserve(room);
        match &mut self.socket {
            Socket::Tcp(socket) => read_into(socket, cx, &mut self.read),
            #[cfg(unix)]
            Socket::Unix(socket) => read_into(socket, cx, &mut self.read),
        }
    }

    /// Takes what has arrived, to be shared. Once nobody has a share any more, its memory is read into again.
    pub(crate) fn arrived(&mut self) -> Bytes {
        self.read.split().freeze()
    }

    /// Puts back what was taken and not used.
    pub(crate) fn put_back(&mut self, octets: Bytes) {
        // Where nobody else has a share in them then, they are not copied.
        self.read = BytesMut::new();
        self.read = BytesMut::from(octets);
    }

    /// Reads a piece of a body, at most so much.
    fn poll_piece(&mut self, cx: &mut Context<'_>, most: u64) -> Poll<io::Result<Bytes>> {
        let most = usize::try_from(most).map_or(LARGEST_PIECE, |most| most.min(LARGEST_PIECE));
        if !self.begun.is_empty() {
            let most = most.min(self.begun.len());
            return Poll::Ready(Ok(self.begun.split_to(most)));
        }
        // No larger than what is left: what lies behind it is nobody's answer.
        let mut piece = bytes::BufMut::limit(BytesMut::with_capacity(most), most);
        let read = match &mut self.socket {
            Socket::Tcp(socket) => poll_read_buf(Pin::new(socket), cx, &mut piece),
            #[cfg(unix)]
            Socket::Unix(socket) => poll_read_buf(Pin::new(socket), cx, &mut piece),
        };
        ready!(read)?;
        let piece = piece.into_inner();
        // A client that does not read would have us hold all the room of each small piece.
        Poll::Ready(Ok(if piece.len() < piece.capacity() / 2 {
            Bytes::copy_from_slice(&piece)
        } else {
            piece.freeze()
        }))
    }
}

fn read_into(
    socket: &mut (impl AsyncRead + Unpin),
    cx: &mut Context<'_>,
    read: &mut BytesMut,
) -> Poll<io::Result<usize>> {
    poll_read_buf(Pin::new(socket), cx, read)
}

impl Keep for Box<Wire> {
    /// Nothing unread, nothing on its way, not closed.
    fn is_ready(&self) -> bool {
        let mut octet = [0];
        let read = match &self.socket {
            Socket::Tcp(socket) => socket.try_read(&mut octet),
            #[cfg(unix)]
            Socket::Unix(socket) => socket.try_read(&mut octet),
        };
        let is_used_up = self.read.is_empty() && self.begun.is_empty();
        is_used_up && read.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
    }
}

/// How the end of an answer's body is told (RFC 9112 §6.3).
#[derive(Debug)]
pub(crate) enum Framing {
    Chunked(Chunked),
    /// By the end of the connection.
    Close,
    /// So many octets are left.
    Length(u64),
}

/// An answer's body on its way from such a connection to the client. When it is complete, and only then, the connection
/// goes back to the idle ones (security S5).
#[derive(Debug)]
pub struct Stream {
    lease: Option<Lease<Box<Wire>>>,
    framing: Framing,
    /// Whether the connection may be used again.
    is_kept: bool,
}

impl Stream {
    /// `begun` is what arrived with the head.
    pub(crate) fn new(
        mut lease: Lease<Box<Wire>>,
        begun: Bytes,
        framing: Framing,
        is_kept: bool,
    ) -> Self {
        let wire = lease.connection();
        match framing {
            Framing::Chunked(_) => wire.put_back(begun),
            Framing::Close | Framing::Length(_) => wire.begun = begun,
        }
        Self {
            lease: Some(lease),
            framing,
            is_kept,
        }
    }

    /// How many octets are left, where that is known.
    pub(super) fn left(&self) -> Option<u64> {
        match self.framing {
            Framing::Length(left) => Some(left),
            Framing::Chunked(_) | Framing::Close => None,
        }
    }

    pub(super) fn is_over(&self) -> bool {
        self.lease.is_none()
    }

    pub(super) fn poll_frame(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let Some(lease) = &mut self.lease else {
            return Poll::Ready(None);
        };
        let wire = lease.connection();
        let polled = match &mut self.framing {
            Framing::Chunked(chunked) => poll_chunk(wire, chunked, cx),
            Framing::Close => wire.poll_piece(cx, u64::MAX),
            Framing::Length(left) => poll_rest(wire, left, cx),
        };
        let piece = match ready!(polled) {
            Ok(piece) => piece,
            Err(error) => {
                self.lease = None;
                return Poll::Ready(Some(Err(error.into())));
            }
        };
        if piece.is_empty() || matches!(self.framing, Framing::Length(0)) {
            self.finish();
        }
        let frame = (!piece.is_empty()).then(|| Ok(Frame::data(piece)));
        Poll::Ready(frame)
    }

    /// A server that knows the length does not poll for the end: it comes with the last piece.
    fn finish(&mut self) {
        let Some(mut lease) = self.lease.take().filter(|_| self.is_kept) else {
            return;
        };
        let read = &mut lease.connection().read;
        if read.is_empty() && read.capacity() > HEAD_ROOM {
            *read = BytesMut::new();
        }
        lease.give_back();
    }
}

fn poll_rest(wire: &mut Wire, left: &mut u64, cx: &mut Context<'_>) -> Poll<io::Result<Bytes>> {
    let piece = ready!(wire.poll_piece(cx, *left))?;
    if piece.is_empty() && *left > 0 {
        return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
    }
    *left = left.saturating_sub(piece.len() as u64);
    Poll::Ready(Ok(piece))
}

/// The next piece of chunks; an empty one is the end of the last.
fn poll_chunk(
    wire: &mut Wire,
    chunked: &mut Chunked,
    cx: &mut Context<'_>,
) -> Poll<io::Result<Bytes>> {
    loop {
        match chunked.next(&mut wire.read)? {
            Piece::Data(piece) => return Poll::Ready(Ok(piece)),
            Piece::End => return Poll::Ready(Ok(Bytes::new())),
            Piece::Wanting => {
                if ready!(wire.poll_more(cx, LARGEST_PIECE))? == 0 {
                    return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
                }
            }
        }
    }
}

/// For an ordinary head and a small body.
pub(crate) const HEAD_ROOM: usize = 4 * 1024;

/// Of a body that is read in pieces.
const LARGEST_PIECE: usize = 64 * 1024;
