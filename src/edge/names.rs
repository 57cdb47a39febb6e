use http::HeaderName;

/// The field names that no client may bring, in any spelling that an app server could fold into them (security H1, H2,
/// H7, H8): compared in lower case with every other byte read as `-`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Forbidden {
    /// Names mapped from claims, folded.
    mapped: Vec<Vec<u8>>,
    /// Bit `n` is set where a mapped name of length `n` modulo 64 exists.
    lengths: u64,
}

impl Forbidden {
    /// The built-in names and these.
    pub(crate) fn new<'a>(mapped: impl IntoIterator<Item = &'a HeaderName>) -> Self {
        let mut names = Self::default();
        for name in mapped {
            let folded: Vec<u8> = name.as_str().bytes().map(fold).collect();
            names.lengths |= 1 << (folded.len() % 64);
            names.mapped.push(folded);
        }
        names
    }

    /// Whether a field of this name ends at the edge.
    pub(crate) fn contains(&self, name: &HeaderName) -> bool {
        let name = name.as_str().as_bytes();
        is_built_in(name) || self.lengths & (1 << (name.len() % 64)) != 0 && self.is_mapped(name)
    }

    fn is_mapped(&self, name: &[u8]) -> bool {
        self.mapped.iter().any(|mapped| is(name, mapped))
    }
}

/// The first byte decides for nearly every field of an ordinary request.
fn is_built_in(name: &[u8]) -> bool {
    match name.first() {
        Some(b'x') if !name.get(1).is_some_and(u8::is_ascii_alphanumeric) => {
            FAMILIES.iter().any(|family| begins(name, family))
                || SINGLE.iter().any(|single| is(name, single))
        }
        Some(b'r') => REMOTE.iter().any(|remote| is(name, remote)),
        Some(b'f') => name == b"forwarded",
        // `Proxy` becomes HTTP_PROXY in a CGI environment.
        Some(b'p') => name == b"proxy",
        // The true ones frame the message; these only look like them to a CGI-like server.
        Some(b'c') => name != b"content-length" && is(name, b"content-length"),
        Some(b't') => name != b"transfer-encoding" && is(name, b"transfer-encoding"),
        _ => false,
    }
}

fn is(name: &[u8], folded: &[u8]) -> bool {
    name.len() == folded.len() && begins(name, folded)
}

fn begins(name: &[u8], folded: &[u8]) -> bool {
    name.len() >= folded.len()
        && name
            .iter()
            .zip(folded)
            .all(|(byte, expected)| fold(*byte) == *expected)
}

fn fold(byte: u8) -> u8 {
    if byte.is_ascii_alphanumeric() {
        byte.to_ascii_lowercase()
    } else {
        b'-'
    }
}

const FAMILIES: [&[u8]; 3] = [b"x-auth-request-", b"x-interlock-", b"x-forwarded-"];

/// Addresses, path overrides and method overrides: what was authorised is what is forwarded.
const SINGLE: [&[u8]; 11] = [
    b"x-http-method",
    b"x-http-method-override",
    b"x-method-override",
    b"x-original-host",
    b"x-original-method",
    b"x-original-uri",
    b"x-original-url",
    b"x-override-url",
    b"x-real-ip",
    b"x-request-id",
    b"x-rewrite-url",
];

const REMOTE: [&[u8]; 4] = [
    b"remote-user",
    b"remote-groups",
    b"remote-name",
    b"remote-email",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(names: &Forbidden, name: &str) -> bool {
        names.contains(&name.parse().unwrap())
    }

    #[test]
    fn look_alikes_are_forbidden_too() {
        let mapped: HeaderName = "X-Department".parse().unwrap();
        let names = Forbidden::new([&mapped]);
        for name in [
            "x-auth-request-user",
            "X_Auth_Request_User",
            "X-Auth_Request.Email",
            "x-interlock-assertion",
            "X_Interlock_Anything",
            "X-Forwarded-User",
            "x_forwarded_for",
            "X-Forwarded-Proto",
            "Remote-User",
            "Remote_Groups",
            "remote.email",
            "REMOTE-NAME",
            "forwarded",
            "X-Real-IP",
            "X_Real_IP",
            "X-Original-URL",
            "x-rewrite-url",
            "x-department",
            "X_Department",
            "Proxy",
            "content_length",
            "Transfer.Encoding",
            "X-HTTP-Method-Override",
            "x_request_id",
        ] {
            assert!(contains(&names, name), "{name}");
        }
    }

    #[test]
    fn ordinary_names_are_not() {
        let mapped: HeaderName = "X-Department".parse().unwrap();
        let names = Forbidden::new([&mapped]);
        for name in [
            "accept",
            "cookie",
            "content-length",
            "transfer-encoding",
            "content-type",
            "referer",
            "range",
            "te",
            "x-requested-with",
            "x-csrf-token",
            "x-departments",
            "remote-users",
            "x-auth-request",
            "xforwarded-for",
            "x",
            "x-api-key",
            "authorization",
            "x-auth-token",
            "traceparent",
        ] {
            assert!(!contains(&names, name), "{name}");
        }
        assert!(!contains(&Forbidden::default(), "x-department"));
    }
}
