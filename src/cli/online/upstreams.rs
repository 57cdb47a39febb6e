use std::{io, path::Path, sync::Arc};

use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::{CertificateDer, ServerName, pem::PemObject};
use tokio::{
    net::{TcpStream, UnixStream},
    time::timeout,
};
use tokio_rustls::TlsConnector;

use super::Report;
use crate::forward::{Target, Upstream};

/// Connects to every upstream, with TLS where it has it.
pub(super) async fn try_all(upstreams: &[Upstream], report: &mut Report<'_>) -> io::Result<()> {
    for (index, upstream) in upstreams.iter().enumerate() {
        let what = format!("upstream {}", upstream.name);
        let tried = timeout(upstream.connect_timeout, connect(&upstream.target)).await;
        let result = match tried {
            Ok(result) => result.map_err(|error| error.to_string()),
            Err(_) => Err("no answer in time".to_owned()),
        };
        let result = result
            .map_err(|says| format!("{says}; start the app, or correct upstreams[{index}].url"));
        report.line(what, result)?;
    }
    Ok(())
}

async fn connect(target: &Target) -> io::Result<String> {
    match target {
        Target::Http { authority } | Target::H2c { authority } => {
            TcpStream::connect(authority.as_str()).await?;
            Ok(format!("{authority} accepts connections"))
        }
        Target::Https {
            authority,
            server_name,
            ca_file,
        } => {
            let connector = TlsConnector::from(Arc::new(client(ca_file.as_deref())?));
            let name = ServerName::try_from(server_name.clone()).map_err(io::Error::other)?;
            let stream = TcpStream::connect(authority.as_str()).await?;
            connector.connect(name, stream).await?;
            Ok(format!(
                "{authority} accepts connections, its certificate is good for {server_name}"
            ))
        }
        Target::Unix { path } => {
            UnixStream::connect(path).await?;
            Ok(format!("{} accepts connections", path.display()))
        }
    }
}

fn client(ca_file: Option<&Path>) -> io::Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    if let Some(file) = ca_file {
        let certificates = CertificateDer::pem_file_iter(file).map_err(io::Error::other)?;
        roots.add_parsable_certificates(certificates.flatten());
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
