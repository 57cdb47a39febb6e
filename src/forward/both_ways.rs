//! What both ways to an endpoint make of the octets of one answer, for the fuzz target that compares them (cargo feature
//! `fuzzing`).

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header::HOST};
use http_body::Body as HttpBody;
use http_body_util::BodyExt as _;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::UnixStream,
};

use super::{
    incoming,
    outgoing::Said,
    plain::{self, Asked},
};
use crate::body::{
    Body,
    idle::Idle,
    wire::{Socket, Wire},
};

/// An answer, as the client would get it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// Its status.
    pub status: StatusCode,
    /// Its fields, in their order.
    pub fields: Vec<(String, HeaderValue)>,
    /// All of its body.
    pub body: Bytes,
}

/// What the shorter way and hyper make of `octets` that answer a request with this method; `None` where that is no whole
/// answer. Both are given what arrives in pieces of `step` octets.
///
/// # Errors
/// The operating system gives no sockets.
pub async fn read(
    octets: &[u8],
    step: usize,
    method: &Method,
) -> std::io::Result<[Option<Read>; 2]> {
    let (ours, theirs) = UnixStream::pair()?;
    let plainly = tokio::join!(plainly(ours, method), answer(theirs, octets, step)).0;
    let (ours, theirs) = UnixStream::pair()?;
    let by_hyper = tokio::join!(by_hyper(ours, method), answer(theirs, octets, step)).0;
    Ok([plainly, by_hyper])
}

/// The endpoint: answers when it was asked, and hangs up.
async fn answer(mut stream: UnixStream, octets: &[u8], step: usize) {
    let mut asked = Vec::new();
    while !asked.ends_with(b"\r\n\r\n") {
        match stream.read_buf(&mut asked).await {
            Ok(1..) => {}
            Ok(0) | Err(_) => return,
        }
    }
    for piece in octets.chunks(step.max(1)) {
        if stream.write_all(piece).await.is_err() {
            return;
        }
        tokio::task::yield_now().await;
    }
    let _ = stream.shutdown().await;
}

fn request(method: &Method) -> Request<Body> {
    let mut request = Request::new(Body::Empty);
    request.method_mut().clone_from(method);
    let host = HeaderValue::from_static("app");
    request.headers_mut().insert(HOST, host);
    request
}

async fn plainly(stream: UnixStream, method: &Method) -> Option<Read> {
    let idle = Idle::new(1, Duration::from_secs(1));
    let mut wire = Box::new(Wire::new(Socket::Unix(stream)));
    let request = request(method);
    plain::write(&request, &Said::default(), &mut wire.head);
    let exchange = plain::Exchange::new(Arc::clone(&idle).lease(wire), Asked::by(&request));
    collected(exchange.await.ok()?).await
}

async fn by_hyper(stream: UnixStream, method: &Method) -> Option<Read> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
    let exchange = async {
        let mut response = sender.send_request(request(method)).await.ok()?;
        incoming::check_framing(response.headers()).ok()?;
        incoming::strip_connection(response.headers_mut());
        let is_unasked = response.status() == StatusCode::SWITCHING_PROTOCOLS;
        collected(response).await.filter(|_| !is_unasked)
    };
    tokio::join!(exchange, async {
        let _ = connection.await;
    })
    .0
}

async fn collected<B: HttpBody<Data = Bytes>>(response: Response<B>) -> Option<Read> {
    let (head, body) = response.into_parts();
    let body = body.collect().await.ok()?.to_bytes();
    let fields = head.headers.iter();
    Some(Read {
        status: head.status,
        fields: fields
            .map(|(name, value)| (name.as_str().to_owned(), value.clone()))
            .collect(),
        body,
    })
}
