//! The shorter way to an endpoint that speaks HTTP/1.1 in the clear, for requests without a body.
//!
//! Everything else goes by hyper. Both ways read heads with the same parser (httparse) and judge their framing by the same
//! function ([`incoming::check_framing`]); a fuzz target compares what they make of an answer. Of line feeds without a
//! carriage return this way is the stricter.

use std::{
    future::Future,
    io,
    mem::MaybeUninit,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Version,
    header::{CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING},
};
use httparse::{ParserConfig, Status};
use hyper::ext::ReasonPhrase;

use super::{
    UpstreamFault, incoming,
    outgoing::{Said, is_connection_field},
};
use crate::{
    body::{
        Body,
        chunked::Chunked,
        idle::Lease,
        wire::{Framing, HEAD_ROOM, Stream, Wire},
    },
    lines::{has_bare_feed, is_at_end, write_field},
};

/// Whether a request may go this way: it has no body, and sending it twice does no harm.
pub(super) fn takes(request: &Request<Body>) -> bool {
    let is_harmless = [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
    is_harmless && matches!(request.body(), Body::Empty)
}

/// Writes a request's head, in origin-form; the client's fields under our names are left out.
pub(super) fn write(request: &Request<Body>, said: &Said, head: &mut Vec<u8>) {
    head.clear();
    head.extend_from_slice(request.method().as_str().as_bytes());
    head.push(b' ');
    head.extend_from_slice(request.uri().path().as_bytes());
    if let Some(query) = request.uri().query() {
        head.push(b'?');
        head.extend_from_slice(query.as_bytes());
    }
    head.extend_from_slice(b" HTTP/1.1\r\n");
    for (name, value) in request.headers() {
        if !said.has(name) {
            write_field(name.as_str(), value.as_bytes(), head);
        }
    }
    said.write(head);
    head.extend_from_slice(b"\r\n");
}

/// A request on its way and its answer.
#[derive(Debug)]
pub(super) struct Exchange {
    lease: Option<Lease<Box<Wire>>>,
    asked: Asked,
    sent: usize,
}

/// What a request says about its answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    /// It has no body.
    is_head: bool,
    /// Parts of it may be kept for long where it goes, as fields are in the tables of HTTP/2.
    is_kept: bool,
}

impl Asked {
    /// Of a request as the client sent it.
    pub(super) fn by(request: &Request<Body>) -> Self {
        Self {
            is_head: *request.method() == Method::HEAD,
            is_kept: request.version() == Version::HTTP_2,
        }
    }
}

/// Why there is no answer. Not to be printed: there are credentials in the head.
pub(super) struct Broken {
    pub(super) fault: UpstreamFault,
    /// The request, as it was sent.
    pub(super) head: Vec<u8>,
    /// Whether nothing was heard, as on a connection that was closed while it waited.
    pub(super) is_unheard: bool,
    /// Whether nothing was sent either.
    pub(super) is_unsent: bool,
}

impl Exchange {
    /// Sends what was written into the connection's head.
    pub(super) fn new(lease: Lease<Box<Wire>>, asked: Asked) -> Self {
        Self {
            lease: Some(lease),
            asked,
            sent: 0,
        }
    }

    fn poll_answer(&mut self, cx: &mut Context<'_>) -> Poll<Result<Answer, UpstreamFault>> {
        let Some(lease) = &mut self.lease else {
            return Poll::Ready(Err(closed()));
        };
        let wire = lease.connection();
        while self.sent < wire.head.len() {
            match ready!(wire.poll_send(cx, self.sent)).map_err(UpstreamFault::Io)? {
                0 => return Poll::Ready(Err(closed())),
                sent => self.sent += sent,
            }
        }
        loop {
            if !wire.read.is_empty() {
                let arrived = wire.arrived();
                let keeping = if self.asked.is_kept || arrived.len() > HEAD_ROOM {
                    Keeping::Copy
                } else {
                    Keeping::Share
                };
                match parse(&arrived, std::mem::take(&mut wire.fields), keeping) {
                    Ok(Parsed::Whole(answer)) if answer.status.is_informational() => {
                        if answer.status == StatusCode::SWITCHING_PROTOCOLS {
                            return Poll::Ready(Err(UpstreamFault::Unasked));
                        }
                        drop(arrived);
                        wire.put_back(answer.behind);
                        continue;
                    }
                    Ok(Parsed::Whole(answer)) => return Poll::Ready(Ok(answer)),
                    Ok(Parsed::Partial(fields)) => wire.fields = fields,
                    Err(fault) => return Poll::Ready(Err(fault)),
                }
                wire.put_back(arrived);
            }
            if wire.read.len() > LONGEST_HEAD {
                return Poll::Ready(Err(UpstreamFault::Head));
            }
            if ready!(wire.poll_more(cx, HEAD_ROOM)).map_err(UpstreamFault::Io)? == 0 {
                return Poll::Ready(Err(closed()));
            }
        }
    }
}

