//! The composition root: builds each room once from its settings and runs them.
//!
//! Data threads serve people; a small runtime beside them calls the authorization server, so that no call of theirs ends
//! half-way when a browser goes away, and refreshes keys.

mod access_log;
mod aliases;
mod forward_auth;
mod own;
mod pipeline;
mod respond;

use std::{future::Future, net::SocketAddr, sync::Arc};

use tokio_util::sync::CancellationToken;

use crate::{
    admin::{Admin, Readiness},
    authenticate::Authenticate,
    clock::SharedClock,
    config::Config,
    edge::Edge,
    forward::{Assertion, AssertionError, Forward, SetupError},
    idx,
    listener::{BindError, Listener},
    login::{
        Login, Parts,
        backchannel::BackChannel,
        pages::{Pages, PagesError},
        step_token::StepTokens,
        transaction::Transactions,
    },
    oauth,
    outbound::{Outbound, OutboundError},
    random::SharedRandom,
    route::{RouteConflict, RouteTable},
    session::{CookieNames, KeyRing, Sessions},
    token::Verifier,
};
use access_log::AccessLog;
use pipeline::Pipeline;

/// A gateway that listens, and does not serve yet.
#[derive(Debug)]
pub struct Gateway {
    listener: Listener,
    admin: Admin,
    ready: Readiness,
    stop: CancellationToken,
    verifier: Arc<Verifier>,
    sessions: Sessions,
    rooms: Arc<Rooms>,
}

/// Every room, shared by all data threads.
#[derive(Debug)]
pub(crate) struct Rooms {
    pub(crate) edge: Edge,
    pub(crate) routes: RouteTable,
    pub(crate) authenticate: Authenticate,
    pub(crate) login: Login,
    pub(crate) back_channel: BackChannel,
    pub(crate) pages: Pages,
    pub(crate) forward: Forward,
    pub(crate) assertion: Arc<Assertion>,
    /// Prefixes under which oauth2-proxy's paths are served too.
    pub(crate) aliases: Vec<String>,
    pub(crate) public_url: crate::public_url::PublicUrl,
    pub(crate) clock: SharedClock,
    pub(crate) api_native: bool,
    access_log: AccessLog,
}

