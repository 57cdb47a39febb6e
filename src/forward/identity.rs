mod recently;

use std::{
    borrow::Cow,
    fmt::Write as _,
    sync::{Arc, Mutex, PoisonError},
};

use http::{HeaderName, HeaderValue, header::AUTHORIZATION};
use serde_json::Value;

use super::{
    ForwardError,
    assertion::{Assertion, LIFE},
};
use crate::{
    authenticate::Principal,
    fields::Fields,
    route::{Route, UpstreamAuthorization},
};
use recently::{Recently, is_young};

/// Makes identity fields, and keeps what is in them for a while, because signing one assertion costs more than
/// forwarding a request. One a data thread.
#[derive(Debug)]
pub(super) struct Identities {
    assertion: Arc<Assertion>,
    /// By what they say, each from when it was signed: somebody's next token or session says the same.
    assertions: Mutex<Recently<Vec<u8>, HeaderValue>>,
}

impl Identities {
    pub(super) fn new(assertion: Arc<Assertion>) -> Self {
        Self {
            assertion,
            assertions: Mutex::new(Recently::new(MOST, KEPT)),
        }
    }

    /// The fields for somebody on a route `now` (seconds since 1970), with an assertion for this audience, or with none.
    ///
    /// # Errors
    /// [`ForwardError::Identity`] when something about the person does not fit into a field.
    pub(super) fn fields(
        &self,
        principal: &Principal,
        route: &Arc<Route>,
        audience: Option<&str>,
        now: u64,
    ) -> Result<Fields, ForwardError> {
        if let Some((signed_at, fields)) = principal.told.on(route)
            && signed_at.is_none_or(|at| is_young(at, now, KEPT))
        {
            return Ok(fields);
        }
        let (signed_at, assertion) = audience
            .map(|audience| self.assertion(principal, audience, now))
            .transpose()?
            .unzip();
        let fields: Fields = make(principal, route, assertion)?.into();
        principal.told.note(route, signed_at, fields.clone());
        Ok(fields)
    }

    /// An assertion that is young enough, and when it was signed.
    fn assertion(
        &self,
        principal: &Principal,
        audience: &str,
        now: u64,
    ) -> Result<(u64, HeaderValue), ForwardError> {
        let mut said = self.assertion.said(principal, audience);
        let mut assertions = self
            .assertions
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some((at, known)) = assertions.get(&said, now) {
            return Ok((at, known.clone()));
        }
        let signed = secret(&ASSERTION, self.assertion.sign(principal, audience, now))?;
        said.shrink_to_fit();
        assertions.put(said, signed.clone(), now);
        Ok((now, signed))
    }
}

fn make(
    principal: &Principal,
    route: &Route,
    assertion: Option<HeaderValue>,
) -> Result<Vec<(HeaderName, HeaderValue)>, ForwardError> {
    let mut fields = person(principal)?;
    for (name, claim) in &route.headers {
        if let Some(value) = mapped(name, principal.claims().one(claim).as_ref())? {
            fields.push((name.clone(), value));
        }
    }
    fields.extend(assertion.map(|assertion| (ASSERTION, assertion)));
    if route.upstream_authorization == UpstreamAuthorization::AccessToken
        && !principal.access_token().is_empty()
    {
        let bearer = ["Bearer ", principal.access_token().expose()].concat();
        fields.push((AUTHORIZATION, secret(&AUTHORIZATION, bearer)?));
    }
    Ok(fields)
}

/// Who somebody is, without anything that an app would have to be named for.
pub(super) fn person(
    principal: &Principal,
) -> Result<Vec<(HeaderName, HeaderValue)>, ForwardError> {
    let mut fields = Vec::with_capacity(8);
    fields.push((USER, field(&USER, principal.subject())?));
    for (name, claim) in [(EMAIL, "email"), (PREFERRED_USERNAME, "preferred_username")] {
        if let Some(text) = principal.text(claim) {
            let value = field(&name, text)?;
            fields.push((name, value));
        }
    }
    let groups = principal.groups();
    if !groups.is_empty() {
        fields.push((GROUPS, list(&GROUPS, &groups)?));
    }
    Ok(fields)
}

