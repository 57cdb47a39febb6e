//! A link in a mail that begins a sign-in with a token: to activate an account, or to reset a forgotten password
//! (protocol reference 5.9). Such a link leads to `/.interlock/sign-in?recovery_token=…&rd=…`.

use super::{
    Failure, Login, LoginError, Reply, Wanted, return_to::ReturnTo, visit::Pairs, visit::Visit,
};
use crate::{
    idx::{IdxError, InteractRequest},
    oauth::ClientAuth,
    secret::Secret,
};

/// What the link brings to `interact`; `None`: it is no such link.
pub(super) fn invitation(pairs: &Pairs) -> Result<Option<InteractRequest>, LoginError> {
    let token = |name| -> Result<Option<Secret>, LoginError> {
        let token = pairs.one(name)?.filter(|token| !token.is_empty());
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
    /// The token is spent or was never one, this client may bring none of its kind, or the engine can't be asked.
    pub(super) async fn accept(
        &self,
        visit: &Visit,
        wanted: &Wanted,
        invitation: InteractRequest,
        rd: &ReturnTo,
    ) -> Result<Reply, LoginError> {
        let is_public = matches!(self.parts.oauth.settings().client_auth, ClientAuth::None);
        if is_public && invitation.activation_token.is_some() {
            return Err(Failure::PublicClient.into());
        }
        match self.begin_with(visit, wanted, invitation).await {
            Ok(progress) => self.after(visit, progress, rd).await,
            Err(LoginError {
                failure: Failure::Engine(IdxError::OAuth(error)),
                cookies,
            }) if error.is_invalid_request() => {
                Err(LoginError::from(Failure::Invitation(error)).with(cookies))
            }
            Err(error) => Err(error),
        }
    }
}