impl Future for Exchange {
    type Output = Result<Response<Body>, Broken>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let answered = ready!(self.poll_answer(cx));
        let Some(mut lease) = self.lease.take() else {
            return Poll::Pending;
        };
        let is_unheard = lease.connection().read.is_empty();
        let whole = answered.and_then(|answer| {
            let framing = answer.framing(self.asked.is_head)?;
            Ok((answer, framing))
        });
        Poll::Ready(match whole {
            Ok((answer, framing)) => Ok(answer.with_body(lease, framing)),
            Err(fault) => Err(Broken {
                is_unheard: is_unheard && matches!(fault, UpstreamFault::Io(_)),
                is_unsent: self.sent == 0,
                fault,
                head: std::mem::take(&mut lease.connection().head),
            }),
        })
    }
}

/// The head of an answer.
struct Answer {
    status: StatusCode,
    version: Version,
    reason: Option<ReasonPhrase>,
    fields: HeaderMap,
    marks: Marks,
    /// What has arrived behind it.
    behind: Bytes,
}

/// What was seen among the fields: most answers have nothing to be looked at twice.
#[derive(Debug, Default)]
struct Marks {
    encodings: usize,
    lengths: usize,
    /// Fields that concern the connection.
    is_marked: bool,
}

enum Parsed {
    Partial(HeaderMap),
    Whole(Answer),
}

/// How an answer keeps the octets that it was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keeping {
    /// A copy of its own, no larger than it must be.
    Copy,
    /// The connection's buffer, as long as there is anything of the answer.
    Share,
}

impl Keeping {
    fn of(self, part: Bytes) -> Bytes {
        match self {
            Self::Copy => Bytes::copy_from_slice(&part),
            Self::Share => part,
        }
    }
}

/// Reads a head from what has arrived, its fields into this map.
fn parse(read: &Bytes, mut fields: HeaderMap, keeping: Keeping) -> Result<Parsed, UpstreamFault> {
    let mut slots = [const { MaybeUninit::uninit() }; MOST_FIELDS];
    let mut head = httparse::Response::new(&mut []);
    let parsed =
        ParserConfig::default().parse_response_with_uninit_headers(&mut head, read, &mut slots);
    let Status::Complete(octets) = parsed.map_err(UpstreamFault::Parse)? else {
        return Ok(Parsed::Partial(fields));
    };
    let whole = read.get(..octets).unwrap_or_default();
    let lines = head
        .headers
        .iter()
        .all(|field| is_at_end(field.value, whole));
    let line = head
        .reason
        .is_some_and(|reason| is_at_end(reason.as_bytes(), whole));
    // The parser lets empty lines pass before the first.
    let is_plain = line && lines && whole.starts_with(b"HTTP/") && whole.ends_with(b"\r\n\r\n");
    if !is_plain && has_bare_feed(whole) {
        return Err(UpstreamFault::Head);
    }
    let code = head.code.unwrap_or_default();
    let status = StatusCode::from_u16(code).map_err(|_| UpstreamFault::Head)?;
    let reason = head.reason.filter(|reason| {
        !reason.is_empty()
            && status
                .canonical_reason()
                .is_none_or(|usual| usual != *reason)
    });
    let kept = keeping.of(read.slice(..octets));
    let mut marks = Marks::default();
    for field in head.headers.iter() {
        let name =
            HeaderName::from_bytes(field.name.as_bytes()).map_err(|_| UpstreamFault::Head)?;
        let at = field
            .value
            .as_ptr()
            .addr()
            .saturating_sub(read.as_ptr().addr());
        let value = if field.value.is_empty() {
            HeaderValue::from_static("")
        } else {
            HeaderValue::from_maybe_shared(kept.slice(at..at + field.value.len()))
                .map_err(|_| UpstreamFault::Head)?
        };
        marks.lengths += usize::from(name == CONTENT_LENGTH);
        marks.encodings += usize::from(name == TRANSFER_ENCODING);
        marks.is_marked |= is_connection_field(&name);
        fields.append(name, value);
    }
    Ok(Parsed::Whole(Answer {
        status,
        version: if head.version == Some(1) {
            Version::HTTP_11
        } else {
            Version::HTTP_10
        },
        reason: reason.and_then(|reason| ReasonPhrase::try_from(reason.as_bytes()).ok()),
        fields,
        marks,
        behind: keeping.of(read.slice(octets..)),
    }))
}

