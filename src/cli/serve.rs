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
