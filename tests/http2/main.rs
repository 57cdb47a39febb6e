//! Our HTTP/2 server against RFC 9113 and RFC 7541, frame by frame: what a client may not do ends its stream or its
//! connection with the right code, and the next client is served. And with real clients.

#[cfg(test)]
#[path = "../support/mod.rs"]
mod support;

#[cfg(test)]
mod cases;
#[cfg(test)]
mod clients;
#[cfg(test)]
mod connection;
#[cfg(test)]
mod fields;
#[cfg(test)]
mod flow;
#[cfg(test)]
mod streams;
