//! Opens an interaction.

use super::Progress;
use crate::{
    idx::InteractRequest,
    login::{CALLBACK, Failure, Login, LoginError, Wanted, transaction::Transaction, visit::Visit},
    oauth::CodeVerifier,
    random,
};

impl Login {
    /// Opens an interaction.
    ///
    /// # Errors
    /// The engine can't be asked, or too many are begun from where this one comes.
    pub(crate) async fn begin(
        &self,
        visit: &Visit,
        wanted: &Wanted,
        login_hint: Option<String>,
    ) -> Result<Progress, LoginError> {
        let request = InteractRequest {
            login_hint,
            ..InteractRequest::default()
        };
        self.begin_with(visit, wanted, request).await
    }

    /// The same, with whatever else `interact` is to be told.
    ///
    /// # Errors
    /// The engine can't be asked.
    pub(in crate::login) async fn begin_with(
        &self,
        visit: &Visit,
        wanted: &Wanted,
        request: InteractRequest,
    ) -> Result<Progress, LoginError> {
        let from = visit.client.ip;
        if let Err(retry_after) = self.limit.begin(from, self.now()) {
            return Err(Failure::TooMany { retry_after }.into());
        }
        let random = &*self.parts.random;
        let code_verifier = CodeVerifier::generate(random);
        let request = InteractRequest {
            redirect_uri: self.parts.public_url.join(CALLBACK),
            code_challenge: code_verifier.challenge(),
            state: random::token(random),
            nonce: random::token(random),
            acr_values: wanted.acr_values.clone(),
            max_age: wanted.max_age,
            ..request
        };
        let device_token = self.device_token(visit);
        let browser = self.browser(visit, device_token.clone());
        let handle = self.parts.idx.interact(&request, &browser).await?;
        let transaction = Transaction {
            id: self.parts.transactions.new_id(),
            interaction_handle: handle.into_secret(),
            code_verifier: code_verifier.into_secret(),
            state: request.state,
            nonce: request.nonce,
            step: 0,
            started_at: self.parts.clock.unix(),
            acr_values: request.acr_values,
            max_age: request.max_age,
            left_for: None,
            hosted: None,
            device_token,
        };
        self.ask(visit, transaction, true).await
    }
}
