use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
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
}

/// How far an upload has come, for the time limit that begins when it has ended.
#[derive(Debug, Default)]
pub(crate) struct Progress(AtomicU64);

impl Progress {
    /// Frames so far. It stands still when there will be no more.
    pub(crate) fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Upload {
    pub(crate) fn new(incoming: Incoming, trailers: Trailers, progress: Arc<Progress>) -> Self {
        Self {
            incoming,
            trailers,
            progress,
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
            let frame = ready!(Pin::new(&mut self.incoming).poll_frame(cx)).transpose()?;
            self.progress.0.fetch_add(1, Ordering::Relaxed);
            let Some(frame) = frame else {
                return Poll::Ready(None);
            };
            if let Some(frame) = self.trailers.pass(frame) {
                return Poll::Ready(Some(Ok(frame)));
            }
        }
    }
}
