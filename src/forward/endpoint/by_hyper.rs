//! The way of most requests: hyper writes them and reads their answers.

use std::{
    error::Error as _,
    future::{Future, ready},
    io,
    sync::Arc,
    time::Duration,
};

use futures_util::{FutureExt as _, future::Either};
use http::{Request, Response};
use hyper::{
    body::Incoming,
    client::conn::{TrySendError, http1::SendRequest},
};

use super::{
    Copies, Endpoint, Exchange, Failure,
    channel::Channel,
    pace::{Elapsed, within},
    spare::{Spare, spare},
};
use crate::{
    body::{Body, idle::Lease, upload::Progress},
    forward::outgoing,
};

impl Endpoint {
    /// A connection that was reused and turns out to be closed is replaced once: always when the request was not sent,
    /// otherwise only where a second sending cannot do harm (RFC 9110 §9.2.2).
    ///
    /// On an idle connection the request is under way before there is a future, which is the smaller for it.
    pub(super) fn exchange_by_hyper(
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
}

/// What hyper says of a request that it was to send.
type Sent = Result<Response<Incoming>, TrySendError<Request<Body>>>;

/// Why there is no answer yet.
enum Lost {
    /// The request is to be sent once more, on another connection.
    Again(Box<Request<Body>>),
    For(Failure),
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
