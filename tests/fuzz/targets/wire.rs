//! How octets arrive.

use std::future::Future;

/// In pieces of so many octets; mostly all at once.
pub(crate) fn step(chosen: u8) -> usize {
    match chosen {
        0 => 64 * 1024,
        octets => octets.into(),
    }
}

/// Waits on a runtime of its own, so that nothing is left over from the input before.
pub(crate) fn wait<F: Future>(exchange: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(exchange)
}
