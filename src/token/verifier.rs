//! Judging tokens.

mod id_token;
mod logout;

use std::{sync::Arc, time::Duration};

use arc_swap::ArcSwapOption;
pub use id_token::IdTokenExpectation;
use moka::sync::Cache;
use tokio::runtime::Handle;

use super::{
    AccessToken, AccessTokenError, ClaimsSet, IdTokenError, KeySetError, KeyStanding, Refused,
    Settings, claims,
    jws::{Header, Jws},
    key_set::Key,
    keys::{Keys, Source},
    vouched::Vouching,
};
use crate::{
    clock::SharedClock,
    oauth::{self, IssuerKind},
    outbound::Outbound,
    secret::Secret,
};

/// Judges tokens of the configured issuer.
#[derive(Debug)]
pub struct Verifier {
    settings: Settings,
    oauth: Arc<oauth::Client>,
    keys: Arc<Keys>,
    verified: Cache<[u8; 32], Accepted>,
    /// Tokens whose signature was wrong, and by which key: verifying is what costs, and an attacker repeats.
    forged: Cache<[u8; 32], Arc<Key>>,
    /// The header of the last token that was verified: most bear the same.
    usual: ArcSwapOption<Header>,
    vouching: Vouching,
    clock: SharedClock,
}

/// A token that was accepted, and by which key: its name may be given to another one.
#[derive(Clone, Debug)]
pub struct Accepted {
    token: Arc<AccessToken>,
    /// None where the authorization server vouched for the token.
    key: Option<Arc<Key>>,
}

impl Accepted {
    /// The token.
    pub fn token(&self) -> &Arc<AccessToken> {
        &self.token
    }
}

impl From<Arc<AccessToken>> for Accepted {
    /// Vouched for, at this moment.
    fn from(token: Arc<AccessToken>) -> Self {
        Self { token, key: None }
    }
}

impl Verifier {
    /// Judges by `settings`; fetches nothing yet.
    pub fn new(
        settings: Settings,
        oauth: Arc<oauth::Client>,
        outbound: Outbound,
        clock: SharedClock,
    ) -> Self {
        let keys = Keys::new(settings.clone(), oauth.clone(), outbound, clock.clone());
        // By the machine's clock moka drops what was long unused; lives are judged on every hit.
        let verified = Cache::builder()
            .max_capacity(settings.verified_tokens)
            .time_to_live(Duration::from_hours(24))
            .build();
        let forged = Cache::builder()
            .max_capacity(FORGED)
            .time_to_live(Duration::from_mins(10))
            .build();
        let vouching = Vouching::new(settings.clone(), oauth.clone(), clock.clone());
        Self {
            settings,
            oauth,
            keys: Arc::new(keys),
            verified,
            forged,
            usual: ArcSwapOption::empty(),
            vouching,
            clock,
        }
    }

    /// Fetches the keys now and again, as their cache headers say.
    pub fn spawn_refresh(&self, runtime: &Handle) {
        self.keys.spawn_refresh(runtime);
    }

