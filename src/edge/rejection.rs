use super::PathFault;

/// Why a request is not looked at any further: always the client's fault, always the end of its connection (security
/// L6). The text is safe to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// No `Host`, several, one that is no `host[:port]`, or one that contradicts the target: 400.
    #[error("the request must name exactly one host")]
    Authority,
    /// More than one `Authorization` field (decision 3): 400.
    #[error("the request carries more than one Authorization field")]
    Authorization,
    /// `Connection` names a field that cannot be a connection option: 400.
    #[error("the Connection field names a field that is needed")]
    Connection,
    /// `Expect` with anything but `100-continue`: 417.
    #[error("the expectation cannot be met")]
    Expectation,
    /// A `Transfer-Encoding` other than one `chunked`: 400.
    #[error("the length of the request is ambiguous")]
    Framing,
    /// `TRACE`, `TRACK` or `CONNECT`: 405.
    #[error("the method is not supported")]
    Method,
    /// The path can be read in more than one way: 400.
    #[error(transparent)]
    Path(#[from] PathFault),
    /// An absolute target whose scheme is neither `http` nor `https`: 400.
    #[error("the scheme of the request target is not supported")]
    Scheme,
    /// The target is longer than `max_target`: 414.
    #[error("the request target is too long")]
    TargetTooLong,
}
