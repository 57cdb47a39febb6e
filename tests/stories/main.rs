//! What people and operators live through with Interlock: everything over real sockets, against the development engine.

#[path = "../support/mod.rs"]
mod support;

mod bearer;
mod going_on;
mod keys;
mod mischief;
mod outage;
mod routes;
mod sessions;
mod sign_in;
mod sign_out;
mod streaming;
mod tabs;
