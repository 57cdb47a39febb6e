//! Over real sockets: the listener, the edge, routes and forwarding in front of an app on loopback.

mod attacks;
mod bodies;
mod endpoints;
mod fields;
mod grpc;
mod http2;
mod limits;
mod listener;
mod mutual_tls;
#[cfg(unix)]
mod plain;
mod pool;
mod proxy_protocol;
mod shorter;
mod stalled;
mod support;
mod tls;
mod websocket;
