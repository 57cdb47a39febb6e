//! The app: sends back what it is sent; 64 KiB at `/large`, 1 KiB in pieces at `/streamed`, 1 KiB elsewhere.

use std::{convert::Infallible, net::SocketAddr};

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
use tokio::net::{TcpListener, TcpStream};

/// Starts it for as long as the runtime runs.
pub(crate) async fn start() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(serve(stream));
        }
    });
    address
}

async fn serve(stream: TcpStream) {
    stream.set_nodelay(true).unwrap();
    let server = auto::Builder::new(TokioExecutor::new());
    let connection = server.serve_connection(TokioIo::new(stream), service_fn(answer));
    // The gateway ends connections as it likes.
    drop(connection.await);
}

async fn answer(
    request: Request<Incoming>,
) -> Result<Response<BoxBody<Bytes, Infallible>>, hyper::Error> {
    let path = request.uri().path().to_owned();
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
