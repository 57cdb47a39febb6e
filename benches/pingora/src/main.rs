//! The smallest HTTP proxy that pingora makes: one service, one thread, no work stealing, no TLS, no authentication, a
//! pool of kept connections to one upstream. `pingora-peer LISTEN UPSTREAM`, both `address:port`.

use std::{env, error::Error, net::SocketAddr, sync::Arc};

use async_trait::async_trait;
use pingora::{
    prelude::{HttpPeer, ProxyHttp, Result, Server, Session, http_proxy_service},
    server::configuration::ServerConf,
};

struct ToUpstream(SocketAddr);

#[async_trait]
impl ProxyHttp for ToUpstream {
    type CTX = ();

    fn new_ctx(&self) {}

    async fn upstream_peer(&self, _: &mut Session, (): &mut ()) -> Result<Box<HttpPeer>> {
        Ok(Box::new(HttpPeer::new(self.0, false, String::new())))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let (Some(listen), Some(upstream)) = (arguments.next(), arguments.next()) else {
        return Err(
            "say where to listen and where the upstream is: address:port address:port".into(),
        );
    };
    let settings = ServerConf {
        threads: 1,
        work_stealing: false,
        upstream_keepalive_pool_size: 1024,
        // Five minutes otherwise, between being told to end and doing so.
        grace_period_seconds: Some(0),
        graceful_shutdown_timeout_seconds: Some(0),
        ..ServerConf::default()
    };
    let mut server = Server::new_with_opt_and_conf(None, settings);
    server.bootstrap();
    let mut proxy = http_proxy_service(
        &Arc::clone(&server.configuration),
        ToUpstream(upstream.parse()?),
    );
    proxy.add_tcp(&listen);
    server.add_service(proxy);
    server.run_forever()
}
