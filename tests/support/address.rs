//! Addresses that are known before anybody listens.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicU16, Ordering},
};

/// An address on which nobody listens now, and that nobody is given by chance: below the range from which the system
/// takes ports, another one at each call.
pub fn free_address() -> SocketAddr {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = u16::try_from(std::process::id() % 2000).unwrap() * 8;
    loop {
        let port = 10_000 + (start + NEXT.fetch_add(1, Ordering::SeqCst)) % 20_000;
        if let Ok(listener) = std::net::TcpListener::bind(("127.0.0.1", port)) {
            return listener.local_addr().unwrap();
        }
    }
}
