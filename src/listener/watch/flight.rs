//! A request in the works.

use std::sync::Arc;

use super::{Connection, Watch};

/// A request in the works, until its response has been handed over whole.
#[derive(Debug)]
pub(in crate::listener) struct Flight {
    connection: Arc<Connection>,
    watch: Arc<Watch>,
}

impl Flight {
    pub(in crate::listener) fn begin(
        connection: &Arc<Connection>,
        watch: &Arc<Watch>,
        is_bodiless: bool,
    ) -> Self {
        connection.take_off(is_bodiless);
        Self {
            connection: Arc::clone(connection),
            watch: Arc::clone(watch),
        }
    }

    /// An answer waits for the client to take more of it, from now on: until now it may have waited for the app.
    pub(in crate::listener) fn owe(&self) {
        self.connection.owe(self.watch.now());
    }

    /// The client has taken what it owed us to take.
    pub(in crate::listener) fn settle(&self) {
        self.connection.settle(self.watch.now());
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.connection.land(self.watch.now());
    }
}

/// Keeps an HTTP/2 connection from counting as idle: an extension of `CONNECT` requests, for whoever joins their stream to
/// something that outlives the response.
#[derive(Clone, Debug)]
pub(crate) struct Busy(#[expect(dead_code, reason = "held, not read")] Arc<Flight>);

impl Busy {
    pub(in crate::listener) fn new(flight: Flight) -> Self {
        Self(Arc::new(flight))
    }
}
