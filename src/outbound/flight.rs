//! One fetch at a time for everybody who waits for it.

use std::sync::{Mutex, PoisonError};

use tokio::{runtime::Handle, sync::watch};

/// A fetch that many may wait for and that nobody's going away stops: it runs as a task of its own and leaves its result
/// where those who wait look for it.
#[derive(Debug, Default)]
pub(crate) struct Flight(Mutex<Option<watch::Receiver<bool>>>);

/// A fetch under way.
#[derive(Debug)]
pub(crate) struct UnderWay(watch::Receiver<bool>);

impl Flight {
    /// Joins the fetch under way. Where there is none, `begin` decides whether one is needed: it is asked while nobody
    /// else can begin, after the last fetch has left its result, so that it can look whether the result is already there.
    pub(crate) fn board<F>(
        &self,
        runtime: &Handle,
        begin: impl FnOnce() -> Option<F>,
    ) -> Option<UnderWay>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = slot.as_ref().filter(|running| is_running(running)) {
            return Some(UnderWay(running.clone()));
        }
        let fetch = begin()?;
        let (landed, running) = watch::channel(false);
        runtime.spawn(async move {
            fetch.await;
            landed.send_replace(true);
        });
        *slot = Some(running.clone());
        Some(UnderWay(running))
    }

    /// Whether a fetch is under way.
    pub(crate) fn is_under_way(&self) -> bool {
        let slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        slot.as_ref().is_some_and(is_running)
    }

    /// As [`Flight::board`], and waits for the end.
    pub(crate) async fn join<F>(&self, runtime: &Handle, begin: impl FnOnce() -> Option<F>)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        if let Some(under_way) = self.board(runtime, begin) {
            under_way.landed().await;
        }
    }
}

impl UnderWay {
    /// Resolves when the fetch is over, also when its task died or the runtime is shutting down.
    pub(crate) async fn landed(mut self) {
        // An error means that the task is gone: over as well.
        drop(self.0.wait_for(|landed| *landed).await);
    }
}

/// Not over, and its task not gone.
fn is_running(flight: &watch::Receiver<bool>) -> bool {
    !*flight.borrow() && flight.has_changed().is_ok()
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use tokio::sync::Notify;

    use super::*;

    #[tokio::test]
    async fn many_wait_for_one_and_the_first_may_go_away() {
        let (flight, fetches, gate) = (
            Arc::new(Flight::default()),
            Arc::new(AtomicUsize::new(0)),
            Arc::new(Notify::new()),
        );
        let begin = |fetches: Arc<AtomicUsize>, gate: Arc<Notify>| async move {
            gate.notified().await;
            fetches.fetch_add(1, Ordering::SeqCst);
        };
        let first = flight.board(&Handle::current(), || {
            Some(begin(fetches.clone(), gate.clone()))
        });
        drop(first);
        let others: Vec<_> = (0..50)
            .filter_map(|_| {
                flight.board(&Handle::current(), || {
                    Some(begin(fetches.clone(), gate.clone()))
                })
            })
            .collect();
        gate.notify_one();
        for other in others {
            other.landed().await;
        }
        assert_eq!(fetches.load(Ordering::SeqCst), 1);
        assert!(
            flight
                .board(&Handle::current(), || None::<std::future::Ready<()>>)
                .is_none(),
            "it is over"
        );
    }

    #[tokio::test]
    async fn a_task_that_dies_leaves_nobody_waiting() {
        let flight = Flight::default();
        flight
            .join(&Handle::current(), || {
                Some(async { panic!("the fetch fails badly (expected in this test)") })
            })
            .await;
        let mut again = false;
        flight
            .join(&Handle::current(), || {
                again = true;
                Some(std::future::ready(()))
            })
            .await;
        assert!(again, "the next one begins anew");
    }
}
