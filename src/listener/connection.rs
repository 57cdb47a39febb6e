use std::{
    convert::Infallible,
    future::{poll_fn, ready},
    net::SocketAddr,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::Arc,
    task::{Context, Poll},
};

use futures_util::{FutureExt as _, future::Either};
use http::{HeaderValue, Method, Request, Response, StatusCode, Version, header::CONNECTION};
use http_body::Body as _;
use hyper::{
    body::Incoming,
    server::conn::{http1, http2},
    service::{Service as HttpService, service_fn},
};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use ipnet::IpNet;
use tokio::io::{AsyncRead, AsyncWrite};

use super::{
    Handler, Peer, Settings,
    prefixed::Prefixed,
    tls::{Identity, certificate},
    tracked::Tracked,
    watch::{Busy, Connection, Flight, Guard, Order},
    watched::Watched,
};
use crate::body::Body;

/// What all connections of a thread share.
#[derive(Debug)]
pub(super) struct Server<H> {
    pub(super) handler: H,
    pub(super) tls: Option<Arc<Identity>>,
    pub(super) http1: http1::Builder,
    http2: http2::Builder<TokioExecutor>,
    pub(super) bounds: Bounds,
    proxies: Vec<IpNet>,
}

/// How much a request's head may hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Octets.
    pub(super) head: usize,
    /// Fields.
    pub(super) fields: usize,
}

impl<H: Handler> Server<H> {
    pub(super) fn new(handler: H, settings: &Settings, tls: Option<Arc<Identity>>) -> Self {
        let mut http1 = http1::Builder::new();
        // Deadlines are the watch's business.
        http1
            .header_read_timeout(None)
            .max_header_size(settings.max_head)
            .max_buf_size(settings.max_head.max(SMALLEST_BUFFER));
        if settings.max_headers > DEFAULT_HEADERS {
            http1.max_headers(settings.max_headers);
        }
        let mut http2 = http2::Builder::new(TokioExecutor::new());
        http2
            .timer(TokioTimer::new())
            .keep_alive_interval(settings.idle_timeout)
            .enable_connect_protocol()
            .max_concurrent_streams(settings.max_streams)
            .max_header_list_size(u32::try_from(settings.max_head).unwrap_or(u32::MAX));
        Self {
            handler,
            tls,
            http1,
            http2,
            bounds: Bounds {
                head: settings.max_head,
                fields: settings.max_headers,
            },
            proxies: settings.proxy_protocol.clone(),
        }
    }

    /// One connection from accept to end. Errors of the peer end it without a word.
    pub(super) async fn serve<S>(self: Arc<Self>, stream: S, address: SocketAddr, guard: Guard)
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let connection = Arc::clone(guard.connection());
        let mut stream = Prefixed::new(Watched::new(stream, &guard));
        let mut peer = Peer {
            address,
            secure: self.tls.is_some(),
            certificate: None,
        };
        if self.is_proxy(address) {
            match unless_closed(&connection, stream.announced()).await {
                Some(Ok(source)) => peer.address = source.unwrap_or(address),
                // A check whether the port is open.
                Some(Err(_)) if !stream.has_begun() => {
                    return tracing::debug!(peer = %address.ip(), "a listed peer connected and sent nothing");
                }
                Some(Err(error)) => return refuse(address, &error),
                None => return,
            }
        }
        if let Some(tls) = &self.tls {
            // In a box, so that connections without TLS are small.
            Box::pin(self.secured(tls, stream, peer, &guard)).await;
        } else if let Some(Ok(is_http2)) = unless_closed(&connection, stream.is_http2()).await {
            self.exchange(stream, is_http2, peer, &guard).await;
        }
    }

    async fn secured<S>(&self, tls: &Identity, stream: S, mut peer: Peer, guard: &Guard)
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let handshake = tls.acceptor().accept(stream);
        if let Some(Ok(stream)) = unless_closed(guard.connection(), handshake).await {
            let session = stream.get_ref().1;
            let is_http2 = session.alpn_protocol() == Some(b"h2");
            peer.certificate = session.peer_certificates().and_then(certificate);
            self.exchange(Prefixed::new(stream), is_http2, peer, guard)
                .await;
        }
    }

    fn is_proxy(&self, address: SocketAddr) -> bool {
        !self.proxies.is_empty() && {
            let ip = address.ip().to_canonical();
            self.proxies.iter().any(|network| network.contains(&ip))
        }
    }

    async fn exchange<S>(&self, stream: Prefixed<S>, is_http2: bool, peer: Peer, guard: &Guard)
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        if is_http2 {
            Box::pin(self.exchange_http2(stream, peer, guard)).await;
        } else {
            self.exchange_http1(stream, peer, guard).await;
        }
    }

    async fn exchange_http2<S>(&self, stream: Prefixed<S>, peer: Peer, guard: &Guard)
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let io = TokioIo::new(stream);
        let service = self.service(peer, guard);
        let mut exchange = pin!(self.http2.serve_connection(io, service));
        obey(guard.connection(), 0, |cx, drain| {
            if drain {
                exchange.as_mut().graceful_shutdown();
            }
            exchange.as_mut().poll(cx).map(drop)
        })
        .await;
    }

    pub(super) fn service(
        &self,
        peer: Peer,
        guard: &Guard,
    ) -> impl HttpService<
        Request<Incoming>,
        Response = Response<Tracked>,
        Error = Infallible,
        Future = impl Future<Output = Result<Response<Tracked>, Infallible>> + Send + use<H>,
    > + use<H> {
        let (handler, max_headers) = (self.handler.clone(), self.bounds.fields);
        let (connection, watch) = (Arc::clone(guard.connection()), Arc::clone(guard.watch()));
        service_fn(move |mut request: Request<Incoming>| {
            let is_bodiless = request.body().is_end_stream();
            let flight = Flight::begin(&connection, &watch, is_bodiless);
            if request.method() == Method::CONNECT {
                let busy = Busy::new(Flight::begin(&connection, &watch, false));
                request.extensions_mut().insert(busy);
            }
            let answer = begin(&handler, request.map(Some), &peer, max_headers);
            answer.map(|response| {
                Ok::<_, Infallible>(response.map(|body| Tracked::new(body, flight)))
            })
        })
    }
}