    /// How a key stands (invariant 7). Never waits.
    pub fn key_standing(&self, kid: &str) -> KeyStanding {
        self.keys.standing(kid)
    }

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
        match self.oauth.settings().issuer.kind() {
            IssuerKind::Custom => self.verified_access_token(token).await,
            IssuerKind::Org => {
                let vouched = self.vouching.access_token(token, digest(token)).await?;
                Ok(vouched.into())
            }
        }
    }

    /// Whether a token that was accepted here still lives and its key still stands (invariant 7). Never where only the
    /// authorization server can say so, nor where no token is to be remembered.
    pub fn stands(&self, known: &Accepted) -> bool {
        self.settings.verified_tokens > 0 && self.still_good(known)
    }

    /// Judges the access token of a session of our own. `None`: it is opaque, as the org server's are.
    ///
    /// # Errors
    /// It is refused, is another client's, or can't be judged now.
    pub async fn session_access_token(
        &self,
        token: &Secret,
    ) -> Result<Option<Arc<AccessToken>>, AccessTokenError> {
        let settings = self.oauth.settings();
        if settings.issuer.kind() == IssuerKind::Org {
            return Ok(None);
        }
        let jws = Jws::parse(token.expose())?;
        self.judge_header(&jws)?;
        let audience = self.settings.audience.as_deref();
        let mut verified = self.judge_claims(jws.claims()?, audience)?;
        self.check_signature(&jws, Source::Issuer, None)
            .await
            .map_err(access_token_error)?;
        verified.key_id = Some(Arc::clone(&jws.header.key_id));
        if verified.client_id.as_deref() != Some(&settings.client_id) {
            return Err(Refused::Client.into());
        }
        Ok(Some(Arc::new(verified)))
    }

    async fn verified_access_token(&self, token: &str) -> Result<Accepted, AccessTokenError> {
        let jws = Jws::parse_beside(token, self.usual.load().as_ref())?;
        // Without a configured audience every token of the issuer would do: none does.
        let audience = self.settings.audience.as_deref().ok_or(Refused::Audience)?;
        self.judge_header(&jws)?;
        // Not even read where its key is enough to refuse it.
        if self.keys.is_foreign(&jws.header.key_id) {
            return Err(Refused::Key.into());
        }
        let mut verified = self.judge_claims(jws.claims()?, Some(audience))?;
        accepted_client(&verified, &self.settings.accepted_clients)?;
        let digest = digest(token);
        if let Some(known) = self.verified.get(&digest) {
            if self.still_good(&known) {
                return Ok(known);
            }
            self.verified.invalidate(&digest);
        }
        let key = self
            .check_signature(&jws, Source::Stranger, Some(digest))
            .await
            .map_err(access_token_error)?;
        verified.key_id = Some(Arc::clone(&jws.header.key_id));
        let usual = self.usual.load();
        if !usual
            .as_ref()
            .is_some_and(|usual| Arc::ptr_eq(usual, &jws.header))
        {
            self.usual.store(Some(jws.header));
        }
        let accepted = Accepted {
            token: Arc::new(verified),
            key: Some(key),
        };
        self.verified.insert(digest, accepted.clone());
        Ok(accepted)
    }

    fn still_good(&self, known: &Accepted) -> bool {
        let lives = self.clock.unix()
            < known
                .token
                .expires_at
                .saturating_add(self.settings.clock_skew.as_secs());
        let (Some(kid), Some(by)) = (&known.token.key_id, &known.key) else {
            return false;
        };
        lives
            && self
                .keys
                .at_hand(kid)
                .is_some_and(|key| Arc::ptr_eq(&key, by) || key.is(by))
    }

    /// What the header of an access token says, without asking anybody about its key.
    fn judge_header(&self, jws: &Jws<'_>) -> Result<(), Refused> {
        self.accepts(jws)?;
        if jws.may_be(&["jwt", "at+jwt", "application/at+jwt"]) {
            Ok(())
        } else {
            Err(Refused::Kind)
        }
    }

    fn judge_claims(
        &self,
        said: ClaimsSet,
        audience: Option<&str>,
    ) -> Result<AccessToken, Refused> {
        let settings = self.oauth.settings();
        claims::opens_an_api(&said, &settings.client_id)?;
        let (now, skew) = (self.clock.unix(), self.settings.clock_skew);
        let expires_at = claims::issuer_and_times(&said, settings.issuer.as_str(), now, skew)?;
        match audience {
            Some(audience) => claims::audience(&said, audience)?,
            None => drop(claims::count_audiences(&said)?),
        }
        access_token_of(said, expires_at)
    }

    fn accepts(&self, jws: &Jws<'_>) -> Result<(), Refused> {
        if self.settings.algorithms.contains(&jws.header.algorithm) {
            Ok(())
        } else {
            Err(Refused::Algorithm)
        }
    }

    /// The last check, since it costs most. With the digest of the whole token a forgery is verified once.
    async fn check_signature(
        &self,
        jws: &Jws<'_>,
        source: Source,
        digest: Option<[u8; 32]>,
    ) -> Result<Arc<Key>, IdTokenError> {
        // What is no token at all may cause no fetch.
        let signature = jws.signature()?;
        let key = self
            .keys
            .key(&jws.header.key_id, source)
            .await
            .map_err(IdTokenError::Keys)?
            .ok_or(Refused::Key)?;
        // The key says which algorithm it verifies; the token's header only may not contradict it.
        if key.algorithm != jws.header.algorithm {
            return Err(Refused::Algorithm.into());
        }
        let known = digest.and_then(|digest| self.forged.get(&digest));
        if known.is_some_and(|by| Arc::ptr_eq(&by, &key) || by.is(&key)) {
            return Err(Refused::Signature.into());
        }
        if key.verifies(jws.signed, &signature) {
            return Ok(key);
        }
        if let Some(digest) = digest {
            self.forged.insert(digest, key);
        }
        Err(Refused::Signature.into())
    }
}

/// Where clients are listed, the token must be one of theirs.
pub(super) fn accepted_client(token: &AccessToken, accepted: &[String]) -> Result<(), Refused> {
    let fine = accepted.is_empty()
        || token
            .client_id
            .as_ref()
            .is_some_and(|client| accepted.contains(client));
    if fine { Ok(()) } else { Err(Refused::Client) }
}

/// What the claims say. By which key is for the caller to add.
pub(super) fn access_token_of(said: ClaimsSet, expires_at: u64) -> Result<AccessToken, Refused> {
    let text = |name| Ok::<_, Refused>(claims::text(&said, name)?.map(str::to_owned));
    Ok(AccessToken {
        subject: subject(&said)?,
        uid: text("uid")?,
        client_id: text("cid")?,
        scopes: owned(claims::list(&said, "scp")?),
        expires_at,
        key_id: None,
        acr: text("acr")?,
        auth_time: claims::time(&said, "auth_time")?,
        claims: Arc::new(said),
    })
}

/// SHA-256, by aws-lc: three times as fast as the usual crate where a processor has no instructions for it.
fn digest(token: &str) -> [u8; 32] {
    let mut octets = [0; 32];
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, token.as_bytes());
    for (to, from) in octets.iter_mut().zip(digest.as_ref()) {
        *to = *from;
    }
    octets
}

fn access_token_error(error: IdTokenError) -> AccessTokenError {
    match error {
        IdTokenError::Refused(reason) => AccessTokenError::Refused { reason },
        IdTokenError::Keys(error) => AccessTokenError::Keys(error),
    }
}

fn subject(said: &ClaimsSet) -> Result<String, Refused> {
    claims::text(said, "sub")?
        .filter(|sub| !sub.is_empty())
        .map(str::to_owned)
        .ok_or(Refused::Claim("sub"))
}

fn owned<C: FromIterator<String>>(texts: Vec<&str>) -> C {
    texts.into_iter().map(str::to_owned).collect()
}

impl From<KeySetError> for AccessTokenError {
    fn from(error: KeySetError) -> Self {
        Self::Keys(error)
    }
}

/// Forgeries that are remembered: a flood of different ones pushes out one another, and nothing else.
const FORGED: u64 = 1000;
