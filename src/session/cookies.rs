//! Our cookies on the wire: their names, their attributes, how they are told from everybody else's.

use http::{HeaderMap, HeaderValue, header::SET_COOKIE};

use crate::public_url::PublicUrl;

/// What our cookies are called at this public address.
///
/// `__Host-interlock`, `__Host-interlock-tx` and `__Host-interlock-device`; without prefix and `Secure` where the address is `http` on loopback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CookieNames {
    session: String,
    transaction: String,
    device: String,
    secure: bool,
}

impl CookieNames {
    /// The names that belong to `public_url`.
    pub fn new(public_url: &PublicUrl) -> Self {
        let secure = public_url.is_secure();
        let prefix = if secure { "__Host-" } else { "" };
        Self {
            session: format!("{prefix}interlock"),
            transaction: format!("{prefix}interlock-tx"),
            device: format!("{prefix}interlock-device"),
            secure,
        }
    }

    /// The session's cookie; its parts are called `NAME.1`, `NAME.2` …
    pub fn session(&self) -> &str {
        &self.session
    }

    /// The sign-in transaction's cookie.
    pub fn transaction(&self) -> &str {
        &self.transaction
    }

    /// What the browser is called towards the engine, where that may be told.
    pub fn device(&self) -> &str {
        &self.device
    }

    /// The same as [`Self::set`], for a year, whatever becomes of the browser in between.
    pub(crate) fn keep(&self, name: &str, value: &str) -> Option<HeaderValue> {
        let secure = if self.secure { "; Secure" } else { "" };
        sensitive(&format!(
            "{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}; Max-Age={YEAR}"
        ))
    }

    /// `NAME=value` with our attributes.
    pub(crate) fn set(&self, name: &str, value: &str) -> Option<HeaderValue> {
        let secure = if self.secure { "; Secure" } else { "" };
        sensitive(&format!(
            "{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}"
        ))
    }

    /// The same attributes, and an end: a browser ignores one that lacks `Secure` for a `__Host-` name.
    pub(crate) fn cleared(&self, name: &str) -> Option<HeaderValue> {
        let secure = if self.secure { "; Secure" } else { "" };
        sensitive(&format!(
            "{name}=; Path=/; HttpOnly; SameSite=Lax{secure}; Max-Age=0"
        ))
    }
}

/// `Set-Cookie` values for a response.
#[derive(Clone, Debug, Default)]
#[must_use = "cookies do nothing until a response carries them"]
pub struct SetCookies(Vec<HeaderValue>);

impl SetCookies {
    /// None.
    pub fn none() -> Self {
        Self::default()
    }

    /// Whether there is nothing to set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The values, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, HeaderValue> {
        self.0.iter()
    }

    /// Puts these after those that are there.
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Adds them to a response's head.
    pub fn append_to(self, headers: &mut HeaderMap) {
        for value in self.0 {
            headers.append(SET_COOKIE, value);
        }
    }

    pub(crate) fn one(value: Option<HeaderValue>) -> Self {
        Self(value.into_iter().collect())
    }

    pub(crate) fn push(&mut self, value: Option<HeaderValue>) {
        self.0.extend(value);
    }
}

impl IntoIterator for SetCookies {
    type Item = HeaderValue;
    type IntoIter = std::vec::IntoIter<HeaderValue>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a SetCookies {
    type Item = &'a HeaderValue;
    type IntoIter = std::slice::Iter<'a, HeaderValue>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// In seconds.
const YEAR: u32 = 365 * 24 * 60 * 60;

/// Names and sealed values are visible ASCII, so that there always is a value.
fn sensitive(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests;
