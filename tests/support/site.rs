//! Files over HTTP: a page of somebody's own, at an origin of its own.

use std::{
    convert::Infallible,
    net::SocketAddr,
    path::{Component, Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use http::{Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpListener, task::JoinHandle};

pub struct Site {
    pub address: SocketAddr,
    task: JoinHandle<()>,
}

impl Site {
    /// Serves files, each under its path; a folder serves what is below it.
    pub async fn serve(roots: &[(&'static str, PathBuf)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let roots: Arc<[_]> = roots.into();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let roots = roots.clone();
                let service = service_fn(move |request| answer(roots.clone(), request));
                let connection = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service);
                // A browser that goes away is no failure of the site.
                tokio::spawn(async move { drop(connection.await) });
            }
        });
        Self { address, task }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(
    roots: Arc<[(&'static str, PathBuf)]>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let file = roots
        .iter()
        .find_map(|(root, at)| below(at, request.uri().path().strip_prefix(root)?));
    let read = match &file {
        Some(file) => tokio::fs::read(file).await.ok(),
        None => None,
    };
    let Some((file, octets)) = file.zip(read) else {
        let mut missing = Response::new(Full::default());
        *missing.status_mut() = StatusCode::NOT_FOUND;
        return Ok(missing);
    };
    let mut response = Response::new(Full::from(octets));
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, kind(&file).parse().unwrap());
    Ok(response)
}

fn below(at: &Path, rest: &str) -> Option<PathBuf> {
    let rest = Path::new(rest.trim_start_matches('/'));
    let plain = rest
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    let whole = rest.as_os_str().is_empty();
    plain.then(|| if whole { at.to_owned() } else { at.join(rest) })
}

fn kind(file: &Path) -> &'static str {
    match file.extension().and_then(|end| end.to_str()) {
        Some("css") => "text/css",
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript",
        Some("json") => "application/json",
        Some("png") => "image/png",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}
