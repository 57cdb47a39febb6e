use std::{fmt, str::FromStr};

use super::{HostPattern, PathPattern};
use crate::edge::{CanonicalPath, PathFault, is_name};

/// Why a text is no host or path pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// A host that is none.
    #[error(
        "must be a host name such as app.example.com, or *.example.com, without scheme and port"
    )]
    Host,
    /// `*` alone as a host.
    #[error("must name a host; leave `host` out to match any")]
    AnyHost,
    /// The path has more than one reading, so no request could ever match it.
    #[error("can match no request: {0}")]
    Path(PathFault),
    /// Below the gateway's own paths.
    #[error("must not stand below /.interlock, which is the gateway's own")]
    Reserved,
    /// `*` elsewhere than as the last segment.
    #[error("may have `*` as its last segment alone, as in /reports/*")]
    Wildcard,
}

impl FromStr for HostPattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        let text = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
        if text == "*" {
            return Err(PatternError::AnyHost);
        }
        if let Some(suffix) = text.strip_prefix("*.") {
            return if is_name(suffix) {
                Ok(Self::Wildcard(format!(".{suffix}")))
            } else {
                Err(PatternError::Host)
            };
        }
        let is_address = text
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .is_some_and(|address| address.parse::<std::net::Ipv6Addr>().is_ok());
        if is_address || is_name(&text) {
            Ok(Self::Exact(text))
        } else {
            Err(PatternError::Host)
        }
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(host) => f.write_str(host),
            Self::Wildcard(suffix) => write!(f, "*{suffix}"),
        }
    }
}

impl FromStr for PathPattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        let (path, is_prefix) = match text.strip_suffix("/*") {
            Some(prefix) => (prefix, true),
            None => (text, false),
        };
        if path.contains('*') {
            return Err(PatternError::Wildcard);
        }
        if is_prefix && path.is_empty() {
            return Ok(Self::Prefix(String::new()));
        }
        let path = CanonicalPath::parse(path).map_err(PatternError::Path)?;
        let path = path.decoded();
        if is_prefix && path.ends_with('/') {
            return Err(PatternError::Path(PathFault::EmptySegment));
        }
        if is_reserved(path) {
            return Err(PatternError::Reserved);
        }
        Ok(if is_prefix {
            Self::Prefix(path.to_owned())
        } else {
            Self::Exact(path.to_owned())
        })
    }
}

impl fmt::Display for PathPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(path) => f.write_str(path),
            Self::Prefix(prefix) => write!(f, "{prefix}/*"),
        }
    }
}

/// Whether a decoded path is the gateway's own, in any case of letters.
fn is_reserved(path: &str) -> bool {
    path.split('/')
        .nth(1)
        .is_some_and(|segment| segment.eq_ignore_ascii_case(".interlock"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_exact_or_prefixes() {
        for (text, pattern) in [
            ("/", PathPattern::Exact("/".into())),
            ("/*", PathPattern::Prefix(String::new())),
            ("/healthz", PathPattern::Exact("/healthz".into())),
            ("/a/", PathPattern::Exact("/a/".into())),
            ("/a%20b/*", PathPattern::Prefix("/a b".into())),
            ("/.interlocked", PathPattern::Exact("/.interlocked".into())),
        ] {
            assert_eq!(text.parse(), Ok(pattern), "{text}");
        }
    }

    #[test]
    fn paths_that_cannot_match_are_refused() {
        for (text, error) in [
            ("", PatternError::Path(PathFault::NotAbsolute)),
            ("a/*", PatternError::Path(PathFault::NotAbsolute)),
            ("/a//b", PatternError::Path(PathFault::EmptySegment)),
            ("/a//*", PatternError::Path(PathFault::EmptySegment)),
            ("//*", PatternError::Path(PathFault::EmptySegment)),
            ("/a/../b", PatternError::Path(PathFault::DotSegment)),
            ("/a?b", PatternError::Path(PathFault::Query)),
            ("/a%2Fb", PatternError::Path(PathFault::EncodedSlash)),
            ("/a*", PatternError::Wildcard),
            ("/*/b", PatternError::Wildcard),
            ("*", PatternError::Wildcard),
            ("/.interlock", PatternError::Reserved),
            ("/.interlock/*", PatternError::Reserved),
            ("/.INTERLOCK/sign-in", PatternError::Reserved),
            ("/%2einterlock/x", PatternError::Reserved),
        ] {
            assert_eq!(text.parse::<PathPattern>(), Err(error), "{text}");
        }
    }

    #[test]
    fn hosts_are_exact_or_suffixes() {
        for (text, pattern) in [
            (
                "App.Example.com",
                HostPattern::Exact("app.example.com".into()),
            ),
            (
                "app.example.com.",
                HostPattern::Exact("app.example.com".into()),
            ),
            (
                "*.Example.com",
                HostPattern::Wildcard(".example.com".into()),
            ),
            ("127.0.0.1", HostPattern::Exact("127.0.0.1".into())),
            ("[::1]", HostPattern::Exact("[::1]".into())),
        ] {
            assert_eq!(text.parse(), Ok(pattern), "{text}");
        }
        for (text, error) in [
            ("", PatternError::Host),
            ("*", PatternError::AnyHost),
            ("*.", PatternError::AnyHost),
            ("a.*.com", PatternError::Host),
            ("*a.com", PatternError::Host),
            ("app.example.com:8080", PatternError::Host),
            ("https://app.example.com", PatternError::Host),
            ("a b", PatternError::Host),
        ] {
            assert_eq!(text.parse::<HostPattern>(), Err(error), "{text}");
        }
    }
}
