use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{AUTHORIZATION, CONNECTION, COOKIE, EXPECT, HOST, TRANSFER_ENCODING},
};

use super::{Rejection, names::Forbidden};

/// Checks the fields that frame and address the message, and removes what no client may bring: one walk for an ordinary
/// request, removals only where there is something to remove.
///
/// The client's `Connection` list is carried out here, before anybody adds a field (security H5). The connection fields
/// themselves stay for `forward`.
pub(super) fn clean(headers: &mut HeaderMap, forbidden: &Forbidden) -> Result<(), Rejection> {
    let mut seen = Seen::default();
    let mut doomed = Vec::new();
    for (name, value) in &*headers {
        if *name == HOST {
            seen.hosts += 1;
        } else if *name == COOKIE {
            seen.cookies += 1;
        } else if *name == AUTHORIZATION {
            seen.authorizations += 1;
        } else if *name == CONNECTION {
            nominated(value, &mut doomed)?;
        } else if *name == TRANSFER_ENCODING {
            seen.transfer_encodings += 1;
            if !value.as_bytes().eq_ignore_ascii_case(b"chunked") {
                return Err(Rejection::Framing);
            }
        } else if *name == EXPECT {
            if !value.as_bytes().eq_ignore_ascii_case(b"100-continue") {
                return Err(Rejection::Expectation);
            }
        } else if forbidden.contains(name) {
            doomed.push(name.clone());
        }
    }
    seen.judge()?;
    for name in doomed {
        headers.remove(name);
    }
    if seen.cookies > 1 {
        join_cookies(headers);
    }
    Ok(())
}

/// How often the fields came of which there may be one.
#[derive(Debug, Default)]
struct Seen {
    authorizations: usize,
    cookies: usize,
    hosts: usize,
    transfer_encodings: usize,
}

impl Seen {
    fn judge(&self) -> Result<(), Rejection> {
        if self.hosts > 1 {
            return Err(Rejection::Authority);
        }
        if self.transfer_encodings > 1 {
            return Err(Rejection::Framing);
        }
        if self.authorizations > 1 {
            return Err(Rejection::Authorization);
        }
        Ok(())
    }
}

/// The fields that one line of the client's `Connection` names.
fn nominated(line: &HeaderValue, doomed: &mut Vec<HeaderName>) -> Result<(), Rejection> {
    let options = line.as_bytes().split(|byte| *byte == b',');
    for option in options.map(<[u8]>::trim_ascii) {
        let kept = OPTIONS.iter().any(|kept| option.eq_ignore_ascii_case(kept));
        if kept || option.is_empty() {
            continue;
        }
        match HeaderName::from_bytes(option) {
            Ok(HOST) => return Err(Rejection::Connection),
            Ok(name) => doomed.push(name),
            // No field can have such a name.
            Err(_) => {}
        }
    }
    Ok(())
}

/// HTTP/2 may split cookies over several fields (RFC 9113 §8.2.3): one line from here on.
fn join_cookies(headers: &mut HeaderMap) {
    let mut joined = Vec::new();
    for line in headers.get_all(COOKIE) {
        if !joined.is_empty() {
            joined.extend_from_slice(b"; ");
        }
        joined.extend_from_slice(line.as_bytes());
    }
    if let Ok(joined) = HeaderValue::from_bytes(&joined) {
        headers.insert(COOKIE, joined);
    }
}

/// Options that name no end-to-end field: what they stand for is dealt with in `forward`.
const OPTIONS: [&[u8]; 6] = [
    b"keep-alive",
    b"close",
    b"upgrade",
    b"te",
    b"http2-settings",
    b"transfer-encoding",
];