/// The handler's answer, also when there are too many fields or the handler panics.
///
/// Not async: a request would be part of the future, and be moved about with it.
fn begin<H: Handler>(
    handler: &H,
    request: Request<Option<Incoming>>,
    peer: &Peer,
    max_headers: usize,
) -> impl Future<Output = Response<Body>> + Send + use<H> {
    let version = request.version();
    if request.headers().len() > max_headers {
        let response = bare(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, version);
        return Either::Right(ready(response));
    }
    let (handler, peer) = (handler.clone(), peer.clone());
    let handle = AssertUnwindSafe(|| handler.handle(request, peer));
    match catch_unwind(handle) {
        Ok(answer) => {
            let answer = AssertUnwindSafe(answer).catch_unwind();
            Either::Left(answer.map(move |answer| answer.unwrap_or_else(|_| panicked(version))))
        }
        Err(_panic) => Either::Right(ready(panicked(version))),
    }
}

pub(super) fn panicked(version: Version) -> Response<Body> {
    tracing::error!("a handler panicked; its request is answered 500");
    bare(StatusCode::INTERNAL_SERVER_ERROR, version)
}

/// A status and the end of the connection.
fn bare(status: StatusCode, version: Version) -> Response<Body> {
    let mut response = Response::new(Body::Empty);
    *response.status_mut() = status;
    if version < Version::HTTP_2 {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
    }
    response
}

/// Runs a step before the first request; `None` once the watch wants the connection to end.
async fn unless_closed<F: Future>(connection: &Connection, step: F) -> Option<F::Output> {
    until(connection, |order| order == Order::Close, step).await
}

/// Runs a step; `None` once the watch gives an order that ends it.
pub(super) async fn until<F: Future>(
    connection: &Connection,
    ends: fn(Order) -> bool,
    step: F,
) -> Option<F::Output> {
    let mut step = pin!(step);
    poll_fn(|cx| {
        connection.wake(cx.waker());
        if ends(connection.order()) {
            Poll::Ready(None)
        } else {
            step.as_mut().poll(cx).map(Some)
        }
    })
    .await
}

/// How an exchange was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// Nothing to do for now, and nothing left over: it may be given up.
    AtRest,
    /// At its end, or the watch wants it to end.
    Over,
}

/// Polls an exchange, telling it once when to drain; gives up when the watch says close.
///
/// An exchange is not told before its connection has had more than `requests` of them: one may have been sent before the
/// other end could know.
pub(super) async fn obey(
    connection: &Connection,
    requests: u64,
    mut poll: impl FnMut(&mut Context<'_>, bool) -> Poll<()>,
) -> Left {
    let mut is_told = false;
    poll_fn(|cx| {
        connection.wake(cx.waker());
        loop {
            let (order, before) = (connection.order(), connection.requests());
            if order == Order::Close {
                return Poll::Ready(Left::Over);
            }
            let tells = !is_told && order == Order::Drain && before > requests;
            is_told |= tells;
            if poll(cx, tells).is_ready() {
                return Poll::Ready(Left::Over);
            }
            if connection.may_rest() {
                if connection.requests() == before {
                    return Poll::Ready(Left::AtRest);
                }
                // What has come behind the last request, if anything, shows in the next poll.
                cx.waker().wake_by_ref();
            }
            // The first request may have come and gone in this poll.
            if is_told || order == Order::Serve || connection.requests() <= requests {
                return Poll::Pending;
            }
        }
    })
    .await
}

/// A listed proxy that breaks the agreement: its operator must hear of it, or wonders why nothing is answered.
fn refuse(address: SocketAddr, error: &std::io::Error) {
    tracing::warn!(
        peer = %address.ip(),
        error = error as &dyn std::error::Error,
        "a peer listed in server.proxy_protocol sent no usable PROXY header; its connection is closed"
    );
}

/// hyper's lower bound.
const SMALLEST_BUFFER: usize = 8192;

/// hyper keeps so many on the stack; more cost an allocation a request.
const DEFAULT_HEADERS: usize = 100;
