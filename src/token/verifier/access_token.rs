use std::sync::Arc;

use super::{
    AccessTokenError, Hashes, IssuerKind, Jws, Key, Refused, Source, Verifier, accepted_client,
    access_token_error,
};
use crate::token::{
    AccessToken,
    remembered::{Digest, sha256},
};

/// A token that was accepted, and by which key: its name may be given to another one.
#[derive(Clone, Debug)]
pub struct Accepted {
    token: Arc<AccessToken>,
    /// None where the authorization server vouched for the token.
    key: Option<Arc<Key>>,
    was_known: bool,
}

/// A token of which all is good but perhaps the signature.
struct Candidate<'a> {
    jws: Jws<'a>,
    says: AccessToken,
    hashes: Hashes,
}

impl Accepted {
    /// The token.
    pub fn token(&self) -> &Arc<AccessToken> {
        &self.token
    }

    /// Whether it was presented here before, so that it may well come again.
    pub fn was_known(&self) -> bool {
        self.was_known
    }
}

impl From<Arc<AccessToken>> for Accepted {
    /// Vouched for, at this moment.
    fn from(token: Arc<AccessToken>) -> Self {
        Self {
            token,
            key: None,
            was_known: false,
        }
    }
}

impl Verifier {
    /// Judges a Bearer token.
    ///
    /// # Errors
    /// It is refused, or can't be judged now.
    pub async fn access_token(&self, token: &str) -> Result<Arc<AccessToken>, AccessTokenError> {
        self.accept(token).await.map(|accepted| accepted.token)
    }

    /// Judges a Bearer token for somebody who keeps the judgement: it holds for as long as [`Verifier::stands`] says so.
    ///
    /// # Errors
    /// As [`Verifier::access_token`].
    pub async fn accept(&self, token: &str) -> Result<Accepted, AccessTokenError> {
        if self.oauth.settings().issuer.kind() == IssuerKind::Org {
            let vouched = self.vouching.access_token(token, sha256(token)).await?;
            return Ok(vouched.into());
        }
        let candidate = self.judge(token)?;
        if let Some(known) = self.known(&candidate.hashes.token) {
            return Ok(known);
        }
        let hashes = Some(&candidate.hashes);
        let key = self
            .check_signature(&candidate.jws, Source::Stranger, hashes)
            .await
            .map_err(access_token_error)?;
        Ok(self.remember(candidate, key))
    }

    /// The same where nobody need be asked, as with most tokens; `None`: see [`Verifier::accept`].
    ///
    /// # Errors
    /// It is refused.
    pub fn accept_at_once(&self, token: &str) -> Result<Option<Accepted>, Refused> {
        if self.oauth.settings().issuer.kind() == IssuerKind::Org {
            return Ok(None);
        }
        let candidate = self.judge(token)?;
        let known = self.known(&candidate.hashes.token);
        if known.is_some() {
            return Ok(known);
        }
        let signature = candidate.jws.signature()?;
        let Some(key) = self.keys.at_once(&candidate.jws.header.key_id) else {
            return Ok(None);
        };
        let hashes = Some(&candidate.hashes);
        self.verify(&candidate.jws, &signature, &key, hashes)?;
        Ok(Some(self.remember(candidate, key)))
    }

    /// Whether a token that was accepted here still lives `now` (seconds since 1970) and its key still stands
    /// (invariant 7). Never where only the authorization server can say so, nor where no token is to be remembered.
    pub fn stands(&self, known: &Accepted, now: u64) -> bool {
        self.settings.verified_tokens > 0 && self.still_good(known, now)
    }

    /// All but the signature.
    fn judge<'a>(&self, token: &'a str) -> Result<Candidate<'a>, Refused> {
        let jws = Jws::parse_beside(token, self.usual.load().as_ref())?;
        // Without a configured audience every token of the issuer would do: none does.
        let audience = self.settings.audience.as_deref().ok_or(Refused::Audience)?;
        self.judge_header(&jws)?;
        // Not even read where its key is enough to refuse it.
        if self.keys.is_foreign(&jws.header.key_id) {
            return Err(Refused::Key);
        }
        let says = self.judge_claims(jws.claims()?, Some(audience))?;
        accepted_client(&says, &self.settings.accepted_clients)?;
        let hashes = jws.hashes();
        Ok(Candidate { jws, says, hashes })
    }

    fn known(&self, token: &Digest) -> Option<Accepted> {
        let known = self.verified.get(token)?;
        self.still_good(&known, self.clock.unix()).then_some(known)
    }

    fn remember(&self, proven: Candidate<'_>, by: Arc<Key>) -> Accepted {
        let Candidate {
            jws,
            mut says,
            hashes,
        } = proven;
        says.key_id = Some(Arc::clone(&jws.header.key_id));
        let usual = self.usual.load();
        if !usual
            .as_ref()
            .is_some_and(|usual| Arc::ptr_eq(usual, &jws.header))
        {
            self.usual.store(Some(jws.header));
        }
        let accepted = Accepted {
            token: Arc::new(says),
            key: Some(by),
            was_known: true,
        };
        self.verified.put(hashes.token, accepted.clone());
        Accepted {
            was_known: false,
            ..accepted
        }
    }

    fn still_good(&self, known: &Accepted, now: u64) -> bool {
        let skew = self.settings.clock_skew.as_secs();
        let lives = now < known.token.expires_at.saturating_add(skew);
        let (Some(kid), Some(by)) = (&known.token.key_id, &known.key) else {
            return false;
        };
        lives
            && self
                .keys
                .at_hand(kid)
                .is_some_and(|key| Arc::ptr_eq(&key, by) || key.is(by))
    }
}
