//! Sessions in a real Redis, shared by two replicas.

#[cfg(test)]
#[path = "../support/mod.rs"]
mod support;

#[cfg(test)]
mod server;
#[cfg(test)]
mod sessions;
