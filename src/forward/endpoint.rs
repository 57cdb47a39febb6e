mod plainly;

use std::{
    error::Error as _,
    future::{Future, ready},
    io,
    pin::pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_util::{FutureExt as _, TryFutureExt as _, future::Either};
use http::{HeaderValue, Method, Request, Response, header::HOST};
use hyper::{
    body::Incoming,
    client::conn::{TrySendError, http1::SendRequest, http2},
};
use tokio::time::timeout;

use super::{
    ForwardError, Upstream, UpstreamFault,
    connect::{Connector, Opened},
    health::Health,
    outgoing::{self, Said},
    plain, tls,
};
use crate::body::{
    Body,
    idle::{Idle, Lease},
    upload::Progress,
    wire::Wire,
};

/// One data thread's connections to one endpoint of an upstream.
#[derive(Debug)]
pub(super) struct Endpoint {
    upstream: Arc<Upstream>,
    /// `Host` where the client's is not passed on.
    own_host: Option<HeaderValue>,
    connector: Arc<Connector>,
    pub(super) health: Arc<Health>,
    idle: Arc<Idle<SendRequest<Body>>>,
    /// For the shorter way, where there is one.
    wires: Option<Arc<Idle<Box<Wire>>>>,
    http2: Mutex<Option<http2::SendRequest<Body>>>,
    /// Whether the next connection will speak HTTP/2, as far as we know: then one is enough.
    expects_http2: AtomicBool,
    connecting: tokio::sync::Mutex<()>,
}

/// An answer and what came with it.
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) response: Response<Incoming>,
    /// The HTTP/1.1 connection, to be given back when the body is complete.
    pub(super) lease: Option<Lease<SendRequest<Body>>>,
}

/// What came back, by either way.
#[derive(Debug)]
pub(super) enum Answer {
    Hyper(Exchange),
    /// Its framing judged, free of what concerns its connection.
    Plain(Response<Body>),
}

enum Channel {
    Http1 {
        lease: Lease<SendRequest<Body>>,
        waited: Option<Duration>,
    },
    Http2(http2::SendRequest<Body>),
}

/// Why there was no answer, and the request where it may be sent to another endpoint: it has not left, or sending it
/// twice does no harm.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) error: ForwardError,
    pub(super) again: Option<Box<Request<Body>>>,
    /// Whether it was the client that broke off.
    pub(super) is_clients: bool,
}

/// A copy of a request, to send it again.
type Spare = Option<Box<Request<Body>>>;

/// What hyper says of a request that it was to send.
type Sent = Result<Response<Incoming>, TrySendError<Request<Body>>>;

/// Why there is no answer yet.
enum Lost {
    /// The request is to be sent once more, on another connection.
    Again(Box<Request<Body>>),
    For(Failure),
}

impl From<ForwardError> for Failure {
    fn from(error: ForwardError) -> Self {
        Self {
            error,
            again: None,
            is_clients: false,
        }
    }
}

/// When a request is copied before it is sent, so that it can be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Copies {
    /// Where there is another endpoint.
    Always,
    /// Where the connection has waited, so that the upstream may be closing it right now.
    Suspicious,
}

impl Endpoint {
    pub(super) fn new(
        upstream: &Arc<Upstream>,
        connector: &Arc<Connector>,
        health: &Arc<Health>,
    ) -> Self {
        let own_host = HeaderValue::from_str(&connector.authority()).ok();
        Self {
            own_host: own_host.filter(|_| !upstream.pass_host),
            idle: Idle::new(upstream.idle_connections, upstream.idle_timeout),
            wires: connector
                .is_plain()
                .then(|| Idle::new(upstream.idle_connections, upstream.idle_timeout)),
            http2: Mutex::default(),
            expects_http2: AtomicBool::new(connector.is_http2()),
            connecting: tokio::sync::Mutex::default(),
            upstream: Arc::clone(upstream),
            connector: Arc::clone(connector),
            health: Arc::clone(health),
        }
    }

    /// Whether a connection of this endpoint can be upgraded.
    pub(super) fn can_upgrade(&self) -> bool {
        self.connector.can_upgrade()
    }

    /// Where it is, for logs.
    pub(super) fn address(&self) -> String {
        self.connector.address()
    }

