//! Whatever stands in `Cookie` lines, a session opens only by all of what was sealed, and never one of two.
//!
//! Each line of the input is a `Cookie` field. `{S}`, `{L1}` and `{L2}` stand for the values of two sessions' cookies, `{N}`
//! for the name of the session's cookie.

use std::collections::BTreeSet;

use http::{HeaderMap, HeaderValue, header::COOKIE};
use interlock::session::Anonymous;

use super::keeper::{KEEPER, Keeper, RUNTIME};

pub(crate) fn run(input: &[u8]) {
    let keeper = &*KEEPER;
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let text = text
        .replace("{S}", &keeper.small[0].1)
        .replace("{L1}", &keeper.large[0].1)
        .replace("{L2}", &keeper.large[1].1)
        .replace("{N}", keeper.names.session());
    let mut headers = HeaderMap::new();
    for line in text.split('\n') {
        if let Ok(value) = HeaderValue::from_bytes(line.as_bytes()) {
            headers.append(COOKIE, value);
        }
    }
    let sent = Sent::of(keeper, &headers);
    let opened = RUNTIME.block_on(keeper.sessions.open(&headers)).unwrap();
    match &opened {
        Ok(opened) => {
            let subject = opened.session.subject.as_str();
            let [small, large] = sent.whole;
            let (this, other) = if subject == "small" {
                (small, large)
            } else {
                (large, small)
            };
            assert!(
                this,
                "{subject} opened, and its cookie was not sent: {text:?}"
            );
            assert!(!other, "{subject} opened out of two: {text:?}");
        }
        Err(why) => {
            assert!(
                !sent.nothing || *why == Anonymous::NoCookie,
                "{why:?}: {text:?}"
            );
            assert!(
                !sent.honest,
                "{why:?}: an honest browser's cookie: {text:?}"
            );
        }
    }
    // The same cookies among those of the app open the same.
    headers.insert("x-other", HeaderValue::from_static("a"));
    headers.append(COOKIE, HeaderValue::from_static("theme=dark; interlock=x"));
    let again = RUNTIME.block_on(keeper.sessions.open(&headers)).unwrap();
    let subject = |opened: &Result<interlock::session::Opened, Anonymous>| match opened {
        Ok(opened) => Ok(opened.session.subject.clone()),
        Err(why) => Err(*why),
    };
    assert_eq!(subject(&opened), subject(&again), "{text:?}");
    // Cleared is all of ours, and nothing else.
    let cleared = keeper.sessions.clear(&headers);
    for line in &cleared {
        let rest = line.to_str().unwrap().strip_prefix(keeper.names.session());
        assert!(
            rest.is_some_and(|rest| rest.starts_with(['=', '.'])),
            "{line:?}"
        );
    }
}

/// What was sent of ours, read in the plainest way.
struct Sent {
    /// All of the small session, and of the large one.
    whole: [bool; 2],
    nothing: bool,
    /// One session, each of its cookies once, and nothing else of ours.
    honest: bool,
}

impl Sent {
    fn of(keeper: &Keeper, headers: &HeaderMap) -> Self {
        let name = keeper.names.session();
        let mut ours = Vec::new();
        for line in headers.get_all(COOKIE) {
            for crumb in line.as_bytes().split(|octet| *octet == b';') {
                let Some(at) = crumb.iter().position(|octet| *octet == b'=') else {
                    continue;
                };
                let (key, value) = (crumb[..at].trim_ascii(), crumb[at + 1..].trim_ascii());
                let Some(suffix) = key.strip_prefix(name.as_bytes()) else {
                    continue;
                };
                if suffix.is_empty() || suffix.starts_with(b".") {
                    ours.push((key.to_vec(), value.to_vec()));
                }
            }
        }
        let has = |pairs: &[(String, String)]| {
            let whole = pairs.iter().all(|(key, value)| {
                ours.iter()
                    .any(|(k, v)| k == key.as_bytes() && v == value.as_bytes())
            });
            // Also put together by hand, under the plain name.
            let joined = pairs
                .iter()
                .map(|(_, value)| value.strip_prefix("2.").unwrap_or(value))
                .collect::<String>();
            whole
                || ours
                    .iter()
                    .any(|(k, v)| k == name.as_bytes() && v == joined.as_bytes())
        };
        let keys: BTreeSet<_> = ours.iter().map(|(key, _)| key).collect();
        let is_exactly = |pairs: &[(String, String)]| {
            ours.len() == pairs.len() && keys.len() == pairs.len() && has(pairs)
        };
        let numbered = |key: &[u8]| {
            matches!(
                key.strip_prefix(name.as_bytes()),
                Some([] | [b'.', b'1'..=b'5'])
            )
        };
        Self {
            whole: [has(&keeper.small), has(&keeper.large)],
            nothing: !ours
                .iter()
                .any(|(key, value)| numbered(key) && !value.is_empty()),
            honest: is_exactly(&keeper.small) || is_exactly(&keeper.large),
        }
    }
}
