use std::{
    convert::Infallible,
    future::poll_fn,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use futures_util::FutureExt;
use tokio::sync::{Barrier, Notify, oneshot};

use super::*;
use crate::{
    clock::{Clock, ManualClock},
    session::record::tests::sample,
};

fn refreshes() -> (Refreshes, ManualClock) {
    let clock = ManualClock::new();
    (Refreshes::new(Arc::new(clock.clone())), clock)
}

fn renewed(session: &Session, token: &str) -> Session {
    Session {
        access_token: token.into(),
        access_expires_at: session.access_expires_at + 3600,
        ..session.clone()
    }
}

fn unused() -> impl Future<Output = Result<Session, Infallible>> + Send {
    poll_fn(|_| panic!("called twice"))
}

fn panics() -> impl Future<Output = Result<Session, Infallible>> + Send {
    poll_fn(|_| panic!("a bug"))
}

const KEEP: fn(&Arc<Session>) -> bool = |_| true;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_callers_make_one_call_and_all_get_its_session() {
    let (refreshes, clock) = refreshes();
    let session = Arc::new(sample(clock.unix()));
    let (calls, barrier) = (Arc::new(AtomicUsize::new(0)), Arc::new(Barrier::new(1000)));
    let callers: Vec<_> = (0..1000)
        .map(|_| {
            let (refreshes, session) = (refreshes.clone(), Arc::clone(&session));
            let (calls, barrier) = (Arc::clone(&calls), Arc::clone(&barrier));
            tokio::spawn(async move {
                barrier.wait().await;
                let answer = renewed(&session, "new");
                let renew = async move {
                    calls.fetch_add(1, Ordering::SeqCst);
                    tokio::task::yield_now().await;
                    Ok::<_, Infallible>(answer)
                };
                refreshes.run(&session, renew, KEEP).await.unwrap()
            })
        })
        .collect();
    for caller in callers {
        assert_eq!(caller.await.unwrap().access_token, "new".into());
    }
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    assert!(refreshes.lock().is_empty());
}

#[tokio::test]
async fn a_request_with_the_old_cookie_gets_the_result_for_a_while() {
    let (refreshes, clock) = refreshes();
    let old = Arc::new(sample(clock.unix()));
    let first = renewed(&old, "first");
    let new = refreshes
        .run(&old, async { Ok::<_, Infallible>(first) }, KEEP)
        .await
        .unwrap();
    assert_eq!(refreshes.run(&old, unused(), KEEP).await.unwrap(), new);
    // Who already has it wants the next.
    let second = renewed(&new, "second");
    let newest = refreshes
        .run(&new, async { Ok::<_, Infallible>(second) }, KEEP)
        .await
        .unwrap();
    assert_eq!(newest.access_token, "second".into());
    assert_eq!(refreshes.run(&old, unused(), KEEP).await.unwrap(), newest);
    clock.advance(Duration::from_secs(LEEWAY));
    let third = renewed(&newest, "third");
    let again = refreshes
        .run(&old, async { Ok::<_, Infallible>(third) }, KEEP)
        .await
        .unwrap();
    assert_eq!(again.access_token, "third".into());
}

#[tokio::test]
async fn a_failure_is_shared_by_those_who_waited_and_by_nobody_later() {
    let (refreshes, clock) = refreshes();
    let session = Arc::new(sample(clock.unix()));
    let gate = Arc::new(Notify::new());
    let waited = Arc::clone(&gate);
    let failing = async move {
        waited.notified().await;
        Err::<Session, _>("refused")
    };
    let unused = async { Err::<Session, _>("called twice") };
    let opened = async {
        while refreshes.lock().is_empty() {
            tokio::task::yield_now().await;
        }
        gate.notify_one();
    };
    let (one, two, ()) = tokio::join!(
        refreshes.run(&session, failing, KEEP),
        refreshes.run(&session, unused, KEEP),
        opened
    );
    for failure in [one.unwrap_err(), two.unwrap_err()] {
        assert!(matches!(failure, RefreshError::Failed(error) if *error == "refused"));
    }
    let good = renewed(&session, "good");
    let later = refreshes
        .run(&session, async { Ok::<_, &str>(good) }, KEEP)
        .await;
    assert_eq!(later.unwrap().access_token, "good".into());
}

#[tokio::test]
async fn a_caller_who_goes_away_does_not_take_the_refresh_along() {
    let (refreshes, clock) = refreshes();
    let session = Arc::new(sample(clock.unix()));
    let (answer, answered) = oneshot::channel::<Session>();
    let renew = async { Ok::<_, Infallible>(answered.await.unwrap()) };
    {
        let gone = refreshes.run(&session, renew, KEEP);
        tokio::pin!(gone);
        assert!(gone.as_mut().now_or_never().is_none());
    }
    answer.send(renewed(&session, "kept")).unwrap();
    let kept = refreshes.run(&session, unused(), KEEP).await.unwrap();
    assert_eq!(kept.access_token, "kept".into());
}

#[tokio::test]
async fn a_session_that_ended_meanwhile_stays_ended() {
    let (refreshes, clock) = refreshes();
    let session = Arc::new(sample(clock.unix()));
    let late = renewed(&session, "late");
    let ended = refreshes
        .run(&session, async { Ok::<_, Infallible>(late) }, |_| false)
        .await;
    assert!(matches!(ended, Err(RefreshError::Ended)));
    assert!(refreshes.newer(&session).is_none());
}

#[tokio::test]
async fn a_panic_strands_nobody() {
    let (refreshes, clock) = refreshes();
    let session = Arc::new(sample(clock.unix()));
    let abandoned = refreshes.run(&session, panics(), KEEP).await;
    assert!(matches!(abandoned, Err(RefreshError::Abandoned)));
    let good = renewed(&session, "good");
    assert!(
        refreshes
            .run(&session, async { Ok::<_, Infallible>(good) }, KEEP)
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn sessions_do_not_wait_for_each_other() {
    let (refreshes, clock) = refreshes();
    let (slow, quick) = (
        Arc::new(sample(clock.unix())),
        Arc::new(sample(clock.unix())),
    );
    let never = std::future::pending::<Result<Session, Infallible>>();
    let stuck = refreshes.run(&slow, never, KEEP);
    tokio::pin!(stuck);
    assert!(stuck.as_mut().now_or_never().is_none());
    let good = renewed(&quick, "good");
    assert!(
        refreshes
            .run(&quick, async { Ok::<_, Infallible>(good) }, KEEP)
            .await
            .is_ok()
    );
}
