//! How many sign-ins are begun and how many answers are taken in a minute: from one address, for one account, and from all
//! together.

use std::{
    fmt,
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use moka::sync::Cache;
use sha2::{Digest, Sha256};

/// Spares the engine from guessing, before it is asked (security E2, L7). Bounded in memory, and nobody waits longer than
/// a minute: an account that others guess at is paced, never locked.
#[derive(Debug)]
pub(super) struct Limit {
    answers: Traffic,
    beginnings: Traffic,
    of_account: Paces<[u8; 32]>,
}

impl Limit {
    /// So many answers a minute from one address, and as many beginnings; a hundred times as many from all. So many
    /// answers for one account, from wherever. 0: no limit.
    pub(super) fn new(per_minute: u32, per_account: u32) -> Self {
        Self {
            answers: Traffic::new(per_minute),
            beginnings: Traffic::new(per_minute),
            of_account: Paces::new(per_account),
        }
    }

    /// Takes the beginning of a sign-in into account.
    ///
    /// # Errors
    /// It is one too many: when the next one is welcome.
    pub(super) fn begin(&self, from: IpAddr, now: Duration) -> Result<(), Duration> {
        self.beginnings.take(from, micros(now))
    }

    /// Takes an answer into account, and whom it is about, as typed or as the engine says.
    ///
    /// # Errors
    /// As [`Limit::begin`].
    pub(super) fn answer(
        &self,
        from: IpAddr,
        account: Option<&str>,
        now: Duration,
    ) -> Result<(), Duration> {
        let now = micros(now);
        self.answers.take(from, now)?;
        account.map_or(Ok(()), |name| self.of_account.take(digest(name), now))
    }
}

/// What comes from addresses.
#[derive(Debug)]
struct Traffic {
    of_address: Paces<IpAddr>,
    of_all: AtomicU64,
}

impl Traffic {
    fn new(per_minute: u32) -> Self {
        Self {
            of_address: Paces::new(per_minute),
            of_all: AtomicU64::new(0),
        }
    }

    fn take(&self, from: IpAddr, now: u64) -> Result<(), Duration> {
        let each = self.of_address.each;
        if each == 0 {
            return Ok(());
        }
        self.of_address.take(network(from), now)?;
        spend(&self.of_all, (each / 100).max(1), now)
    }
}

/// A minute's worth may come at once, then it is paced (the generic cell rate algorithm), for each key by itself.
struct Paces<K> {
    /// Microseconds that one takes of its key's minute; 0: no limit.
    each: u64,
    busy_until: Cache<K, Arc<AtomicU64>>,
}

impl<K: Hash + Eq + Send + Sync + 'static> Paces<K> {
    fn new(per_minute: u32) -> Self {
        Self {
            each: MINUTE.checked_div(u64::from(per_minute)).unwrap_or(0),
            busy_until: Cache::builder()
                .max_capacity(MOST)
                .time_to_idle(Duration::from_mins(2))
                .build(),
        }
    }

    fn take(&self, key: K, now: u64) -> Result<(), Duration> {
        if self.each == 0 {
            return Ok(());
        }
        let own = self
            .busy_until
            .get_with(key, || Arc::new(AtomicU64::new(0)));
        spend(&own, self.each, now)
    }
}

/// Shows no key.
impl<K> fmt::Debug for Paces<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Paces")
            .field("each", &self.each)
            .finish_non_exhaustive()
    }
}

fn micros(now: Duration) -> u64 {
    u64::try_from(now.as_micros()).unwrap_or(u64::MAX)
}

fn spend(busy_until: &AtomicU64, each: u64, now: u64) -> Result<(), Duration> {
    let next = |busy: u64| {
        let next = busy.max(now).saturating_add(each);
        (next.saturating_sub(now) <= MINUTE).then_some(next)
    };
    busy_until
        .fetch_update(Ordering::AcqRel, Ordering::Acquire, next)
        .map(drop)
        .map_err(|busy| {
            Duration::from_micros(busy.saturating_add(each).saturating_sub(now + MINUTE))
        })
}

/// Somebody with IPv6 has a whole /64.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(
            address.to_bits() & !u128::from(u64::MAX),
        )),
    }
}

/// However it is spelt: the engine knows neither capitals nor blanks around a name. The name itself is not kept.
fn digest(name: &str) -> [u8; 32] {
    Sha256::digest(name.trim().to_lowercase()).into()
}

/// In microseconds.
const MINUTE: u64 = 60_000_000;
/// Most addresses, or accounts, that are counted.
const MOST: u64 = 100_000;

#[cfg(test)]
mod tests {
    use super::*;

    const START: Duration = Duration::from_hours(1);

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_minutes_worth_may_come_at_once_then_answers_are_paced() {
        let limit = Limit::new(6, 0);
        let (here, there) = (address("192.0.2.1"), address("192.0.2.2"));
        let take = |from, now| limit.answer(from, None, now);
        for _ in 0..6 {
            assert_eq!(take(here, START), Ok(()));
        }
        assert_eq!(take(here, START), Err(Duration::from_secs(10)));
        assert_eq!(take(there, START), Ok(()), "another address");
        assert_eq!(limit.begin(here, START), Ok(()), "beginnings are others");
        let later = START + Duration::from_secs(10);
        assert_eq!(take(here, later), Ok(()));
        assert!(take(here, later).is_err());
    }

    #[test]
    fn one_ipv6_network_is_one_address_and_nought_is_no_limit() {
        let limit = Limit::new(1, 0);
        for begins in [false, true] {
            let take = |from| {
                if begins {
                    limit.begin(address(from), START)
                } else {
                    limit.answer(address(from), None, START)
                }
            };
            assert!(take("2001:db8::1").is_ok());
            assert!(take("2001:db8::2").is_err());
            assert!(take("2001:db8:0:1::2").is_ok());
        }
        let none = Limit::new(0, 0);
        for _ in 0..1000 {
            assert!(
                none.answer(address("2001:db8::1"), Some("ada"), START)
                    .is_ok()
            );
            assert!(none.begin(address("2001:db8::1"), START).is_ok());
        }
    }

    #[test]
    fn an_account_is_one_from_everywhere_and_in_every_spelling() {
        let limit = Limit::new(100, 4);
        let answer = |from: &str, name: &str, now| limit.answer(address(from), Some(name), now);
        let spellings = [
            "ada@example.com",
            "ADA@example.com",
            " Ada@Example.com",
            "ada@example.com\t",
        ];
        for (number, name) in spellings.into_iter().enumerate() {
            assert!(
                answer(&format!("192.0.2.{number}"), name, START).is_ok(),
                "{name}"
            );
        }
        let wait = answer("192.0.2.9", "ada@example.com", START).unwrap_err();
        assert!(wait <= Duration::from_mins(1), "{wait:?}");
        assert!(answer("192.0.2.9", "grace@example.com", START).is_ok());
        assert!(
            answer("192.0.2.9", "ada@example.com", START + wait).is_ok(),
            "she is not locked out"
        );
    }

    #[test]
    fn all_together_are_a_hundred() {
        let limit = Limit::new(1, 0);
        let taken = (0..200_u32).filter(|number| {
            limit
                .begin(Ipv6Addr::from_bits(u128::from(*number) << 64).into(), START)
                .is_ok()
        });
        assert_eq!(taken.count(), 100);
    }
}
