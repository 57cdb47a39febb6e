//! From failure to status, sentence and challenge: one table, exhaustive, so that a new failure does not compile until it
//! has its row.

use std::{error::Error, time::Duration};

use http::StatusCode;

use crate::{
    authenticate::{AuthenticateError, Credential, RenewError},
    authorize::{Refusal, Rule},
    edge::Rejection,
    forward::ForwardError,
    idx::IdxError,
    login::{Failure, FormFault, LoginError, pages::Sentence},
    oauth::OAuthError,
    route::Requirements,
    session::SetCookies,
    token::AccessTokenError,
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
    #[error("can't say who asks")]
    Authenticate(#[from] AuthenticateError),
    #[error("can't be forwarded")]
    Forward(#[from] ForwardError),
    #[error("sign-in failed")]
    Login(#[source] Failure),
    #[error("the method is not allowed here; allowed: {0}")]
    Method(&'static str),
    #[error("no route")]
    NoRoute,
    #[error("refused by rule: {}", .0.rule)]
    Refused(Box<Refusal>),
    #[error("request rejected")]
    Rejected(#[from] Rejection),
}

impl GatewayError {
    /// Adds cookies to whatever the answer will be.
    pub(in crate::gateway) fn carry(&mut self, cookies: SetCookies) {
        self.cookies = cookies.and(std::mem::take(&mut self.cookies));
    }
}

impl<F: Into<Failed>> From<F> for GatewayError {
    fn from(failed: F) -> Self {
        Self { failed: failed.into(), cookies: SetCookies::none() }
    }
}

impl From<LoginError> for GatewayError {
    fn from(error: LoginError) -> Self {
        Self { failed: Failed::Login(error.failure), cookies: error.cookies }
    }
}

/// What a client is told.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) sentence: Sentence,
    /// Offer the same page again.
    pub(super) retry: bool,
    /// Offer a new sign-in.
    pub(super) start_again: bool,
    pub(super) challenge: Option<String>,
    pub(super) retry_after: Option<Duration>,
    pub(super) allow: Option<&'static str>,
    /// What follows on the connection can't be trusted.
    pub(super) close: bool,
}

impl Answer {
    fn new(status: StatusCode, sentence: Sentence) -> Self {
        Self {
            status,
            sentence,
            retry: false,
            start_again: false,
            challenge: None,
            retry_after: None,
            allow: None,
            close: false,
        }
    }

    fn challenge(self, challenge: impl Into<String>) -> Self {
        Self { challenge: Some(challenge.into()), ..self }
    }

    /// Somebody else is away; soon it may go.
    fn later(self) -> Self {
        Self { retry: true, retry_after: Some(Duration::from_secs(5)), ..self }
    }

    fn start_again(self) -> Self {
        Self { start_again: true, ..self }
    }

    fn close(self) -> Self {
        Self { close: true, ..self }
    }
}

impl Failed {
    /// The table.
    pub(super) fn answer(&self) -> Answer {
        match self {
            Self::Authenticate(error) => authenticate(error),
            Self::Forward(error) => forward(error),
            Self::Login(failure) => login(failure),
            Self::Method(allow) => {
                let answer = Answer::new(StatusCode::METHOD_NOT_ALLOWED, Sentence::Method);
                Answer { allow: Some(*allow), ..answer }
            }
            Self::NoRoute => Answer::new(StatusCode::NOT_FOUND, Sentence::NotFound),
            Self::Refused(refusal) => refused(refusal),
            Self::Rejected(rejection) => {
                Answer::new(rejected(*rejection), Sentence::BadRequest).close()
            }
        }
    }

    /// Writes the chain of causes, at the level that says whose fault it was.
    pub(super) fn log(&self, request_id: &str) {
        let error: &(dyn Error + 'static) = self;
        match self {
            Self::NoRoute | Self::Method(_) => tracing::debug!(request = request_id, error, "refused"),
            Self::Rejected(_) => tracing::info!(request = request_id, error, "rejected"),
            Self::Refused(refusal) => tracing::info!(
                request = request_id,
                user = %refusal.subject,
                route = %refusal.route.name,
                rule = %refusal.rule,
                "refused"
            ),
            Self::Authenticate(AuthenticateError::AccessToken(AccessTokenError::Refused { .. })) => {
                tracing::info!(request = request_id, error, "token refused");
            }
            Self::Login(
                Failure::CrossOrigin
                | Failure::Callback
                | Failure::Duplicate(_)
                | Failure::Form(_)
                | Failure::TooMany { .. }
                | Failure::NoHop,
            ) => tracing::info!(request = request_id, error, "sign-in refused"),
            Self::Authenticate(_) | Self::Forward(_) | Self::Login(_) => {
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
        AuthenticateError::Renew(RenewError::Away(_)) => {
            Answer::new(StatusCode::SERVICE_UNAVAILABLE, Sentence::AuthorizationServerAway).later()
        }
        AuthenticateError::Renew(RenewError::Over(_)) => {
            Answer::new(StatusCode::UNAUTHORIZED, Sentence::SessionOver).challenge("Bearer").start_again()
        }
        AuthenticateError::Session(_) => Answer::new(StatusCode::INTERNAL_SERVER_ERROR, Sentence::Internal),
    }
}

fn access_token(error: &AccessTokenError) -> Answer {
    match error {
        AccessTokenError::Refused { .. } => Answer::new(StatusCode::UNAUTHORIZED, Sentence::TokenRefused)
            .challenge(r#"Bearer error="invalid_token""#),
        AccessTokenError::Keys(_) | AccessTokenError::Introspection(_) => {
            Answer::new(StatusCode::SERVICE_UNAVAILABLE, Sentence::AuthorizationServerAway).later()
        }
    }
}

fn refused(refusal: &Refusal) -> Answer {
    let answer = Answer::new(StatusCode::FORBIDDEN, Sentence::Forbidden);
    match (refusal.credential, &refusal.rule) {
        (Credential::Bearer, Rule::Scope(_)) => {
            let scopes = refusal.route.require.scopes.join(" ");
            answer.challenge(format!(r#"Bearer error="insufficient_scope", scope="{scopes}""#))
        }
        _ => answer,
    }
}

/// RFC 9470 §3.
pub(super) fn step_up(require: &Requirements) -> String {
    let mut challenge = r#"Bearer error="insufficient_user_authentication""#.to_owned();
    if let Some(acr) = &require.acr {
        challenge.push_str(&format!(r#", acr_values="{acr}""#));
    }
    if let Some(max_age) = require.max_age {
        challenge.push_str(&format!(r#", max_age="{}""#, max_age.as_secs()));
    }
    challenge
}

fn forward(error: &ForwardError) -> Answer {
    match error {
        ForwardError::Identity(_) => Answer::new(StatusCode::FORBIDDEN, Sentence::Forbidden),
        ForwardError::Handshake(_) => Answer::new(StatusCode::BAD_REQUEST, Sentence::BadRequest),
        ForwardError::Origin => Answer::new(StatusCode::FORBIDDEN, Sentence::CrossOrigin),
        ForwardError::Timeout => Answer::new(StatusCode::GATEWAY_TIMEOUT, Sentence::UpstreamAway).later(),
        ForwardError::Connect(_) | ForwardError::Exchange(_) | ForwardError::Protocol(_) => {
            Answer::new(StatusCode::BAD_GATEWAY, Sentence::UpstreamAway).later()
        }
    }
}

fn login(failure: &Failure) -> Answer {
    match failure {
        Failure::Assurance { .. } => Answer::new(StatusCode::FORBIDDEN, Sentence::Assurance).start_again(),
        Failure::Callback => Answer::new(StatusCode::BAD_REQUEST, Sentence::Callback).start_again(),
        Failure::CrossOrigin => Answer::new(StatusCode::FORBIDDEN, Sentence::CrossOrigin),
        Failure::Duplicate(_) | Failure::NoHop => Answer::new(StatusCode::BAD_REQUEST, Sentence::BadRequest).start_again(),
        Failure::Engine(error) => engine(error),
        Failure::Form(FormFault::TooLarge) => Answer::new(StatusCode::PAYLOAD_TOO_LARGE, Sentence::BadRequest).close(),
        Failure::Form(FormFault::Type) => Answer::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, Sentence::BadRequest).close(),
        Failure::Form(FormFault::Broken) => Answer::new(StatusCode::BAD_REQUEST, Sentence::BadRequest).close(),
        Failure::Provider(_) => Answer::new(StatusCode::BAD_REQUEST, Sentence::SignInRefused).start_again(),
        Failure::IdToken(_) | Failure::Userinfo => {
            Answer::new(StatusCode::BAD_GATEWAY, Sentence::SignInFailed).start_again()
        }
        Failure::AccessToken(error) => match error {
            AccessTokenError::Refused { .. } => {
                Answer::new(StatusCode::BAD_GATEWAY, Sentence::SignInFailed).start_again()
            }
            AccessTokenError::Keys(_) | AccessTokenError::Introspection(_) => {
                Answer::new(StatusCode::SERVICE_UNAVAILABLE, Sentence::AuthorizationServerAway).later()
            }
        },
        Failure::Session(_) => Answer::new(StatusCode::INTERNAL_SERVER_ERROR, Sentence::Internal).start_again(),
        Failure::Token(error) => authorization_server(error),
        Failure::TooMany { retry_after } => {
            let answer = Answer::new(StatusCode::TOO_MANY_REQUESTS, Sentence::TooMany);
            Answer { retry: true, retry_after: Some(*retry_after), ..answer }
        }
    }
}

fn engine(error: &IdxError) -> Answer {
    match error {
        IdxError::OAuth(error) => authorization_server(error),
        error => match error.retry_after() {
            Some(after) => {
                let answer = Answer::new(StatusCode::TOO_MANY_REQUESTS, Sentence::TooMany);
                Answer { retry: true, retry_after: Some(after), ..answer }
            }
            None if error.is_unavailable() => {
                Answer::new(StatusCode::SERVICE_UNAVAILABLE, Sentence::AuthorizationServerAway).later()
            }
            None => Answer::new(StatusCode::BAD_GATEWAY, Sentence::SignInFailed).start_again(),
        },
    }
}

fn authorization_server(error: &OAuthError) -> Answer {
    match error {
        OAuthError::RateLimited { retry_after } => {
            let answer = Answer::new(StatusCode::TOO_MANY_REQUESTS, Sentence::TooMany);
            Answer { retry: true, retry_after: *retry_after, ..answer }
        }
        OAuthError::Unavailable(_) => {
            Answer::new(StatusCode::SERVICE_UNAVAILABLE, Sentence::AuthorizationServerAway).later()
        }
        _ => Answer::new(StatusCode::BAD_GATEWAY, Sentence::SignInFailed).start_again(),
    }
}
