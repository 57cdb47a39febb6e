//! The app behind the gateway: tells what it got.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use http::{Request, Response, header};
use http_body_util::{BodyExt, Full, StreamBody, combinators::BoxBody};
use hyper::{
    body::{Frame, Incoming},
    service::service_fn,
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};

use super::socket::socket;

type AppBody = BoxBody<Bytes, Infallible>;

/// An app that echoes each request as JSON, counts what it gets, streams `/download/BYTES`, counts the octets of
/// `/upload`, and speaks WebSocket at `/socket`.
pub struct App {
    pub address: SocketAddr,
    requests: Arc<AtomicUsize>,
    connections: Arc<AtomicUsize>,
    last: Arc<Mutex<Option<Seen>>>,
    task: JoinHandle<()>,
}

/// A request that came whole.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    pub target: String,
    pub fields: Vec<(String, Vec<u8>)>,
    pub body: Vec<u8>,
}

impl Seen {
    /// Every value of a field.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.fields
            .iter()
            .filter(|(field, _)| field == name)
            .map(|(_, value)| String::from_utf8_lossy(value).into_owned())
            .collect()
    }
}

impl App {
    pub async fn echo() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(AtomicUsize::new(0));
        let counter = requests.clone();
        let connections = Arc::new(AtomicUsize::new(0));
        let open = connections.clone();
        let last = Arc::new(Mutex::new(None));
        let kept = last.clone();
        let task = tokio::spawn(async move {
            loop {
                let Ok((stream, _)) = listener.accept().await else {
                    continue;
                };
                stream.set_nodelay(true).unwrap();
                let (counter, open, kept) = (counter.clone(), open.clone(), kept.clone());
                open.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(async move {
                    let service = service_fn(move |request| {
                        counter.fetch_add(1, Ordering::SeqCst);
                        answer(request, kept.clone())
                    });
                    let builder =
                        hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
                    // A client that goes away is no failure of the app.
                    let _ = builder
                        .serve_connection_with_upgrades(TokioIo::new(stream), service)
                        .await;
                    open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Self {
            address,
            requests,
            connections,
            last,
            task,
        }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many connections it has now.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// How many requests reached it.
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    /// The request that was echoed last, of those that came whole.
    pub fn last(&self) -> Option<Seen> {
        self.last.lock().unwrap().clone()
    }
}

impl Drop for App {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(
    mut request: Request<Incoming>,
    last: Arc<Mutex<Option<Seen>>>,
) -> Result<Response<AppBody>, Infallible> {
    let path = request.uri().path().to_owned();
    if path == "/socket" && request.headers().contains_key(header::UPGRADE) {
        return Ok(socket(&mut request));
    }
    if let Some(octets) = path
        .strip_prefix("/download/")
        .and_then(|text| text.parse::<u64>().ok())
    {
        return Ok(download(octets));
    }
    if path == "/page" {
        let mut page = Response::new(Full::new(Bytes::from_static(PAGE)).boxed());
        let html = "text/html; charset=utf-8".parse().unwrap();
        page.headers_mut().insert(header::CONTENT_TYPE, html);
        return Ok(page);
    }
    if path == "/upload" {
        let mut body = request.into_body();
        let mut octets = 0_u64;
        while let Some(Ok(frame)) = body.frame().await {
            octets += frame.data_ref().map_or(0, |data| data.len() as u64);
        }
        return Ok(json_response(&json!({ "octets": octets })));
    }
    let (head, body) = request.into_parts();
    let whole = body
        .collect()
        .await
        .map(http_body_util::Collected::to_bytes);
    if let Ok(body) = &whole {
        *last.lock().unwrap() = Some(Seen {
            method: head.method.to_string(),
            target: head.uri.to_string(),
            fields: head
                .headers
                .iter()
                .map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()))
                .collect(),
            body: body.to_vec(),
        });
    }
    let body = whole.unwrap_or_default();
    let mut fields: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (name, value) in &head.headers {
        fields
            .entry(name.to_string())
            .or_default()
            .push(String::from_utf8_lossy(value.as_bytes()).into());
    }
    Ok(json_response(&json!({
        "method": head.method.as_str(),
        "target": head.uri.path_and_query().map(http::uri::PathAndQuery::as_str),
        "version": format!("{:?}", head.version),
        "fields": fields,
        "body": String::from_utf8_lossy(&body),
    })))
}

fn json_response(value: &Value) -> Response<AppBody> {
    let mut response = Response::new(Full::new(Bytes::from(value.to_string())).boxed());
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
    response
}

/// What `/page` is.
pub const PAGE: &[u8] = b"<!doctype html><title>App</title><p>Hello";

const CHUNK: u64 = 64 * 1024;

fn download(octets: u64) -> Response<AppBody> {
    let chunk = Bytes::from(vec![b'x'; usize::try_from(CHUNK).unwrap()]);
    let chunks = (0..octets.div_ceil(CHUNK)).map(move |index| {
        let rest = (octets - index * CHUNK).min(CHUNK);
        Ok::<_, Infallible>(Frame::data(chunk.slice(..usize::try_from(rest).unwrap())))
    });
    let body = StreamBody::new(futures_util::stream::iter(chunks)).boxed();
    Response::builder()
        .header(header::CONTENT_LENGTH, octets)
        .body(body)
        .unwrap()
}
