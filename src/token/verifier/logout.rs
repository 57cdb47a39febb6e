use serde_json::Value;

use super::{IdTokenError, Jws, Refused, Source, Verifier, claims};
use crate::{secret::Secret, token::LogoutToken};

impl Verifier {
    /// Judges a logout token (OpenID Connect Back-Channel Logout 1.0 §2.6). That it is good once is for the caller.
    ///
    /// # Errors
    /// It is refused, or can't be judged now.
    pub async fn logout_token(&self, token: &Secret) -> Result<LogoutToken, IdTokenError> {
        let settings = self.oauth.settings();
        let jws = Jws::parse(token.expose())?;
        self.accepts(&jws)?;
        let claims_set = jws.claims()?;
        let is_kind = jws.may_be(&["jwt", "logout+jwt", "application/logout+jwt"]);
        // An ID token has a nonce, and must not do as a logout token.
        if !is_kind || claims_set.contains("nonce") {
            return Err(Refused::Kind.into());
        }
        let (now, skew) = (self.clock.unix(), self.settings.clock_skew);
        let expires_at =
            claims::issuer_and_times(&claims_set, settings.issuer.as_str(), now, skew)?;
        claims::time(&claims_set, "iat")?.ok_or(Refused::Claim("iat"))?;
        claims::audience(&claims_set, &settings.client_id)?;
        let events = claims_set.get("events").and_then(Value::as_object);
        let is_logout = events.and_then(|events| events.get(EVENT));
        if !is_logout.is_some_and(Value::is_object) {
            return Err(Refused::Claim("events").into());
        }
        let text = |name| {
            let text = claims::text(&claims_set, name)?.filter(|text| !text.is_empty());
            Ok::<_, Refused>(text.map(str::to_owned))
        };
        let id = text("jti")?.ok_or(Refused::Claim("jti"))?;
        let (subject, sid) = (text("sub")?, text("sid")?);
        if subject.is_none() && sid.is_none() {
            return Err(Refused::Claim("sub").into());
        }
        self.check_signature(&jws, Source::Stranger, None).await?;
        Ok(LogoutToken {
            id,
            subject,
            sid,
            expires_at,
        })
    }
}

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
