//! The end of a sign-in: the code becomes tokens, the tokens a session.

use super::{
    CALLBACK, Failure, Login, LoginError,
    flow::Issued,
    progress::{Progress, Signed},
    transaction::{Hosted, Spent, Transaction},
    visit::Visit,
};
use crate::{
    authorize::satisfies,
    oauth::{CodeVerifier, TokenResponse},
    secret::Secret,
    session::Session,
    token::{IdToken, IdTokenExpectation},
};

/// What is redeemed for tokens.
pub(super) enum Code {
    /// From the server's own page, good with what the browser left with.
    Authorization(Secret, Hosted),
    /// From the last step.
    Interaction(Issued),
}

impl Login {
    /// Redeems the code, judges the tokens and makes the session. A transaction is finished once: it is over before the
    /// token call, also when that fails (security T3).
    pub(super) async fn complete(
        &self,
        visit: &Visit,
        transaction: &Transaction,
        code: Code,
    ) -> Result<Progress, LoginError> {
        self.held.forget(transaction.id);
        if self.parts.transactions.finish(&transaction.id) == Spent::Already {
            return Ok(self.brought(transaction.id));
        }
        match self.redeem(transaction, code).await {
            Ok(signed) => {
                self.finished.insert(transaction.id, signed.clone());
                tracing::info!(user = %signed.session.subject, client.address = %visit.client.ip, request = %visit.request_id, "signed in");
                Ok(Progress::Signed(Box::new(signed)))
            }
            Err(error) => Err(LoginError::from(error).with(self.parts.transactions.clear())),
        }
    }

    /// What the browser's sign-in brought when another of its requests finished it shortly before: a browser that sends
    /// the last answer twice does not wait for what the first brings.
    pub(super) fn brought(&self, transaction: [u8; 16]) -> Progress {
        match self.finished.get(&transaction) {
            Some(signed) => Progress::Signed(Box::new(signed)),
            None => Progress::Finished,
        }
    }

    async fn redeem(&self, transaction: &Transaction, code: Code) -> Result<Signed, Failure> {
        let (tokens, nonce) = match code {
            Code::Authorization(code, hosted) => {
                let verifier = CodeVerifier::from_secret(hosted.code_verifier);
                let redirect_uri = self.parts.public_url.join(CALLBACK);
                let redeemed =
                    self.parts
                        .oauth
                        .redeem_authorization_code(&code, &redirect_uri, &verifier);
                (redeemed.await?, hosted.nonce)
            }
            Code::Interaction(issued) => {
                let tokens = self.redeem_interaction(transaction, issued).await?;
                (tokens, transaction.nonce.clone())
            }
        };
        let id_token = tokens.id_token.clone().unwrap_or_default();
        let expected = IdTokenExpectation {
            nonce: Some(&nonce),
            access_token: Some(&tokens.access_token),
            max_age: transaction.max_age,
        };
        let identity = self.parts.verifier.id_token(&id_token, &expected).await?;
        if let Some(required) = &transaction.acr_values {
            let reached = identity.acr.as_deref();
            if !required.split(' ').any(|class| satisfies(reached, class)) {
                let reached = reached.unwrap_or("nothing").to_owned();
                return Err(Failure::Assurance {
                    reached,
                    required: required.clone(),
                });
            }
        }
        let session = self.session(identity, tokens).await?;
        Ok(Signed::new(session, id_token))
    }

    async fn redeem_interaction(
        &self,
        transaction: &Transaction,
        issued: Issued,
    ) -> Result<TokenResponse, Failure> {
        let settings = self.parts.oauth.settings();
        if issued
            .client_id
            .as_ref()
            .is_some_and(|client_id| *client_id != settings.client_id)
        {
            return Err(Failure::Provider(
                "interaction code of another client".to_owned(),
            ));
        }
        let verifier = CodeVerifier::from_secret(transaction.code_verifier.clone());
        let redeemed = self
            .parts
            .oauth
            .redeem_interaction_code(&issued.interaction_code, &verifier);
        Ok(redeemed.await?)
    }

    async fn session(
        &self,
        mut identity: IdToken,
        tokens: TokenResponse,
    ) -> Result<Session, Failure> {
        let access = self
            .parts
            .verifier
            .session_access_token(&tokens.access_token)
            .await?;
        self.parts
            .oauth
            .complete_claims(
                &mut identity.claims,
                &identity.subject,
                &self.settings.needed_claims,
                &tokens.access_token,
            )
            .await?;
        let now = self.parts.clock.unix();
        let (scopes, expires_at, key_id) = match access {
            Some(access) => (
                access.scopes.to_vec(),
                access.expires_at,
                access.key_id.clone(),
            ),
            None => (
                tokens.scope,
                now.saturating_add(tokens.expires_in.unwrap_or(0)),
                // Opaque, so that the key of the ID token is the one whose withdrawal counts.
                Some(identity.key_id),
            ),
        };
        Ok(Session {
            id: self.parts.sessions.new_id(),
            subject: identity.subject,
            claims: Session::keeps(identity.claims, &self.settings.needed_claims),
            scopes,
            access_token: tokens.access_token,
            access_expires_at: expires_at,
            access_key_id: key_id.as_deref().map(str::to_owned),
            refresh_token: tokens.refresh_token,
            acr: identity.acr,
            amr: identity.amr,
            auth_time: identity.auth_time,
            started_at: now,
            seen_at: now,
        })
    }
}
