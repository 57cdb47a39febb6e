use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering},
    },
    task::Waker,
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, timeout},
};

use super::Settings;

/// Looks after the deadlines of all connections of one data thread. A request costs two counters; the time is read once
/// an interval, not once a request.
#[derive(Debug)]
pub(super) struct Watch {
    began: Instant,
    /// Milliseconds since `began`, as of the last look.
    now: AtomicU64,
    header_timeout: u64,
    idle_timeout: u64,
    write_timeout: u64,
    connections: Mutex<Table>,
    /// There are so many connections now that some should rest.
    crowded: Notify,
}

#[derive(Debug, Default)]
struct Table {
    next: u64,
    by_id: HashMap<u64, Arc<Connection>>,
    draining: bool,
}

/// One connection as the watch sees it.
#[derive(Debug)]
pub(super) struct Connection {
    /// When it was accepted or last finished a request.
    since: AtomicU64,
    /// Whether there was a request.
    seen: AtomicBool,
    in_flight: AtomicU32,
    /// Answers of which more waits than the client takes. Written by the connection's own thread alone.
    owed: AtomicU32,
    /// When the client last took something.
    took: AtomicU64,
    /// Whether the socket takes nothing more of what is to be written.
    is_blocked: AtomicBool,
    order: AtomicU8,
    /// Whether it is to rest, unless there is something to do. Until the next request.
    is_told_to_rest: AtomicBool,
    /// Whether its last request had no body.
    was_bodiless: AtomicBool,
    /// The last four octets that were read of HTTP/1.
    tail: AtomicU32,
    /// The connection's task, whose waker stays the same.
    waker: OnceLock<Waker>,
}

/// What the watch wants of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Go on.
    Serve,
    /// Finish what runs, take nothing new but a first request that may be on its way.
    Drain,
    /// End now.
    Close,
}

impl Watch {
    pub(super) fn new(settings: &Settings) -> Arc<Self> {
        Arc::new(Self {
            began: Instant::now(),
            now: AtomicU64::new(0),
            header_timeout: millis(settings.header_timeout),
            idle_timeout: millis(settings.idle_timeout),
            write_timeout: millis(settings.write_timeout),
            connections: Mutex::default(),
            crowded: Notify::new(),
        })
    }

