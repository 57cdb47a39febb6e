use std::io;

use crate::pem::PemError;

/// Why a request that was permitted did not come back with the app's answer.
#[derive(Debug, thiserror::Error)]
pub enum ForwardError {
    /// The body is larger than the route's `max_body`: 413.
    #[error("the request's body is larger than the route allows")]
    BodyTooLarge,
    /// The client stopped sending its body for as long as the upstream's `response_timeout`: 408.
    #[error("the client stopped in the middle of its body")]
    ClientStopped,
    /// The upstream cannot be reached: 502.
    #[error("cannot connect to upstream `{upstream}`")]
    Connect {
        /// Its name.
        upstream: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// What must be said about the person cannot be said in a header field (decision 18): 403, the reason in the log.
    #[error("the value for {header} cannot be put into a header field: {reason}")]
    Identity {
        /// Which field.
        header: String,
        /// What is wrong with the value, without the value.
        reason: &'static str,
    },
    /// A WebSocket handshake that counts on a cookie came from another origin, or from none (security W2): 403.
    #[error("a WebSocket handshake with a session must come from the public origin")]
    Origin,
    /// The upstream broke the connection or the protocol: 502.
    #[error("upstream `{upstream}` did not answer properly")]
    Upstream {
        /// Its name.
        upstream: String,
        /// Why.
        #[source]
        source: UpstreamFault,
    },
    /// The upstream took longer than its `response_timeout`, or connecting longer than `connect_timeout`: 504.
    #[error("upstream `{upstream}` took too long")]
    Timeout {
        /// Its name.
        upstream: String,
    },
    /// The route has no upstream; the pipeline answers such routes itself: 500.
    #[error("the route has no upstream")]
    Unrouted,
}

/// What an upstream did wrong.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamFault {
    /// Its answer can be read in two ways: two lengths, or an encoding that does not say where it ends.
    #[error("its answer has an ambiguous length")]
    Framing,
    /// Its head is longer than anybody reads, or says what no head may.
    #[error("the head of its answer is malformed or too long")]
    Head,
    /// What hyper says.
    #[error(transparent)]
    Http(#[from] hyper::Error),
    /// The connection broke; at its end without an answer, too.
    #[error(transparent)]
    Io(io::Error),
    /// The head of its answer is none.
    #[error(transparent)]
    Parse(httparse::Error),
    /// It answered an upgrade with a success that is none.
    #[error("it did not switch protocols")]
    Refused,
    /// A 101 that was not asked for, or one that does not fit the handshake.
    #[error("it switched protocols unasked")]
    Unasked,
}

/// Why forwarding could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// Trust roots, a client certificate or its key cannot be read.
    #[error(transparent)]
    File(#[from] PemError),
    /// A name that no certificate can be checked against.
    #[error("upstream `{upstream}` has no usable server name")]
    ServerName {
        /// Which upstream.
        upstream: String,
    },
    /// rustls does not like it.
    #[error("TLS towards upstreams cannot be set up")]
    Tls(#[source] rustls::Error),
}
