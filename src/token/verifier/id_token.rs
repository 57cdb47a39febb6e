use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::Algorithm;
use sha2::{Digest, Sha256, Sha384, Sha512};
use subtle::ConstantTimeEq;

use super::{ClaimsSet, IdTokenError, Jws, Refused, Source, Verifier, claims, owned, subject};
use crate::{secret::Secret, token::IdToken};

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

impl Verifier {
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
        let said = jws.claims()?;
        if !jws.may_be(&["jwt"]) || said.contains("events") {
            return Err(Refused::Kind.into());
        }
        let (now, skew) = (self.clock.unix(), self.settings.clock_skew);
        let expires_at = claims::issuer_and_times(&said, settings.issuer.as_str(), now, skew)?;
        claims::audience(&said, &settings.client_id)?;
        let authorized = claims::text(&said, "azp")?;
        let several = claims::count_audiences(&said)? > 1;
        if authorized.is_some_and(|azp| azp != settings.client_id)
            || several && authorized.is_none()
        {
            return Err(Refused::Client.into());
        }
        if let Some(nonce) = expected.nonce {
            let same = claims::text(&said, "nonce")?
                .is_some_and(|given| given.as_bytes().ct_eq(nonce.as_bytes()).into());
            if !same {
                return Err(Refused::Nonce.into());
            }
        }
        if let Some(access_token) = expected.access_token {
            at_hash(&said, jws.header.algorithm, access_token)?;
        }
        let auth_time = claims::time(&said, "auth_time")?;
        if let Some(max_age) = expected.max_age {
            let at = auth_time.ok_or(Refused::Claim("auth_time"))?;
            if now > at.saturating_add(max_age).saturating_add(skew.as_secs()) {
                return Err(Refused::TooOld.into());
            }
        }
        let subject = subject(&said)?.to_owned();
        let acr = claims::text(&said, "acr")?.map(str::to_owned);
        let amr = owned(claims::list(&said, "amr")?);
        self.check_signature(&jws, Source::Issuer, None).await?;
        Ok(IdToken {
            subject,
            acr,
            amr,
            auth_time,
            expires_at,
            key_id: Arc::clone(&jws.header.key_id),
            claims: said.into_values(),
        })
    }
}

/// The left half of the access token's hash (OpenID Connect Core §3.1.3.6); only where the ID token carries it.
fn at_hash(all: &ClaimsSet, algorithm: Algorithm, access_token: &Secret) -> Result<(), Refused> {
    use Algorithm::{ES384, EdDSA, PS384, PS512, RS384, RS512};
    let Some(given) = claims::text(all, "at_hash")? else {
        return Ok(());
    };
    let octets = access_token.expose().as_bytes();
    let hash = if matches!(algorithm, RS384 | PS384 | ES384) {
        Sha384::digest(octets).to_vec()
    } else if matches!(algorithm, RS512 | PS512 | EdDSA) {
        Sha512::digest(octets).to_vec()
    } else {
        Sha256::digest(octets).to_vec()
    };
    let half = hash.get(..hash.len() / 2).unwrap_or_default();
    if given == URL_SAFE_NO_PAD.encode(half) {
        Ok(())
    } else {
        Err(Refused::AtHash)
    }
}