    /// Sends a request and waits for the head of the answer: by the shorter way where it can go that way.
    pub(super) fn exchange(
        &self,
        mut request: Request<Body>,
        said: &Said,
        progress: Option<Arc<Progress>>,
        wants_trailers: bool,
        copies: Copies,
    ) -> impl Future<Output = Result<Answer, Failure>> + Send + use<'_> {
        match &self.wires {
            Some(wires) if plain::takes(&request) => {
                Either::Left(self.exchange_plainly(wires, request, said, copies))
            }
            _ => {
                said.put_into(request.headers_mut());
                let exchange = self.exchange_by_hyper(request, progress, wants_trailers, copies);
                Either::Right(exchange.map_ok(Answer::Hyper))
            }
        }
    }

    /// A connection that was reused and turns out to be closed is replaced once: always when the request was not sent,
    /// otherwise only where a second sending cannot do harm (RFC 9110 §9.2.2).
    ///
    /// On an idle connection the request is under way before there is a future, which is the smaller for it.
    fn exchange_by_hyper(
        &self,
        request: Request<Body>,
        progress: Option<Arc<Progress>>,
        wants_trailers: bool,
        copies: Copies,
    ) -> impl Future<Output = Result<Exchange, Failure>> + Send {
        let Some((mut lease, waited)) = self.idle.take() else {
            let exchange = self.exchange_over(request, progress, wants_trailers, copies, true);
            return Either::Right(Box::pin(exchange));
        };
        let (sent, spare) = self.send(&mut lease, request, Some(waited), copies);
        let answer = within(self.upstream.response_timeout, progress.clone(), sent);
        Either::Left(answer.then(move |answer| {
            match self.judge(answer, spare, progress.as_deref(), true) {
                Ok(response) => Either::Left(ready(Ok(Exchange {
                    response,
                    lease: Some(lease),
                }))),
                Err(Lost::Again(again)) => {
                    let exchange =
                        self.exchange_over(*again, progress, wants_trailers, copies, false);
                    Either::Right(Box::pin(exchange))
                }
                Err(Lost::For(failure)) => Either::Left(ready(Err(failure))),
            }
        }))
    }

    /// On any connection, also one that has to be opened first.
    async fn exchange_over(
        &self,
        mut request: Request<Body>,
        progress: Option<Arc<Progress>>,
        wants_trailers: bool,
        copies: Copies,
        mut may_reuse: bool,
    ) -> Result<Exchange, Failure> {
        let limit = self.upstream.response_timeout;
        loop {
            let channel = match self.channel(may_reuse).await {
                Ok(channel) => channel,
                Err(error) => return Err(Failure::unsent(error, request)),
            };
            let (answer, lease, spare) = match channel {
                Channel::Http1 { mut lease, waited } => {
                    may_reuse &= waited.is_some();
                    let (sent, spare) = self.send(&mut lease, request, waited, copies);
                    (
                        within(limit, progress.clone(), sent).await,
                        Some(lease),
                        spare,
                    )
                }
                Channel::Http2(mut sender) => {
                    self.name_host(&mut request);
                    outgoing::for_http2(&mut request, self.connector.scheme(), wants_trailers);
                    let spare = spare(&request, None, copies);
                    let sent = sender.try_send_request(request);
                    (within(limit, progress.clone(), sent).await, None, spare)
                }
            };
            match self.judge(answer, spare, progress.as_deref(), may_reuse) {
                Ok(response) => return Ok(Exchange { response, lease }),
                Err(Lost::Again(again)) => request = *again,
                Err(Lost::For(failure)) => return Err(failure),
            }
            may_reuse = false;
        }
    }

    /// Sends on an HTTP/1.1 connection; with it comes the copy to send again, if there is one.
    fn send(
        &self,
        lease: &mut Lease<SendRequest<Body>>,
        mut request: Request<Body>,
        waited: Option<Duration>,
        copies: Copies,
    ) -> (impl Future<Output = Sent> + use<>, Spare) {
        outgoing::for_http1(&mut request);
        self.name_host(&mut request);
        let spare = spare(&request, waited, copies);
        (lease.connection().try_send_request(request), spare)
    }

    /// What came of a sending.
    fn judge(
        &self,
        answer: Result<Sent, Elapsed>,
        spare: Spare,
        progress: Option<&Progress>,
        may_repeat: bool,
    ) -> Result<Response<Incoming>, Lost> {
        let mut failed = match answer {
            Ok(Ok(response)) => return Ok(response),
            Ok(Err(failed)) => failed,
            Err(Elapsed) => return Err(Lost::For(self.overdue(progress))),
        };
        let spare = spare.filter(|_| is_lost(failed.error()));
        match failed.take_message().map(Box::new).or(spare) {
            Some(again) if may_repeat => Err(Lost::Again(again)),
            again => {
                let error = failed.into_error();
                // HTTP/2 only says that the stream was reset, not why.
                let has_failed = progress.is_some_and(Progress::has_failed);
                Err(Lost::For(Failure {
                    is_clients: error.is_user() || has_failed,
                    error: self.broken(error.into()),
                    again,
                }))
            }
        }
    }

    /// Sends an upgrade request on a connection of its own.
    pub(super) async fn exchange_upgrade(
        &self,
        mut request: Request<Body>,
    ) -> Result<Exchange, Failure> {
        if !self.can_upgrade() {
            return Err(self.cannot_upgrade(request));
        }
        let mut lease = match Box::pin(self.connect(true)).await {
            Ok(Channel::Http1 { lease, .. }) => lease,
            Ok(Channel::Http2(_)) => return Err(self.cannot_upgrade(request)),
            Err(ForwardError::Connect { source, .. }) if tls::has_no_protocol(&source) => {
                return Err(self.cannot_upgrade(request));
            }
            Err(error) => return Err(Failure::unsent(error, request)),
        };
        outgoing::for_http1(&mut request);
        self.name_host(&mut request);
        let sent = lease.connection().send_request(request);
        let response = within(self.upstream.response_timeout, None, sent)
            .await
            .map_err(|_| self.too_slow())?
            .map_err(|error| self.broken(error.into()))?;
        Ok(Exchange {
            response,
            lease: Some(lease),
        })
    }

    /// What asks for an upgrade where HTTP/2 alone is spoken says nothing about the endpoint's health.
    fn cannot_upgrade(&self, request: Request<Body>) -> Failure {
        Failure {
            is_clients: true,
            ..Failure::unsent(self.broken(UpstreamFault::Refused), request)
        }
    }

    fn name_host(&self, request: &mut Request<Body>) {
        if let Some(host) = &self.own_host {
            request.headers_mut().insert(HOST, host.clone());
        }
    }

    fn broken(&self, source: UpstreamFault) -> ForwardError {
        ForwardError::Upstream {
            upstream: self.upstream.name.clone(),
            source,
        }
    }

    /// Whose fault it is that there is no answer in time.
    fn overdue(&self, progress: Option<&Progress>) -> Failure {
        if progress.is_some_and(Progress::awaits_client) {
            return Failure {
                is_clients: true,
                ..ForwardError::ClientStopped.into()
            };
        }
        self.too_slow().into()
    }

    fn unreachable(&self, source: io::Error) -> ForwardError {
        ForwardError::Connect {
            upstream: self.upstream.name.clone(),
            source,
        }
    }

    fn too_slow(&self) -> ForwardError {
        ForwardError::Timeout {
            upstream: self.upstream.name.clone(),
        }
    }

    /// An open connection, or a new one.
    async fn channel(&self, may_reuse: bool) -> Result<Channel, ForwardError> {
        if may_reuse && let Some((lease, waited)) = self.idle.take() {
            let waited = Some(waited);
            return Ok(Channel::Http1 { lease, waited });
        }
        if !self.expects_http2.load(Ordering::Relaxed) {
            return Box::pin(self.connect(false)).await;
        }
        if !may_reuse {
            *self.http2() = None;
        }
        if let Some(sender) = self.open_http2() {
            return Ok(Channel::Http2(sender));
        }
        let shared = Box::pin(self.connect_in_turn());
        let limit = self.upstream.connect_timeout;
        timeout(limit, shared)
            .await
            .map_err(|_elapsed| self.too_slow())?
    }

    /// One connects, the others use what it gets. Waiting for it counts as connecting.
    async fn connect_in_turn(&self) -> Result<Channel, ForwardError> {
        let turn = self.connecting.lock().await;
        if let Some(sender) = self.open_http2() {
            return Ok(Channel::Http2(sender));
        }
        if !self.expects_http2.load(Ordering::Relaxed) {
            drop(turn);
        }
        self.open(false).await
    }

    fn open_http2(&self) -> Option<http2::SendRequest<Body>> {
        self.http2()
            .as_ref()
            .filter(|sender| !sender.is_closed())
            .cloned()
    }

    fn http2(&self) -> MutexGuard<'_, Option<http2::SendRequest<Body>>> {
        self.http2.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn connect(&self, http1_only: bool) -> Result<Channel, ForwardError> {
        timeout(self.upstream.connect_timeout, self.open(http1_only))
            .await
            .map_err(|_elapsed| self.too_slow())?
    }

    /// A new connection, however long it takes.
    async fn open(&self, http1_only: bool) -> Result<Channel, ForwardError> {
        let connected = self.connector.connect(http1_only).await;
        let wire = connected.map_err(|source| self.unreachable(source))?;
        Ok(match wire {
            Opened::Http1(sender) => {
                if !http1_only {
                    self.expects_http2.store(false, Ordering::Relaxed);
                }
                Channel::Http1 {
                    lease: self.idle.lease(sender),
                    waited: None,
                }
            }
            Opened::Http2(sender) => {
                self.expects_http2.store(true, Ordering::Relaxed);
                *self.http2() = Some(sender.clone());
                Channel::Http2(sender)
            }
        })
    }
}

