//! The shorter way in, for the requests that nearly all are: a `GET` over HTTP/1.1 without a body, answered with a body of
//! known length.
//!
//! Everything else goes by hyper, and comes back here when hyper has nothing left to do. Both ways read heads with the same
//! parser (httparse), and this one takes only what is plain ([`head`]); a fuzz target holds them against each other. The
//! handler is the same. Where it turns out that hyper must write an answer ([`answer`]), hyper is shown the request again
//! and given the answer.

mod answer;
mod head;
#[cfg(test)]
mod tests;

use std::{
    cell::RefCell,
    future::{Future, poll_fn},
    io::IoSlice,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::{Pin, pin},
    task::{Context, Poll, ready},
};

use bytes::{Buf as _, Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, Request, Response, Version, header::CONNECTION};
use http_body::Body as _;
use hyper::body::Incoming;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::io::poll_read_buf;

use self::head::Unfit;
use super::{
    Handler, Peer,
    connection::{Bounds, Server, panicked},
    prefixed::Prefixed,
    tracked::Tracked,
    watch::{Connection, Flight, Guard, Order},
};
use crate::body::Body;

/// How the shorter way was left.
#[derive(Debug)]
pub(super) enum Left {
    /// The watch wants the connection to rest, and there is nothing to do.
    AtRest,
    /// The connection is at its end.
    AtEnd,
    /// The connection broke, or an answer broke off.
    Broken,
    /// hyper must go on, with a request that was answered already or with whatever has come.
    Beyond(Option<Box<Response<Tracked>>>),
}

impl<H: Handler> Server<H> {
    /// Answers request after request, until one is beyond this way. What was read and not answered is put back.
    pub(super) async fn exchange_shortly<S>(
        &self,
        stream: &mut Prefixed<S>,
        peer: &Peer,
        guard: &Guard,
    ) -> Left
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let connection = guard.connection();
        let mut held = None;
        loop {
            let (mut desk, left) = poll_fn(|cx| {
                let mut desk: Box<Desk> = held.take().unwrap_or_else(Desk::sit);
                match desk.poll_next(cx, stream, connection, self.bounds) {
                    Poll::Ready(left) => Poll::Ready((desk, left)),
                    Poll::Pending => {
                        desk.leave();
                        Poll::Pending
                    }
                }
            })
            .await;
            let (None, Some((request, octets))) = (&left, desk.asked.take()) else {
                stream.put_back(&[], &desk.read);
                return left.unwrap_or(Left::Broken);
            };
            let flight = Flight::begin(connection, guard.watch(), true);
            let (handler, peer) = (self.handler.clone(), peer.clone());
            // The handler's future is made where it is polled, and never moved.
            let mut answer = pin!(async move { handler.handle(request, peer).await });
            let mut answered = None;
            poll_fn(|cx| {
                if connection.order() == Order::Close {
                    return Poll::Ready(());
                }
                match poll_unless_panicked(answer.as_mut(), cx, &mut answered) {
                    Poll::Pending if desk.is_left_alone(cx, stream) => Poll::Ready(()),
                    polled @ (Poll::Ready(()) | Poll::Pending) => polled,
                }
            })
            .await;
            let is_draining = connection.order() != Order::Serve;
            let how = answered
                .as_ref()
                .and_then(|response| answer::write(response, is_draining, &mut desk.head));
            let (Some(how), Some(response)) = (how, &mut answered) else {
                let Some(mut response) = answered else {
                    return Left::Broken;
                };
                if is_draining {
                    let close = HeaderValue::from_static("close");
                    response.headers_mut().insert(CONNECTION, close);
                }
                stream.put_back(&octets, &desk.read);
                let response = response.map(|body| Tracked::new(body, flight));
                return Left::Beyond(Some(Box::new(response)));
            };
            drop(octets);
            desk.left = how.length;
            let mut body = Tracked::new(std::mem::take(response.body_mut()), flight);
            let sent = poll_fn(|cx| match connection.order() {
                Order::Close => Poll::Ready(Err(Cut)),
                Order::Serve | Order::Drain => desk.poll_send(cx, stream, &mut body),
            });
            if sent.await.is_err() {
                return Left::Broken;
            }
            if how.is_last {
                return Left::AtEnd;
            }
            desk.clear(response.headers_mut());
            held = Some(desk);
        }
    }
}

