//! Where a person goes after a sign-in, a sign-out or a refusal: never away from this origin.

use std::fmt;

use http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, Serialize};

/// A path on this origin with its query, kept byte for byte: the one type that ends in a `Location` chosen by a client
/// (security R1, R2).
///
/// It begins with one `/` which neither `/` nor `\` follows; it is visible ASCII without `\`, at most 2 KiB. Its path
/// names no empty or dot segment and none of our own pages, as written and decoded once. Behind the `?` a `//` may
/// stand, since nothing there leads off the origin, and apps are given addresses that way.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct ReturnTo(String);

/// Nowhere to return to on this origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no path on this origin")]
pub struct NotHere;

impl ReturnTo {
    /// The root, where everything else ends.
    pub fn root() -> Self {
        Self(ROOT.to_owned())
    }

    /// Takes a value that was decoded once, as a parser of queries or forms hands it on; `None` for all that is not
    /// surely a place on this origin.
    pub fn parse(value: &str) -> Option<Self> {
        is_local(value).then(|| Self(value.to_owned()))
    }

    /// The value, or the root instead.
    pub fn or_root(value: Option<&str>) -> Self {
        value.and_then(Self::parse).unwrap_or_default()
    }

    /// Path and query.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `rd=…` for a URL of our own.
    pub fn as_parameter(&self) -> String {
        format!("{PARAMETER}={}", utf8_percent_encode(&self.0, ESCAPED))
    }

    /// The value of a `Location`.
    pub fn location(&self) -> HeaderValue {
        HeaderValue::from_str(&self.0).unwrap_or(HeaderValue::from_static(ROOT))
    }
}

impl Default for ReturnTo {
    fn default() -> Self {
        Self::root()
    }
}

impl fmt::Display for ReturnTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for ReturnTo {
    type Error = NotHere;

    fn try_from(value: String) -> Result<Self, NotHere> {
        if is_local(&value) {
            Ok(Self(value))
        } else {
            Err(NotHere)
        }
    }
}

fn is_local(value: &str) -> bool {
    let visible = |octet: u8| octet.is_ascii_graphic() && octet != b'\\';
    let path = value.split(['?', '#']).next().unwrap_or_default();
    value.len() <= MAX
        && value.bytes().all(visible)
        && is_local_path(path.as_bytes())
        && is_local_path(&percent_decode_str(path).collect::<Vec<u8>>())
}

fn is_local_path(path: &[u8]) -> bool {
    let Some(rest) = path.strip_prefix(b"/") else {
        return false;
    };
    let odd = |octet: &u8| octet.is_ascii_control() || *octet == b'\\';
    let mut segments = rest.split(|octet| *octet == b'/').peekable();
    let ours = segments
        .peek()
        .is_some_and(|first| first.eq_ignore_ascii_case(OWN));
    let dots = segments.any(|segment| segment == b"." || segment == b"..");
    !ours && !dots && !path.iter().any(odd) && !path.windows(2).any(|two| two == b"//")
}

/// Longest value, in octets.
pub const MAX: usize = 2 * 1024;

const ROOT: &str = "/";
const PARAMETER: &str = "rd";
const OWN: &[u8] = b".interlock";
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

#[cfg(test)]
mod tests;
