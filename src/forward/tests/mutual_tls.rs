use std::path::Path;

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, RevokedCertParams, SanType, SerialNumber, date_time_ymd,
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{
    support::{App, Gateway, Setup, soon},
    tls,
};
use crate::{
    forward::{ClientIdentity, Target},
    listener::ClientAuthority,
    route::Access,
};

/// Signs the certificates of clients.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

type Shown = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self {
            issuer: Issuer::new(params, key),
            pem,
        }
    }

    /// A certificate for a URI, as PEM with its key.
    fn signs(&self, uri: &str, serial: u64) -> (String, String) {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.subject_alt_names = vec![
            SanType::URI(uri.try_into().unwrap()),
            SanType::DnsName("client.internal".try_into().unwrap()),
        ];
        params.serial_number = Some(SerialNumber::from(serial));
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        (certificate.pem(), key.serialize_pem())
    }

    fn revokes(&self, serials: &[u64]) -> String {
        self.revokes_until(serials, 2124)
    }

    /// A list whose next update is at the beginning of that year.
    fn revokes_until(&self, serials: &[u64], year: i32) -> String {
        let revoked = serials.iter().map(|serial| RevokedCertParams {
            serial_number: SerialNumber::from(*serial),
            revocation_time: date_time_ymd(2024, 1, 1),
            reason_code: None,
            invalidity_date: None,
        });
        let params = CertificateRevocationListParams {
            this_update: date_time_ymd(2024, 1, 1),
            next_update: date_time_ymd(year, 1, 1),
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: revoked.collect(),
            key_identifier_method: rcgen::KeyIdMethod::Sha256,
        };
        params.signed_by(&self.issuer).unwrap().pem().unwrap()
    }
}

fn shown((certificate, key): &(String, String)) -> Shown {
    use rustls_pki_types::pem::PemObject;
    (
        vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()],
        PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap(),
    )
}

fn asking(app: &App, files: &tls::Files, clients: ClientAuthority) -> Setup {
    Setup::new(app.target()).with(|setup| {
        let tls = files.tls.clone();
        setup.listener.tls = Some(crate::listener::Tls {
            clients: Some(clients),
            ..tls
        });
        setup.route.access = Access::Public;
    })
}

fn authority_in(directory: &Path, authority: &Authority) -> ClientAuthority {
    let ca_file = directory.join("clients.pem");
    std::fs::write(&ca_file, &authority.pem).unwrap();
    ClientAuthority {
        ca_file,
        crl_file: None,
        is_required: true,
    }
}

