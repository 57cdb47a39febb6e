//! What all benchmarks stand on: an upstream, an issuer of tokens, a client, somebody who signs in,
//! the gateway as a process. Loopback alone.

#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark stops at whatever goes wrong, and each uses its own part of this"
)]

pub mod cases;
pub mod certificate;
pub mod client;
pub mod echo;
pub mod gateway;
pub mod issuer;
pub mod process;
pub mod sign_in;

// Of the tests: a browser without script, a WebSocket, and ports that no connection is given by chance.
#[path = "../../tests/support/address.rs"]
pub mod address;
#[path = "../../tests/support/browser.rs"]
pub mod browser;
#[path = "../../tests/support/page.rs"]
pub mod page;
#[path = "../../tests/support/person.rs"]
pub mod person;
#[path = "../../tests/support/socket.rs"]
pub mod socket;

/// What follows this argument on the command line.
pub fn argument(name: &str) -> Option<String> {
    std::env::args().skip_while(|known| known != name).nth(1)
}

/// Seconds since 1970.
pub fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.unwrap().as_secs()
}
