//! Every recorded response through the whole gateway, over real sockets: a server on loopback plays the recording, a
//! browser without script reads the page and answers each form, and what reaches the server is judged against the
//! recording itself.

#[cfg(test)]
#[path = "../support/mod.rs"]
mod support;

#[cfg(test)]
mod headless;
#[cfg(test)]
mod paper;
#[cfg(test)]
mod recordings;
