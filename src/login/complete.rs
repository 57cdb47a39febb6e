//! The end of a sign-in: the code becomes tokens, the tokens a session.

use super::{
    Failure, Login, LoginError, Reply,
    flow::Issued,
    return_to::ReturnTo,
    transaction::{Spent, Transaction},
    visit::Visit,
};
use crate::{
    authorize::satisfies,
    oauth::{CodeVerifier, TokenResponse},
    secret::Secret,
    session::Session,
    token::{IdToken, IdTokenExpectation},
};

impl Login {
    /// Redeems the code, judges the tokens, makes the session and sends the browser where it was going. A transaction
    /// is finished once: it is over before the token call, also when that fails (security T3).
    pub(super) async fn complete(
        &self,
        visit: &Visit,
        transaction: &Transaction,
        issued: Issued,
        rd: &ReturnTo,
    ) -> Result<Reply, LoginError> {
        self.held.forget(transaction.id);
        if self.parts.transactions.finish(&transaction.id) == Spent::Already {
            return Ok(Reply::see_other(
                rd.as_str(),
                self.parts.transactions.clear(),
            ));
        }
        let session = match self.redeem(transaction, issued).await {
            Ok(session) => session,
            Err(error) => return Err(LoginError::from(error).with(self.parts.transactions.clear())),
        };
        let mut cookies = self
            .parts
            .sessions
            .begin(&session, &visit.headers)
            .await
            .map_err(|error| LoginError::from(error).with(self.parts.transactions.clear()))?;
        cookies = cookies.and(self.parts.transactions.clear());
        tracing::info!(user = %session.subject, client.address = %visit.client.ip, request = %visit.request_id, "signed in");
        Ok(Reply::see_other(rd.as_str(), cookies))
    }

    async fn redeem(&self, transaction: &Transaction, issued: Issued) -> Result<Session, Failure> {
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
        let tokens = self
            .parts
            .oauth
            .redeem_interaction_code(&issued.interaction_code, &verifier)
            .await?;
        let id_token = tokens.id_token.clone().unwrap_or_default();
        let expected = IdTokenExpectation {
            nonce: Some(&transaction.nonce),
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
        self.session(identity, tokens).await
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
        if self
            .settings
            .needed_claims
            .iter()
            .any(|claim| !identity.claims.contains_key(claim))
        {
            self.complete_claims(&mut identity, &tokens.access_token)
                .await?;
        }
        let now = self.parts.clock.unix();
        let (scopes, expires_at, key_id) = match access {
            Some(access) => (
                access.scopes.clone(),
                access.expires_at,
                access.key_id.clone(),
            ),
            None => (
                tokens.scope,
                now.saturating_add(tokens.expires_in.unwrap_or(0)),
                None,
            ),
        };
        Ok(Session {
            id: self.parts.sessions.new_id(),
            subject: identity.subject,
            claims: identity.claims,
            scopes,
            access_token: tokens.access_token,
            access_expires_at: expires_at,
            access_key_id: key_id,
            refresh_token: tokens.refresh_token,
            id_token: None,
            acr: identity.acr,
            amr: identity.amr,
            auth_time: identity.auth_time,
            started_at: now,
            seen_at: now,
        })
    }

    /// Claims that a rule or a header reads and that the thin ID token leaves out come from userinfo, once
    /// (decision 4). What the ID token says is never overwritten.
    async fn complete_claims(
        &self,
        identity: &mut IdToken,
        access_token: &Secret,
    ) -> Result<(), Failure> {
        let userinfo = self.parts.oauth.userinfo(access_token).await?;
        if userinfo.get("sub").and_then(serde_json::Value::as_str) != Some(&identity.subject) {
            return Err(Failure::Userinfo);
        }
        for (claim, value) in userinfo {
            identity.claims.entry(claim).or_insert(value);
        }
        Ok(())
    }
}