    /// Waits until it is time to look: often enough that a deadline is missed by an eighth at most; and the sooner the
    /// more connections may rest, as long as the looking itself stays cheap.
    pub(super) async fn wait(&self) {
        let shortest = self
            .header_timeout
            .min(self.idle_timeout)
            .min(self.write_timeout);
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
        let connection = Arc::new(Connection {
            since: AtomicU64::new(millis(self.began.elapsed())),
            seen: AtomicBool::new(false),
            in_flight: AtomicU32::new(0),
            owed: AtomicU32::new(0),
            took: AtomicU64::new(0),
            is_blocked: AtomicBool::new(false),
            order: AtomicU8::new(u8::from(table.draining)),
            is_told_to_rest: AtomicBool::new(false),
            was_bodiless: AtomicBool::new(false),
            tail: AtomicU32::new(0),
            waker: OnceLock::new(),
        });
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
            let (since, limit) = if !connection.is_used() {
                (&connection.since, self.header_timeout)
            } else if connection.is_blocked.load(Ordering::Relaxed) {
                (&connection.took, self.write_timeout)
            } else if connection.in_flight.load(Ordering::Relaxed) == 0 {
                (&connection.since, self.idle_timeout)
            } else if connection.owed.load(Ordering::Relaxed) == 0 {
                continue;
            } else {
                (&connection.took, self.write_timeout)
            };
            if now.saturating_sub(since.load(Ordering::Relaxed)) >= limit {
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

impl Connection {
    /// The order in force.
    pub(super) fn order(&self) -> Order {
        match self.order.load(Ordering::Acquire) {
            0 => Order::Serve,
            1 => Order::Drain,
            _ => Order::Close,
        }
    }

    /// Whether there was a request.
    pub(super) fn is_used(&self) -> bool {
        self.seen.load(Ordering::Relaxed)
    }

    /// The socket takes no more for now: from now on the client owes us a read, also of what no request holds any more.
    pub(super) fn block(&self, watch: &Watch) {
        if !self.is_blocked.load(Ordering::Relaxed) {
            self.is_blocked.store(true, Ordering::Relaxed);
            self.took.store(watch.now(), Ordering::Relaxed);
        }
    }

    /// The socket took something. It counts as the client's doing only where it was blocked: who keeps an HTTP/2 window
    /// closed can have its pings answered all the same.
    pub(super) fn unblock(&self, watch: &Watch) {
        if self.is_blocked.load(Ordering::Relaxed) {
            self.is_blocked.store(false, Ordering::Relaxed);
            self.took.store(watch.now(), Ordering::Relaxed);
            if self.is_used() {
                self.since.store(watch.now(), Ordering::Relaxed);
            }
        }
    }

    /// Whether it has had a request, and nothing to do since before that time.
    fn is_idle_since(&self, time: u64) -> bool {
        self.is_used()
            && self.in_flight.load(Ordering::Relaxed) == 0
            && !self.is_blocked.load(Ordering::Relaxed)
            && self.since.load(Ordering::Relaxed) < time
    }

    fn tell_to_rest(&self) {
        if !self.is_told_to_rest.swap(true, Ordering::Relaxed)
            && let Some(waker) = self.waker.get()
        {
            waker.wake_by_ref();
        }
    }

    /// Whether it is to rest, and no request has come since it was told.
    pub(super) fn is_told_to_rest(&self) -> bool {
        self.is_told_to_rest.load(Ordering::Relaxed)
    }

    /// Whether nothing is lost when the state of HTTP/1 is given up now, just after it was polled without a new request:
    /// all answers are written, and what was read ends with the end of a head without a body. Had the state more octets
    /// than that, they would either hold another whole head, which it would have handed out, or be empty lines.
    pub(super) fn may_rest(&self) -> bool {
        self.is_told_to_rest()
            && self.in_flight.load(Ordering::Relaxed) == 0
            && !self.is_blocked.load(Ordering::Relaxed)
            && self.was_bodiless.load(Ordering::Relaxed)
            && self.tail.load(Ordering::Relaxed) == u32::from_be_bytes(*b"\r\n\r\n")
    }

    /// Remembers how what was read ends.
    pub(super) fn note_read(&self, octets: &[u8]) {
        let last = octets.iter().skip(octets.len().saturating_sub(4));
        let tail = self.tail.load(Ordering::Relaxed);
        let tail = last.fold(tail, |tail, octet| tail << 8 | u32::from(*octet));
        self.tail.store(tail, Ordering::Relaxed);
    }

    /// Wakes this task when there is an order.
    pub(super) fn wake(&self, waker: &Waker) {
        self.waker.get_or_init(|| waker.clone());
    }

    /// Orders only ever get stricter.
    fn tell(&self, order: Order) {
        let order = match order {
            Order::Serve => 0,
            Order::Drain => 1,
            Order::Close => 2,
        };
        let was = self.order.fetch_max(order, Ordering::AcqRel);
        if was < order
            && let Some(waker) = self.waker.get()
        {
            waker.wake_by_ref();
        }
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

/// A request in the works, until its response has been handed over whole.
#[derive(Debug)]
pub(super) struct Flight {
    connection: Arc<Connection>,
    watch: Arc<Watch>,
}

impl Flight {
    pub(super) fn begin(
        connection: &Arc<Connection>,
        watch: &Arc<Watch>,
        is_bodiless: bool,
    ) -> Self {
        connection.in_flight.fetch_add(1, Ordering::Relaxed);
        connection.seen.store(true, Ordering::Relaxed);
        connection.is_told_to_rest.store(false, Ordering::Relaxed);
        connection
            .was_bodiless
            .store(is_bodiless, Ordering::Relaxed);
        Self {
            connection: Arc::clone(connection),
            watch: Arc::clone(watch),
        }
    }
}

impl Flight {
    /// An answer waits for the client to take more of it, from now on: until now it may have waited for the app.
    pub(super) fn owe(&self) {
        // One thread writes, so this needs no locked instruction.
        let owed = self.connection.owed.load(Ordering::Relaxed);
        let owed = owed.saturating_add(1);
        self.connection.owed.store(owed, Ordering::Relaxed);
        self.note();
    }

    /// The client has taken what it owed us to take.
    pub(super) fn settle(&self) {
        let connection = &self.connection;
        let owed = connection.owed.load(Ordering::Relaxed);
        connection
            .owed
            .store(owed.saturating_sub(1), Ordering::Relaxed);
        self.note();
    }

    fn note(&self) {
        let now = self.watch.now();
        self.connection.took.store(now, Ordering::Relaxed);
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        let now = self.watch.now();
        self.connection.since.store(now, Ordering::Relaxed);
        self.connection.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Keeps an HTTP/2 connection from counting as idle: an extension of `CONNECT` requests, for whoever joins their stream to
/// something that outlives the response.
#[derive(Clone, Debug)]
pub(crate) struct Busy(#[expect(dead_code, reason = "held, not read")] Arc<Flight>);

impl Busy {
    pub(super) fn new(flight: Flight) -> Self {
        Self(Arc::new(flight))
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// With so many connections on a thread none is sent to rest: there is memory for them, and theirs is the quicker start.
const AWAKE: usize = 256;

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};

    use super::*;

    fn watch() -> Arc<Watch> {
        Watch::new(&Settings {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            unix: None,
            tls: None,
            proxy_protocol: Vec::new(),
            threads: 1,
            header_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(75),
            write_timeout: Duration::from_secs(30),
            max_connections: 1000,
            max_head: 8192,
            max_headers: 100,
            max_streams: 100,
            drain_timeout: Duration::from_secs(10),
        })
    }

    #[test]
    fn a_connection_may_rest_where_nothing_that_was_read_is_left_over() {
        for (name, reads, is_bodiless, may_rest) in [
            (
                "a head",
                &["GET / HTTP/1.1\r\nHost: a\r\n\r\n"][..],
                true,
                true,
            ),
            (
                "a head in octets",
                &["GET / HTTP/1.1\r\n\r", "\n"],
                true,
                true,
            ),
            (
                "half of a second head",
                &["GET / HTTP/1.1\r\n\r\nGET /"],
                true,
                false,
            ),
            (
                "all but one octet",
                &["GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r"],
                true,
                false,
            ),
            (
                "a body that ends as a head does",
                &["POST / HTTP/1.1\r\n\r\n", "a\r\n\r\n"],
                false,
                false,
            ),
        ] {
            let watch = watch();
            let guard = watch.enter();
            let connection = guard.connection();
            for read in reads {
                connection.note_read(read.as_bytes());
            }
            let flight = Flight::begin(connection, &watch, is_bodiless);
            connection.tell_to_rest();
            assert!(!connection.may_rest(), "{name}: not while it is answered");
            drop(flight);
            assert_eq!(connection.may_rest(), may_rest, "{name}");
            connection.block(&watch);
            assert!(
                !connection.may_rest(),
                "{name}: not while the answer is written"
            );
        }
    }

    #[test]
    fn only_among_many_are_idle_connections_sent_to_rest() {
        let watch = watch();
        let mut guards: Vec<_> = (0..AWAKE).map(|_| watch.enter()).collect();
        let resting = |guards: &[Guard]| {
            let told = guards
                .iter()
                .filter(|guard| guard.connection().is_told_to_rest());
            told.count()
        };
        let look_twice = || {
            for _ in 0..2 {
                std::thread::sleep(Duration::from_millis(2));
                watch.look();
            }
        };
        for guard in &guards {
            drop(Flight::begin(guard.connection(), &watch, true));
        }
        look_twice();
        assert_eq!(resting(&guards), 0);
        guards.push(watch.enter());
        look_twice();
        assert_eq!(
            resting(&guards),
            AWAKE,
            "all but the one that has asked for nothing yet"
        );
        drop(Flight::begin(guards[0].connection(), &watch, true));
        assert_eq!(resting(&guards), AWAKE - 1);
    }
}
