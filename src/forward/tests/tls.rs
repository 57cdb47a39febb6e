use std::{path::PathBuf, sync::Arc};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs::default_provider};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::support::{App, Gateway, Setup, soon};
use crate::{forward::Target, listener};

/// The gateway's own certificate, signed by itself.
pub(super) struct Files {
    directory: tempfile::TempDir,
    pub(super) tls: listener::Tls,
    pub(super) certificate: CertificateDer<'static>,
}

impl Files {
    pub(super) fn directory(&self) -> &std::path::Path {
        self.directory.path()
    }
}

fn write(directory: &std::path::Path) -> (listener::Tls, CertificateDer<'static>) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["app.example".to_owned()]).unwrap();
    let path = |name: &str| -> PathBuf { directory.join(name) };
    std::fs::write(path("tls.crt"), cert.pem()).unwrap();
    std::fs::write(path("tls.key"), signing_key.serialize_pem()).unwrap();
    let tls = listener::Tls {
        certificate: path("tls.crt"),
        private_key: path("tls.key"),
        clients: None,
    };
    (tls, cert.der().clone())
}

pub(super) fn files() -> Files {
    let directory = tempfile::tempdir().unwrap();
    let (tls, certificate) = write(directory.path());
    Files {
        directory,
        tls,
        certificate,
    }
}

async fn connect(
    gateway: &Gateway,
    certificate: &CertificateDer<'static>,
    protocol: &[u8],
) -> std::io::Result<TlsStream<TcpStream>> {
    handshake(gateway.connect().await, certificate, protocol, None).await
}

/// A handshake over a connection that stands, with a client certificate where there is one.
pub(super) async fn handshake(
    stream: TcpStream,
    certificate: &CertificateDer<'static>,
    protocol: &[u8],
    shown: Option<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)>,
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone()).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    let mut config = match shown {
        Some((chain, key)) => builder.with_client_auth_cert(chain, key).unwrap(),
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![protocol.to_vec()];
    let name = ServerName::try_from("app.example").unwrap();
    soon(TlsConnector::from(Arc::new(config)).connect(name, stream)).await
}

#[tokio::test]
async fn tls_is_ended_here_and_both_versions_are_offered() {
    let files = files();
    let app = App::ok().await;
    let gateway = Setup::new(app.target())
        .with(|setup| setup.listener.tls = Some(files.tls.clone()))
        .start();
    let mut stream = connect(&gateway, &files.certificate, b"http/1.1")
        .await
        .unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: app.example\r\nConnection: close\r\n\r\n")
        .await
        .unwrap();
    let mut answer = Vec::new();
    soon(stream.read_to_end(&mut answer)).await.unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200"));
    let stream = connect(&gateway, &files.certificate, b"h2").await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    gateway.ended().await;
}

#[tokio::test]
async fn an_upstream_over_tls_is_checked_against_its_name_and_roots() {
    let files = files();
    let app = App::ok().await;
    // A second gateway is the upstream.
    let inner = Setup::new(app.target())
        .with(|setup| setup.listener.tls = Some(files.tls.clone()))
        .start();
    let target = |server_name: &str, ca_file: Option<PathBuf>| Target::Https {
        authority: inner.address.to_string(),
        server_name: server_name.to_owned(),
        ca_file,
    };
    let trusted = Some(files.tls.certificate.clone());
    let gateway = Setup::new(target("app.example", trusted.clone())).start();
    for _ in 0..2 {
        assert!(gateway.get("/").await.ends_with("ok"));
    }
    // HTTP/2 by ALPN: what came in as HTTP/1.1 has passed through HTTP/2 and kept its host.
    assert_eq!(app.last_head().one("host"), "app.example");
    gateway.ended().await;
    for (name, roots) in [("other.example", trusted), ("app.example", None)] {
        let gateway = Setup::new(target(name, roots)).start();
        let answer = gateway.get("/").await;
        assert!(answer.starts_with("HTTP/1.1 502"), "{name} {answer}");
        gateway.ended().await;
    }
    assert_eq!(app.requests(), 2);
    inner.ended().await;
}

#[tokio::test]
async fn a_handshake_that_does_not_come_is_not_waited_for() {
    let files = files();
    let app = App::ok().await;
    let gateway = Setup::new(app.target())
        .with(|setup| {
            setup.listener.tls = Some(files.tls.clone());
            setup.listener.header_timeout = std::time::Duration::from_millis(100);
        })
        .start();
    let mut silent = gateway.connect().await;
    assert_eq!(soon(silent.read(&mut [0; 16])).await.unwrap(), 0);
    // A handshake without a request behind it is no request either.
    let mut stream = connect(&gateway, &files.certificate, b"http/1.1")
        .await
        .unwrap();
    let mut rest = Vec::new();
    let _ = soon(stream.read_to_end(&mut rest)).await;
    assert!(rest.is_empty());
    gateway.ended().await;
}
