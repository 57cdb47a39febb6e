//! Sliding counters, and the fields that tell a client how many calls it has left (protocol reference 1.10).

use std::collections::{HashMap, VecDeque};

use http::HeaderName;

use super::{reply::Reply, settings::Rate};

/// What is left of an allowance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Allowance {
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
    /// Seconds since 1970 at which the oldest call is forgotten.
    pub(crate) reset: u64,
    pub(crate) exceeded: bool,
}

impl Allowance {
    /// Writes the three `X-Rate-Limit` fields.
    pub(crate) fn mark(&self, reply: Reply) -> Reply {
        reply
            .with(
                HeaderName::from_static("x-rate-limit-limit"),
                &self.limit.to_string(),
            )
            .with(
                HeaderName::from_static("x-rate-limit-remaining"),
                &self.remaining.to_string(),
            )
            .with(
                HeaderName::from_static("x-rate-limit-reset"),
                &self.reset.to_string(),
            )
    }
}

/// When what happened, by name.
#[derive(Debug, Default)]
pub(crate) struct Limits(HashMap<String, VecDeque<u64>>);

impl Limits {
    /// Counts one more, unless the allowance is spent.
    pub(crate) fn count(&mut self, name: &str, rate: Rate, now_ms: u64) -> Allowance {
        let allowance = self.look(name, rate, now_ms);
        if allowance.exceeded {
            return allowance;
        }
        self.0.entry(name.to_owned()).or_default().push_back(now_ms);
        Allowance {
            remaining: allowance.remaining.saturating_sub(1),
            ..allowance
        }
    }

    /// What is left, counting nothing.
    pub(crate) fn look(&mut self, name: &str, rate: Rate, now_ms: u64) -> Allowance {
        let window = u64::try_from(rate.window.as_millis()).unwrap_or(u64::MAX);
        let mut used = 0;
        let mut oldest = now_ms;
        if let Some(times) = self.0.get_mut(name) {
            while times.front().is_some_and(|at| at + window <= now_ms) {
                times.pop_front();
            }
            used = u32::try_from(times.len()).unwrap_or(u32::MAX);
            oldest = times.front().copied().unwrap_or(now_ms);
        }
        Allowance {
            limit: rate.requests,
            remaining: rate.requests.saturating_sub(used),
            reset: (oldest + window).div_ceil(1000),
            exceeded: used >= rate.requests,
        }
    }

    /// Forgets one name.
    pub(crate) fn forget(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// Forgets names without a call in the last hour.
    pub(crate) fn sweep(&mut self, now_ms: u64) {
        self.0
            .retain(|_, times| times.back().is_some_and(|at| at + 3_600_000 > now_ms));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_window_slides() {
        let rate = Rate {
            requests: 2,
            window: Duration::from_secs(5),
        };
        let mut limits = Limits::default();
        assert_eq!(limits.count("a", rate, 1_000).remaining, 1);
        assert_eq!(limits.count("a", rate, 2_000).remaining, 0);
        let refused = limits.count("a", rate, 3_000);
        assert_eq!((refused.exceeded, refused.reset), (true, 6));
        assert!(!limits.count("b", rate, 3_000).exceeded);
        assert!(!limits.count("a", rate, 6_000).exceeded);
    }
}