/// Why the gateway does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// An address can't be listened on, or the certificate can't be read.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// The admin address can't be listened on.
    #[error("admin: {0}")]
    Admin(#[source] std::io::Error),
    /// The trust roots for the authorization server can't be read.
    #[error(transparent)]
    Outbound(#[from] OutboundError),
    /// A template does not compile.
    #[error(transparent)]
    Pages(#[from] PagesError),
    /// The operating system gives no thread.
    #[error("no thread: {0}")]
    Threads(#[source] std::io::Error),
    /// Two routes want the same requests.
    #[error(transparent)]
    Routes(#[from] RouteConflict),
    /// The keys of the assertion can't be made.
    #[error(transparent)]
    Assertion(#[from] AssertionError),
    /// The cookie secrets are unusable.
    #[error(transparent)]
    Secrets(#[from] crate::session::KeyRingError),
    /// The session store's address is none.
    #[error(transparent)]
    Store(#[from] crate::session::StoreError),
    /// An upstream's trust roots can't be read.
    #[error(transparent)]
    Upstream(#[from] SetupError),
}

impl Gateway {
    /// Builds every room and binds the sockets. Needs a tokio runtime around it: that is the one beside the data threads,
    /// where the authorization server is called. Waits for nobody: discovery and keys are fetched later.
    ///
    /// # Errors
    /// An address is taken, a certificate or trust root can't be read, routes conflict.
    pub async fn bind(
        config: Config,
        clock: SharedClock,
        random: SharedRandom,
    ) -> Result<Self, StartError> {
        let runtime = tokio::runtime::Handle::current();
        let listener = Listener::bind(&config.listener)?;
        let config = config.bound_to(listener.address().port());
        let public_url = config.edge.public_url.clone();
        let names = CookieNames::new(&public_url);
        let ring = Arc::new(KeyRing::new(&config.session.secrets)?);

        let outbound = Outbound::new(&config.outbound, runtime.clone())?;
        let oauth = Arc::new(oauth::Client::new(
            Arc::new(config.oauth),
            outbound.clone(),
            clock.clone(),
            random.clone(),
        ));
        let verifier = Arc::new(Verifier::new(
            config.token,
            oauth.clone(),
            outbound.clone(),
            clock.clone(),
        ));

        let sessions = Sessions::new(
            &config.session,
            names.clone(),
            ring.clone(),
            clock.clone(),
            random.clone(),
        )?;
        let authenticate = Authenticate::new(
            verifier.clone(),
            sessions.clone(),
            oauth.clone(),
            config.login.needed_claims.clone(),
            clock.clone(),
        );

        let back_channel = BackChannel::new(verifier.clone(), sessions.clone(), clock.clone());
        let pages = Pages::new(&config.login)?.at(public_url.authority());
        let parts = Parts {
            public_url: public_url.clone(),
            idx: idx::Client::new(oauth.clone(), outbound),
            oauth,
            verifier: verifier.clone(),
            sessions: sessions.clone(),
            transactions: Transactions::new(
                config.login.transaction_lifetime,
                names.clone(),
                ring.clone(),
                clock.clone(),
                random.clone(),
            ),
            step_tokens: StepTokens::new(&ring),
            clock: clock.clone(),
            random: random.clone(),
        };
        let assertion = Arc::new(Assertion::new(
            &ring.derive("assertion"),
            public_url.origin(),
        )?);
        let stop = CancellationToken::new();
        let ready = Readiness::new();
        let admin = Admin::bind(config.admin, ready.clone(), Arc::default())
            .await
            .map_err(StartError::Admin)?;
        let rooms = Rooms {
            edge: Edge::new(config.edge, clock.clone(), random),
            routes: RouteTable::new(config.routes)?,
            authenticate,
            back_channel,
            login: Login::new(config.login, parts, pages.clone()),
            pages,
            forward: Forward::new(config.forward, assertion.clone(), stop.clone())?,
            assertion,
            aliases: config.aliases,
            public_url,
            clock,
            api_native: config.api_native,
            access_log: AccessLog::new(config.log.access).map_err(StartError::Threads)?,
        };
        Ok(Self {
            listener,
            admin,
            ready,
            stop,
            verifier,
            sessions,
            rooms: Arc::new(rooms),
        })
    }

    /// The public address, with the port that was really bound.
    pub fn address(&self) -> SocketAddr {
        self.listener.address()
    }

    /// The admin address, with the port that was really bound.
    pub fn admin_address(&self) -> SocketAddr {
        self.admin.address()
    }

    /// The sessions that its requests belong to: whoever embeds it can begin some that no sign-in brought about, and end
    /// any.
    pub fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    /// Serves until `shutdown` resolves, then lets running requests finish for as long as the drain time-out allows.
    ///
    /// # Errors
    /// The operating system gives no thread or no runtime.
    pub async fn serve(self, shutdown: impl Future<Output = ()> + Send) -> Result<(), StartError> {
        let Self {
            listener,
            admin,
            ready,
            stop,
            verifier,
            sessions: _,
            rooms,
        } = self;
        let after = CancellationToken::new();
        let admin = tokio::spawn(admin.serve(after.clone()));
        let served = rooms.clone();
        let serving = listener
            .serve(move |_thread| Pipeline::new(served.clone()), &stop)
            .map_err(StartError::Threads)?;
        ready.set(true);
        // Not before: on a single processor the first request would wait for it.
        verifier.spawn_refresh(&tokio::runtime::Handle::current());
        shutdown.await;
        // Not ready first, so that whoever balances the load sees it while the last requests finish.
        ready.set(false);
        stop.cancel();
        serving.ended().await;
        rooms.access_log.end();
        after.cancel();
        drop(admin.await);
        Ok(())
    }
}
