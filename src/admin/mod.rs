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

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;
    use prometheus_client::metrics::counter::Counter;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpStream,
    };

    use super::*;

    fn answers() -> Answers {
        let mut registry = Registry::default();
        let counter: Counter = Counter::default();
        counter.inc();
        registry.register("interlock_test", "A test", counter);
        Answers {
            hosts: vec!["admin.internal".to_owned()],
            readiness: Readiness::new(),
            registry: Arc::new(Mutex::new(registry)),
        }
    }

    async fn ask(answers: &Answers, method: Method, host: &str, path: &str) -> (u16, String) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, host)
            .body(())
            .unwrap();
        let response = answers.answer(&request);
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn readiness_is_what_was_said() {
        let answers = answers();
        for path in ["/livez", "/ping"] {
            assert_eq!(
                ask(&answers, Method::GET, "localhost:9090", path).await.0,
                200
            );
        }
        for (ready, status) in [(false, 503), (true, 200), (false, 503)] {
            answers.readiness.set(ready);
            for path in ["/readyz", "/ready"] {
                assert_eq!(
                    ask(&answers, Method::GET, "localhost:9090", path).await.0,
                    status
                );
            }
        }
    }

    #[tokio::test]
    async fn metrics_are_written_in_openmetrics() {
        let (status, page) = ask(&answers(), Method::GET, "127.0.0.1:9090", "/metrics").await;
        assert_eq!(status, 200);
        assert!(
            page.contains("interlock_test_total 1") && page.ends_with("# EOF\n"),
            "{page}"
        );
    }

    #[tokio::test]
    async fn another_name_path_or_method_is_refused() {
        let answers = answers();
        for (host, status) in [
            ("admin.internal", 200),
            ("ADMIN.internal:9090", 200),
            ("[::1]:9090", 200),
            ("10.1.2.3", 200),
            ("app.localhost", 200),
            ("evil.example", 421),
            ("localhost.evil.example", 421),
            ("", 421),
        ] {
            assert_eq!(
                ask(&answers, Method::GET, host, "/livez").await.0,
                status,
                "{host}"
            );
        }
        assert_eq!(ask(&answers, Method::GET, "localhost", "/").await.0, 404);
        assert_eq!(
            ask(&answers, Method::GET, "localhost", "/debug").await.0,
            404
        );
        assert_eq!(
            ask(&answers, Method::POST, "localhost", "/livez").await.0,
            405
        );
    }

    #[tokio::test]
    async fn it_answers_on_its_own_socket_until_told_to_stop() {
        let settings = Settings {
            listen: ([127, 0, 0, 1], 0).into(),
            hosts: Vec::new(),
        };
        let admin = Admin::bind(settings, Readiness::new(), Arc::default())
            .await
            .unwrap();
        let (address, shutdown) = (admin.address(), CancellationToken::new());
        let serving = tokio::spawn(admin.serve(shutdown.clone()));
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream
            .write_all(b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            .await
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(
            answer.starts_with("HTTP/1.1 200") && answer.ends_with("ok\n"),
            "{answer}"
        );
        shutdown.cancel();
        serving.await.unwrap();
    }
}
