//! How long an answer is waited for.

use std::{future::Future, pin::pin, sync::Arc, time::Duration};

use futures_util::{TryFutureExt as _, future::Either};
use tokio::time::timeout;

use crate::body::upload::Progress;

/// Waits for an answer for `limit` after the end of the request; a request that does not get on for so long counts as
/// ended. The end of an upload is noticed to a quarter of the limit.
pub(super) fn within<F: Future>(
    limit: Duration,
    progress: Option<Arc<Progress>>,
    answer: F,
) -> impl Future<Output = Result<F::Output, Elapsed>> + use<F> {
    match progress {
        None => Either::Left(timeout(limit, answer).map_err(|_| Elapsed)),
        Some(progress) => Either::Right(Box::pin(within_pace(limit, progress, answer))),
    }
}

async fn within_pace<F: Future>(
    limit: Duration,
    progress: Arc<Progress>,
    answer: F,
) -> Result<F::Output, Elapsed> {
    let mut answer = pin!(answer);
    let (mut last, mut quarters) = (progress.count(), 0);
    while quarters < 4 {
        if let Ok(answer) = timeout(limit / 4, &mut answer).await {
            return Ok(answer);
        }
        let now = progress.count();
        quarters = if now == last { quarters + 1 } else { 0 };
        last = now;
    }
    Err(Elapsed)
}

/// There was no answer in time.
#[derive(Debug)]
pub(super) struct Elapsed;
