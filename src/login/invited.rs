//! A link in a mail that begins a sign-in with a token: to activate an account, or to reset a forgotten password
//! (protocol reference 5.9). Such a link leads to `/.interlock/sign-in?recovery_token=…&rd=…`.

use super::{
    Failure, Login, LoginError, Reply, Wanted,
    pages::Invited,
    return_to::ReturnTo,
    sign_in_address,
    step_token::StepCheck,
    transaction::Transaction,
    visit::{Pairs, Visit},
};
use crate::{
    idx::{IdxError, InteractRequest},
    oauth::ClientAuth,
    secret::Secret,
    session::SetCookies,
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
    /// `GET` of such a link: begins anew, unless that would end a sign-in that is under way. Then the person is asked
    /// first, and the token is not spent until they say so.
    ///
    /// # Errors
    /// As [`Self::accept`].
    pub(super) async fn invited(
        &self,
        visit: &Visit,
        wanted: &Wanted,
        invitation: InteractRequest,
        rd: &ReturnTo,
    ) -> Result<Reply, LoginError> {
        match self.opened(visit) {
            Some(running) => Ok(self.ask_first(visit, &running, rd)),
            None => self.accept(visit, wanted, invitation, rd).await,
        }
    }

    /// `POST` of the page that asks: begins anew, where that page was this browser's and its sign-in stands where it did.
    ///
    /// # Errors
    /// As [`Self::accept`]; a parameter that stands twice.
    pub(super) async fn confirmed(
        &self,
        visit: &Visit,
        posted: &Pairs,
        wanted: &Wanted,
        invitation: InteractRequest,
        rd: &ReturnTo,
    ) -> Result<Reply, LoginError> {
        let token = posted.one("t")?.unwrap_or_default();
        let asked = |running: &Transaction| {
            let check = self.parts.step_tokens.check(running, INVITED_PAGE, token);
            check == StepCheck::Valid
        };
        match self.opened(visit) {
            Some(running) if !asked(&running) => Ok(self.ask_first(visit, &running, rd)),
            _ => self.accept(visit, wanted, invitation, rd).await,
        }
    }

    fn ask_first(&self, visit: &Visit, running: &Transaction, rd: &ReturnTo) -> Reply {
        let token = self
            .parts
            .step_tokens
            .issue(running, INVITED_PAGE, &*self.parts.random);
        let page = self.pages_for(visit).invited(&Invited {
            token: &token,
            rd: rd.as_str(),
            stay: &sign_in_address(rd, None),
        });
        Reply::page(page, SetCookies::none())
    }

    /// Begins anew, whatever was under way, and goes on at an address without the token.
    ///
    /// # Errors
    /// The token is spent or was never one, this client may bring none of its kind, or the engine can't be asked.
    async fn accept(
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

/// The fingerprint that stands for the question whether to begin anew.
const INVITED_PAGE: [u8; 8] = *b"invited\0";
