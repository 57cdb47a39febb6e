//! A real HTTP server on loopback for tests: it answers as it is told and remembers what it was asked.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpListener, sync::watch};

use super::{Outbound, Settings};

/// One request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// Method, path and query: `POST /oauth2/default/v1/token`.
    pub(crate) line: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Seen {
    /// The parameters of a form-encoded body.
    pub(crate) fn form(&self) -> Vec<(String, String)> {
        url::form_urlencoded::parse(self.body.as_bytes())
            .into_owned()
            .collect()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// Stops when dropped.
pub(crate) struct TestServer {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    held: watch::Sender<bool>,
    accepting: tokio::task::JoinHandle<()>,
}

impl TestServer {
    /// Answers every request by `answer`.
    pub(crate) async fn start(
        answer: impl Fn(&Seen) -> Response<Bytes> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::<Mutex<Vec<Seen>>>::default();
        let (hold, gate) = watch::channel(false);
        let (answer, log) = (Arc::new(answer), seen.clone());
        let accepting = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (answer, log, gate) = (answer.clone(), log.clone(), gate.clone());
                let service = service_fn(move |request: Request<Incoming>| {
                    let (answer, log, mut gate) = (answer.clone(), log.clone(), gate.clone());
                    async move {
                        let (head, body) = request.into_parts();
                        let body = body.collect().await.unwrap().to_bytes();
                        let body = String::from_utf8(body.to_vec()).unwrap();
                        let line = format!("{} {}", head.method, head.uri);
                        let request = Seen {
                            line,
                            headers: head.headers,
                            body,
                        };
                        log.lock().unwrap().push(request.clone());
                        gate.wait_for(|held| !held).await.unwrap();
                        Ok::<_, Infallible>(answer(&request).map(Full::new))
                    }
                });
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service),
                );
            }
        });
        Self {
            address,
            seen,
            held: hold,
            accepting,
        }
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All requests so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// How many requests had a line that ends so.
    pub(crate) fn count(&self, end: &str) -> usize {
        self.seen
            .lock()
            .unwrap()
            .iter()
            .filter(|seen| seen.line.ends_with(end))
            .count()
    }

    pub(crate) fn last(&self) -> Seen {
        self.seen.lock().unwrap().last().unwrap().clone()
    }

    /// Keeps answers back until released.
    pub(crate) fn hold(&self) {
        self.held.send_replace(true);
    }

    pub(crate) fn release(&self) {
        self.held.send_replace(false);
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// A client with short limits that runs on the test's own runtime.
pub(crate) fn outbound() -> Outbound {
    let settings = Settings {
        timeout: Duration::from_secs(5),
        max_body: 64 * 1024,
        ..Settings::default()
    };
    Outbound::new(&settings, tokio::runtime::Handle::current()).unwrap()
}

/// An answer with a JSON (or other) body.
pub(crate) fn reply(status: u16, body: impl Into<String>) -> Response<Bytes> {
    Response::builder()
        .status(status)
        .body(Bytes::from(body.into()))
        .unwrap()
}

/// Waits, with a bound, until something holds.
pub(crate) async fn until(what: &str, holds: impl Fn() -> bool + Sync) {
    let wait = async {
        while !holds() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), wait)
        .await
        .unwrap_or_else(|_| panic!("never: {what}"));
}
