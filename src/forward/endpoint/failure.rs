//! Why there was no answer, by whose fault.

use std::io;

use http::Request;

use super::Endpoint;
use crate::{
    body::{Body, upload::Progress},
    forward::{ForwardError, UpstreamFault},
};

/// Why there was no answer, and the request where it may be sent to another endpoint: it has not left, or sending it
/// twice does no harm.
#[derive(Debug)]
pub(in crate::forward) struct Failure {
    pub(in crate::forward) error: ForwardError,
    pub(in crate::forward) again: Option<Box<Request<Body>>>,
    /// Whether it was the client that broke off.
    pub(in crate::forward) is_clients: bool,
}

impl Failure {
    /// Nothing has left yet.
    pub(super) fn unsent(error: ForwardError, request: Request<Body>) -> Self {
        Self {
            again: Some(Box::new(request)),
            ..error.into()
        }
    }
}

impl From<ForwardError> for Failure {
    fn from(error: ForwardError) -> Self {
        Self {
            error,
            again: None,
            is_clients: false,
        }
    }
}

impl Endpoint {
    pub(super) fn broken(&self, source: UpstreamFault) -> ForwardError {
        ForwardError::Upstream {
            upstream: self.upstream.name.clone(),
            source,
        }
    }

    /// Whose fault it is that there is no answer in time.
    pub(super) fn overdue(&self, progress: Option<&Progress>) -> Failure {
        if progress.is_some_and(Progress::awaits_client) {
            return Failure {
                is_clients: true,
                ..ForwardError::ClientStopped.into()
            };
        }
        self.too_slow().into()
    }

    pub(super) fn unreachable(&self, source: io::Error) -> ForwardError {
        ForwardError::Connect {
            upstream: self.upstream.name.clone(),
            source,
        }
    }

    pub(super) fn too_slow(&self) -> ForwardError {
        ForwardError::Timeout {
            upstream: self.upstream.name.clone(),
        }
    }
}
