//! Claims, typed: a wrong type is an error, never "absent" (security J6).

use std::time::Duration;

use serde_json::{Map, Value};

use super::Refused;

type Claims = Map<String, Value>;

/// `iss`, `exp`, `nbf`, `iat` (RFC 7519 §4.1): the issuer exact, the times within the skew. Answers `exp`.
pub(super) fn issuer_and_times(claims: &Claims, issuer: &str, now: u64, skew: Duration) -> Result<u64, Refused> {
    if claims.get("iss").and_then(Value::as_str) != Some(issuer) {
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

/// Whether `aud` is, or as a list holds, exactly this audience.
pub(super) fn audience(claims: &Claims, expected: &str) -> Result<(), Refused> {
    let holds = match claims.get("aud") {
        Some(Value::String(audience)) => audience == expected,
        Some(Value::Array(audiences)) => {
            if !audiences.iter().all(Value::is_string) {
                return Err(Refused::Claim("aud"));
            }
            audiences.iter().any(|audience| audience == expected)
        }
        _ => return Err(Refused::Claim("aud")),
    };
    if holds { Ok(()) } else { Err(Refused::Audience) }
}

/// A `NumericDate` (RFC 7519 §2), fractions cut off.
pub(super) fn time(claims: &Claims, name: &'static str) -> Result<Option<u64>, Refused> {
    match claims.get(name) {
        None => Ok(None),
        Some(value) => {
            let seconds = value.as_u64().or_else(|| value.as_f64().and_then(whole));
            seconds.map(Some).ok_or(Refused::Claim(name))
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be in range")]
fn whole(seconds: f64) -> Option<u64> {
    (0.0..9.0e15).contains(&seconds).then_some(seconds as u64)
}

/// Text that may be missing.
pub(super) fn text(claims: &Claims, name: &'static str) -> Result<Option<String>, Refused> {
    match claims.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(Refused::Claim(name)),
    }
}

/// A list of texts that may be missing; one text with blanks is a list too (`scope`).
pub(super) fn list(claims: &Claims, name: &'static str) -> Result<Vec<String>, Refused> {
    match claims.get(name) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::String(text)) => Ok(text.split_ascii_whitespace().map(str::to_owned).collect()),
        Some(Value::Array(items)) => {
            items.iter().map(|item| item.as_str().map(str::to_owned).ok_or(Refused::Claim(name))).collect()
        }
        Some(_) => Err(Refused::Claim(name)),
    }
}