/// A claim as a field: text, a number, a truth value, or a list of texts. A missing claim is a missing field.
fn mapped(name: &HeaderName, claim: Option<&Value>) -> Result<Option<HeaderValue>, ForwardError> {
    match claim {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => field(name, text).map(Some),
        Some(Value::Bool(value)) => field(name, &value.to_string()).map(Some),
        Some(Value::Number(value)) => field(name, &value.to_string()).map(Some),
        Some(Value::Array(entries)) => {
            let texts: Option<Vec<_>> = entries.iter().map(Value::as_str).collect();
            let Some(texts) = texts else {
                return Err(unfit(
                    name,
                    "the claim is a list of something else than texts",
                ));
            };
            if texts.is_empty() {
                return Ok(None);
            }
            list(name, &texts).map(Some)
        }
        Some(Value::Object(_)) => Err(unfit(name, "the claim is an object")),
    }
}

fn list(name: &HeaderName, entries: &[&str]) -> Result<HeaderValue, ForwardError> {
    if entries.iter().any(|entry| entry.contains(',')) {
        return Err(unfit(name, "an entry of the list contains a comma"));
    }
    let mut joined = String::with_capacity(128);
    for (at, entry) in entries.iter().enumerate() {
        if at > 0 {
            joined.push(',');
        }
        joined.push_str(&encode(entry));
    }
    checked(
        name,
        &joined,
        entries.iter().any(|entry| has_control(entry)),
    )
}

fn field(name: &HeaderName, text: &str) -> Result<HeaderValue, ForwardError> {
    checked(name, &encode(text), has_control(text))
}

fn checked(name: &HeaderName, text: &str, has_control: bool) -> Result<HeaderValue, ForwardError> {
    if has_control {
        return Err(unfit(name, "the value contains a control character"));
    }
    if text.len() > LONGEST {
        return Err(unfit(name, "the value is longer than 8 KiB"));
    }
    HeaderValue::from_str(text).map_err(|_| unfit(name, "the value is no field value"))
}

fn secret(name: &HeaderName, text: String) -> Result<HeaderValue, ForwardError> {
    let mut value =
        HeaderValue::try_from(text).map_err(|_| unfit(name, "the value is no field value"))?;
    value.set_sensitive(true);
    Ok(value)
}

fn has_control(text: &str) -> bool {
    text.chars().any(char::is_control)
}

/// Percent-encodes what is not visible ASCII (decision 18), and `%` itself, so that no two people look alike. Spaces
/// stay, but for those at the ends, which a field would lose.
fn encode(text: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'%';
    let inner = text.trim_matches(' ');
    if inner.len() == text.len() && text.bytes().all(|byte| is_plain(byte) || byte == b' ') {
        return Cow::Borrowed(text);
    }
    let start = text.len() - text.trim_start_matches(' ').len();
    let within = start..start + inner.len();
    let mut encoded = String::with_capacity(text.len() * 2);
    for (at, byte) in text.bytes().enumerate() {
        if is_plain(byte) || byte == b' ' && within.contains(&at) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    Cow::Owned(encoded)
}

fn unfit(name: &HeaderName, reason: &'static str) -> ForwardError {
    ForwardError::Identity {
        header: name.as_str().to_owned(),
        reason,
    }
}

const USER: HeaderName = HeaderName::from_static("x-auth-request-user");
const EMAIL: HeaderName = HeaderName::from_static("x-auth-request-email");
const PREFERRED_USERNAME: HeaderName = HeaderName::from_static("x-auth-request-preferred-username");
const GROUPS: HeaderName = HeaderName::from_static("x-auth-request-groups");
const ASSERTION: HeaderName = HeaderName::from_static("x-interlock-assertion");

/// Decision 18.
const LONGEST: usize = 8 * 1024;

/// Fields are used again for half the life of the assertion in them, in seconds.
const KEPT: u64 = LIFE / 2;

/// Some fifteen MiB a data thread at most, where so many people come within half a minute.
const MOST: usize = 16_384;

#[cfg(test)]
mod tests;
