//! Claims, typed: a wrong type is an error, never "absent" (security J6).

use std::time::Duration;

use serde_json::Value;

use super::{
    Refused,
    claims_set::{Claim, ClaimsSet},
};

/// `iss`, `exp`, `nbf`, `iat` (RFC 7519 §4.1): the issuer exact, the times within the skew. Answers `exp`.
pub(super) fn issuer_and_times(
    claims: &ClaimsSet,
    issuer: &str,
    now: u64,
    skew: Duration,
) -> Result<u64, Refused> {
    if claims.text("iss") != Some(issuer) {
        return Err(Refused::Issuer);
    }
    let skew = skew.as_secs();
    let expires_at = time(claims, "exp")?.ok_or(Refused::Claim("exp"))?;
    if now >= expires_at.saturating_add(skew) {
        return Err(Refused::Expired);
    }
    for name in ["nbf", "iat"] {
        if time(claims, name)?.is_some_and(|at| at > now.saturating_add(skew)) {
            return Err(Refused::NotYet);
        }
    }
    Ok(expires_at)
}

/// How many audiences `aud` names: one as text, or those of a list of texts.
pub(super) fn count_audiences(claims: &ClaimsSet) -> Result<usize, Refused> {
    match claims.claim("aud") {
        Some(Claim::Text(_)) => Ok(1),
        Some(Claim::Texts(audiences)) if !audiences.is_empty() => Ok(audiences.len()),
        _ => Err(Refused::Claim("aud")),
    }
}

/// Whether `aud` is, or as a list of texts holds, exactly this audience.
fn is_for(claims: &ClaimsSet, audience: &str) -> Result<bool, Refused> {
    match claims.claim("aud") {
        Some(Claim::Text(only)) => Ok(only == audience),
        Some(Claim::Texts(audiences)) if !audiences.is_empty() => Ok(audiences.contains(&audience)),
        _ => Err(Refused::Claim("aud")),
    }
}

/// `aud` must name this audience.
pub(super) fn audience(claims: &ClaimsSet, expected: &str) -> Result<(), Refused> {
    if is_for(claims, expected)? {
        Ok(())
    } else {
        Err(Refused::Audience)
    }
}

/// Tells an access token from the other tokens of the same issuer (security J7): an ID token is for the client itself
/// and answers a `nonce`, a logout token tells events. What is bound to a sender's key is no Bearer token (RFC 9449 §7.1).
pub(super) fn opens_an_api(claims: &ClaimsSet, client_id: &str) -> Result<(), Refused> {
    let for_the_client = is_for(claims, client_id) == Ok(true);
    let named_id = claims.text("jti").is_some_and(|jti| jti.starts_with("ID."));
    let other = ["nonce", "at_hash", "events", "cnf"]
        .iter()
        .any(|name| claims.contains(name));
    if other || for_the_client || named_id {
        Err(Refused::Kind)
    } else {
        Ok(())
    }
}

/// A `NumericDate` (RFC 7519 §2), fractions cut off.
pub(super) fn time(claims: &ClaimsSet, name: &'static str) -> Result<Option<u64>, Refused> {
    match claims.claim(name) {
        None => Ok(None),
        Some(Claim::Whole(seconds)) => Ok(Some(seconds)),
        Some(Claim::Other(value)) => {
            let seconds = value.as_f64().and_then(whole);
            seconds.map(Some).ok_or(Refused::Claim(name))
        }
        Some(Claim::Text(_) | Claim::Texts(_)) => Err(Refused::Claim(name)),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to be in range"
)]
fn whole(seconds: f64) -> Option<u64> {
    (0.0..9.0e15).contains(&seconds).then_some(seconds as u64)
}

/// Text that may be missing.
pub(super) fn text<'a>(
    claims: &'a ClaimsSet,
    name: &'static str,
) -> Result<Option<&'a str>, Refused> {
    match claims.claim(name) {
        None | Some(Claim::Other(Value::Null)) => Ok(None),
        Some(Claim::Text(text)) => Ok(Some(text)),
        Some(Claim::Whole(_) | Claim::Texts(_) | Claim::Other(_)) => Err(Refused::Claim(name)),
    }
}

/// A list of texts that may be missing; one text with blanks is a list too (`scope`).
pub(super) fn list<'a>(claims: &'a ClaimsSet, name: &'static str) -> Result<Vec<&'a str>, Refused> {
    match claims.claim(name) {
        None | Some(Claim::Other(Value::Null)) => Ok(Vec::new()),
        Some(Claim::Text(text)) => Ok(text.split_ascii_whitespace().collect()),
        Some(Claim::Texts(texts)) => Ok(texts),
        Some(Claim::Whole(_) | Claim::Other(_)) => Err(Refused::Claim(name)),
    }
}