/// Polls a handler, which may panic, for what it answers.
fn poll_unless_panicked(
    answer: Pin<&mut impl Future<Output = Response<Body>>>,
    cx: &mut Context<'_>,
    answered: &mut Option<Response<Body>>,
) -> Poll<()> {
    let polled = catch_unwind(AssertUnwindSafe(|| {
        answer.poll(cx).map(|response| *answered = Some(response))
    }));
    polled.unwrap_or_else(|_| {
        *answered = Some(panicked(Version::HTTP_11));
        Poll::Ready(())
    })
}

/// An answer broke off, or nobody takes it.
struct Cut;

/// Where a request is read and its answer written. A connection that waits for a request has none: those of a thread go from
/// one to the other, and stay in the processor's cache. Not to be printed: there are credentials on it.
#[derive(Default)]
struct Desk {
    /// What has come and belongs to no request so far.
    read: BytesMut,
    /// The next request, and the octets that it was read from.
    asked: Option<(Request<Option<Incoming>>, Bytes)>,
    /// An empty map with room for fields, from the answer before.
    fields: HeaderMap,
    /// The answer's head, with a small body behind it.
    head: Vec<u8>,
    /// Octets of that which are sent.
    sent: usize,
    /// A piece of the answer's body, behind the head.
    piece: Bytes,
    /// Octets of the body that are still to come.
    left: u64,
}

impl Desk {
    fn sit() -> Box<Self> {
        FREE.with_borrow_mut(Vec::pop).unwrap_or_default()
    }

    /// Leaves it to others. Nothing of anybody is on it.
    fn leave(self: Box<Self>) {
        FREE.with_borrow_mut(|free| {
            if self.read.is_empty() && free.len() < MOST_FREE {
                free.push(self);
            }
        });
    }

    /// Waits until there is something to be asked, or a reason to leave.
    fn poll_next<S: AsyncRead + Unpin>(
        &mut self,
        cx: &mut Context<'_>,
        stream: &mut Prefixed<S>,
        connection: &Connection,
        bounds: Bounds,
    ) -> Poll<Option<Left>> {
        connection.wake(cx.waker());
        loop {
            let is_silent = self.read.is_empty();
            let order = connection.order();
            let left = match order {
                Order::Close => Some(Left::AtEnd),
                // A first request may be on its way.
                Order::Drain if is_silent && connection.is_used() => Some(Left::AtEnd),
                // The first octet of a head may have woken it.
                Order::Serve
                    if is_silent && !stream.has_begun() && connection.is_told_to_rest() =>
                {
                    Some(Left::AtRest)
                }
                Order::Drain | Order::Serve => None,
            };
            if left.is_some() {
                return Poll::Ready(left);
            }
            if !is_silent {
                let octets = self.read.split().freeze();
                let head = head::parse(&octets, bounds, &mut self.fields);
                let unfit = match head {
                    Ok(request) => {
                        self.asked = Some((request, octets));
                        return Poll::Ready(None);
                    }
                    Err(unfit) => unfit,
                };
                // Nobody else has a share in the buffer then, so that it is not copied.
                self.read = BytesMut::new();
                self.read = BytesMut::from(octets);
                if unfit == Unfit::Beyond || self.read.len() >= MOST_READ {
                    return Poll::Ready(Some(Left::Beyond(None)));
                }
            }
            self.read.reserve(ROOM);
            let left = match poll_read_buf(Pin::new(&mut *stream), cx, &mut self.read) {
                Poll::Ready(Ok(1..)) => continue,
                Poll::Pending if is_silent => return Poll::Pending,
                Poll::Ready(Ok(_)) if is_silent => Left::AtEnd,
                // The rest of a head that comes in pieces, or not at all.
                Poll::Pending | Poll::Ready(Ok(_)) => Left::Beyond(None),
                Poll::Ready(Err(_)) => Left::Broken,
            };
            return Poll::Ready(Some(left));
        }
    }

