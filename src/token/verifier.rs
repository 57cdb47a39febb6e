//! Judging tokens.

mod access_token;
mod id_token;
mod logout;

use std::sync::Arc;

pub use access_token::Accepted;
use arc_swap::ArcSwapOption;
pub use id_token::IdTokenExpectation;
use tokio::runtime::Handle;

use super::{
    AccessToken, AccessTokenError, ClaimsSet, IdTokenError, KeySetError, KeyStanding, Refused,
    Settings, claims,
    jws::{Hashes, Header, Jws},
    key_set::Key,
    keys::{Keys, Source},
    remembered::Remembered,
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
    verified: Remembered<Accepted>,
    /// Tokens whose signature was wrong, and by which key: verifying is what costs, and an attacker repeats.
    forged: Remembered<Arc<Key>>,
    /// The header of the last token that was verified: most bear the same.
    usual: ArcSwapOption<Header>,
    vouching: Vouching,
    clock: SharedClock,
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
        let verified = usize::try_from(settings.verified_tokens).unwrap_or(usize::MAX);
        let vouching = Vouching::new(settings.clone(), oauth.clone(), clock.clone());
        Self {
            settings,
            oauth,
            keys: Arc::new(keys),
            verified: Remembered::new(verified),
            forged: Remembered::new(FORGED),
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
        if verified.client_id() != Some(&settings.client_id) {
            return Err(Refused::Client.into());
        }
        Ok(Some(Arc::new(verified)))
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

    /// The last check, since it costs most. With the hashes of a token a forgery is verified once.
    async fn check_signature(
        &self,
        jws: &Jws<'_>,
        source: Source,
        hashes: Option<&Hashes>,
    ) -> Result<Arc<Key>, IdTokenError> {
        // What is no token at all may cause no fetch.
        let signature = jws.signature()?;
        let key = self
            .keys
            .key(&jws.header.key_id, source)
            .await
            .map_err(IdTokenError::Keys)?
            .ok_or(Refused::Key)?;
        self.verify(jws, &signature, &key, hashes)?;
        Ok(key)
    }

    fn verify(
        &self,
        jws: &Jws<'_>,
        signature: &[u8],
        key: &Arc<Key>,
        hashes: Option<&Hashes>,
    ) -> Result<(), Refused> {
        // The key says which algorithm it verifies; the token's header only may not contradict it.
        if key.algorithm != jws.header.algorithm {
            return Err(Refused::Algorithm);
        }
        let known = hashes.and_then(|hashes| self.forged.get(&hashes.token));
        if known.is_some_and(|by| Arc::ptr_eq(&by, key) || by.is(key)) {
            return Err(Refused::Signature);
        }
        let sha256 = hashes.map(|hashes| &hashes.signed);
        if key.verifies(jws.signed, sha256, signature) {
            return Ok(());
        }
        if let Some(hashes) = hashes {
            self.forged.put(hashes.token, Arc::clone(key));
        }
        Err(Refused::Signature)
    }
}

/// Where clients are listed, the token must be one of theirs.
pub(super) fn accepted_client(token: &AccessToken, accepted: &[String]) -> Result<(), Refused> {
    let is_theirs = |client: &str| accepted.iter().any(|known| known == client);
    if accepted.is_empty() || token.client_id().is_some_and(is_theirs) {
        Ok(())
    } else {
        Err(Refused::Client)
    }
}

/// What the claims say, each of its type. By which key is for the caller to add.
pub(super) fn access_token_of(said: ClaimsSet, expires_at: u64) -> Result<AccessToken, Refused> {
    subject(&said)?;
    for name in ["uid", "cid", "acr"] {
        claims::text(&said, name)?;
    }
    Ok(AccessToken {
        scopes: owned(claims::list(&said, "scp")?),
        expires_at,
        key_id: None,
        auth_time: claims::time(&said, "auth_time")?,
        claims: Arc::new(said),
    })
}

fn access_token_error(error: IdTokenError) -> AccessTokenError {
    match error {
        IdTokenError::Refused(reason) => AccessTokenError::Refused { reason },
        IdTokenError::Keys(error) => AccessTokenError::Keys(error),
    }
}

fn subject(said: &ClaimsSet) -> Result<&str, Refused> {
    claims::text(said, "sub")?
        .filter(|sub| !sub.is_empty())
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
const FORGED: usize = 1000;
