//! Tokens made with keys of the test's own, judged against a key server on loopback.

mod access_token;
mod id_token;
mod key_server;
mod keys;
mod vouched;
