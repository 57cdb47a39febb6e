use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};

use http::{HeaderValue, Request, header::HOST};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

use super::{
    connect::{Connector, Opened},
    outgoing,
    settings::{Check, Health as Settings},
};
use crate::body::Body;

/// How one endpoint has been doing, as all data threads have seen it. An endpoint that fails several times in a row is
/// left out for a while, longer each time; then requests try it again, and one good answer brings it back.
#[derive(Debug)]
pub(super) struct Health {
    settings: Settings,
    began: Instant,
    /// In a row.
    failures: AtomicU32,
    /// In a row.
    ejections: AtomicU32,
    /// Milliseconds since `began` until which it is left out.
    out_until: AtomicU64,
    /// What the last active check found.
    fails_check: AtomicBool,
}

impl Health {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            settings: settings.clone(),
            began: Instant::now(),
            failures: AtomicU32::new(0),
            ejections: AtomicU32::new(0),
            out_until: AtomicU64::new(0),
            fails_check: AtomicBool::new(false),
        }
    }

    /// Whether requests should go there.
    pub(super) fn is_in(&self) -> bool {
        !self.fails_check.load(Ordering::Relaxed) && !self.is_ejected()
    }

    /// It answered.
    pub(super) fn succeeded(&self) {
        // Reading is cheap where all is well; a write would make threads fight over the line.
        if self.failures.load(Ordering::Relaxed) != 0 {
            self.failures.store(0, Ordering::Relaxed);
            self.ejections.store(0, Ordering::Relaxed);
            self.out_until.store(0, Ordering::Relaxed);
        }
    }

    /// It could not be reached, broke off or took too long. Tells whether it is left out from now on.
    pub(super) fn failed(&self) -> bool {
        let failures = self.failures.fetch_add(1, Ordering::Relaxed) + 1;
        if failures < self.settings.unhealthy_after || self.is_ejected() {
            return false;
        }
        let before = self.ejections.fetch_add(1, Ordering::Relaxed);
        let wait = self.settings.eject_for * (1 << before.min(MOST_DOUBLINGS));
        let until = millis(self.began.elapsed() + wait);
        self.out_until.store(until, Ordering::Relaxed);
        true
    }

    /// Takes note of an active check; tells whether that is news.
    fn checked(&self, is_fine: bool) -> bool {
        let failed_before = self.fails_check.swap(!is_fine, Ordering::Relaxed);
        if is_fine && failed_before {
            self.succeeded();
        }
        failed_before == is_fine
    }

    fn is_ejected(&self) -> bool {
        let until = self.out_until.load(Ordering::Relaxed);
        until != 0 && millis(self.began.elapsed()) < until
    }
}

/// Asks an endpoint at intervals how it is, until `stop` is cancelled. Any answer below 400 is a good one.
pub(super) async fn check(
    connector: Arc<Connector>,
    health: Arc<Health>,
    check: Check,
    stop: CancellationToken,
) {
    let mut ticks = interval(check.interval);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(ticks.tick()).await.is_some() {
        let asked = timeout(check.interval, ask(&connector, &check)).await;
        let is_fine = asked.unwrap_or(false);
        if health.checked(is_fine) {
            let endpoint = connector.address();
            if is_fine {
                tracing::info!(endpoint, "an endpoint passes its health check again");
            } else {
                tracing::warn!(
                    endpoint,
                    "an endpoint fails its health check and is left out"
                );
            }
        }
    }
}

async fn ask(connector: &Connector, check: &Check) -> bool {
    let Ok(wire) = connector.connect(false).await else {
        return false;
    };
    let mut request = Request::new(Body::Empty);
    request.uri_mut().clone_from(&check.path);
    let host = HeaderValue::from_str(&connector.authority());
    let host = host.unwrap_or_else(|_| HeaderValue::from_static("localhost"));
    request.headers_mut().insert(HOST, host);
    let answer = match wire {
        Opened::Http1(mut sender) => {
            outgoing::for_http1(&mut request);
            sender.send_request(request).await
        }
        Opened::Http2(mut sender) => {
            outgoing::for_http2(&mut request, connector.scheme(), false);
            sender.send_request(request).await
        }
    };
    answer.is_ok_and(|answer| answer.status().as_u16() < 400)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// From ten seconds to under three minutes.
const MOST_DOUBLINGS: u32 = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_endpoint_that_goes_on_failing_is_left_out_ever_longer() {
        let health = Health::new(&Settings {
            unhealthy_after: 3,
            eject_for: Duration::from_secs(10),
            check: None,
        });
        assert!(!health.failed() && !health.failed() && health.is_in());
        health.succeeded();
        assert!(!health.failed() && !health.failed() && health.is_in());
        for seconds in [10, 20, 40, 80, 160, 160] {
            assert!(health.failed() && !health.is_in(), "{seconds}");
            // Requests that were under way change nothing.
            assert!(!health.failed());
            tokio::time::advance(Duration::from_secs(seconds - 1)).await;
            assert!(!health.is_in(), "{seconds}");
            tokio::time::advance(Duration::from_secs(1)).await;
            assert!(health.is_in(), "{seconds}");
        }
        health.succeeded();
        assert!(!health.failed() && !health.failed() && health.failed());
        tokio::time::advance(Duration::from_secs(10)).await;
        assert!(health.is_in());
    }

    #[test]
    fn a_failed_check_counts_until_the_next_one() {
        let health = Health::new(&Settings {
            unhealthy_after: 3,
            eject_for: Duration::from_secs(10),
            check: None,
        });
        assert!(!health.checked(true));
        assert!(health.checked(false) && !health.is_in());
        assert!(!health.checked(false));
        assert!(health.checked(true) && health.is_in());
    }
}
