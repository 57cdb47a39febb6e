//! What a client is told of a failure, and the sentences for it.

use std::time::Duration;

use http::StatusCode;

use crate::login::pages::NoticeKind;

/// What a client is told.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// The page, for a browser.
    pub(super) notice: NoticeKind,
    /// The fixed sentence, for everything else.
    pub(super) detail: &'static str,
    pub(super) next: Next,
    pub(super) challenge: Option<String>,
    pub(super) retry_after: Option<Duration>,
    pub(super) allow: Option<&'static str>,
    /// What follows on the connection can't be trusted.
    pub(super) close: bool,
}

/// What a page offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    Nothing,
    Retry,
    StartAgain,
}

impl Answer {
    pub(super) fn new(status: StatusCode, notice: NoticeKind, detail: &'static str) -> Self {
        Self {
            status,
            notice,
            detail,
            next: Next::Nothing,
            challenge: None,
            retry_after: None,
            allow: None,
            close: false,
        }
    }

    pub(super) fn challenge(self, challenge: impl Into<String>) -> Self {
        Self {
            challenge: Some(challenge.into()),
            ..self
        }
    }

    /// Somebody else is away; soon it may go.
    pub(super) fn later(self) -> Self {
        self.after(Some(Duration::from_secs(5)))
    }

    pub(super) fn after(self, retry_after: Option<Duration>) -> Self {
        Self {
            next: Next::Retry,
            retry_after,
            ..self
        }
    }

    pub(super) fn start_again(self) -> Self {
        Self {
            next: Next::StartAgain,
            ..self
        }
    }

    pub(super) fn close(self) -> Self {
        Self {
            close: true,
            ..self
        }
    }

    pub(super) fn bad_request(status: StatusCode) -> Self {
        Self::new(
            status,
            NoticeKind::Refused,
            "The request can't be accepted.",
        )
    }

    pub(super) fn away() -> Self {
        let detail = "The authorization server is not available; try again soon.";
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            NoticeKind::Unavailable,
            detail,
        )
        .later()
    }

    pub(super) fn store_away() -> Self {
        let detail = "Sessions can't be looked up now; try again soon.";
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            NoticeKind::Unavailable,
            detail,
        )
        .later()
    }

    pub(super) fn sign_in_failed() -> Self {
        let detail = "The sign-in can't be completed; the operator finds the reason in the log.";
        Self::new(StatusCode::BAD_GATEWAY, NoticeKind::Error, detail).start_again()
    }

    pub(super) fn too_many(retry_after: Option<Duration>) -> Self {
        let detail = "Too many requests; wait a while.";
        let wait = retry_after.unwrap_or(Duration::from_secs(10));
        Self::new(StatusCode::TOO_MANY_REQUESTS, NoticeKind::TooMany, detail).after(Some(wait))
    }

    pub(super) fn forbidden() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            NoticeKind::Forbidden,
            "You may not use this.",
        )
    }

    pub(super) fn cross_origin() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            NoticeKind::Refused,
            "The request comes from another origin.",
        )
    }

    pub(super) fn internal() -> Self {
        let detail = "Something went wrong here; the operator finds the reason in the log.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, NoticeKind::Error, detail).start_again()
    }

    pub(super) fn app_away(status: StatusCode) -> Self {
        Self::new(
            status,
            NoticeKind::AppAway,
            "The app behind the gateway is not available; try again soon.",
        )
        .later()
    }
}
