use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use futures_util::{TryFutureExt as _, future::Either};

use http::Request;

use super::{
    ForwardError, Upstream, UpstreamFault,
    endpoint::{Answer, Copies, Endpoint, Exchange, Failure},
    outgoing::Said,
};
use crate::body::{Body, upload::Progress};

/// One data thread's way to one upstream: to its endpoints in turn, past those that are out.
#[derive(Debug)]
pub(super) struct Lane {
    pub(super) upstream: Arc<Upstream>,
    endpoints: Box<[Endpoint]>,
    turn: AtomicUsize,
}

impl Lane {
    pub(super) fn new(upstream: &Arc<Upstream>, endpoints: Box<[Endpoint]>) -> Self {
        Self {
            upstream: Arc::clone(upstream),
            endpoints,
            turn: AtomicUsize::new(0),
        }
    }

    /// Whether a connection of this upstream can be upgraded.
    pub(super) fn can_upgrade(&self) -> bool {
        self.endpoints.iter().all(Endpoint::can_upgrade)
    }

    /// Sends a request and waits for the head of the answer. Where an endpoint fails before the request has left, or the
    /// request may be sent twice, the next one is asked.
    pub(super) fn exchange(
        &self,
        mut request: Request<Body>,
        said: &Said,
        progress: Option<Arc<Progress>>,
        wants_trailers: bool,
    ) -> impl Future<Output = Result<Answer, ForwardError>> + Send + use<'_> {
        if let [only] = &*self.endpoints {
            let copies = Copies::Suspicious;
            let exchange = only.exchange(request, said, progress, wants_trailers, copies);
            return Either::Left(exchange.map_err(|failure| failure.error));
        }
        said.put_into(request.headers_mut());
        // Rarer, and larger: boxed, it does not weigh on the only endpoint's requests.
        let wants = Wants::Answer {
            progress,
            wants_trailers,
        };
        Either::Right(Box::pin(self.any(request, wants)))
    }

    /// Sends an upgrade request on a connection of its own.
    pub(super) async fn exchange_upgrade(
        &self,
        request: Request<Body>,
    ) -> Result<Exchange, ForwardError> {
        match self.any(request, Wants::Upgrade).await? {
            Answer::Hyper(exchange) => Ok(exchange),
            // Upgrades never go that way.
            Answer::Plain(_) => Err(self.broken(UpstreamFault::Unasked)),
        }
    }

    async fn any(&self, mut request: Request<Body>, wants: Wants) -> Result<Answer, ForwardError> {
        let mut error = ForwardError::Unrouted;
        for endpoint in self.order() {
            let failure = match wants.clone().of(endpoint, request).await {
                Ok(exchange) => {
                    endpoint.health.succeeded();
                    return Ok(exchange);
                }
                Err(failure) => failure,
            };
            let counts = self.endpoints.len() > 1 && !failure.is_clients;
            if counts && endpoint.health.failed() {
                tracing::warn!(
                    upstream = %self.upstream.name,
                    endpoint = endpoint.address(),
                    error = &failure.error as &dyn std::error::Error,
                    "an endpoint fails and is left out for a while"
                );
            }
            error = failure.error;
            match failure.again {
                Some(again) => request = *again,
                None => break,
            }
        }
        Err(error)
    }

    /// The endpoints that a request may try: in turn, those that are out last, because any is better than none.
    fn order(&self) -> Vec<&Endpoint> {
        let count = self.endpoints.len();
        let first = self.turn.fetch_add(1, Ordering::Relaxed) % count.max(1);
        let (before, from) = self.endpoints.split_at(first);
        let mut order: Vec<_> = from.iter().chain(before).collect();
        if count > 1 {
            order.sort_by_key(|endpoint| !endpoint.health.is_in());
        }
        order.truncate(MOST_ATTEMPTS);
        order
    }

    pub(super) fn broken(&self, source: UpstreamFault) -> ForwardError {
        ForwardError::Upstream {
            upstream: self.upstream.name.clone(),
            source,
        }
    }
}

/// What a request is sent for.
#[derive(Clone)]
enum Wants {
    Answer {
        progress: Option<Arc<Progress>>,
        wants_trailers: bool,
    },
    Upgrade,
}

impl Wants {
    async fn of(self, endpoint: &Endpoint, request: Request<Body>) -> Result<Answer, Failure> {
        match self {
            Self::Answer {
                progress,
                wants_trailers,
            } => {
                let copies = Copies::Always;
                let exchange = {
                    let said = Said::default();
                    endpoint.exchange(request, &said, progress, wants_trailers, copies)
                };
                exchange.await
            }
            Self::Upgrade => endpoint.exchange_upgrade(request).await.map(Answer::Hyper),
        }
    }
}

/// So that one request cannot walk through all endpoints of a large upstream that is down.
const MOST_ATTEMPTS: usize = 3;
