//! What a request is sent on: a connection that is open, or a new one.

use std::{
    sync::{MutexGuard, PoisonError, atomic::Ordering},
    time::Duration,
};

use hyper::client::conn::{http1::SendRequest, http2};
use tokio::time::timeout;

use super::Endpoint;
use crate::{
    body::{Body, idle::Lease},
    forward::{ForwardError, connect::Opened},
};

/// What a request is sent on.
pub(super) enum Channel {
    Http1 {
        lease: Lease<SendRequest<Body>>,
        waited: Option<Duration>,
    },
    Http2(http2::SendRequest<Body>),
}

impl Endpoint {
    /// An open connection, or a new one.
    pub(super) async fn channel(&self, may_reuse: bool) -> Result<Channel, ForwardError> {
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

    pub(super) async fn connect(&self, http1_only: bool) -> Result<Channel, ForwardError> {
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