    /// Whether the client went away before it was answered. What it sends meanwhile is kept, up to a bound.
    fn is_left_alone<S: AsyncRead + Unpin>(
        &mut self,
        cx: &mut Context<'_>,
        stream: &mut Prefixed<S>,
    ) -> bool {
        while self.read.len() < ROOM {
            match poll_read_buf(Pin::new(&mut *stream), cx, &mut self.read) {
                Poll::Ready(Ok(1..)) => {}
                Poll::Ready(Ok(_) | Err(_)) => return true,
                Poll::Pending => return false,
            }
        }
        false
    }

    /// Sends the answer's head and its whole body, a piece when the one before is taken.
    fn poll_send<S: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        cx: &mut Context<'_>,
        stream: &mut Prefixed<S>,
        body: &mut Tracked,
    ) -> Poll<Result<(), Cut>> {
        loop {
            if self.piece.is_empty() && self.left > 0 {
                match Pin::new(&mut *body).poll_frame(cx) {
                    Poll::Ready(Some(Ok(frame))) => {
                        if let Ok(data) = frame.into_data() {
                            self.take(data);
                        }
                    }
                    Poll::Ready(Some(Err(_)) | None) => return Poll::Ready(Err(Cut)),
                    Poll::Pending if self.sent < self.head.len() => {}
                    Poll::Pending => {
                        let flushed = Pin::new(&mut *stream).poll_flush(cx);
                        let is_over = matches!(flushed, Poll::Ready(Err(_)));
                        return if is_over || self.is_left_alone(cx, stream) {
                            Poll::Ready(Err(Cut))
                        } else {
                            Poll::Pending
                        };
                    }
                }
            }
            let head = self.head.get(self.sent..).unwrap_or_default();
            let mut stream = Pin::new(&mut *stream);
            let written = match (head.is_empty(), self.piece.is_empty()) {
                (true, true) if self.left == 0 => break,
                (true, true) => continue,
                (false, true) => stream.as_mut().poll_write(cx, head),
                (true, false) => stream.as_mut().poll_write(cx, &self.piece),
                (false, false) => {
                    let slices = [IoSlice::new(head), IoSlice::new(&self.piece)];
                    stream.as_mut().poll_write_vectored(cx, &slices)
                }
            };
            match ready!(written) {
                Ok(octets @ 1..) => {
                    let of_head = octets.min(self.head.len() - self.sent);
                    self.sent += of_head;
                    self.piece.advance(octets - of_head);
                }
                Ok(0) | Err(_) => return Poll::Ready(Err(Cut)),
            }
        }
        Pin::new(stream).poll_flush(cx).map_err(|_| Cut)
    }

    /// Takes what the body gives, no more than was announced. A small first piece goes out with the head.
    fn take(&mut self, mut data: Bytes) {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX);
        data.truncate(most);
        self.left -= data.len() as u64;
        if self.sent == 0 && data.len() <= SMALL {
            self.head.extend_from_slice(&data);
        } else {
            self.piece = data;
        }
    }

    /// Makes room for the next answer.
    fn clear(&mut self, fields: &mut HeaderMap) {
        fields.clear();
        self.fields = std::mem::take(fields);
        self.sent = 0;
        // Sent whole, it still holds its memory.
        self.piece = Bytes::new();
        self.head.clear();
        if self.head.capacity() > MOST_KEPT {
            self.head = Vec::new();
        }
    }
}

thread_local! {
    #[expect(clippy::vec_box, reason = "they are handed on, not looked through")]
    static FREE: RefCell<Vec<Box<Desk>>> = const { RefCell::new(Vec::new()) };
}

const MOST_FREE: usize = 64;

/// For an ordinary head.
const ROOM: usize = 4 * 1024;

/// Of a head that comes in pieces.
const MOST_READ: usize = 2 * ROOM;

/// Octets of a body that are sooner copied than sent from two places.
const SMALL: usize = 2 * 1024;

/// Of room for heads.
const MOST_KEPT: usize = 16 * 1024;
