use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http_body::{Body as _, Frame};
use hyper::body::Incoming;

use super::{BodyError, Trailers};

/// A client's body on its way to an upstream: streamed, its trailers filtered, its progress told.
#[derive(Debug)]
pub struct Upload {
    incoming: Incoming,
    trailers: Trailers,
    progress: Arc<Progress>,
    /// Octets that may still come.
    left: u64,
}

/// How far an upload has come, for the time limit that begins when it has ended.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    frames: AtomicU64,
    has_failed: AtomicBool,
    is_too_large: AtomicBool,
    awaits_client: AtomicBool,
}

impl Progress {
    /// Frames so far. It stands still when there will be no more.
    pub(crate) fn count(&self) -> u64 {
        self.frames.load(Ordering::Relaxed)
    }

    /// Whether the upstream would take more, and the client has sent none.
    pub(crate) fn awaits_client(&self) -> bool {
        self.awaits_client.load(Ordering::Relaxed)
    }

    /// Whether it was broken off on the client's side, too large or malformed or left unfinished.
    pub(crate) fn has_failed(&self) -> bool {
        self.has_failed.load(Ordering::Relaxed)
    }

    /// Whether it was broken off because it was too large.
    pub(crate) fn is_too_large(&self) -> bool {
        self.is_too_large.load(Ordering::Relaxed)
    }

    fn fail(&self) {
        self.has_failed.store(true, Ordering::Relaxed);
    }
}

impl Upload {
    /// At most `limit` octets are passed on; one more breaks it off.
    pub(crate) fn new(
        incoming: Incoming,
        trailers: Trailers,
        progress: Arc<Progress>,
        limit: Option<u64>,
    ) -> Self {
        Self {
            incoming,
            trailers,
            progress,
            left: limit.unwrap_or(u64::MAX),
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
            let polled = Pin::new(&mut self.incoming).poll_frame(cx);
            let progress = &self.progress;
            progress
                .awaits_client
                .store(polled.is_pending(), Ordering::Relaxed);
            let frame = ready!(polled)
                .transpose()
                .inspect_err(|_| progress.fail())?;
            self.progress.frames.fetch_add(1, Ordering::Relaxed);
            let Some(frame) = frame else {
                return Poll::Ready(None);
            };
            let length = frame.data_ref().map_or(0, |data| data.len() as u64);
            let Some(left) = self.left.checked_sub(length) else {
                self.progress.fail();
                self.progress.is_too_large.store(true, Ordering::Relaxed);
                return Poll::Ready(Some(Err("the body is larger than the route allows".into())));
            };
            self.left = left;
            if let Some(frame) = self.trailers.pass(frame) {
                return Poll::Ready(Some(Ok(frame)));
            }
        }
    }
}
