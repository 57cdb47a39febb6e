//! One attack: the octets, and what must become of them.

use crate::support::app::Seen;

/// What is sent on a connection of its own. `{host}`, `{cookie}` and `{token}` stand for the gateway's address, the cookies
/// of somebody signed in, and an access token.
pub(crate) struct Row {
    /// The statements and advisories that the row is about, separated by blanks.
    pub(crate) proves: &'static str,
    pub(crate) sent: Vec<u8>,
    pub(crate) must: Must,
}

/// What must become of it.
#[derive(Clone, Copy)]
pub(crate) enum Must {
    /// The gateway's own answer, one of these, and nothing at the app.
    Answer(&'static [u16]),
    /// The app gets one request, and finds this in it.
    Reach(fn(&Seen) -> Result<(), String>),
    /// 4xx and the end of the connection, what stands behind it unread; nothing at the app.
    Refuse,
}

/// Nobody is known: a challenge.
pub(crate) const NOBODY: Must = Must::Answer(&[302, 401]);

/// A row of text.
pub(crate) fn row(proves: &'static str, sent: impl Into<Vec<u8>>, must: Must) -> Row {
    Row {
        proves,
        sent: sent.into(),
        must,
    }
}

/// A request whose connection ends with its answer; `fields` are whole lines without their last line end.
pub(crate) fn request(method: &str, target: &str, fields: &str) -> String {
    let fields = if fields.is_empty() {
        String::new()
    } else {
        format!("{fields}\r\n")
    };
    format!("{method} {target} HTTP/1.1\r\nHost: {{host}}\r\nConnection: close\r\n{fields}\r\n")
}

pub(crate) fn get(target: &str, fields: &str) -> String {
    request("GET", target, fields)
}

/// With the cookies of somebody signed in.
pub(crate) fn get_as_ada(target: &str, fields: &str) -> String {
    get(target, format!("Cookie: {{cookie}}\r\n{fields}").trim_end())
}

/// A body of this framing on a connection that is not told to close.
pub(crate) fn post(target: &str, fields: &str, body: &str) -> String {
    format!("POST {target} HTTP/1.1\r\nHost: {{host}}\r\n{fields}\r\n\r\n{body}")
}

/// Fails where the app found more or less than this in a field.
pub(crate) fn exactly(seen: &Seen, name: &str, expected: &[&str]) -> Result<(), String> {
    let found = seen.all(name);
    if found == expected {
        Ok(())
    } else {
        Err(format!("`{name}` is {found:?} and not {expected:?}"))
    }
}

/// Fails where the app found any of these fields.
pub(crate) fn without(seen: &Seen, names: &[&str]) -> Result<(), String> {
    names.iter().try_for_each(|name| exactly(seen, name, &[]))
}

/// Fails where anything of the request holds this text.
pub(crate) fn nowhere(seen: &Seen, text: &str) -> Result<(), String> {
    let holds = |octets: &[u8]| {
        let found = String::from_utf8_lossy(octets).to_lowercase();
        found.contains(&text.to_lowercase())
    };
    if holds(seen.target.as_bytes()) || holds(&seen.body) {
        return Err(format!("`{text}` reached the app"));
    }
    let field = seen
        .fields
        .iter()
        .find(|(name, value)| holds(name.as_bytes()) || holds(value));
    match field {
        Some((name, _)) => Err(format!("`{text}` reached the app in `{name}`")),
        None => Ok(()),
    }
}
