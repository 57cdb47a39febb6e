//! Opaque access tokens of the org server: it is asked about them (RFC 7662) and believed for half a minute.

use std::{sync::Arc, time::Duration};

use moka::future::Cache;

use super::{
    AccessToken, AccessTokenError, ClaimsSet, Refused, Settings, claims,
    remembered::Digest,
    verifier::{accepted_client, access_token_of},
};
use crate::{
    clock::SharedClock,
    oauth::{self, Introspection, OAuthError},
    secret::Secret,
};

/// How long its word about a token is believed, good or bad.
const BELIEVED: u64 = 30;
/// Longest token that is asked about.
const MAX_TOKEN: usize = 16 * 1024;

/// Asks once for all who present the same token at the same time.
#[derive(Debug)]
pub(super) struct Vouching {
    settings: Settings,
    oauth: Arc<oauth::Client>,
    said: Cache<Digest, Vouched>,
    clock: SharedClock,
}

#[derive(Clone, Debug)]
struct Vouched {
    verdict: Result<Arc<AccessToken>, Refused>,
    until: u64,
}

impl Vouching {
    pub(super) fn new(settings: Settings, oauth: Arc<oauth::Client>, clock: SharedClock) -> Self {
        let said = Cache::builder()
            .max_capacity(settings.verified_tokens)
            .time_to_live(Duration::from_secs(BELIEVED))
            .build();
        Self {
            settings,
            oauth,
            said,
            clock,
        }
    }

    /// What the org server says about the token whose SHA-256 is `digest`.
    pub(super) async fn access_token(
        &self,
        token: &str,
        digest: Digest,
    ) -> Result<Arc<AccessToken>, AccessTokenError> {
        if !is_bearer_token(token) {
            return Err(Refused::Malformed("it is no Bearer token").into());
        }
        if self
            .said
            .get(&digest)
            .await
            .is_some_and(|vouched| self.clock.unix() >= vouched.until)
        {
            self.said.invalidate(&digest).await;
        }
        let asked = self.said.try_get_with(digest, self.ask(token)).await;
        let vouched = asked.map_err(|error| AccessTokenError::Introspection((*error).clone()))?;
        vouched.verdict.map_err(AccessTokenError::from)
    }

    async fn ask(&self, token: &str) -> Result<Vouched, OAuthError> {
        let answer = self.oauth.introspect(&Secret::new(token)).await?;
        let now = self.clock.unix();
        let verdict = self.judge(answer, now).map(Arc::new);
        let believed = now.saturating_add(BELIEVED);
        let until = verdict
            .as_ref()
            .map_or(believed, |token| token.expires_at.min(believed));
        Ok(Vouched { verdict, until })
    }

    fn judge(&self, answer: Introspection, now: u64) -> Result<AccessToken, Refused> {
        if !answer.active {
            return Err(Refused::Inactive);
        }
        let settings = self.oauth.settings();
        let mut said = answer.claims;
        for (theirs, ours) in [("scope", "scp"), ("client_id", "cid")] {
            if let Some(value) = said.remove(theirs) {
                said.insert(ours.to_owned(), value);
            }
        }
        let said = ClaimsSet::from(said);
        // A refresh token or an ID token may be active too, but opens nothing (security J7).
        let bearer = claims::text(&said, "token_type")?
            .is_some_and(|kind| kind.eq_ignore_ascii_case("bearer"));
        if !bearer || !said.contains("aud") {
            return Err(Refused::Kind);
        }
        claims::opens_an_api(&said, &settings.client_id)?;
        if claims::text(&said, "iss")?.is_some_and(|issuer| issuer != settings.issuer.as_str()) {
            return Err(Refused::Issuer);
        }
        if let Some(audience) = &self.settings.audience {
            claims::audience(&said, audience)?;
        }
        let expires_at = claims::time(&said, "exp")?.ok_or(Refused::Claim("exp"))?;
        if now >= expires_at {
            return Err(Refused::Expired);
        }
        let token = access_token_of(said, expires_at)?;
        accepted_client(&token, &self.settings.accepted_clients)?;
        Ok(token)
    }
}

/// `b64token` (RFC 6750 §2.1); all else is not worth a call.
fn is_bearer_token(token: &str) -> bool {
    let body = token.trim_end_matches('=');
    let allowed = |octet: u8| octet.is_ascii_alphanumeric() || b"-._~+/".contains(&octet);
    !body.is_empty() && token.len() <= MAX_TOKEN && body.bytes().all(allowed)
}
