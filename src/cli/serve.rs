//! `interlock serve`: the gateway until a signal.

use std::sync::Arc;

use tokio::signal::unix::{SignalKind, signal};

use crate::{
    clock::SystemClock,
    config::Config,
    gateway::{Gateway, StartError},
    random::SystemRandom,
};

/// Binds and serves until `SIGTERM` or `SIGINT`, then drains.
///
/// # Errors
/// The gateway does not start.
pub async fn serve(config: Config) -> Result<(), StartError> {
    let public_url = config.edge.public_url.clone();
    raise_file_limit();
    let gateway = Gateway::bind(config, Arc::new(SystemClock), Arc::new(SystemRandom)).await?;
    tracing::info!(
        listen = %gateway.address(),
        admin = %gateway.admin_address(),
        public_url = %public_url,
        "serving"
    );
    gateway.serve(until_told()).await?;
    tracing::info!("stopped");
    Ok(())
}

/// Each client costs a file handle and often a second one towards its app; the soft limit is usually 1024, for programs of
/// another age. What the hard limit allows is allowed.
fn raise_file_limit() {
    match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(limit) => tracing::debug!(limit, "file handles"),
        Err(error) => tracing::warn!(
            error = &error as &dyn std::error::Error,
            "the limit of file handles stays as it is"
        ),
    }
}

/// Resolves at the first `SIGTERM` or `SIGINT`.
pub(super) async fn until_told() {
    let (Ok(mut terminate), Ok(mut interrupt)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        // Without handlers the signals end the process by themselves.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
