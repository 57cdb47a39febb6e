//! Judging tokens.

use std::{sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use moka::sync::Cache;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tokio::runtime::Handle;

use super::{
    AccessToken, AccessTokenError, IdToken, IdTokenError, KeySetError, KeyStanding, Refused,
    Settings, claims, jws::Jws, keys::Keys,
};
use crate::{
    clock::SharedClock,
    oauth::{self, IssuerKind},
    outbound::Outbound,
    secret::Secret,
};

/// What an ID token must say besides being good.
#[derive(Clone, Copy, Debug)]
pub struct IdTokenExpectation<'a> {
    /// The `nonce` of this sign-in; none at a refresh.
    pub nonce: Option<&'a str>,
    /// The access token that came with it, for `at_hash`.
    pub access_token: Option<&'a Secret>,
    /// What was asked for, in seconds.
    pub max_age: Option<u64>,
}

/// Judges tokens of the configured issuer.
#[derive(Debug)]
pub struct Verifier {
    settings: Settings,
    oauth: Arc<oauth::Client>,
    keys: Arc<Keys>,
    verified: Cache<[u8; 32], Arc<AccessToken>>,
    vouched: Cache<[u8; 32], Vouched>,
    clock: SharedClock,
}

/// What the org server said about an opaque token.
#[derive(Clone, Debug)]
struct Vouched {
    token: Arc<AccessToken>,
    until: u64,
}

