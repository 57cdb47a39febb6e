//! The app: sends back what it is sent; 64 KiB at `/large`, 1 KiB in pieces at `/streamed`, a WebSocket at `/socket`, 1 KiB
//! elsewhere.

use std::{convert::Infallible, net::SocketAddr, sync::Arc};

use bytes::Bytes;
use futures_util::stream;
use http::{Request, Response, header::CONTENT_TYPE};
use http_body_util::{BodyExt as _, Full, StreamBody, combinators::BoxBody};
use hyper::{
    body::{Frame, Incoming},
    service::service_fn,
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use rustls::{ServerConfig, crypto::aws_lc_rs::default_provider};
use rustls_pki_types::{PrivateKeyDer, pem::PemObject as _};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

use crate::support::{certificate::Certificate, socket::socket};

/// Starts it for as long as the runtime runs, in the clear or over TLS; it speaks HTTP/1.1 and HTTP/2.
pub(crate) async fn start(tls: Option<TlsAcceptor>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            let tls = tls.clone();
            tokio::spawn(async move {
                match tls {
                    None => serve(stream).await,
                    Some(tls) => {
                        // Else the connection was not needed after all.
                        if let Ok(stream) = tls.accept(stream).await {
                            serve(stream).await;
                        }
                    }
                }
            });
        }
    });
    address
}

/// Offers one protocol by ALPN.
pub(crate) fn tls(certificate: &Certificate, protocol: &str) -> TlsAcceptor {
    let key = PrivateKeyDer::from_pem_file(&certificate.key).unwrap();
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der.clone()], key)
        .unwrap();
    config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
    Arc::new(config).into()
}

async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
    let server = auto::Builder::new(TokioExecutor::new());
    let connection =
        server.serve_connection_with_upgrades(TokioIo::new(stream), service_fn(answer));
    // The gateway ends connections as it likes.
    drop(connection.await);
}

async fn answer(
    mut request: Request<Incoming>,
) -> Result<Response<BoxBody<Bytes, Infallible>>, hyper::Error> {
    let path = request.uri().path().to_owned();
    if path == "/socket" {
        return Ok(socket(&mut request));
    }
    let sent = request.into_body().collect().await?.to_bytes();
    let body = match path.as_str() {
        "/large" => Full::from(vec![b'x'; LARGE]).boxed(),
        "/streamed" => {
            let pieces = (0..4).map(|_| Ok(Frame::data(vec![b'x'; SMALL / 4].into())));
            StreamBody::new(stream::iter(pieces)).boxed()
        }
        _ if sent.is_empty() => Full::from(vec![b'x'; SMALL]).boxed(),
        _ => Full::new(sent).boxed(),
    };
    let mut response = Response::new(body);
    let kind = http::HeaderValue::from_static("text/plain");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    Ok(response)
}

/// Octets of a body.
pub(crate) const SMALL: usize = 1024;
pub(crate) const LARGE: usize = 64 * 1024;
