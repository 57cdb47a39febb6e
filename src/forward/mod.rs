//! A permit: to the upstream and back, both bodies streaming.
//!
//! Of the request's fields, in this order: connection fields and framing end here; our own cookies come out; the
//! forwarding fields are set; identity fields are inserted, and `Authorization` is what the route says. The target goes
//! on byte for byte in origin-form. Of the answer's: an ambiguous end is refused, connection fields end here, cookies
//! that would replace ours come out, and what was answered to a person is made private.
//!
//! Each data thread has connections of its own ([`Forward::for_thread`]); one goes back to the idle ones when the body
//! of its answer is complete.

mod assertion;
mod connect;
mod cookies;
mod described;
mod error;
mod forwarder;
mod identity;
mod incoming;
mod lane;
mod outgoing;
mod settings;
#[cfg(test)]
mod tests;
mod websocket;

use std::sync::Arc;

use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use assertion::{Assertion, AssertionError};
pub use error::{ForwardError, SetupError, UpstreamFault};
pub use forwarder::Forwarder;
pub use settings::{Settings, Target, Upstream};

use crate::public_url::PublicUrl;

/// Forwarding for all data threads: upstreams, trust roots, the assertion's keys.
#[derive(Debug)]
pub struct Forward {
    public_url: PublicUrl,
    upstreams: Vec<(Arc<Upstream>, Arc<connect::Connector>)>,
    assertion: Arc<Assertion>,
    tunnels: websocket::Tunnels,
}

impl Forward {
    /// Reads trust roots; connects nowhere. Tunnels end when `shutdown` is cancelled.
    ///
    /// # Errors
    /// [`SetupError`] when an upstream's TLS cannot be set up.
    pub fn new(
        settings: Settings,
        assertion: Arc<Assertion>,
        shutdown: CancellationToken,
    ) -> Result<Self, SetupError> {
        let upstreams = settings
            .upstreams
            .into_iter()
            .map(|upstream| {
                let connector = connect::Connector::new(&upstream)?;
                Ok((Arc::new(upstream), Arc::new(connector)))
            })
            .collect::<Result<_, SetupError>>()?;
        Ok(Self {
            public_url: settings.public_url,
            upstreams,
            assertion,
            tunnels: websocket::Tunnels {
                tracker: TaskTracker::new(),
                stop: shutdown,
                lifetime: settings.tunnel_lifetime,
            },
        })
    }

    /// For one data thread; call it on that thread, once.
    pub fn for_thread(&self) -> Forwarder {
        let lanes = self.upstreams.iter();
        Forwarder::new(
            lanes
                .map(|(upstream, connector)| lane::Lane::new(upstream, connector))
                .collect(),
            identity::Identities::new(Arc::clone(&self.assertion)),
            self.public_url.clone(),
            self.tunnels.clone(),
        )
    }

    /// Upgraded connections that are open now, over all threads.
    pub fn open_tunnels(&self) -> usize {
        self.tunnels.tracker.len()
    }
}
