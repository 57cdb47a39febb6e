//! Paths and hosts of routes.

use url::Host;

use crate::route::{HostPattern, PathPattern};

/// Reads `/p` or `/p/*`.
///
/// # Errors
/// What to write instead.
pub(super) fn pattern(text: &str) -> Result<PathPattern, String> {
    if !text.starts_with('/') {
        return Err(format!("must begin with \"/\"; write \"/{text}\""));
    }
    let (path, prefix) = match text.strip_suffix("/*") {
        Some(path) => (path, true),
        None => (text, false),
    };
    if path.contains('*') {
        return Err(
            "has a * that is not the last segment; write \"/p/*\" for /p and all below it"
                .to_owned(),
        );
    }
    if let Some(bad) = path
        .chars()
        .find(|c| "?#%\\;".contains(*c) || c.is_control())
    {
        return Err(match bad {
            '%' => "is compared with decoded paths; write the character itself instead of its percent-encoding".to_owned(),
            '?' | '#' => format!("holds {bad:?}; routes look at the path alone, so remove what follows it"),
            _ => format!("holds {bad:?}, which no request's path may hold; remove it"),
        });
    }
    let mut segments: Vec<&str> = path.split('/').skip(1).collect();
    if !prefix && segments.last() == Some(&"") {
        segments.pop();
    }
    if segments
        .iter()
        .any(|segment| matches!(*segment, "" | "." | ".."))
    {
        return Err(
            "has an empty, \".\" or \"..\" segment, which no request's path may have; remove it"
                .to_owned(),
        );
    }
    if segments.first() == Some(&".interlock") {
        return Err(
            "lies below /.interlock, which is the gateway's own; use another path".to_owned(),
        );
    }
    Ok(if prefix {
        PathPattern::Prefix(path.to_owned())
    } else {
        PathPattern::Exact(path.to_owned())
    })
}

/// Reads `app.example.com` or `*.example.com`.
///
/// # Errors
/// What to write instead.
pub(super) fn host(text: &str) -> Result<HostPattern, String> {
    let lower = text.trim().trim_end_matches('.').to_lowercase();
    let (name, wildcard) = match lower.strip_prefix("*.") {
        Some(name) => (name, true),
        None => (lower.as_str(), false),
    };
    let problem = || {
        "is no host; write a name alone, such as \"app.example.com\" or \"*.example.com\""
            .to_owned()
    };
    let parsed = Host::parse(name).map_err(|_| problem())?;
    if parsed.to_string() != name || name.contains('*') {
        return Err(problem());
    }
    match parsed {
        Host::Domain(_) if wildcard => Ok(HostPattern::Wildcard(format!(".{name}"))),
        _ if wildcard => Err(problem()),
        _ => Ok(HostPattern::Exact(lower)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_exact_or_a_prefix() {
        let exact = |path: &str| Ok(PathPattern::Exact(path.to_owned()));
        let prefix = |path: &str| Ok(PathPattern::Prefix(path.to_owned()));
        assert_eq!(pattern("/"), exact("/"));
        assert_eq!(pattern("/p"), exact("/p"));
        assert_eq!(pattern("/p/"), exact("/p/"));
        assert_eq!(pattern("/*"), prefix(""));
        assert_eq!(pattern("/p/q/*"), prefix("/p/q"));
        assert_eq!(pattern("/grüße"), exact("/grüße"));
    }

    #[test]
    fn patterns_that_no_path_matches_are_refused() {
        for text in [
            "",
            "p",
            "*",
            "/p*",
            "/*/q",
            "/p?x=1",
            "/p#x",
            "/a%20b",
            "/a\\b",
            "//",
            "/a//b",
            "/a//*",
            "/./a",
            "/a/../b",
            "/.interlock/x",
            "/.interlock/*",
            "/a;b",
        ] {
            assert!(pattern(text).is_err(), "{text}");
        }
    }

    #[test]
    fn hosts_are_names_or_wildcards() {
        assert_eq!(
            host("App.Example.com."),
            Ok(HostPattern::Exact("app.example.com".to_owned()))
        );
        assert_eq!(
            host("*.example.com"),
            Ok(HostPattern::Wildcard(".example.com".to_owned()))
        );
        for text in [
            "",
            "https://app",
            "app:80",
            "app/x",
            "*",
            "a.*.b",
            "*.*.b",
            "*.10.0.0.1",
            "a b",
        ] {
            assert!(host(text).is_err(), "{text}");
        }
    }
}
