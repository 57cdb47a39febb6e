//! Finishing at the authorization server's own page: `GET /.interlock/sign-in/hosted`, and back at the callback
//! (`sign_in.hosted_page = "offer"`).
//!
//! It is offered on steps that can't be done here, and is the authorization code flow with PKCE: `state`, `nonce` and
//! verifier are drawn for it, sealed into the browser's transaction, and good for one code. The step stays due meanwhile, so
//! that who comes back empty-handed goes on with it.

use std::ops::ControlFlow;

use super::{
    CALLBACK, Failure, Login, LoginError, Reply,
    callback::known_code,
    complete::Code,
    pages::StepNote,
    progress::{How, Progress},
    return_to::ReturnTo,
    sign_in::rd_of,
    sign_in_address,
    step::Step,
    transaction::{Hosted, Transaction},
    visit::Visit,
};
use crate::{
    oauth::{AuthorizationRequest, CodeVerifier},
    secret::Secret,
};

/// Where the browser leaves for the server's own page.
pub const HOSTED: &str = "/.interlock/sign-in/hosted";

impl Login {
    /// Where a step leads that can't be done here; `None` where it can, or the page is not offered.
    pub(crate) fn hosted_page(&self, step: &Step, rd: &ReturnTo) -> Option<String> {
        let captcha = |kind| self.settings.captcha.may_show(kind);
        let offered = self.settings.hosted_page && step.is_beyond_us(self.settings.duo, captcha);
        offered.then(|| format!("{HOSTED}?{}", rd.as_parameter()))
    }

    /// `GET /.interlock/sign-in/hosted`: 303 to the authorization endpoint.
    ///
    /// # Errors
    /// The engine can't be asked, or the issuer publishes no such endpoint.
    pub async fn leave_for_hosted_page(&self, visit: &Visit) -> Result<Reply, LoginError> {
        let rd = rd_of(&visit.query)?;
        let (_turn, mut due) = match self.leaving(visit, &rd).await? {
            ControlFlow::Break(reply) => return Ok(reply),
            ControlFlow::Continue(leaving) => leaving,
        };
        let step = Step::of(&due.held.document, self.options());
        if self.hosted_page(&step, &rd).is_none() {
            due.how = How::MovedOn;
            return self.after(visit, Progress::Due(due), &rd).await;
        }
        let transaction = &mut due.transaction;
        // Its tabs share a sign-in, and may all have left.
        let hosted = transaction
            .hosted
            .get_or_insert_with(|| Hosted::new(&*self.parts.random));
        let request = AuthorizationRequest {
            redirect_uri: self.parts.public_url.join(CALLBACK),
            state: hosted.state.clone(),
            nonce: hosted.nonce.clone(),
            code_challenge: CodeVerifier::from_secret(hosted.code_verifier.clone()).challenge(),
            acr_values: transaction.acr_values.clone(),
            max_age: transaction.max_age,
        };
        let address = self.parts.oauth.authorization_address(&request).await?;
        transaction.left_for = Some(rd);
        Ok(Reply::see_other(address.as_str(), self.seal(transaction)?))
    }

    /// The callback, with the `state` of such a request.
    pub(super) async fn back_from_hosted_page(
        &self,
        visit: &Visit,
        transaction: Transaction,
        hosted: Hosted,
    ) -> Result<Reply, LoginError> {
        let (code, error, issuer) = (
            visit.query.one("code")?,
            visit.query.one("error")?,
            visit.query.one("iss")?,
        );
        let oauth = &self.parts.oauth;
        let named = match issuer {
            Some(issuer) => issuer == oauth.settings().issuer.as_str(),
            None => !oauth.metadata().await?.names_itself,
        };
        if !named {
            return Err(Failure::Callback.into());
        }
        let rd = transaction.left_for.clone().unwrap_or_default();
        let Some((_turn, mut transaction)) = self.turn(transaction).await else {
            return self.gone(visit, Progress::Finished, &rd).await;
        };
        match (code, error) {
            (Some(code), None) => {
                let code = Code::Authorization(Secret::new(code), hosted);
                let progress = self.complete(visit, &transaction, code).await?;
                self.gone(visit, progress, &rd).await
            }
            (None, Some(error)) => {
                let error = known_code(error);
                tracing::warn!(error, request = %visit.request_id, "nobody was signed in at the server's own page");
                transaction.hosted = None;
                let location = sign_in_address(&rd, Some(StepNote::HostedPage));
                Ok(Reply::see_other(location, self.seal(&transaction)?))
            }
            _ => Err(Failure::Callback.into()),
        }
    }
}
