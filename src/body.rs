//! The one body type of every response and of every forwarded request: an enum, never boxed on the common paths.

pub(crate) mod chunked;
pub(crate) mod download;
pub(crate) mod idle;
pub(crate) mod upload;
pub(crate) mod wire;

use std::{
    error::Error,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;

/// Why a body broke off.
pub type BodyError = Box<dyn Error + Send + Sync>;

/// Octets on their way, in either direction.
#[derive(Debug, Default)]
pub enum Body {
    /// Nothing.
    #[default]
    Empty,
    /// All of it at hand, taken by the first poll.
    Full(Bytes),
    /// Streamed from a connection, never buffered.
    Incoming(Incoming),
    /// A client's body on its way to an upstream.
    #[doc(hidden)]
    Upload(upload::Upload),
    /// An upstream's body on its way to the client.
    #[doc(hidden)]
    Download(download::Download),
    /// The same, from a connection that we read ourselves.
    #[doc(hidden)]
    Stream(wire::Stream),
    /// An upstream's body that arrived whole with its head: an app's, not ours, so that it goes on as it is.
    Relayed(Bytes),
}

impl Body {
    /// All of it at hand.
    pub fn full(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        if bytes.is_empty() {
            Self::Empty
        } else {
            Self::Full(bytes)
        }
    }
}

impl From<Incoming> for Body {
    fn from(incoming: Incoming) -> Self {
        Self::Incoming(incoming)
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match &mut *self {
            Self::Empty => Poll::Ready(None),
            Self::Full(bytes) | Self::Relayed(bytes) => {
                let bytes = std::mem::take(bytes);
                *self = Self::Empty;
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
            Self::Incoming(incoming) => Pin::new(incoming)
                .poll_frame(cx)
                .map(|frame| frame.map(|result| result.map_err(Into::into))),
            Self::Upload(upload) => upload.poll_frame(cx),
            Self::Download(download) => download.poll_frame(cx),
            Self::Stream(stream) => stream.poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Full(bytes) | Self::Relayed(bytes) => bytes.is_empty(),
            Self::Incoming(incoming) => incoming.is_end_stream(),
            Self::Upload(upload) => upload.incoming().is_end_stream(),
            Self::Download(download) => download.incoming().is_end_stream(),
            Self::Stream(stream) => stream.is_over(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Empty => SizeHint::with_exact(0),
            Self::Full(bytes) | Self::Relayed(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Incoming(incoming) => incoming.size_hint(),
            Self::Upload(upload) => upload.incoming().size_hint(),
            Self::Download(download) => download.incoming().size_hint(),
            Self::Stream(stream) => stream
                .left()
                .map_or_else(SizeHint::new, SizeHint::with_exact),
        }
    }
}

/// What becomes of the trailers of a forwarded message (decision 19).
#[derive(Clone, Copy, Debug)]
pub(crate) enum Trailers {
    /// One side is HTTP/1.1.
    Drop,
    /// Both sides are HTTP/2: those pass that this lets pass.
    Filter(fn(&http::HeaderName) -> bool),
}

impl Trailers {
    /// The frame as it goes on, or nothing.
    pub(crate) fn pass(self, frame: Frame<Bytes>) -> Option<Frame<Bytes>> {
        let mut trailers = match frame.into_trailers() {
            Ok(trailers) => trailers,
            Err(data) => return Some(data),
        };
        let Self::Filter(passes) = self else {
            return None;
        };
        let doomed: Vec<_> = trailers
            .keys()
            .filter(|name| !passes(name))
            .cloned()
            .collect();
        for name in doomed {
            trailers.remove(name);
        }
        Some(Frame::trailers(trailers))
    }
}
