use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};

use super::watch::Flight;
use crate::body::{Body, BodyError};

/// A response body that counts as a running request until it is dropped. While there is more of it than the client takes,
/// the client owes us a read.
#[derive(Debug)]
pub(super) struct Tracked {
    body: Body,
    flight: Flight,
    is_owed: bool,
}

impl Tracked {
    pub(super) fn new(body: Body, flight: Flight) -> Self {
        let mut tracked = Self {
            body,
            flight,
            is_owed: false,
        };
        // HTTP/2 asks for nothing while the client's window is closed.
        tracked.offer();
        tracked
    }

    fn offer(&mut self) {
        if !self.is_owed && !self.body.is_end_stream() {
            self.is_owed = true;
            self.flight.owe();
        }
    }

    fn settle(&mut self) {
        if std::mem::take(&mut self.is_owed) {
            self.flight.settle();
        }
    }
}

impl Drop for Tracked {
    fn drop(&mut self) {
        self.settle();
    }
}

impl HttpBody for Tracked {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        self.settle();
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        if matches!(polled, Poll::Ready(Some(Ok(_)))) {
            self.offer();
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
