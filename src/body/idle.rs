//! Idle HTTP/1.1 connections to one endpoint, kept by one data thread.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use hyper::client::conn::http1::SendRequest;
use tokio::{runtime::Handle, time::Instant};

use super::Body;

/// A connection that can be kept.
pub(crate) trait Keep: Send + 'static {
    /// Whether it can take a request this very moment: both directions complete, not a byte too many, not closing.
    fn is_ready(&self) -> bool;
}

impl Keep for SendRequest<Body> {
    fn is_ready(&self) -> bool {
        Self::is_ready(self)
    }
}

/// Connections that wait for a request, the one used last on top.
pub(crate) struct Idle<C: Keep> {
    most: usize,
    longest: Duration,
    stack: Mutex<Stack<C>>,
}

struct Stack<C> {
    parked: Vec<Parked<C>>,
    is_reaped: bool,
}

struct Parked<C> {
    connection: C,
    since: Instant,
}

impl<C: Keep> Idle<C> {
    /// Keeps at most so many, each for at most so long.
    pub(crate) fn new(most: usize, longest: Duration) -> Arc<Self> {
        Arc::new(Self {
            most,
            longest,
            stack: Mutex::new(Stack {
                parked: Vec::new(),
                is_reaped: false,
            }),
        })
    }

    /// A connection that is open and waits, and how long it has waited.
    pub(crate) fn take(self: &Arc<Self>) -> Option<(Lease<C>, Duration)> {
        let mut stack = self.stack();
        while let Some(parked) = stack.parked.pop() {
            let waited = parked.since.elapsed();
            if parked.connection.is_ready() && waited < self.longest {
                let lease = Lease {
                    connection: parked.connection,
                    home: Arc::clone(self),
                };
                return Some((lease, waited));
            }
        }
        None
    }

    /// A new connection, to be given back here.
    pub(crate) fn lease(self: &Arc<Self>, connection: C) -> Lease<C> {
        Lease {
            connection,
            home: Arc::clone(self),
        }
    }

    fn park(self: &Arc<Self>, connection: C) {
        let mut stack = self.stack();
        if stack.parked.len() >= self.most {
            return;
        }
        stack.parked.push(Parked {
            connection,
            since: Instant::now(),
        });
        if !stack.is_reaped
            && let Ok(runtime) = Handle::try_current()
        {
            stack.is_reaped = true;
            runtime.spawn(reap(Arc::downgrade(self), self.longest));
        }
    }

    /// Drops what has waited too long or was closed; tells whether any is left.
    fn prune(&self) -> bool {
        let mut stack = self.stack();
        stack
            .parked
            .retain(|parked| parked.connection.is_ready() && parked.since.elapsed() < self.longest);
        stack.is_reaped = !stack.parked.is_empty();
        stack.is_reaped
    }

    fn stack(&self) -> MutexGuard<'_, Stack<C>> {
        self.stack.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs while there are idle connections, so that they end without anybody asking for one, soon after the other end has
/// closed them.
async fn reap<C: Keep>(idle: Weak<Idle<C>>, every: Duration) {
    loop {
        tokio::time::sleep(every / 4).await;
        match idle.upgrade() {
            Some(idle) if idle.prune() => {}
            _ => return,
        }
    }
}

impl<C: Keep> fmt::Debug for Idle<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Idle").finish_non_exhaustive()
    }
}

/// A connection in use. Dropped, it closes; given back after a complete exchange, it waits for the next request.
pub(crate) struct Lease<C: Keep> {
    connection: C,
    home: Arc<Idle<C>>,
}

impl<C: Keep> Lease<C> {
    /// To send a request on, and to read its answer.
    pub(crate) fn connection(&mut self) -> &mut C {
        &mut self.connection
    }

    /// Parks the connection if it is ready for another request.
    pub(crate) fn give_back(self) {
        if self.connection.is_ready() {
            self.home.park(self.connection);
        }
    }
}

impl<C: Keep> fmt::Debug for Lease<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lease").finish_non_exhaustive()
    }
}