/// The answer to a request with this certificate; empty where there was none.
async fn get(gateway: &Gateway, files: &tls::Files, with: Option<Shown>) -> String {
    let tcp = gateway.connect().await;
    let Ok(mut stream) = tls::handshake(tcp, &files.certificate, b"http/1.1", with).await else {
        return String::new();
    };
    let request = b"GET / HTTP/1.1\r\nHost: app.example\r\nConnection: close\r\n\r\n";
    // In TLS 1.3 a client learns only afterwards that it was refused.
    let _ = stream.write_all(request).await;
    let mut answer = Vec::new();
    let _ = soon(stream.read_to_end(&mut answer)).await;
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn only_clients_with_a_certificate_of_the_authority_come_in() {
    let (ours, theirs) = (Authority::new(), Authority::new());
    let files = tls::files();
    let app = App::ok().await;
    let clients = authority_in(files.directory(), &ours);
    let gateway = asking(&app, &files, clients).start();
    let good = ours.signs("spiffe://example.com/billing", 1);
    let foreign = theirs.signs("spiffe://example.com/billing", 1);
    assert_eq!(get(&gateway, &files, None).await, "");
    assert_eq!(get(&gateway, &files, Some(shown(&foreign))).await, "");
    assert_eq!(app.octets(), "");
    let answer = get(&gateway, &files, Some(shown(&good))).await;
    assert!(answer.ends_with("ok"), "{answer}");
    gateway.ended().await;
}

#[tokio::test]
async fn a_certificate_may_be_optional_but_not_bad() {
    let (ours, theirs) = (Authority::new(), Authority::new());
    let files = tls::files();
    let app = App::ok().await;
    let mut clients = authority_in(files.directory(), &ours);
    clients.is_required = false;
    let gateway = asking(&app, &files, clients).start();
    assert!(get(&gateway, &files, None).await.ends_with("ok"));
    let foreign = theirs.signs("spiffe://example.com/billing", 1);
    assert_eq!(get(&gateway, &files, Some(shown(&foreign))).await, "");
    assert_eq!(app.requests(), 1);
    gateway.ended().await;
}

#[tokio::test]
async fn a_revoked_certificate_is_refused_as_soon_as_the_list_says_so() {
    let ours = Authority::new();
    let files = tls::files();
    let app = App::ok().await;
    let mut clients = authority_in(files.directory(), &ours);
    let list = files.directory().join("clients.crl");
    std::fs::write(&list, ours.revokes(&[7])).unwrap();
    clients.crl_file = Some(list.clone());
    let gateway = asking(&app, &files, clients).start();
    let [kept, revoked] = [6, 7].map(|serial| ours.signs("spiffe://example.com/a", serial));
    assert_eq!(get(&gateway, &files, Some(shown(&revoked))).await, "");
    assert!(
        get(&gateway, &files, Some(shown(&kept)))
            .await
            .ends_with("ok")
    );
    // The length tells the new list from the old, however coarse the file system's clock is.
    std::fs::write(&list, ours.revokes(&[5, 6, 7])).unwrap();
    soon(async {
        while !get(&gateway, &files, Some(shown(&kept))).await.is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    })
    .await;
    gateway.ended().await;
}

#[tokio::test]
async fn an_upstream_is_shown_our_certificate_and_its_successor() {
    let ours = Authority::new();
    let files = tls::files();
    let app = App::ok().await;
    // A second gateway is the upstream, and asks.
    let mut clients = authority_in(files.directory(), &ours);
    let list = files.directory().join("clients.crl");
    std::fs::write(&list, ours.revokes(&[1])).unwrap();
    clients.crl_file = Some(list);
    let inner = asking(&app, &files, clients).start();
    let directory = tempfile::tempdir().unwrap();
    let identity = ClientIdentity {
        certificate: directory.path().join("client.crt"),
        private_key: directory.path().join("client.key"),
    };
    let write = |(certificate, key): (String, String)| {
        std::fs::write(&identity.certificate, certificate).unwrap();
        std::fs::write(&identity.private_key, key).unwrap();
    };
    let target = Target::Https {
        authority: inner.address.to_string(),
        server_name: "app.example".to_owned(),
        ca_file: Some(files.tls.certificate.clone()),
    };
    let without = Setup::new(target.clone()).start();
    assert!(without.get("/").await.starts_with("HTTP/1.1 502"));
    without.ended().await;
    // The first one is revoked; its successor is taken up without a restart.
    write(ours.signs("spiffe://example.com/gateway", 1));
    let gateway = Setup::new(target)
        .with(|setup| setup.forward.upstreams[0].client_identity = Some(identity.clone()))
        .start();
    assert!(gateway.get("/").await.starts_with("HTTP/1.1 502"));
    assert_eq!(app.octets(), "");
    write(ours.signs("spiffe://example.com/the-gateway-that-came-after", 2));
    soon(async {
        while !gateway.get("/").await.ends_with("ok") {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    })
    .await;
    gateway.ended().await;
    inner.ended().await;
}

#[tokio::test]
async fn a_list_that_is_out_of_date_vouches_for_nobody() {
    let ours = Authority::new();
    let files = tls::files();
    let app = App::ok().await;
    for (year, is_admitted) in [(2124, true), (2025, false)] {
        let mut clients = authority_in(files.directory(), &ours);
        let list = files.directory().join("clients.crl");
        std::fs::write(&list, ours.revokes_until(&[7], year)).unwrap();
        clients.crl_file = Some(list);
        let gateway = asking(&app, &files, clients).start();
        let kept = ours.signs("spiffe://example.com/a", 6);
        let answer = get(&gateway, &files, Some(shown(&kept))).await;
        assert_eq!(answer.ends_with("ok"), is_admitted, "{year}: {answer}");
        gateway.ended().await;
    }
}
