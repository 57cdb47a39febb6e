//! `/livez`, `/readyz`, `/metrics` on their own listener, never the public one. In this order: `Host` must be one of
//! ours (against DNS rebinding, security A4), the path must be known, the method GET or HEAD. Nothing here changes
//! anything, and nothing here is secret.

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use http::{
    HeaderValue, Method, Request, Response, StatusCode, Uri,
    header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HOST},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use prometheus_client::{encoding::text::encode, registry::Registry};
use tokio::{net::TcpListener, sync::Semaphore};
use tokio_util::sync::CancellationToken;

use crate::body::Body;

/// Where the admin listener stands (`server.admin`).
#[derive(Clone, Debug)]
pub struct Settings {
    /// Its own address, loopback by default.
    pub listen: SocketAddr,
    /// Names it may be called by, besides loopback ones and any IP address; lower case, without port.
    pub hosts: Vec<String>,
}

/// Whether the gateway is ready for traffic: shared by whoever knows.
#[derive(Clone, Debug, Default)]
pub struct Readiness(Arc<AtomicBool>);

impl Readiness {
    /// Not ready until it is said.
    pub fn new() -> Self {
        Self::default()
    }

    /// Says so.
    pub fn set(&self, ready: bool) {
        self.0.store(ready, Ordering::Release);
    }

    /// Whether it was said.
    pub fn is_ready(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// The admin listener, bound.
#[derive(Debug)]
pub struct Admin {
    socket: TcpListener,
    address: SocketAddr,
    page: Arc<Answers>,
}

impl Admin {
    /// Binds; port 0 picks one.
    ///
    /// # Errors
    /// What the operating system says.
    pub async fn bind(
        settings: Settings,
        readiness: Readiness,
        registry: Arc<Mutex<Registry>>,
    ) -> std::io::Result<Self> {
        let socket = TcpListener::bind(settings.listen).await?;
        Ok(Self {
            address: socket.local_addr()?,
            socket,
            page: Arc::new(Answers {
                hosts: settings.hosts,
                readiness,
                registry,
            }),
        })
    }

    /// The address in use.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until `shutdown` is cancelled. Run it on the background runtime, not on a data thread.
    pub async fn serve(self, shutdown: CancellationToken) {
        let permits = Arc::new(Semaphore::new(MOST_CONNECTIONS));
        loop {
            let accepted = tokio::select! {
                () = shutdown.cancelled() => return,
                accepted = self.socket.accept() => accepted,
            };
            let Ok((stream, _)) = accepted else {
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            };
            let Ok(permit) = Arc::clone(&permits).try_acquire_owned() else {
                continue;
            };
            let answers = Arc::clone(&self.page);
            tokio::spawn(async move {
                let service = service_fn(move |request: Request<Incoming>| {
                    let answer = answers.answer(&request);
                    async move { Ok::<_, Infallible>(answer) }
                });
                // An error is the peer's, and the end of its connection.
                let _ = http1::Builder::new()
                    .timer(TokioTimer::new())
                    .header_read_timeout(HEADER_TIMEOUT)
                    .serve_connection(TokioIo::new(stream), service)
                    .await;
                drop(permit);
            });
        }
    }
}

#[derive(Debug)]
struct Answers {
    hosts: Vec<String>,
    readiness: Readiness,
    registry: Arc<Mutex<Registry>>,
}

impl Answers {
    fn answer<B>(&self, request: &Request<B>) -> Response<Body> {
        if !self.is_ours(request) {
            return text(
                StatusCode::MISDIRECTED_REQUEST,
                "this listener has another name\n",
            );
        }
        let found = match request.uri().path() {
            // oauth2-proxy's names mean the same.
            "/livez" | "/ping" => text(StatusCode::OK, "ok\n"),
            "/readyz" | "/ready" if self.readiness.is_ready() => text(StatusCode::OK, "ready\n"),
            "/readyz" | "/ready" => text(StatusCode::SERVICE_UNAVAILABLE, "not ready\n"),
            "/metrics" => self.metrics(),
            _ => return text(StatusCode::NOT_FOUND, "not found\n"),
        };
        if *request.method() == Method::GET || *request.method() == Method::HEAD {
            return found;
        }
        let mut refused = text(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD\n");
        refused
            .headers_mut()
            .insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        refused
    }

    fn metrics(&self) -> Response<Body> {
        let mut page = String::new();
        let registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        if encode(&mut page, &registry).is_err() {
            return text(
                StatusCode::INTERNAL_SERVER_ERROR,
                "metrics cannot be written\n",
            );
        }
        drop(registry);
        let mut response = text(StatusCode::OK, page);
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static(OPENMETRICS));
        response
    }

    /// A browser that was lured here by a rebound name says that name.
    fn is_ours<B>(&self, request: &Request<B>) -> bool {
        let mut fields = request.headers().get_all(HOST).iter();
        let (Some(field), None) = (fields.next(), fields.next()) else {
            return false;
        };
        let Ok(uri) = Uri::try_from(field.as_bytes()) else {
            return false;
        };
        let Some(host) = uri.host().map(str::to_ascii_lowercase) else {
            return false;
        };
        let bare = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'));
        let is_address = bare.unwrap_or(&host).parse::<IpAddr>().is_ok();
        let is_local = host == "localhost" || host.ends_with(".localhost");
        is_address || is_local || self.hosts.contains(&host)
    }
}

fn text(status: StatusCode, text: impl Into<bytes::Bytes>) -> Response<Body> {
    let mut response = Response::new(Body::full(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        "x-content-type-options",
        HeaderValue::from_static("nosniff"),
    );
    response
}

const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Probes and one or two scrapers.
const MOST_CONNECTIONS: usize = 64;

const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
