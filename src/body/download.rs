use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http_body::{Body as _, Frame};
use hyper::{body::Incoming, client::conn::http1::SendRequest};

use super::{Body, BodyError, Trailers, idle::Lease};

/// An upstream's body on its way to the client. When it is complete, and only then, the connection it came on goes back
/// to the idle ones (security S5).
#[derive(Debug)]
pub struct Download {
    incoming: Incoming,
    trailers: Trailers,
    /// Of an HTTP/1.1 connection; HTTP/2 connections are shared anyway.
    lease: Option<Lease<SendRequest<Body>>>,
}

impl Download {
    pub(crate) fn new(
        incoming: Incoming,
        trailers: Trailers,
        lease: Option<Lease<SendRequest<Body>>>,
    ) -> Self {
        Self {
            incoming,
            trailers,
            lease,
        }
    }

    pub(super) fn incoming(&self) -> &Incoming {
        &self.incoming
    }

    pub(super) fn poll_frame(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        loop {
            let frame = match ready!(Pin::new(&mut self.incoming).poll_frame(cx)) {
                Some(Ok(frame)) => frame,
                Some(Err(error)) => {
                    self.lease = None;
                    return Poll::Ready(Some(Err(error.into())));
                }
                None => {
                    self.give_back();
                    return Poll::Ready(None);
                }
            };
            if let Some(frame) = self.trailers.pass(frame) {
                return Poll::Ready(Some(Ok(frame)));
            }
        }
    }

    fn give_back(&mut self) {
        if let Some(lease) = self.lease.take() {
            lease.give_back();
        }
    }
}

impl Drop for Download {
    /// A server that knows the length does not poll for the end.
    fn drop(&mut self) {
        if self.incoming.is_end_stream() {
            self.give_back();
        }
    }
}
