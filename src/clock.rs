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

/// A clock for tests, moved by hand. In between it stands still, however busy the machine is, unless it is a running one.
#[derive(Clone, Debug)]
pub struct ManualClock {
    /// `None` where it goes on with the machine's time.
    stands_at: Option<SystemTime>,
    ahead_ms: Arc<AtomicU64>,
}

impl ManualClock {
    /// A clock that shows the time at which it was made, until it is moved.
    pub fn new() -> Self {
        Self {
            stands_at: Some(SystemClock.now()),
            ahead_ms: Arc::default(),
        }
    }

    /// A clock that goes on with the machine's time besides: where somebody really waits for what is due later.
    pub fn running() -> Self {
        Self {
            stands_at: None,
            ahead_ms: Arc::default(),
        }
    }

    /// Moves it forward.
    pub fn advance(&self, by: Duration) {
        let ms = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        self.ahead_ms.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Default for ManualClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for ManualClock {
    fn now(&self) -> SystemTime {
        let moved = Duration::from_millis(self.ahead_ms.load(Ordering::SeqCst));
        self.stands_at.unwrap_or_else(|| SystemClock.now()) + moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_by_hand_alone() {
        let clock = ManualClock::new();
        let before = clock.now();
        assert!((0..1_000_000).any(|_| SystemClock.now() > before));
        assert_eq!(clock.now(), before);
        clock.clone().advance(Duration::from_hours(1));
        assert_eq!(clock.now(), before + Duration::from_hours(1));
    }

    #[test]
    fn a_running_one_goes_on_and_is_moved_besides() {
        let clock = ManualClock::running();
        let earlier = clock.now();
        assert!((0..1_000_000).any(|_| clock.now() > earlier));
        clock.advance(Duration::from_hours(1));
        assert!(clock.now() > earlier + Duration::from_hours(1));
    }
}
