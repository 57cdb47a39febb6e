//! Wall-clock time as an argument, so that tests can move it.

use std::{
    fmt::Debug,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// Tells the time of day.
pub trait Clock: Debug + Send + Sync {
    /// Now.
    fn now(&self) -> SystemTime;

    /// Now, in whole seconds since 1970 (`NumericDate` of RFC 7519 §2); 0 for a clock set before that.
    fn unix(&self) -> u64 {
        self.now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs())
    }
}

/// The clock that every room shares.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the machine is asked"
    )]
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}

/// A clock that stands at the machine's time plus an offset which is moved by hand.
#[derive(Clone, Debug, Default)]
pub struct ManualClock {
    ahead_ms: Arc<AtomicU64>,
}

impl ManualClock {
    /// A clock that shows the machine's time until it is moved.
    pub fn new() -> Self {
        Self::default()
    }

    /// Moves it forward.
    pub fn advance(&self, by: Duration) {
        let ms = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        self.ahead_ms.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> SystemTime {
        SystemClock.now() + Duration::from_millis(self.ahead_ms.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_by_hand() {
        let clock = ManualClock::new();
        let before = clock.unix();
        clock.advance(Duration::from_hours(1));
        assert!(clock.unix() >= before + 3600);
    }
}
