//! From failure to status, sentence and challenge: one table, exhaustive, so that a new failure does not compile until it
//! has its row.

use std::error::Error;

use http::StatusCode;

use super::told::Answer;
use crate::{
    authenticate::{AuthenticateError, Credential, RenewError},
    authorize::{Refusal, Rule},
    edge::{Rejection, Undescribed},
    forward::ForwardError,
    idx::IdxError,
    login::{Failure, FormFault, LoginError, pages::NoticeKind},
    oauth::{OAuthError, UserinfoError},
    route::Requirements,
    session::{SessionError, SetCookies},
    token::{AccessTokenError, IdTokenError},
};

/// A failure with the cookies that its answer must carry all the same.
#[derive(Debug)]
pub(in crate::gateway) struct GatewayError {
    pub(super) failed: Failed,
    pub(super) cookies: SetCookies,
}

/// What failed.
#[derive(Debug, thiserror::Error)]
pub(in crate::gateway) enum Failed {
    #[error("the answer was abandoned")]
    Abandoned,
    #[error("can't say who asks")]
    Authenticate(#[from] AuthenticateError),
    #[error("can't be forwarded")]
    Forward(#[from] ForwardError),
    #[error("sign-in failed")]
    Login(#[source] Failure),
    #[error("the method is not allowed here; allowed: {0}")]
    Method(&'static str),
    #[error("not in what the proxy's question narrows it down to")]
    Narrowed { subject: String },
    #[error("no route")]
    NoRoute,
    #[error("refused by rule: {}", .0.rule)]
    Refused(Box<Refusal>),
    #[error("request rejected")]
    Rejected(#[from] Rejection),
    #[error("the proxy's description can't be judged")]
    Undescribed(#[from] Undescribed),
    #[error("the proxy asks about a request that no route lets through")]
    Unroutable,
}

impl GatewayError {
    /// Whether no route matched.
    pub(in crate::gateway) fn is_no_route(&self) -> bool {
        matches!(self.failed, Failed::NoRoute)
    }

    /// Adds cookies to whatever the answer will be.
    pub(in crate::gateway) fn carry(&mut self, cookies: SetCookies) {
        self.cookies = cookies.and(std::mem::take(&mut self.cookies));
    }
}

impl<F: Into<Failed>> From<F> for GatewayError {
    fn from(failed: F) -> Self {
        Self {
            failed: failed.into(),
            cookies: SetCookies::none(),
        }
    }
}

impl From<LoginError> for GatewayError {
    fn from(error: LoginError) -> Self {
        Self {
            failed: Failed::Login(error.failure),
            cookies: error.cookies,
        }
    }
}

impl Failed {
    /// The table.
    pub(super) fn answer(&self) -> Answer {
        match self {
            Self::Abandoned => Answer::internal(),
            Self::Authenticate(error) => authenticate(error),
            Self::Forward(error) => forward(error),
            Self::Login(failure) => login(failure),
            Self::Method(allow) => {
                let detail = "The method is not allowed here.";
                let answer =
                    Answer::new(StatusCode::METHOD_NOT_ALLOWED, NoticeKind::Refused, detail);
                Answer {
                    allow: Some(*allow),
                    ..answer
                }
            }
            Self::NoRoute => Answer::new(
                StatusCode::NOT_FOUND,
                NoticeKind::NotFound,
                "There is nothing here.",
            ),
            Self::Refused(refusal) => refused(refusal),
            // A proxy that asks understands 2xx, 401 and 403 alone.
            Self::Narrowed { .. } | Self::Undescribed(_) | Self::Unroutable => Answer::forbidden(),
            Self::Rejected(rejection) => Answer::bad_request(rejected(*rejection)).close(),
        }
    }

    /// Writes the chain of causes, at the level that says whose fault it was.
    pub(super) fn log(&self, request_id: &str) {
        let error: &(dyn Error + 'static) = self;
        match self {
            Self::NoRoute | Self::Method(_) => {
                tracing::debug!(request = request_id, error, "refused");
            }
            Self::Narrowed { subject } => {
                tracing::info!(request = request_id, user = %subject, error, "refused");
            }
            Self::Undescribed(_) => tracing::warn!(request = request_id, error, "refused"),
            Self::Unroutable => tracing::info!(request = request_id, error, "refused"),
            Self::Forward(ForwardError::BodyTooLarge | ForwardError::ClientStopped) => {
                tracing::info!(request = request_id, error, "rejected");
            }
            Self::Rejected(_) => tracing::info!(request = request_id, error, "rejected"),
            Self::Refused(refusal) => tracing::info!(
                request = request_id,
                user = %refusal.subject,
                route = %refusal.route.name,
                rule = %refusal.rule,
                "refused"
            ),
            Self::Authenticate(AuthenticateError::AccessToken(AccessTokenError::Refused {
                ..
            })) => {
                tracing::info!(request = request_id, error, "token refused");
            }
            Self::Login(
                Failure::CrossOrigin
                | Failure::Callback
                | Failure::Duplicate(_)
                | Failure::Form(_)
                | Failure::Invitation(_)
                | Failure::NoCaptcha
                | Failure::TooMany { .. },
            ) => tracing::info!(request = request_id, error, "sign-in refused"),
            Self::Abandoned | Self::Authenticate(_) | Self::Forward(_) | Self::Login(_) => {
                tracing::error!(request = request_id, error, "failed");
            }
        }
    }
}

fn rejected(rejection: Rejection) -> StatusCode {
    match rejection {
        Rejection::Expectation => StatusCode::EXPECTATION_FAILED,
        Rejection::Method => StatusCode::METHOD_NOT_ALLOWED,
        Rejection::TargetTooLong => StatusCode::URI_TOO_LONG,
        Rejection::Authority
        | Rejection::Authorization
        | Rejection::Connection
        | Rejection::Framing
        | Rejection::Path(_)
        | Rejection::Scheme => StatusCode::BAD_REQUEST,
    }
}

fn authenticate(error: &AuthenticateError) -> Answer {
    match error {
        AuthenticateError::AccessToken(error) => access_token(error),
        AuthenticateError::Renew(RenewError::Abandoned | RenewError::Away(_)) => Answer::away(),
        AuthenticateError::Renew(RenewError::Over(_)) => {
            let detail = "The session is over; sign in again.";
            Answer::new(StatusCode::UNAUTHORIZED, NoticeKind::Refused, detail)
                .challenge("Bearer")
                .start_again()
        }
        AuthenticateError::Session(SessionError::Store(_)) => Answer::store_away(),
        AuthenticateError::Session(_) => Answer::internal(),
    }
}

fn access_token(error: &AccessTokenError) -> Answer {
    match error {
        AccessTokenError::Refused { .. } => {
            let detail = "The access token is not accepted.";
            Answer::new(StatusCode::UNAUTHORIZED, NoticeKind::Refused, detail)
                .challenge(r#"Bearer error="invalid_token""#)
        }
        AccessTokenError::Keys(_) | AccessTokenError::Introspection(_) => Answer::away(),
    }
}

fn refused(refusal: &Refusal) -> Answer {
    match (refusal.credential, &refusal.rule) {
        (Some(Credential::Bearer), Rule::Scope(_)) => {
            let scopes = refusal.route.require.scopes.join(" ");
            Answer::forbidden().challenge(format!(
                r#"Bearer error="insufficient_scope", scope="{scopes}""#
            ))
        }
        (Some(Credential::Bearer | Credential::Session) | None, _) => Answer::forbidden(),
    }
}

/// RFC 9470 §3.
pub(super) fn step_up(require: &Requirements) -> String {
    let acr = require
        .acr
        .as_ref()
        .map(|acr| format!(r#", acr_values="{acr}""#));
    let max_age = require
        .max_age
        .map(|age| format!(r#", max_age="{}""#, age.as_secs()));
    let (acr, max_age) = (acr.unwrap_or_default(), max_age.unwrap_or_default());
    format!(r#"Bearer error="insufficient_user_authentication"{acr}{max_age}"#)
}

fn forward(error: &ForwardError) -> Answer {
    match error {
        ForwardError::BodyTooLarge => Answer::bad_request(StatusCode::PAYLOAD_TOO_LARGE).close(),
        ForwardError::ClientStopped => Answer::bad_request(StatusCode::REQUEST_TIMEOUT).close(),
        ForwardError::Identity { .. } => Answer::forbidden(),
        ForwardError::Origin => Answer::cross_origin(),
        ForwardError::Timeout { .. } => Answer::app_away(StatusCode::GATEWAY_TIMEOUT),
        ForwardError::Connect { .. } | ForwardError::Upstream { .. } => {
            Answer::app_away(StatusCode::BAD_GATEWAY)
        }
        ForwardError::Unrouted => Answer::internal(),
    }
}

fn login(failure: &Failure) -> Answer {
    match failure {
        Failure::Assurance { .. } => Answer::forbidden().start_again(),
        Failure::CrossOrigin => Answer::cross_origin(),
        Failure::Callback
        | Failure::Duplicate(_)
        | Failure::Invitation(_)
        | Failure::PublicClient => Answer::bad_request(StatusCode::BAD_REQUEST).start_again(),
        Failure::Engine(error) => engine(error),
        Failure::Form(FormFault::TooLarge) => {
            Answer::bad_request(StatusCode::PAYLOAD_TOO_LARGE).close()
        }
        Failure::Form(FormFault::Type) => {
            Answer::bad_request(StatusCode::UNSUPPORTED_MEDIA_TYPE).close()
        }
        Failure::Form(FormFault::Unreadable) => Answer::bad_request(StatusCode::BAD_REQUEST),
        Failure::Form(FormFault::Broken) => Answer::bad_request(StatusCode::BAD_REQUEST).close(),
        Failure::NoCaptcha => Answer::new(
            StatusCode::NOT_FOUND,
            NoticeKind::NotFound,
            "This step asks for no CAPTCHA.",
        ),
        Failure::Provider(_) => Answer::new(
            StatusCode::BAD_REQUEST,
            NoticeKind::Denied,
            "The sign-in was declined.",
        )
        .start_again(),
        Failure::IdToken(IdTokenError::Keys(_)) => Answer::away(),
        Failure::AccessToken(AccessTokenError::Refused { .. })
        | Failure::IdToken(IdTokenError::Refused(_))
        | Failure::Userinfo(UserinfoError::SomebodyElse) => Answer::sign_in_failed(),
        Failure::AccessToken(AccessTokenError::Keys(_) | AccessTokenError::Introspection(_)) => {
            Answer::away()
        }
        Failure::Session(SessionError::Store(_)) => Answer::store_away(),
        Failure::Session(_) | Failure::Transaction(_) => Answer::internal(),
        Failure::Token(error) | Failure::Userinfo(UserinfoError::Call(error)) => {
            authorization_server(error)
        }
        Failure::TooMany { retry_after } => Answer::too_many(Some(*retry_after)),
    }
}

fn engine(error: &IdxError) -> Answer {
    match error {
        IdxError::OAuth(error) => authorization_server(error),
        error if error.is_unavailable() => Answer::away(),
        IdxError::ForeignHref(_) | IdxError::NotIon { .. } | IdxError::Transport(_) => {
            Answer::sign_in_failed()
        }
    }
}

fn authorization_server(error: &OAuthError) -> Answer {
    match error {
        OAuthError::RateLimited { retry_after } => Answer::too_many(*retry_after),
        OAuthError::Unavailable(_) => Answer::away(),
        OAuthError::ClientKey(_)
        | OAuthError::Malformed { .. }
        | OAuthError::Metadata(_)
        | OAuthError::Refused { .. } => Answer::sign_in_failed(),
    }
}