/// How long the org server's word about a token is believed.
const VOUCHED: u64 = 30;
/// Most tokens for which it is kept.
const MOST_VOUCHED: u64 = 10_000;

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
        let vouched = Cache::builder()
            .max_capacity(MOST_VOUCHED)
            .time_to_live(Duration::from_secs(VOUCHED))
            .build();
        Self {
            settings,
            oauth,
            keys: Arc::new(keys),
            verified,
            vouched,
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
        let digest: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        match self.oauth.settings().issuer.kind() {
            IssuerKind::Custom => self.verified_access_token(token, digest).await,
            IssuerKind::Org => self.vouched_access_token(token, digest).await,
        }
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
        let audience = self.settings.audience.as_deref();
        let verified = self.judge_access_token(&jws, audience).await?;
        if verified.client_id.as_deref() != Some(&settings.client_id) {
            return Err(Refused::Client.into());
        }
        Ok(Some(Arc::new(verified)))
    }

    async fn verified_access_token(
        &self,
        token: &str,
        digest: [u8; 32],
    ) -> Result<Arc<AccessToken>, AccessTokenError> {
        if let Some(known) = self.verified.get(&digest) {
            return self.still_good(known, digest);
        }
        let jws = Jws::parse(token)?;
        // Without a configured audience every token of the issuer would do: none does.
        let audience = self.settings.audience.as_deref().ok_or(Refused::Audience)?;
        let verified = Arc::new(self.judge_access_token(&jws, Some(audience)).await?);
        self.accepted_client(&verified)?;
        self.verified.insert(digest, verified.clone());
        Ok(verified)
    }

    /// Whether a token that was accepted here still stands: it lives, and its key is in the set. `false` where only the
    /// authorization server can say so, and where nothing is to be remembered.
    pub fn stands(&self, known: &AccessToken) -> bool {
        self.settings.verified_tokens > 0 && !self.has_expired(known) && !self.is_withdrawn(known)
    }

    fn has_expired(&self, known: &AccessToken) -> bool {
        let skew = self.settings.clock_skew.as_secs();
        self.clock.unix() >= known.expires_at.saturating_add(skew)
    }

    fn is_withdrawn(&self, known: &AccessToken) -> bool {
        known
            .key_id
            .as_deref()
            .is_none_or(|kid| self.keys.standing(kid) != KeyStanding::Current)
    }

    /// A remembered token, if it still lives and its key still stands.
    fn still_good(
        &self,
        known: Arc<AccessToken>,
        digest: [u8; 32],
    ) -> Result<Arc<AccessToken>, AccessTokenError> {
        let (expired, withdrawn) = (self.has_expired(&known), self.is_withdrawn(&known));
        if expired || withdrawn {
            self.verified.invalidate(&digest);
            return Err(if expired {
                Refused::Expired
            } else {
                Refused::Key
            }
            .into());
        }
        Ok(known)
    }

    fn accepted_client(&self, token: &AccessToken) -> Result<(), Refused> {
        let accepted = &self.settings.accepted_clients;
        let ours = accepted.is_empty()
            || token
                .client_id
                .as_ref()
                .is_some_and(|client| accepted.contains(client));
        if ours { Ok(()) } else { Err(Refused::Client) }
    }

    async fn judge_access_token(
        &self,
        jws: &Jws<'_>,
        audience: Option<&str>,
    ) -> Result<AccessToken, AccessTokenError> {
        let settings = self.oauth.settings();
        self.accepts(jws)?;
        // An ID token is for us alone, a logout token tells events: neither opens anything (security J7).
        let other_kind = jws
            .kind
            .as_deref()
            .is_some_and(|kind| !matches!(kind, "jwt" | "at+jwt" | "application/at+jwt"));
        if other_kind || jws.claims.contains_key("nonce") || jws.claims.contains_key("events") {
            return Err(Refused::Kind.into());
        }
        let (now, skew) = (self.clock.unix(), self.settings.clock_skew);
        let expires_at =
            claims::issuer_and_times(&jws.claims, settings.issuer.as_str(), now, skew)?;
        if let Some(audience) = audience {
            claims::audience(&jws.claims, audience)?;
        }
        let token = access_token_of(&jws.claims, expires_at, Some(jws.key_id.clone()))?;
        self.check_signature(jws)
            .await
            .map_err(|error| match error {
                IdTokenError::Refused(reason) => AccessTokenError::Refused { reason },
                IdTokenError::Keys(error) => AccessTokenError::Keys(error),
            })?;
        Ok(token)
    }

    /// Asks the org server (RFC 7662) and believes it for half a minute.
    async fn vouched_access_token(
        &self,
        token: &str,
        digest: [u8; 32],
    ) -> Result<Arc<AccessToken>, AccessTokenError> {
        let now = self.clock.unix();
        if let Some(vouched) = self.vouched.get(&digest)
            && now < vouched.until
        {
            return Ok(vouched.token);
        }
        let answer = self
            .oauth
            .introspect(&Secret::new(token))
            .await
            .map_err(AccessTokenError::Introspection)?;
        if !answer.active {
            return Err(Refused::Inactive.into());
        }
        let mut said = answer.claims;
        for (theirs, ours) in [("scope", "scp"), ("client_id", "cid")] {
            if let Some(value) = said.remove(theirs) {
                said.entry(ours).or_insert(value);
            }
        }
        let expires_at = claims::time(&said, "exp")?.ok_or(Refused::Claim("exp"))?;
        if now >= expires_at {
            return Err(Refused::Expired.into());
        }
        let token = Arc::new(access_token_of(&said, expires_at, None)?);
        self.accepted_client(&token)?;
        let until = now.saturating_add(VOUCHED).min(expires_at);
        self.vouched.insert(
            digest,
            Vouched {
                token: token.clone(),
                until,
            },
        );
        Ok(token)
    }

    /// Judges an ID token of our own (OpenID Connect Core §3.1.3.7).
    ///
    /// # Errors
    /// It is refused, or can't be judged now.
    pub async fn id_token(
        &self,
        token: &Secret,
        expected: &IdTokenExpectation<'_>,
    ) -> Result<IdToken, IdTokenError> {
        let settings = self.oauth.settings();
        let jws = Jws::parse(token.expose())?;
        self.accepts(&jws)?;
        if jws.kind.as_deref().is_some_and(|kind| kind != "jwt")
            || jws.claims.contains_key("events")
        {
            return Err(Refused::Kind.into());
        }
        let (now, skew) = (self.clock.unix(), self.settings.clock_skew);
        let expires_at =
            claims::issuer_and_times(&jws.claims, settings.issuer.as_str(), now, skew)?;
        claims::audience(&jws.claims, &settings.client_id)?;
        let authorized = claims::text(&jws.claims, "azp")?;
        let several = jws
            .claims
            .get("aud")
            .and_then(Value::as_array)
            .is_some_and(|all| all.len() > 1);
        if authorized
            .as_ref()
            .is_some_and(|azp| *azp != settings.client_id)
            || several && authorized.is_none()
        {
            return Err(Refused::Client.into());
        }
        if let Some(nonce) = expected.nonce {
            let same = claims::text(&jws.claims, "nonce")?
                .is_some_and(|given| given.as_bytes().ct_eq(nonce.as_bytes()).into());
            if !same {
                return Err(Refused::Nonce.into());
            }
        }
        if let Some(access_token) = expected.access_token {
            at_hash(&jws.claims, access_token)?;
        }
        let auth_time = claims::time(&jws.claims, "auth_time")?;
        if let Some(max_age) = expected.max_age {
            let at = auth_time.ok_or(Refused::Claim("auth_time"))?;
            if now > at.saturating_add(max_age).saturating_add(skew.as_secs()) {
                return Err(Refused::TooOld.into());
            }
        }
        let subject = claims::text(&jws.claims, "sub")?
            .filter(|sub| !sub.is_empty())
            .ok_or(Refused::Claim("sub"))?;
        let (acr, amr) = (
            claims::text(&jws.claims, "acr")?,
            claims::list(&jws.claims, "amr")?,
        );
        self.check_signature(&jws).await?;
        Ok(IdToken {
            subject,
            acr,
            amr,
            auth_time,
            expires_at,
            key_id: jws.key_id,
            claims: jws.claims,
        })
    }

    fn accepts(&self, jws: &Jws<'_>) -> Result<(), Refused> {
        if self.settings.algorithms.contains(&jws.algorithm) {
            Ok(())
        } else {
            Err(Refused::Algorithm)
        }
    }

    async fn check_signature(&self, jws: &Jws<'_>) -> Result<(), IdTokenError> {
        let set = self
            .keys
            .set_with(&jws.key_id)
            .await
            .map_err(IdTokenError::Keys)?
            .ok_or(Refused::Key)?;
        let key = set.get(&jws.key_id).ok_or(Refused::Key)?;
        // The key says which algorithm it verifies; the token's header only may not contradict it.
        if key.algorithm != jws.algorithm {
            return Err(Refused::Algorithm.into());
        }
        if key.verifies(jws.signed, jws.signature) {
            Ok(())
        } else {
            Err(Refused::Signature.into())
        }
    }
}

