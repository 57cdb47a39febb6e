use std::net::Ipv6Addr;

/// `host[:port]` taken apart. Nothing is decoded, credentials are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Authority<'a> {
    /// Without trailing dot; an IPv6 address keeps its brackets.
    pub(super) host: &'a str,
    pub(super) port: Option<u16>,
}

impl<'a> Authority<'a> {
    /// Reads a `Host` field or `:authority` (security P9).
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let (host, port) = if text.starts_with('[') {
            let end = text.find(']')? + 1;
            let (host, rest) = text.split_at_checked(end)?;
            let address = host.strip_prefix('[')?.strip_suffix(']')?;
            address.parse::<Ipv6Addr>().ok()?;
            match rest.strip_prefix(':') {
                Some(port) => (host, Some(port)),
                None if rest.is_empty() => (host, None),
                None => return None,
            }
        } else {
            let (host, port) = match text.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (text, None),
            };
            let host = host.strip_suffix('.').unwrap_or(host);
            if !is_name(host) {
                return None;
            }
            (host, port)
        };
        let port = match port {
            Some(digits) if digits.bytes().all(|digit| digit.is_ascii_digit()) => {
                Some(digits.parse().ok()?)
            }
            Some(_) => return None,
            None => None,
        };
        Some(Self { host, port })
    }

    /// Whether both name the same place, default ports of `http` and `https` aside.
    pub(super) fn agrees_with(&self, other: &Self) -> bool {
        let port = |authority: &Self| authority.port.filter(|port| *port != 80 && *port != 443);
        self.host.eq_ignore_ascii_case(other.host) && port(self) == port(other)
    }
}

/// Letters, digits, `-` and `_` in labels between dots.
pub(crate) fn is_name(host: &str) -> bool {
    let mut before = b'.';
    let is_fine = host.bytes().all(|byte| {
        let is_fine = match byte {
            b'.' => before != b'.',
            _ => byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_',
        };
        before = byte;
        is_fine
    });
    is_fine && before != b'.'
}

/// A host name is at most 253 octets (RFC 1035 §2.3.4), a port five more.
const LONGEST: usize = 260;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_and_port_are_taken_apart() {
        for (text, host, port) in [
            ("app.example", "app.example", None),
            ("app.example.", "app.example", None),
            ("App.Example:8080", "App.Example", Some(8080)),
            ("127.0.0.1:80", "127.0.0.1", Some(80)),
            ("[::1]", "[::1]", None),
            ("[::1]:443", "[::1]", Some(443)),
            ("my_app-1", "my_app-1", None),
        ] {
            assert_eq!(Authority::parse(text), Some(Authority { host, port }));
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            ".",
            ":80",
            "a:",
            "a:b",
            "a:99999",
            "a:1:2",
            "a b",
            "a/b",
            "u@a",
            "u:p@a",
            "a..b",
            ".a",
            "a..",
            "[::1",
            "::1",
            "[::1]x",
            "[::1]:",
            "[a]",
            "x;for=1.2.3.4",
            "a,b",
            "%61",
            "é",
            "a:+80",
        ] {
            assert_eq!(Authority::parse(text), None, "{text}");
        }
        assert_eq!(Authority::parse(&"a".repeat(300)), None);
    }
}
