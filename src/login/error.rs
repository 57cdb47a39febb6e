//! Why a sign-in can't go on, HTTP-free; `gateway::respond` gives each a status and a sentence.

use std::time::Duration;

use super::{transaction::TransactionError, visit::Duplicate};
use crate::{
    idx::IdxError,
    oauth::{OAuthError, UserinfoError},
    session::{SessionError, SetCookies},
    token::{AccessTokenError, IdTokenError},
};

/// A failure with the cookies that its answer must carry all the same.
#[derive(Debug, thiserror::Error)]
#[error("sign-in failed")]
pub struct LoginError {
    /// What happened.
    #[source]
    pub failure: Failure,
    /// Cookies to set or clear.
    pub cookies: SetCookies,
}

/// What happened.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The sign-in was finished but is weaker or older than the app asks for.
    #[error("the sign-in reached `{reached}` where `{required}` is required")]
    Assurance {
        /// The `acr` of the ID token.
        reached: String,
        /// What the route asks for.
        required: String,
    },
    /// A callback without a sign-in in this browser, or with another one's `state`.
    #[error("the callback belongs to no sign-in of this browser")]
    Callback,
    /// The request comes from another site's page.
    #[error("the request comes from another origin")]
    CrossOrigin,
    /// A parameter stands twice.
    #[error(transparent)]
    Duplicate(#[from] Duplicate),
    /// The engine could not be asked, or its answer is none.
    #[error("the sign-in can't go on")]
    Engine(#[from] IdxError),
    /// The form could not be read.
    #[error(transparent)]
    Form(#[from] FormFault),
    /// The ID token is not good.
    #[error("the ID token was refused")]
    IdToken(#[from] IdTokenError),
    /// The token of a mailed link is spent, or was never one.
    #[error("the link's token was refused")]
    Invitation(#[source] OAuthError),
    /// A problem was asked for where the step sets none.
    #[error("the step asks for no CAPTCHA of the org's own")]
    NoCaptcha,
    /// The authorization server ended the sign-in by a redirect with this code.
    #[error("the authorization server answered `{0}`")]
    Provider(String),
    /// A link to activate an account, which only a client with a secret may follow.
    #[error(
        "the client is a public one, for which no account can be activated; give it a secret or a key"
    )]
    PublicClient,
    /// The session could not be made.
    #[error("the session can't be kept")]
    Session(#[from] SessionError),
    /// The code was not redeemed.
    #[error("the code can't be redeemed")]
    Token(#[from] OAuthError),
    /// The access token is not good.
    #[error("the access token was refused")]
    AccessToken(#[from] AccessTokenError),
    /// Userinfo names somebody else than the ID token, or can't be asked.
    #[error("the claims can't be completed")]
    Userinfo(#[from] UserinfoError),
    /// The transaction's cookie could not be made.
    #[error("the sign-in can't be kept")]
    Transaction(#[from] TransactionError),
    /// Too many sign-ins from one place.
    #[error("too many attempts")]
    TooMany {
        /// When the next one is welcome.
        retry_after: Duration,
    },
}

/// Why a posted form can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormFault {
    /// The connection broke, or the body took too long.
    #[error("the form did not arrive whole")]
    Broken,
    /// A content coding, or another type than the path takes.
    #[error("the form is of another type than is taken here")]
    Type,
    /// Larger than any page of ours can make it.
    #[error("the form is larger than 64 KiB")]
    TooLarge,
    /// Not the JSON that is taken here.
    #[error("the body is not the JSON that is taken here")]
    Unreadable,
}

impl<F: Into<Failure>> From<F> for LoginError {
    fn from(failure: F) -> Self {
        Self {
            failure: failure.into(),
            cookies: SetCookies::none(),
        }
    }
}

impl LoginError {
    /// The same failure, its answer carrying these cookies.
    #[must_use]
    pub fn with(mut self, cookies: SetCookies) -> Self {
        self.cookies = cookies;
        self
    }
}
