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
#[cfg(all(unix, feature = "fuzzing"))]
pub mod both_ways;
mod connect;
mod cookies;
mod described;
mod endpoint;
mod error;
mod forwarder;
mod health;
mod identity;
mod incoming;
mod lane;
mod outgoing;
mod plain;
mod settings;
#[cfg(test)]
mod tests;
mod tls;
mod websocket;

use std::{io, sync::Arc};

use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use assertion::{Assertion, AssertionError};
pub use error::{ForwardError, SetupError, UpstreamFault};
pub use forwarder::Forwarder;
pub use settings::{Check, ClientIdentity, Health, Settings, Target, Upstream};

use crate::public_url::PublicUrl;

/// Forwarding for all data threads: upstreams, trust roots, the assertion's keys.
#[derive(Debug)]
pub struct Forward {
    public_url: PublicUrl,
    upstreams: Vec<(Arc<Upstream>, Vec<Site>)>,
    assertion: Arc<Assertion>,
    tunnels: websocket::Tunnels,
}

impl Forward {
    /// Reads trust roots; connects nowhere, but to endpoints that are to be checked, which needs a tokio runtime around
    /// it. Tunnels and checks end when `shutdown` is cancelled.
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
                let targets = upstream.targets.iter();
                let sites = targets
                    .map(|target| Site::new(&upstream, target, &shutdown))
                    .collect::<Result<_, _>>()?;
                Ok((Arc::new(upstream), sites))
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
                .map(|(upstream, sites)| {
                    let endpoint = |site: &Site| {
                        endpoint::Endpoint::new(upstream, &site.connector, &site.health)
                    };
                    lane::Lane::new(upstream, sites.iter().map(endpoint).collect())
                })
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

/// An endpoint, as all data threads share it.
#[derive(Debug)]
struct Site {
    connector: Arc<connect::Connector>,
    health: Arc<health::Health>,
}

impl Site {
    fn new(
        upstream: &Upstream,
        target: &Target,
        stop: &CancellationToken,
    ) -> Result<Self, SetupError> {
        let connector = Arc::new(connect::Connector::new(upstream, target)?);
        let health = Arc::new(health::Health::new(&upstream.health));
        if let Some(check) = &upstream.health.check {
            let (connector, health) = (Arc::clone(&connector), Arc::clone(&health));
            tokio::spawn(health::check(
                connector,
                health,
                check.clone(),
                stop.clone(),
            ));
        }
        Ok(Self { connector, health })
    }
}

/// Connects to an endpoint once, with TLS where it has it, as forwarding would.
///
/// # Errors
/// What the operating system or TLS says; what is wrong with the files, as an error of kind `Other`.
pub async fn reach(upstream: &Upstream, target: &Target) -> io::Result<()> {
    let connector = connect::Connector::new(upstream, target).map_err(io::Error::other)?;
    connector.connect(false).await.map(drop)
}
