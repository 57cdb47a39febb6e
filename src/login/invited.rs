//! A link in a mail that begins a sign-in with a token: to activate an account, or to reset a forgotten password
//! (protocol reference 5.9). Such a link leads to `/.interlock/sign-in?recovery_token=…&rd=…`.

use super::{Failure, Login, LoginError, Reply, Wanted, return_to::ReturnTo, visit::Visit};
use crate::{
    idx::{IdxError, InteractRequest},
    oauth::OAuthError,
    secret::Secret,
};

/// What the link brings to `interact`; `None`: it is no such link.
pub(super) fn invitation(visit: &Visit) -> Result<Option<InteractRequest>, LoginError> {
    let token = |name| -> Result<Option<Secret>, LoginError> {
        let token = visit.query.one(name)?.filter(|token| !token.is_empty());
        Ok(token.map(Secret::from))
    };
    let (activation_token, recovery_token) = (token("activation_token")?, token("recovery_token")?);
    let invited = activation_token.is_some() || recovery_token.is_some();
    Ok(invited.then(|| InteractRequest {
        activation_token,
        recovery_token,
        ..InteractRequest::default()
    }))
}

impl Login {
    /// Begins anew, whatever was under way, and goes on at an address without the token.
    ///
    /// # Errors
    /// The token is spent or was never one, or the engine can't be asked.
    pub(super) async fn accept(
        &self,
        visit: &Visit,
        wanted: &Wanted,
        invitation: InteractRequest,
        rd: &ReturnTo,
    ) -> Result<Reply, LoginError> {
        match self.begin_with(visit, wanted, invitation).await {
            Ok(progress) => self.after(visit, progress, rd).await,
            Err(LoginError {
                failure: Failure::Engine(IdxError::OAuth(error @ OAuthError::Refused { .. })),
                cookies,
            }) => Err(LoginError::from(Failure::Invitation(error)).with(cookies)),
            Err(error) => Err(error),
        }
    }
}
