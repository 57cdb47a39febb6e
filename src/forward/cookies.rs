use http::{
    HeaderMap, HeaderValue,
    header::{COOKIE, SET_COOKIE},
};
use memchr::memchr;

use crate::session::crumbs;

/// Knows the gateway's own cookies by name: they never reach the app, and the app never sets them (security H9, C8).
#[derive(Clone, Copy, Debug)]
pub(super) struct OwnCookies {
    prefix: &'static str,
}

impl OwnCookies {
    pub(super) fn new(is_secure: bool) -> Self {
        Self {
            prefix: if is_secure { "__Host-" } else { "" },
        }
    }

    /// Takes ours out of `Cookie`; the others survive byte for byte.
    pub(super) fn strip(self, headers: &mut HeaderMap) {
        let Some(line) = headers.get(COOKIE) else {
            return;
        };
        if self.owns(name(line.as_bytes())) && memchr(b';', line.as_bytes()).is_none() {
            headers.remove(COOKIE);
            return;
        }
        let (mut kept, mut is_whole) = (Vec::new(), true);
        for pair in crumbs(line.as_bytes()) {
            if self.owns(name(pair)) {
                is_whole = false;
            } else if !pair.trim_ascii().is_empty() {
                kept.push(pair.trim_ascii());
            }
        }
        if is_whole {
            return;
        }
        // A part of a valid value is valid.
        match HeaderValue::from_bytes(&kept.join(&b"; "[..])) {
            Ok(kept) if !kept.is_empty() => {
                headers.insert(COOKIE, kept);
            }
            _ => {
                headers.remove(COOKIE);
            }
        }
    }

    /// Takes ours out of an upstream's `Set-Cookie` fields.
    pub(super) fn refuse(self, headers: &mut HeaderMap) {
        let is_own = |line: &HeaderValue| {
            // `=name=value` sets a cookie without a name that is sent back as `name=value`.
            let octets = line.as_bytes();
            let start = octets
                .iter()
                .position(|byte| !matches!(byte, b'=' | b' ' | b'\t'));
            self.owns(name(
                octets.get(start.unwrap_or_default()..).unwrap_or_default(),
            ))
        };
        if !headers.get_all(SET_COOKIE).iter().any(is_own) {
            return;
        }
        let kept: Vec<_> = headers
            .get_all(SET_COOKIE)
            .iter()
            .filter(|line| !is_own(line))
            .cloned()
            .collect();
        headers.remove(SET_COOKIE);
        for line in kept {
            headers.append(SET_COOKIE, line);
        }
    }

    /// `NAME`, `NAME.1` …, `NAME-tx`, `NAME-tx.1` …, `NAME-device`; in any case of letters, because browsers compare prefixes so.
    fn owns(self, name: &[u8]) -> bool {
        let stem = self.prefix.len() + STEM.len();
        let Some((head, rest)) = name.split_at_checked(stem) else {
            return false;
        };
        let (prefix, own) = head.split_at(self.prefix.len());
        let kinds = [&b"-tx"[..], b"-device"];
        let rest = kinds
            .iter()
            .find_map(|kind| rest.strip_prefix(*kind))
            .unwrap_or(rest);
        prefix.eq_ignore_ascii_case(self.prefix.as_bytes())
            && own.eq_ignore_ascii_case(STEM)
            && (rest.is_empty() || rest.starts_with(b"."))
    }
}

/// What stands before `=`.
fn name(pair: &[u8]) -> &[u8] {
    let end = pair.iter().position(|byte| matches!(byte, b'=' | b';'));
    pair.get(..end.unwrap_or(pair.len()))
        .unwrap_or_default()
        .trim_ascii()
}

const STEM: &[u8] = b"interlock";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_cookies_do_not_reach_the_app() {
        for (sent, passed) in [
            ("__Host-interlock=a", None),
            ("__Host-interlock=a;", None),
            ("__host-Interlock.1=a", None),
            ("__Host-interlock", None),
            (
                "__Host-interlock=a; __Host-interlock.1=b; __Host-interlock-tx=c",
                None,
            ),
            ("__Host-interlock-device=a", None),
            ("theme=dark; __Host-interlock=a", Some("theme=dark")),
            (
                "__Host-interlock.12=a;theme=dark;  x=\"y z\"",
                Some("theme=dark; x=\"y z\""),
            ),
            ("theme=dark;x=y", Some("theme=dark;x=y")),
            ("interlock=theirs", Some("interlock=theirs")),
            (
                "__Host-interlocked=theirs",
                Some("__Host-interlocked=theirs"),
            ),
            ("a=__Host-interlock=b", Some("a=__Host-interlock=b")),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, HeaderValue::from_static(sent));
            OwnCookies::new(true).strip(&mut headers);
            assert_eq!(
                headers.get(COOKIE).map(|line| line.to_str().unwrap()),
                passed,
                "{sent}"
            );
        }
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_static("interlock=a; b=c"));
        OwnCookies::new(false).strip(&mut headers);
        assert_eq!(headers[COOKIE], "b=c");
    }

    #[test]
    fn the_app_cannot_set_them() {
        let mut headers = HeaderMap::new();
        for line in [
            "theme=dark; Path=/",
            "__Host-interlock=evil; Path=/",
            "__host-Interlock-tx=evil",
            "=__Host-interlock.1=evil",
            " __Host-interlock =evil",
            "__Host-interlock",
            "b=__Host-interlock",
        ] {
            headers.append(SET_COOKIE, HeaderValue::from_static(line));
        }
        OwnCookies::new(true).refuse(&mut headers);
        let left: Vec<_> = headers.get_all(SET_COOKIE).iter().collect();
        assert_eq!(left, ["theme=dark; Path=/", "b=__Host-interlock"]);
    }
}
