use std::{path::PathBuf, sync::Arc};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs::default_provider};
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::support::{App, Gateway, Setup, soon};
use crate::{forward::Target, listener};

struct Files {
    _directory: tempfile::TempDir,
    tls: listener::Tls,
    certificate: CertificateDer<'static>,
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
    };
    (tls, cert.der().clone())
}

fn files() -> Files {
    let directory = tempfile::tempdir().unwrap();
    let (tls, certificate) = write(directory.path());
    Files {
        _directory: directory,
        tls,
        certificate,
    }
}

async fn connect(
    gateway: &Gateway,
    certificate: &CertificateDer<'static>,
    protocol: &[u8],
) -> std::io::Result<TlsStream<tokio::net::TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone()).unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![protocol.to_vec()];
    let name = ServerName::try_from("app.example").unwrap();
    soon(TlsConnector::from(Arc::new(config)).connect(name, gateway.connect().await)).await
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
