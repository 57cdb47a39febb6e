//! How many answers are taken in a minute, from one address and from all together.

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use moka::sync::Cache;

/// Spares the engine from guessing: a minute's worth may come at once, then answers are paced (the generic cell rate
/// algorithm). Bounded in memory.
#[derive(Debug)]
pub(super) struct Limit {
    /// Microseconds that one answer takes of its address's minute; 0: no limit.
    each: u64,
    of_address: Cache<IpAddr, Arc<AtomicU64>>,
    of_all: AtomicU64,
}

impl Limit {
    /// So many answers a minute from one address, a hundred times as many from all; 0: no limit.
    pub(super) fn new(per_minute: u32) -> Self {
        Self {
            each: MINUTE.checked_div(u64::from(per_minute)).unwrap_or(0),
            of_address: Cache::builder()
                .max_capacity(MOST)
                .time_to_idle(Duration::from_mins(2))
                .build(),
            of_all: AtomicU64::new(0),
        }
    }

    /// Takes one answer into account.
    ///
    /// # Errors
    /// It is one too many: when the next one is welcome.
    pub(super) fn take(&self, from: IpAddr, now: Duration) -> Result<(), Duration> {
        if self.each == 0 {
            return Ok(());
        }
        let now = u64::try_from(now.as_micros()).unwrap_or(u64::MAX);
        let own = self
            .of_address
            .get_with(network(from), || Arc::new(AtomicU64::new(0)));
        spend(&own, self.each, now)?;
        spend(&self.of_all, (self.each / 100).max(1), now)
    }
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

/// In microseconds.
const MINUTE: u64 = 60_000_000;
/// Most addresses that are counted.
const MOST: u64 = 100_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minutes_worth_may_come_at_once_then_answers_are_paced() {
        let limit = Limit::new(6);
        let (here, there): (IpAddr, IpAddr) = ([192, 0, 2, 1].into(), [192, 0, 2, 2].into());
        let start = Duration::from_hours(1);
        for _ in 0..6 {
            assert_eq!(limit.take(here, start), Ok(()));
        }
        assert_eq!(limit.take(here, start), Err(Duration::from_secs(10)));
        assert_eq!(limit.take(there, start), Ok(()), "another address");
        let later = start + Duration::from_secs(10);
        assert_eq!(limit.take(here, later), Ok(()));
        assert!(limit.take(here, later).is_err());
    }

    #[test]
    fn one_ipv6_network_is_one_address_and_nought_is_no_limit() {
        let limit = Limit::new(1);
        let now = Duration::from_hours(1);
        assert!(limit.take("2001:db8::1".parse().unwrap(), now).is_ok());
        assert!(limit.take("2001:db8::2".parse().unwrap(), now).is_err());
        assert!(limit.take("2001:db8:0:1::2".parse().unwrap(), now).is_ok());
        let none = Limit::new(0);
        for _ in 0..1000 {
            assert!(none.take("2001:db8::1".parse().unwrap(), now).is_ok());
        }
    }
}
