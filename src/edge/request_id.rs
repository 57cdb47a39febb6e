use std::{
    fmt,
    ops::Deref,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use http::HeaderValue;
use uuid::Builder;

use crate::random::{Random, octets};

/// A request's id: the text of a UUID, kept in place.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestId([u8; 36]);

impl RequestId {
    /// Its text.
    pub fn as_str(&self) -> &str {
        // It was made of ASCII.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl Deref for RequestId {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<[u8]> for RequestId {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl From<RequestId> for HeaderValue {
    fn from(id: RequestId) -> Self {
        // Nothing in it that a field could not say.
        Self::from_bytes(&id.0).unwrap_or_else(|_| Self::from_static("unknown"))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Makes request ids: UUIDs of version 7 (RFC 9562 §5.7). Unique, not secret, so one draw of randomness at start and a
/// counter serve for all.
#[derive(Debug)]
pub(super) struct RequestIds {
    seed: u64,
    count: AtomicU64,
}

impl RequestIds {
    pub(super) fn new(random: &dyn Random) -> Self {
        Self {
            seed: u64::from_be_bytes(octets(random)),
            count: AtomicU64::new(0),
        }
    }

    /// One that is made so long after the beginning of 1970.
    pub(super) fn next(&self, since: Duration) -> RequestId {
        let millis = u64::try_from(since.as_millis()).unwrap_or_default();
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        let low = mix(self.seed.wrapping_add(count.wrapping_mul(GOLDEN)));
        let high = mix(low ^ self.seed.rotate_left(32));
        let mut tail = [0; 10];
        for (to, from) in tail.iter_mut().zip(
            high.to_be_bytes()
                .into_iter()
                .skip(6)
                .chain(low.to_be_bytes()),
        ) {
            *to = from;
        }
        let id = Builder::from_unix_timestamp_millis(millis, &tail).into_uuid();
        let mut text = [0; 36];
        id.hyphenated().encode_lower(&mut text);
        RequestId(text)
    }
}

/// One to one (the finalizer of `SplitMix64`), so that no two counts meet within a process.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use uuid::Uuid;

    use super::*;
    use crate::random::SeededRandom;

    #[test]
    fn ids_are_version_7_and_never_repeat() {
        let ids = RequestIds::new(&SeededRandom::new(7));
        let now = Duration::from_hours(500_000);
        let made: HashSet<_> = (0..10_000).map(|_| ids.next(now)).collect();
        assert_eq!(made.len(), 10_000);
        assert!(
            made.iter().all(|id| {
                Uuid::parse_str(id).unwrap().get_version_num() == 7 && id.len() == 36
            })
        );
    }
}
