//! What can be made to go wrong, where, and how often.

use std::time::Duration;

use serde::Deserialize;

/// One thing that goes wrong at one place.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Injection {
    /// A name (`token`, `keys`, `metadata`, `interact`, `idx/identify`, `idx` for all of them, `*`), or a path prefix
    /// that begins with `/`.
    pub endpoint: String,
    /// What happens.
    pub fault: Fault,
    /// How often; absent: until cleared.
    #[serde(default)]
    pub times: Option<u32>,
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// The answer comes late.
    Delay {
        /// By so much.
        ms: u64,
    },
    /// The connection closes without an answer, nothing was done.
    Drop,
    /// 200 and no body.
    Empty,
    /// A body that never ends, sent slowly enough to keep the connection alive.
    Endless,
    /// Hrefs in the answer lead to another origin.
    ForeignHref {
        /// That origin.
        origin: String,
    },
    /// A page of a proxy.
    Html,
    /// A body of so many octets.
    Huge {
        /// How many.
        bytes: usize,
    },
    /// The request is carried out, then the connection closes without an answer.
    Lost,
    /// 302 to somewhere else.
    Redirect {
        /// Where to.
        to: String,
    },
    /// A status with a body of the management API's shape.
    Status {
        /// Which.
        status: u16,
        /// Seconds for `Retry-After`.
        #[serde(default)]
        retry_after: Option<u64>,
    },
    /// Tokens that must not be accepted.
    Token {
        /// What is wrong with them.
        #[serde(rename = "token")]
        flaw: TokenFlaw,
    },
    /// The answer breaks off: its length is right, its JSON is not.
    Truncated,
}

/// What is wrong with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenFlaw {
    /// `alg` `none`, no signature.
    AlgNone,
    /// A signature that does not fit.
    BadSignature,
    /// Expired an hour ago.
    Expired,
    /// HS256 with the public key as its secret.
    HmacWithPublicKey,
    /// No `nonce` in the ID token.
    MissingNonce,
    /// Valid from an hour ahead.
    NotYetValid,
    /// Signed with a key that is not published.
    UnknownKey,
    /// Another `at_hash` in the ID token.
    WrongAtHash,
    /// Another `aud`.
    WrongAudience,
    /// Another `cid` in the access token.
    WrongClient,
    /// Another `iss`.
    WrongIssuer,
    /// Another `nonce` in the ID token.
    WrongNonce,
    /// Another `sub` in the ID token.
    WrongSubject,
}

/// What is switched on.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Injection>);

impl Faults {
    pub(crate) fn new(injections: Vec<Injection>) -> Self {
        Self(injections)
    }

    pub(crate) fn add(&mut self, injection: Injection) {
        self.0.push(injection);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// What happens to this call; each is counted down.
    pub(crate) fn take(&mut self, endpoint: &str, path: &str) -> Vec<Fault> {
        let mut taken = Vec::new();
        for injection in &mut self.0 {
            if !matches(&injection.endpoint, endpoint, path) || injection.times == Some(0) {
                continue;
            }
            injection.times = injection.times.map(|left| left - 1);
            taken.push(injection.fault.clone());
        }
        self.0.retain(|injection| injection.times != Some(0));
        taken
    }
}

fn matches(pattern: &str, endpoint: &str, path: &str) -> bool {
    if pattern.starts_with('/') {
        return path.starts_with(pattern);
    }
    pattern == "*"
        || pattern == endpoint
        || endpoint
            .strip_prefix(pattern)
            .is_some_and(|rest| rest.starts_with('/'))
}

/// How the faults of a call change its course.
#[derive(Debug, Default)]
pub(crate) struct Course {
    pub(crate) delay: Duration,
    pub(crate) instead: Option<Fault>,
    pub(crate) after: Option<Fault>,
    pub(crate) foreign_href: Option<String>,
    pub(crate) flaws: Vec<TokenFlaw>,
}

impl Course {
    pub(crate) fn of(faults: Vec<Fault>) -> Self {
        let mut course = Self::default();
        for fault in faults {
            match fault {
                Fault::Delay { ms } => course.delay += Duration::from_millis(ms),
                Fault::ForeignHref { origin } => course.foreign_href = Some(origin),
                Fault::Token { flaw } => course.flaws.push(flaw),
                Fault::Lost | Fault::Truncated => course.after = Some(fault),
                Fault::Drop
                | Fault::Empty
                | Fault::Endless
                | Fault::Html
                | Fault::Huge { .. }
                | Fault::Redirect { .. }
                | Fault::Status { .. } => course.instead = Some(fault),
            }
        }
        course
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_counted_and_matched_by_name_or_path() {
        let mut faults = Faults::default();
        let injection = |endpoint: &str, times| Injection {
            endpoint: endpoint.to_owned(),
            fault: Fault::Drop,
            times,
        };
        faults.add(injection("token", Some(2)));
        faults.add(injection("idx", None));
        faults.add(injection("/oauth2/default/v1/keys", Some(1)));
        assert!(faults.take("metadata", "/.well-known/x").is_empty());
        for left in [1, 1, 0] {
            assert_eq!(faults.take("token", "/oauth2/v1/token").len(), left);
        }
        assert_eq!(faults.take("idx/identify", "/idp/idx/identify").len(), 1);
        assert_eq!(faults.take("keys", "/oauth2/default/v1/keys").len(), 1);
        assert!(faults.take("keys", "/oauth2/default/v1/keys").is_empty());
        faults.clear();
        assert!(faults.take("idx/identify", "/idp/idx/identify").is_empty());
    }
}
