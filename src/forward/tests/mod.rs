//! Over real sockets: the listener, the edge, routes and forwarding in front of an app on loopback.

mod attacks;
mod bodies;
mod fields;
mod http2;
mod listener;
mod pool;
mod support;
mod tls;
mod websocket;
