//! Waiting for a condition, with a bound.

use std::{
    future::Future,
    time::{Duration, Instant},
};

/// Asks again until the answer is there; fails after ten seconds, saying what was waited for.
pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut ask: impl FnMut() -> F) -> T {
    let end = Instant::now() + Duration::from_secs(10);
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < end, "waited ten seconds for: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
