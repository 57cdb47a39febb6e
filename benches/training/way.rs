//! How requests travel: by which protocol, and over which connections.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::Response;
use http_body_util::{BodyExt as _, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use rustls::{
    ClientConfig, RootCertStore, client::Resumption, crypto::aws_lc_rs::default_provider,
};

use super::exchange::Exchange;
use crate::support::{cases::CONNECTIONS, certificate::Certificate};

/// A client that always asks in the same way, in the clear or over TLS as the URL says.
pub(crate) struct Way {
    name: &'static str,
    times: usize,
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

#[derive(Clone, Copy)]
enum Protocol {
    Http1,
    Http2,
}

#[derive(Clone, Copy)]
enum Connections {
    Kept,
    /// One for each request, and its TLS session is an earlier one if there was any.
    Resumed,
    /// One for each request, begun from nothing.
    New,
}

impl Way {
    pub(crate) fn all(certificate: &Certificate) -> [Self; 6] {
        [
            ("HTTP/1.1", Protocol::Http1, Connections::Kept),
            ("HTTP/1.1, resumed", Protocol::Http1, Connections::Resumed),
            ("HTTP/1.1, new", Protocol::Http1, Connections::New),
            ("HTTP/2", Protocol::Http2, Connections::Kept),
            ("HTTP/2, resumed", Protocol::Http2, Connections::Resumed),
            ("HTTP/2, new", Protocol::Http2, Connections::New),
        ]
        .map(|(name, protocol, connections)| Self::new(name, protocol, connections, certificate))
    }

    fn new(
        name: &'static str,
        protocol: Protocol,
        connections: Connections,
        certificate: &Certificate,
    ) -> Self {
        let mut builder = Client::builder(TokioExecutor::new());
        let times = match connections {
            Connections::Kept => KEPT,
            Connections::New | Connections::Resumed => {
                builder.pool_max_idle_per_host(0);
                NEW
            }
        };
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls(connections, certificate))
            .https_or_http();
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        let connector = match protocol {
            Protocol::Http1 => connector.enable_http1().wrap_connector(tcp),
            Protocol::Http2 => {
                builder.http2_only(true);
                connector.enable_http2().wrap_connector(tcp)
            }
        };
        Self {
            name,
            times,
            client: builder.build(connector),
        }
    }

    /// As often as this way has it, several at once.
    pub(crate) async fn send(&self, url: &str, exchange: &Exchange) {
        let all = stream::iter(0..self.times);
        all.for_each_concurrent(CONNECTIONS, |_| async {
            if let Err(instead) = self.ask(url, exchange).await {
                panic!("{} over {}: {instead}", exchange.name, self.name);
            }
        })
        .await;
    }

    /// A gateway that has just started may still lack something, as the issuer's keys.
    pub(crate) async fn until_answered(&self, url: &str, exchange: &Exchange, limit: Duration) {
        let began = Instant::now();
        while let Err(instead) = self.ask(url, exchange).await {
            let name = exchange.name;
            assert!(
                began.elapsed() < limit,
                "{name} within {limit:?}: {instead}"
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Says what came instead of the answer.
    async fn ask(&self, url: &str, exchange: &Exchange) -> Result<(), String> {
        let answer = self.client.request(exchange.request(url)).await;
        let (head, body) = answer.map_err(|error| format!("{error:?}"))?.into_parts();
        let body = body.collect().await.map_err(|error| format!("{error:?}"))?;
        let answer = Response::from_parts(head, body.to_bytes());
        if exchange.is_answered_by(&answer) {
            return Ok(());
        }
        let (status, octets) = (answer.status(), answer.body().len());
        Err(format!("{status}, {octets} octets"))
    }
}

fn tls(connections: Connections, certificate: &Certificate) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.der.clone()).unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    if matches!(connections, Connections::New) {
        config.resumption = Resumption::disabled();
    }
    config
}

/// Requests of each kind over kept connections.
const KEPT: usize = 160;
/// Requests of each kind that bring a connection with them.
const NEW: usize = 32;