impl Failure {
    /// Nothing has left yet.
    fn unsent(error: ForwardError, request: Request<Body>) -> Self {
        Self {
            again: Some(Box::new(request)),
            ..error.into()
        }
    }
}

/// A copy to send again, where that is harmless and likely to be of use: there is another endpoint, or the connection has
/// waited, so that the upstream may be closing it right now. Busy connections are not worth the copy.
fn spare(request: &Request<Body>, waited: Option<Duration>, copies: Copies) -> Spare {
    let is_suspicious = waited.is_some_and(|waited| waited >= WORTH_A_COPY);
    if copies == Copies::Suspicious && !is_suspicious {
        return None;
    }
    let is_idempotent = [
        Method::GET,
        Method::HEAD,
        Method::OPTIONS,
        Method::PUT,
        Method::DELETE,
    ]
    .contains(request.method());
    if !is_idempotent || !matches!(request.body(), Body::Empty) {
        return None;
    }
    let mut copy = Request::new(Body::Empty);
    copy.method_mut().clone_from(request.method());
    copy.uri_mut().clone_from(request.uri());
    copy.headers_mut().clone_from(request.headers());
    Some(Box::new(copy))
}

/// Waits for an answer for `limit` after the end of the request; a request that does not get on for so long counts as
/// ended. The end of an upload is noticed to a quarter of the limit.
fn within<F: Future>(
    limit: Duration,
    progress: Option<Arc<Progress>>,
    answer: F,
) -> impl Future<Output = Result<F::Output, Elapsed>> + use<F> {
    match progress {
        None => Either::Left(timeout(limit, answer).map_err(|_| Elapsed)),
        Some(progress) => Either::Right(Box::pin(within_pace(limit, progress, answer))),
    }
}

async fn within_pace<F: Future>(
    limit: Duration,
    progress: Arc<Progress>,
    answer: F,
) -> Result<F::Output, Elapsed> {
    let mut answer = pin!(answer);
    let (mut last, mut quarters) = (progress.count(), 0);
    while quarters < 4 {
        if let Ok(answer) = timeout(limit / 4, &mut answer).await {
            return Ok(answer);
        }
        let now = progress.count();
        quarters = if now == last { quarters + 1 } else { 0 };
        last = now;
    }
    Err(Elapsed)
}

/// Whether a connection ended without an answer, as one does that was closed while it was idle.
fn is_lost(error: &hyper::Error) -> bool {
    let is_cut = || {
        error
            .source()
            .and_then(|source| source.downcast_ref::<io::Error>())
            .is_some_and(|error| {
                matches!(
                    error.kind(),
                    io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe
                )
            })
    };
    error.is_incomplete_message() || error.is_closed() || error.is_canceled() || is_cut()
}

#[derive(Debug)]
struct Elapsed;

pub(super) const WORTH_A_COPY: Duration = Duration::from_millis(100);