fn access_token_of(
    all: &Map<String, Value>,
    expires_at: u64,
    key_id: Option<String>,
) -> Result<AccessToken, Refused> {
    Ok(AccessToken {
        subject: claims::text(all, "sub")?
            .filter(|sub| !sub.is_empty())
            .ok_or(Refused::Claim("sub"))?,
        uid: claims::text(all, "uid")?,
        client_id: claims::text(all, "cid")?,
        scopes: claims::list(all, "scp")?,
        expires_at,
        key_id,
        acr: claims::text(all, "acr")?,
        auth_time: claims::time(all, "auth_time")?,
        claims: all.clone(),
    })
}

/// The left half of the access token's SHA-256 (OpenID Connect Core §3.1.3.6); only where the ID token carries it.
fn at_hash(all: &Map<String, Value>, access_token: &Secret) -> Result<(), Refused> {
    let Some(given) = claims::text(all, "at_hash")? else {
        return Ok(());
    };
    let digest = Sha256::digest(access_token.expose().as_bytes());
    let half: Vec<u8> = digest.iter().take(16).copied().collect();
    if given == URL_SAFE_NO_PAD.encode(half) {
        Ok(())
    } else {
        Err(Refused::AtHash)
    }
}

impl From<KeySetError> for AccessTokenError {
    fn from(error: KeySetError) -> Self {
        Self::Keys(error)
    }
}
