//! When a request is kept to be sent again.

use std::time::Duration;

use http::{Method, Request};

use crate::body::Body;

/// When a request is copied before it is sent, so that it can be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::forward) enum Copies {
    /// Where there is another endpoint.
    Always,
    /// Where the connection has waited, so that the upstream may be closing it right now.
    Suspicious,
}

/// A copy of a request, to send it again.
pub(super) type Spare = Option<Box<Request<Body>>>;

/// A copy to send again, where that is harmless and likely to be of use: there is another endpoint, or the connection has
/// waited, so that the upstream may be closing it right now. Busy connections are not worth the copy.
pub(super) fn spare(request: &Request<Body>, waited: Option<Duration>, copies: Copies) -> Spare {
    let is_suspicious = waited.is_some_and(|waited| waited >= WORTH_A_COPY);
    if copies == Copies::Suspicious && !is_suspicious {
        return None;
    }
    let is_idempotent = [
        Method::GET,
        Method::HEAD,
        Method::OPTIONS,
        Method::PUT,
        Method::DELETE,
    ]
    .contains(request.method());
    if !is_idempotent || !matches!(request.body(), Body::Empty) {
        return None;
    }
    let mut copy = Request::new(Body::Empty);
    copy.method_mut().clone_from(request.method());
    copy.uri_mut().clone_from(request.uri());
    copy.headers_mut().clone_from(request.headers());
    Some(Box::new(copy))
}

/// How long a connection must have waited for the upstream to be likely to close it right now.
pub(in crate::forward) const WORTH_A_COPY: Duration = Duration::from_millis(100);
