//! The deadlines of connections, and which of them are to rest.

mod connection;
mod flight;
#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, timeout},
};

pub(super) use connection::{Connection, Order};
pub(crate) use flight::Busy;
pub(super) use flight::Flight;

use super::Settings;

/// Looks after the deadlines of all connections of one data thread. A request costs two counters; the time is read once
/// an interval, not once a request.
#[derive(Debug)]
pub(super) struct Watch {
    began: Instant,
    /// Milliseconds since `began`, as of the last look.
    now: AtomicU64,
    limits: Limits,
    connections: Mutex<Table>,
    /// There are so many connections now that some should rest.
    crowded: Notify,
}

/// How long is waited for what a client owes, in milliseconds.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// For a first request.
    header: u64,
    /// For the next one.
    idle: u64,
    /// Until it takes more of what it is sent.
    write: u64,
}

#[derive(Debug, Default)]
struct Table {
    next: u64,
    by_id: HashMap<u64, Arc<Connection>>,
    draining: bool,
}

impl Watch {
    pub(super) fn new(settings: &Settings) -> Arc<Self> {
        Arc::new(Self {
            began: Instant::now(),
            now: AtomicU64::new(0),
            limits: Limits {
                header: millis(settings.header_timeout),
                idle: millis(settings.idle_timeout),
                write: millis(settings.write_timeout),
            },
            connections: Mutex::default(),
            crowded: Notify::new(),
        })
    }

    /// Waits until it is time to look: often enough that a deadline is missed by an eighth at most; and the sooner the
    /// more connections may rest, as long as the looking itself stays cheap.
    pub(super) async fn wait(&self) {
        let Limits {
            header,
            idle,
            write,
        } = self.limits;
        let shortest = header.min(idle).min(write);
        let most = (shortest / 8).clamp(1, 1000);
        let open = self.table().by_id.len();
        let wait = if open > AWAKE {
            (open as u64 / 100).clamp(50, 1000).min(most)
        } else {
            most
        };
        // Whichever comes first.
        let _ = timeout(Duration::from_millis(wait), self.crowded.notified()).await;
    }

    /// Enters a connection; leaving is by dropping the guard.
    pub(super) fn enter(self: &Arc<Self>) -> Guard {
        let mut table = self.table();
        let id = table.next;
        table.next += 1;
        let order = if table.draining {
            Order::Drain
        } else {
            Order::Serve
        };
        let since = millis(self.began.elapsed());
        let connection = Arc::new(Connection::new(since, order));
        table.by_id.insert(id, Arc::clone(&connection));
        if table.by_id.len() == AWAKE + 1 {
            self.crowded.notify_one();
        }
        Guard {
            id,
            watch: Arc::clone(self),
            connection,
        }
    }

    /// Ends what is overdue. Among many, sends to rest what has done nothing since the last look.
    pub(super) fn look(&self) {
        let now = millis(self.began.elapsed());
        let before = self.now.swap(now, Ordering::Relaxed);
        let table = self.table();
        let is_crowded = table.by_id.len() > AWAKE;
        for connection in table.by_id.values() {
            if is_crowded && connection.is_idle_since(before) {
                connection.tell_to_rest();
            }
            if connection.is_overdue(now, &self.limits) {
                connection.tell(Order::Close);
            }
        }
    }

    /// Ends what has not asked for anything yet.
    pub(super) fn close_unused(&self) {
        for connection in self.table().by_id.values() {
            if !connection.is_used() {
                connection.tell(Order::Close);
            }
        }
    }

    /// Tells every connection, also those to come, to finish.
    pub(super) fn drain(&self) {
        let mut table = self.table();
        table.draining = true;
        for connection in table.by_id.values() {
            connection.tell(Order::Drain);
        }
    }

    /// Milliseconds since it began, as of the last look.
    fn now(&self) -> u64 {
        self.now.load(Ordering::Relaxed)
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps a connection on the list.
#[derive(Debug)]
pub(super) struct Guard {
    id: u64,
    watch: Arc<Watch>,
    connection: Arc<Connection>,
}

impl Guard {
    pub(super) fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }

    pub(super) fn watch(&self) -> &Arc<Watch> {
        &self.watch
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.watch.table().by_id.remove(&self.id);
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// With so many connections on a thread none is sent to rest: there is memory for them, and theirs is the quicker start.
const AWAKE: usize = 256;
