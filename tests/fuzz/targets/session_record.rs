//! Sealed records: only what was sealed, under its own name and purpose, opens; and whatever record does open is a session
//! that can be kept.
//!
//! `r` and a text: that, as sealed text. `e` and edits: a sealed record, changed. `s` and octets: sealed and opened again.
//! `j` and JSON, `o` and octets: a record as nobody but the holder of the secret could seal it, with this JSON in it or as a
//! whole.

use std::sync::LazyLock;

use http::{HeaderMap, HeaderValue, header::COOKIE};
use interlock::{
    random::SeededRandom,
    session::{KeyRing, Purpose, Unsealable},
};

use super::{
    keeper::{Keeper, NOW, RUNTIME},
    signed::edited,
};

pub(crate) fn run(input: &[u8]) {
    let keeper = &*OWN;
    let Some((mode, rest)) = input.split_first() else {
        return;
    };
    match mode {
        b'r' => refused(keeper, &String::from_utf8_lossy(rest)),
        b'e' => refused(keeper, &edited(&keeper.small[0].1, rest)),
        b's' => round_trip(keeper, rest),
        b'j' => {
            let opened = record(keeper, &with_json(rest));
            assert!(opened || rest != GOOD, "a good record is no session");
        }
        b'o' => {
            record(keeper, rest);
        }
        _ => {}
    }
}

/// Not the one of others: a logout token ends whatever it names.
static OWN: LazyLock<Keeper> = LazyLock::new(Keeper::new);

const PURPOSES: [Purpose; 3] = [Purpose::Session, Purpose::SessionId, Purpose::Transaction];

fn refused(keeper: &Keeper, tried: &str) {
    let name = keeper.names.session();
    let good = tried == keeper.small[0].1;
    for purpose in PURPOSES {
        for name in [name, keeper.names.transaction(), ""] {
            let opened = keeper.ring.open(purpose, name, tried.as_bytes());
            let is_its_own = purpose == Purpose::Session && name == keeper.names.session();
            assert_eq!(
                opened.is_ok(),
                good && is_its_own,
                "{purpose:?} {name} {tried}"
            );
        }
    }
    if let Ok(value) = HeaderValue::try_from(format!("{name}={tried}")) {
        let headers = HeaderMap::from_iter([(COOKIE, value)]);
        let opened = RUNTIME.block_on(keeper.sessions.open(&headers)).unwrap();
        assert!(
            opened.is_err() || tried.contains(&keeper.small[0].1),
            "{tried}"
        );
    }
}

fn round_trip(keeper: &Keeper, octets: &[u8]) {
    let stranger = KeyRing::generate(&SeededRandom::new(77)).unwrap();
    for purpose in PURPOSES {
        let sealed = keeper.ring.seal(purpose, "a", octets).unwrap();
        assert_ne!(
            sealed,
            keeper.ring.seal(purpose, "a", octets).unwrap(),
            "never the same twice"
        );
        let sealed = sealed.as_bytes();
        match keeper.ring.open(purpose, "a", sealed) {
            Ok(opened) => assert_eq!(opened.as_slice(), octets),
            Err(Unsealable) => assert!(sealed.len() > interlock::session::MAX_SEALED),
        }
        assert!(keeper.ring.open(purpose, "b", sealed).is_err());
        assert!(stranger.open(purpose, "a", sealed).is_err());
        let others = PURPOSES.into_iter().filter(|other| *other != purpose);
        for other in others {
            assert!(keeper.ring.open(other, "a", sealed).is_err());
        }
    }
}

/// What is read with certainty, so that this target can't come to read nothing.
const GOOD: &[u8] =
    br#"{"i":"AAAAAAAAAAAAAAAAAAAAAA","s":"00u1","e":1800003600,"b":1800000000,"n":1800000000}"#;

/// The third version of records: a token that is kept as a whole, and JSON, in an LZ4 block of nothing but literals; then
/// that token, and no other secret.
fn with_json(json: &[u8]) -> Vec<u8> {
    let said = [b"\0", json].concat();
    let mut block = Vec::new();
    if let Some(longer) = said.len().checked_sub(15) {
        block.push(0xf0);
        block.extend(std::iter::repeat_n(255, longer / 255));
        block.push(u8::try_from(longer % 255).unwrap());
    } else {
        block.push(u8::try_from(said.len() << 4).unwrap());
    }
    block.extend_from_slice(&said);
    let length = |part: &[u8]| u32::try_from(part.len()).unwrap().to_be_bytes();
    let token = b"access";
    [
        &b"\x03"[..],
        &length(&said),
        &length(&block),
        &block,
        &length(token),
        token,
        b"\0",
    ]
    .concat()
}

/// Whether it is a session; then it can be kept.
fn record(keeper: &Keeper, octets: &[u8]) -> bool {
    let name = keeper.names.session();
    let sealed = keeper.ring.seal(Purpose::Session, name, octets).unwrap();
    let headers = |value: &str| {
        let value = HeaderValue::try_from(format!("{name}={value}")).unwrap();
        HeaderMap::from_iter([(COOKIE, value)])
    };
    let request = headers(&sealed);
    let Ok(opened) = RUNTIME.block_on(keeper.sessions.open(&request)).unwrap() else {
        return false;
    };
    let session = &opened.session;
    assert!(
        NOW.saturating_sub(session.seen_at) < 30 * 60,
        "it was not idle"
    );
    assert!(
        NOW < session.started_at.saturating_add(12 * 3600),
        "it has not ended"
    );
    assert!(
        session.refresh_token.is_some() || NOW < session.access_expires_at,
        "nor has its token"
    );
    // What is sealed again opens as the same.
    if let Ok(set) = RUNTIME.block_on(keeper.sessions.save(session, &HeaderMap::new())) {
        let lines: Vec<_> = set
            .iter()
            .map(|line| line.to_str().unwrap().to_owned())
            .collect();
        let pairs = lines.iter().filter_map(|line| line.split(';').next());
        let cookies = HeaderValue::try_from(pairs.collect::<Vec<_>>().join("; ")).unwrap();
        let again = HeaderMap::from_iter([(COOKIE, cookies)]);
        let again = RUNTIME
            .block_on(keeper.sessions.open(&again))
            .unwrap()
            .unwrap();
        assert_eq!(
            (&again.session.subject, &again.session.claims),
            (&session.subject, &session.claims)
        );
        assert_eq!(again.session.id, session.id);
    }
    true
}
