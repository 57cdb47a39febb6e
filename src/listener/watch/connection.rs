//! One connection as the watch sees it, in counters that its own thread writes.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering},
    },
    task::Waker,
};

use super::{Limits, Watch};

/// One connection as the watch sees it.
#[derive(Debug)]
pub(in crate::listener) struct Connection {
    /// When it was accepted or last finished a request.
    since: AtomicU64,
    /// How many requests there were. Written by the connection's own thread alone.
    requests: AtomicU64,
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
#[repr(u8)]
pub(in crate::listener) enum Order {
    /// Go on.
    Serve,
    /// Finish what runs, take nothing new but a first request that may be on its way.
    Drain,
    /// End now.
    Close,
}

impl Connection {
    /// One that was accepted at `since`, in milliseconds of the watch, and has this order from the start.
    pub(super) fn new(since: u64, order: Order) -> Self {
        Self {
            since: AtomicU64::new(since),
            requests: AtomicU64::new(0),
            in_flight: AtomicU32::new(0),
            owed: AtomicU32::new(0),
            took: AtomicU64::new(0),
            is_blocked: AtomicBool::new(false),
            order: AtomicU8::new(order as u8),
            is_told_to_rest: AtomicBool::new(false),
            was_bodiless: AtomicBool::new(false),
            tail: AtomicU32::new(0),
            waker: OnceLock::new(),
        }
    }

    /// The order in force.
    pub(in crate::listener) fn order(&self) -> Order {
        match self.order.load(Ordering::Acquire) {
            0 => Order::Serve,
            1 => Order::Drain,
            _ => Order::Close,
        }
    }

    /// Whether there was a request.
    pub(in crate::listener) fn is_used(&self) -> bool {
        self.requests() > 0
    }

    /// How many requests there were.
    pub(in crate::listener) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Counts a request.
    pub(in crate::listener) fn count(&self) {
        // One thread writes, so this needs no locked instruction.
        self.requests.store(self.requests() + 1, Ordering::Relaxed);
    }

    /// The socket takes no more for now: from now on the client owes us a read, also of what no request holds any more.
    pub(in crate::listener) fn block(&self, watch: &Watch) {
        if !self.is_blocked.load(Ordering::Relaxed) {
            self.is_blocked.store(true, Ordering::Relaxed);
            self.took.store(watch.now(), Ordering::Relaxed);
        }
    }

    /// The socket took something. It counts as the client's doing only where it was blocked: who keeps an HTTP/2 window
    /// closed can have its pings answered all the same.
    pub(in crate::listener) fn unblock(&self, watch: &Watch) {
        if self.is_blocked.load(Ordering::Relaxed) {
            self.is_blocked.store(false, Ordering::Relaxed);
            self.took.store(watch.now(), Ordering::Relaxed);
            if self.is_used() {
                self.since.store(watch.now(), Ordering::Relaxed);
            }
        }
    }

    /// Whether what it owes at `now` is overdue: a first request, the next one, or to take what it is sent.
    pub(super) fn is_overdue(&self, now: u64, limits: &Limits) -> bool {
        let (since, limit) = if !self.is_used() {
            (&self.since, limits.header)
        } else if self.is_blocked.load(Ordering::Relaxed) {
            (&self.took, limits.write)
        } else if self.in_flight.load(Ordering::Relaxed) == 0 {
            (&self.since, limits.idle)
        } else if self.owed.load(Ordering::Relaxed) == 0 {
            return false;
        } else {
            (&self.took, limits.write)
        };
        now.saturating_sub(since.load(Ordering::Relaxed)) >= limit
    }

    /// A request has come.
    pub(super) fn take_off(&self, is_bodiless: bool) {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        self.count();
        self.is_told_to_rest.store(false, Ordering::Relaxed);
        self.was_bodiless.store(is_bodiless, Ordering::Relaxed);
    }

    /// Its response has been handed over whole, or given up.
    pub(super) fn land(&self, now: u64) {
        self.since.store(now, Ordering::Relaxed);
        self.in_flight.fetch_sub(1, Ordering::Relaxed);
    }

    /// An answer waits for the client to take more of it, from now on.
    pub(super) fn owe(&self, now: u64) {
        // One thread writes, so this needs no locked instruction.
        let owed = self.owed.load(Ordering::Relaxed);
        self.owed.store(owed.saturating_add(1), Ordering::Relaxed);
        self.took.store(now, Ordering::Relaxed);
    }

    /// The client has taken what it owed us to take.
    pub(super) fn settle(&self, now: u64) {
        let owed = self.owed.load(Ordering::Relaxed);
        self.owed.store(owed.saturating_sub(1), Ordering::Relaxed);
        self.took.store(now, Ordering::Relaxed);
    }

    /// Whether it has had a request, and nothing to do since before that time.
    pub(super) fn is_idle_since(&self, time: u64) -> bool {
        self.is_used()
            && self.in_flight.load(Ordering::Relaxed) == 0
            && !self.is_blocked.load(Ordering::Relaxed)
            && self.since.load(Ordering::Relaxed) < time
    }

    pub(in crate::listener) fn tell_to_rest(&self) {
        if !self.is_told_to_rest.swap(true, Ordering::Relaxed)
            && let Some(waker) = self.waker.get()
        {
            waker.wake_by_ref();
        }
    }

    /// Whether it is to rest, and no request has come since it was told.
    pub(in crate::listener) fn is_told_to_rest(&self) -> bool {
        self.is_told_to_rest.load(Ordering::Relaxed)
    }

    /// Whether nothing is lost when the state of HTTP/1 is given up now, just after it was polled without a new request:
    /// all answers are written, and what was read ends with the end of a head without a body. Had the state more octets
    /// than that, they would either hold another whole head, which it would have handed out, or be empty lines.
    pub(in crate::listener) fn may_rest(&self) -> bool {
        self.in_flight.load(Ordering::Relaxed) == 0
            && !self.is_blocked.load(Ordering::Relaxed)
            && self.was_bodiless.load(Ordering::Relaxed)
            && self.tail.load(Ordering::Relaxed) == u32::from_be_bytes(*b"\r\n\r\n")
    }

    /// Remembers how what was read ends.
    pub(in crate::listener) fn note_read(&self, octets: &[u8]) {
        let last = octets.iter().skip(octets.len().saturating_sub(4));
        let tail = self.tail.load(Ordering::Relaxed);
        let tail = last.fold(tail, |tail, octet| tail << 8 | u32::from(*octet));
        self.tail.store(tail, Ordering::Relaxed);
    }

    /// Begins anew with what was read.
    pub(in crate::listener) fn forget_read(&self) {
        self.tail.store(0, Ordering::Relaxed);
    }

    /// Wakes this task when there is an order.
    pub(in crate::listener) fn wake(&self, waker: &Waker) {
        self.waker.get_or_init(|| waker.clone());
    }

    /// Orders only ever get stricter.
    pub(super) fn tell(&self, order: Order) {
        let order = order as u8;
        let was = self.order.fetch_max(order, Ordering::AcqRel);
        if was < order
            && let Some(waker) = self.waker.get()
        {
            waker.wake_by_ref();
        }
    }
}