impl Answer {
    /// How its body ends; `None` where it has none (RFC 9112 §6.3).
    fn framing(&self, is_head: bool) -> Result<Option<Framing>, UpstreamFault> {
        let length = self.fields.get(CONTENT_LENGTH);
        // One length and nothing else, or none of both: what nearly every answer has.
        if self.marks.encodings > 0 || self.marks.lengths > 1 {
            incoming::check_framing(&self.fields)?;
        } else if !length.is_none_or(incoming::is_number) {
            return Err(UpstreamFault::Framing);
        }
        let has_none = is_head
            || matches!(
                self.status,
                StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED
            );
        if has_none {
            return Ok(None);
        }
        if self.marks.encodings > 0 {
            return if self.version == Version::HTTP_10 {
                Err(UpstreamFault::Framing)
            } else {
                Ok(Some(Framing::Chunked(Chunked::default())))
            };
        }
        let Some(length) = length else {
            return Ok(Some(Framing::Close));
        };
        let length = length.to_str().ok().and_then(|digits| digits.parse().ok());
        Ok(match length.ok_or(UpstreamFault::Framing)? {
            0 => None,
            length => Some(Framing::Length(length)),
        })
    }

    /// Whether the connection may be used again when the answer is complete.
    fn is_kept(&self) -> bool {
        let closes = |line: &HeaderValue| {
            let mut options = line.as_bytes().split(|octet| *octet == b',');
            options.any(|option| option.trim_ascii().eq_ignore_ascii_case(b"close"))
        };
        let closes = || self.fields.get_all(CONNECTION).iter().any(closes);
        self.version == Version::HTTP_11 && !(self.marks.is_marked && closes())
    }

    fn with_body(mut self, lease: Lease<Box<Wire>>, framing: Option<Framing>) -> Response<Body> {
        let is_kept = self.is_kept() && !matches!(framing, Some(Framing::Close));
        if self.marks.is_marked {
            incoming::strip_connection(&mut self.fields);
        }
        let arrived = self.behind.len() as u64;
        let body = match framing {
            None => at_hand(lease, self.behind, 0, is_kept),
            Some(Framing::Length(length)) if length <= arrived => {
                at_hand(lease, self.behind, length, is_kept)
            }
            Some(framing) => Body::Stream(Stream::new(lease, self.behind, framing, is_kept)),
        };
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        *response.version_mut() = self.version;
        *response.headers_mut() = self.fields;
        if let Some(reason) = self.reason {
            response.extensions_mut().insert(reason);
        }
        response
    }
}

/// A body of so many octets, all of which have arrived.
fn at_hand(mut lease: Lease<Box<Wire>>, mut behind: Bytes, length: u64, is_kept: bool) -> Body {
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    let whole = behind.split_to(length.min(behind.len()));
    if !behind.is_empty() {
        // Nobody asked for more: the connection is not used again.
        lease.connection().put_back(behind);
    }
    if is_kept {
        lease.give_back();
    }
    if whole.is_empty() {
        Body::Empty
    } else {
        Body::Relayed(whole)
    }
}

fn closed() -> UpstreamFault {
    UpstreamFault::Io(io::ErrorKind::UnexpectedEof.into())
}

/// As hyper's.
const MOST_FIELDS: usize = 100;
const LONGEST_HEAD: usize = 8 * 1024 + 4096 * 100;
