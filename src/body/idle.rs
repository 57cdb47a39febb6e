//! Idle HTTP/1.1 connections to one upstream, kept by one data thread.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use hyper::client::conn::http1::SendRequest;
use tokio::{runtime::Handle, time::Instant};

use super::Body;

/// Connections that wait for a request, the one used last on top.
pub(crate) struct Idle {
    most: usize,
    longest: Duration,
    stack: Mutex<Stack>,
}

#[derive(Default)]
struct Stack {
    parked: Vec<Parked>,
    is_reaped: bool,
}

struct Parked {
    sender: SendRequest<Body>,
    since: Instant,
}

impl Idle {
    /// Keeps at most so many, each for at most so long.
    pub(crate) fn new(most: usize, longest: Duration) -> Arc<Self> {
        Arc::new(Self {
            most,
            longest,
            stack: Mutex::default(),
        })
    }

    /// A connection that is open and waits, and how long it has waited.
    pub(crate) fn take(self: &Arc<Self>) -> Option<(Lease, Duration)> {
        let mut stack = self.stack();
        while let Some(parked) = stack.parked.pop() {
            let waited = parked.since.elapsed();
            if parked.sender.is_ready() && waited < self.longest {
                let lease = Lease {
                    sender: parked.sender,
                    home: Arc::clone(self),
                };
                return Some((lease, waited));
            }
        }
        None
    }

    /// A new connection, to be given back here.
    pub(crate) fn lease(self: &Arc<Self>, sender: SendRequest<Body>) -> Lease {
        Lease {
            sender,
            home: Arc::clone(self),
        }
    }

    fn park(self: &Arc<Self>, sender: SendRequest<Body>) {
        let mut stack = self.stack();
        if stack.parked.len() >= self.most {
            return;
        }
        stack.parked.push(Parked {
            sender,
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
            .retain(|parked| parked.sender.is_ready() && parked.since.elapsed() < self.longest);
        stack.is_reaped = !stack.parked.is_empty();
        stack.is_reaped
    }

    fn stack(&self) -> MutexGuard<'_, Stack> {
        self.stack.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs while there are idle connections, so that they end without anybody asking for one.
async fn reap(idle: Weak<Idle>, every: Duration) {
    loop {
        tokio::time::sleep(every).await;
        match idle.upgrade() {
            Some(idle) if idle.prune() => {}
            _ => return,
        }
    }
}

impl fmt::Debug for Idle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Idle").finish_non_exhaustive()
    }
}

/// A connection in use. Dropped, it closes; given back after a complete exchange, it waits for the next request.
pub(crate) struct Lease {
    sender: SendRequest<Body>,
    home: Arc<Idle>,
}

impl Lease {
    /// To send a request on.
    pub(crate) fn sender(&mut self) -> &mut SendRequest<Body> {
        &mut self.sender
    }

    /// Parks the connection if it is ready for another request this very moment: both directions complete, not a byte
    /// too many read, not closing.
    pub(crate) fn give_back(self) {
        if self.sender.is_ready() {
            self.home.park(self.sender);
        }
    }
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lease").finish_non_exhaustive()
    }
}
