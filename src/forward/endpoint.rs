//! One data thread's connections to one endpoint of an upstream, and how a request is answered over them.

mod by_hyper;
mod channel;
mod failure;
mod pace;
mod plainly;
mod spare;
mod upgrade;

use std::{
    future::Future,
    sync::{Arc, Mutex, atomic::AtomicBool},
};

use futures_util::{TryFutureExt as _, future::Either};
use http::{HeaderValue, Request, Response, header::HOST};
use hyper::{
    body::Incoming,
    client::conn::{http1::SendRequest, http2},
};

pub(super) use failure::Failure;
pub(super) use spare::{Copies, WORTH_A_COPY};

use super::{Upstream, connect::Connector, health::Health, outgoing::Said, plain};
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

    fn name_host(&self, request: &mut Request<Body>) {
        if let Some(host) = &self.own_host {
            request.headers_mut().insert(HOST, host.clone());
        }
    }
}
