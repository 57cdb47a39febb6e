//! The shorter way: over connections that are read here.

use std::{
    future::{Future, ready},
    sync::Arc,
};

use futures_util::{FutureExt as _, future::Either};
use http::Request;
use tokio::time::timeout;

use super::{Answer, Copies, Endpoint, Failure, WORTH_A_COPY};
use crate::{
    body::{Body, idle::Idle, wire::Wire},
    forward::{
        UpstreamFault,
        outgoing::{self, Said},
        plain::{self, Asked, Broken},
    },
};

impl Endpoint {
    /// As [`Endpoint::exchange_by_hyper`], over connections that are read here.
    pub(super) fn exchange_plainly<'a>(
        &'a self,
        wires: &'a Arc<Idle<Box<Wire>>>,
        mut request: Request<Body>,
        said: &Said,
        copies: Copies,
    ) -> impl Future<Output = Result<Answer, Failure>> + Send + use<'a> {
        let asked = Asked::by(&request);
        outgoing::for_http1(&mut request);
        self.name_host(&mut request);
        let Some((mut lease, waited)) = wires.take() else {
            let mut head = Vec::with_capacity(1024);
            plain::write(&request, said, &mut head);
            let kept = (copies == Copies::Always).then(|| Box::new(request));
            let anew = self.exchange_on_new_wire(wires, head, asked, kept);
            return Either::Left(Box::pin(anew));
        };
        let wire = lease.connection();
        plain::write(&request, said, &mut wire.head);
        let kept = if copies == Copies::Always {
            Some(Box::new(request))
        } else {
            wire.fields = std::mem::take(request.headers_mut());
            wire.fields.clear();
            None
        };
        let exchange = plain::Exchange::new(lease, asked);
        Either::Right(
            timeout(self.upstream.response_timeout, exchange).then(move |answer| {
                match answer {
                    Ok(Ok(response)) => Either::Left(ready(Ok(Answer::Plain(response)))),
                    // Closed while it waited: what is sent here may be sent twice.
                    Ok(Err(broken))
                        if broken.is_unheard && (broken.is_unsent || waited >= WORTH_A_COPY) =>
                    {
                        let anew = self.exchange_on_new_wire(wires, broken.head, asked, kept);
                        Either::Right(Box::pin(anew))
                    }
                    Ok(Err(broken)) => Either::Left(ready(Err(self.unanswered(broken, kept)))),
                    Err(_elapsed) => Either::Left(ready(Err(self.overdue(None)))),
                }
            }),
        )
    }

    async fn exchange_on_new_wire(
        &self,
        wires: &Arc<Idle<Box<Wire>>>,
        head: Vec<u8>,
        asked: Asked,
        kept: Option<Box<Request<Body>>>,
    ) -> Result<Answer, Failure> {
        let connected = match timeout(self.upstream.connect_timeout, self.connector.wire()).await {
            Ok(connected) => connected.map_err(|source| self.unreachable(source)),
            Err(_elapsed) => Err(self.too_slow()),
        };
        let mut wire = match connected {
            Ok(wire) => wire,
            Err(error) => {
                return Err(Failure {
                    again: kept,
                    ..error.into()
                });
            }
        };
        wire.head = head;
        let exchange = plain::Exchange::new(wires.lease(wire), asked);
        match timeout(self.upstream.response_timeout, exchange).await {
            Ok(Ok(response)) => Ok(Answer::Plain(response)),
            Ok(Err(broken)) => Err(self.unanswered(broken, kept)),
            Err(_elapsed) => Err(self.overdue(None)),
        }
    }

    /// An answer that is none says nothing about the endpoint's health, nor would another endpoint give a better one.
    fn unanswered(&self, broken: Broken, kept: Option<Box<Request<Body>>>) -> Failure {
        let is_lost = matches!(broken.fault, UpstreamFault::Io(_));
        Failure {
            again: kept.filter(|_| is_lost),
            is_clients: !is_lost,
            ..self.broken(broken.fault).into()
        }
    }
}
