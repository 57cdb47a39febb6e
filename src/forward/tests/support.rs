use std::{
    future::Future,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use http::{HeaderValue, Request, Response, StatusCode, header::CONNECTION};
use hyper::body::Incoming;
use serde_json::{Map, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

use crate::{
    authenticate::{Credential, Person, Principal},
    body::Body,
    clock::SystemClock,
    edge::{self, Edge},
    forward::{self, Assertion, Forward, ForwardError, Forwarder, Target, Upstream},
    listener::{self, Handler, Listener, Peer, Serving},
    random::SystemRandom,
    route::{Route, RouteTable, UpstreamAuthorization},
};

/// The gateway as far as it goes here: everything but sign-in.
pub(super) struct Gateway {
    pub(super) address: SocketAddr,
    pub(super) shutdown: CancellationToken,
    serving: Serving,
    _errors: Arc<Mutex<Vec<String>>>,
}

/// What a test may change before it starts one.
pub(super) struct Setup {
    pub(super) listener: listener::Settings,
    pub(super) edge: edge::Settings,
    pub(super) forward: forward::Settings,
    pub(super) route: Route,
    pub(super) principal: Option<Arc<Principal>>,
}

impl Setup {
    pub(super) fn new(target: Target) -> Self {
        let public_url: crate::public_url::PublicUrl = "https://app.example".parse().unwrap();
        Self {
            listener: listener::Settings::on_loopback(),
            edge: edge::Settings {
                public_url: public_url.clone(),
                trusted_proxies: Vec::new(),
                identity_headers: vec!["x-department".parse().unwrap()],
                relaxed_prefixes: Vec::new(),
                max_target: 4096,
            },
            forward: forward::Settings {
                public_url,
                upstreams: vec![Upstream {
                    name: "app".to_owned(),
                    targets: vec![target],
                    client_identity: None,
                    health: forward::Health::default(),
                    connect_timeout: Duration::from_secs(5),
                    response_timeout: Duration::from_secs(5),
                    idle_connections: 8,
                    idle_timeout: Duration::from_secs(30),
                    pass_host: true,
                    assertion: true,
                }],
                tunnel_lifetime: None,
            },
            route: Route {
                upstream_authorization: UpstreamAuthorization::AccessToken,
                headers: vec![("x-department".parse().unwrap(), "department".to_owned())],
                ..Route::for_everything()
            },
            principal: None,
        }
    }

    pub(super) fn signed_in(mut self) -> Self {
        self.principal = Some(Arc::new(ada().into()));
        self
    }

    pub(super) fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    pub(super) fn start(self) -> Gateway {
        let shutdown = CancellationToken::new();
        let assertion = Assertion::new(&[[7; 32]], "https://app.example").unwrap();
        let forward = Forward::new(self.forward, Arc::new(assertion), shutdown.clone()).unwrap();
        let edge = Arc::new(Edge::new(
            self.edge,
            Arc::new(SystemClock),
            Arc::new(SystemRandom),
        ));
        let table = Arc::new(RouteTable::new(vec![self.route]).unwrap());
        let errors = Arc::new(Mutex::new(Vec::new()));
        let listener = Listener::bind(&self.listener).unwrap();
        let address = listener.address();
        let (principal, log) = (self.principal, Arc::clone(&errors));
        let front = move |_thread| Front {
            edge: Arc::clone(&edge),
            table: Arc::clone(&table),
            forwarder: forward.for_thread(),
            principal: principal.clone(),
            errors: Arc::clone(&log),
        };
        let serving = listener.serve(front, &shutdown).unwrap();
        Gateway {
            address,
            shutdown,
            serving,
            _errors: errors,
        }
    }
}

impl Gateway {
    pub(super) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends raw octets on a connection of their own and reads until the gateway closes it.
    pub(super) async fn send(&self, octets: impl AsRef<[u8]>) -> String {
        let mut stream = self.connect().await;
        stream.write_all(octets.as_ref()).await.unwrap();
        let mut answer = Vec::new();
        let read = soon(stream.read_to_end(&mut answer)).await;
        // A reset after the answer is as good as an end.
        let _ = read;
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// An honest request, answered and closed.
    pub(super) async fn get(&self, path: &str) -> String {
        self.send(format!(
            "GET {path} HTTP/1.1\r\nHost: app.example\r\nConnection: close\r\n\r\n"
        ))
        .await
    }

    pub(super) async fn ended(self) {
        self.shutdown.cancel();
        soon(self.serving.ended()).await;
    }
}

#[derive(Clone)]
struct Front {
    edge: Arc<Edge>,
    table: Arc<RouteTable>,
    forwarder: Forwarder,
    principal: Option<Arc<Principal>>,
    errors: Arc<Mutex<Vec<String>>>,
}

impl Handler for Front {
    async fn handle(self, request: Request<Option<Incoming>>, peer: Peer) -> Response<Body> {
        assert!(request.uri().path() != "/panic", "asked for it");
        let admitted = match self.edge.admit(request, &peer) {
            Ok(admitted) => admitted,
            Err(rejection) => return plain(400, &rejection.to_string()),
        };
        let route = self
            .table
            .select(&admitted.host, &admitted.path, &admitted.head.method);
        let Some(route) = route else {
            return plain(404, "no route");
        };
        match self
            .forwarder
            .forward(admitted, route, self.principal.as_deref())
            .await
        {
            Ok(response) => response,
            Err(error) => {
                let status = match error {
                    ForwardError::BodyTooLarge => 413,
                    ForwardError::ClientStopped => 408,
                    ForwardError::Identity { .. } | ForwardError::Origin => 403,
                    ForwardError::Timeout { .. } => 504,
                    ForwardError::Connect { .. }
                    | ForwardError::Upstream { .. }
                    | ForwardError::Unrouted => 502,
                };
                self.errors.lock().unwrap().push(error.to_string());
                plain(status, &error.to_string())
            }
        }
    }
}

fn plain(status: u16, text: &str) -> Response<Body> {
    let mut response = Response::new(Body::full(text.to_owned()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    response
        .headers_mut()
        .insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

pub(super) fn ada() -> Person {
    let claims = json!({
        "email": "ada@example.com", "preferred_username": "ada", "groups": ["staff", "Zürich"],
        "department": "Engines", "name": "Ada",
    });
    Person {
        credential: Credential::Session,
        subject: "00u1".to_owned(),
        claims: Arc::new(claims.as_object().cloned().unwrap_or_else(Map::new).into()),
        scopes: ["openid".to_owned()].into(),
        acr: Some("urn:okta:loa:1fa:any".to_owned()),
        auth_time: Some(1_700_000_000),
        access_token: "the-access-token".into(),
    }
}

/// An app of raw octets: answers each request head on a connection with the next answer of its script, the last one for
/// ever, and remembers what it was sent.
pub(super) struct App {
    pub(super) address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
    /// One permit a request seen.
    arrived: Arc<Semaphore>,
    _task: JoinHandle<()>,
}

#[derive(Default)]
struct Seen {
    connections: usize,
    heads: Vec<String>,
    octets: Vec<u8>,
    replies: Vec<Vec<u8>>,
    answered: usize,
}

/// The answer after which an app closes without a word.
pub(super) const HANG_UP: &str = "";

impl App {
    pub(super) async fn answering<const N: usize>(replies: [&str; N]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Seen {
            replies: replies.map(|reply| reply.as_bytes().to_vec()).to_vec(),
            ..Seen::default()
        }));
        let arrived = Arc::new(Semaphore::new(0));
        let (log, bell) = (Arc::clone(&seen), Arc::clone(&arrived));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                log.lock().unwrap().connections += 1;
                tokio::spawn(converse(stream, Arc::clone(&log), Arc::clone(&bell)));
            }
        });
        Self {
            address,
            seen,
            arrived,
            _task: task,
        }
    }

    /// Answers 200 with `ok`.
    pub(super) async fn ok() -> Self {
        Self::answering(["HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"]).await
    }

    pub(super) fn target(&self) -> Target {
        Target::Http {
            authority: self.address.to_string(),
        }
    }

    pub(super) fn connections(&self) -> usize {
        self.seen.lock().unwrap().connections
    }

    /// Everything that arrived, as text.
    pub(super) fn octets(&self) -> String {
        String::from_utf8_lossy(&self.seen.lock().unwrap().octets).into_owned()
    }

    pub(super) fn requests(&self) -> usize {
        self.seen.lock().unwrap().heads.len()
    }

    /// The head of the only request so far.
    #[track_caller]
    pub(super) fn head(&self) -> Head {
        let seen = self.seen.lock().unwrap();
        assert_eq!(seen.heads.len(), 1, "{:?}", seen.heads);
        Head(seen.heads[0].clone())
    }

    pub(super) fn last_head(&self) -> Head {
        Head(self.seen.lock().unwrap().heads.last().unwrap().clone())
    }

    /// Waits for a request that was not waited for yet.
    pub(super) async fn arrival(&self) {
        soon(self.arrived.acquire()).await.unwrap().forget();
    }
}

async fn converse(mut stream: TcpStream, seen: Arc<Mutex<Seen>>, bell: Arc<Semaphore>) {
    let mut unread = Vec::new();
    loop {
        while let Some(end) = find(&unread, b"\r\n\r\n") {
            let head: Vec<_> = unread.drain(..end + 4).collect();
            if find(&head, b" HTTP/1.1\r\n").is_none() {
                // The end of a chunked body.
                continue;
            }
            let reply = {
                let mut seen = seen.lock().unwrap();
                seen.heads.push(String::from_utf8(head).unwrap());
                let at = seen.answered.min(seen.replies.len() - 1);
                seen.answered += 1;
                seen.replies[at].clone()
            };
            bell.add_permits(1);
            if reply == HANG_UP.as_bytes() || stream.write_all(&reply).await.is_err() {
                return;
            }
            if find(&reply, b"onnection: close").is_some() {
                return;
            }
        }
        let mut chunk = [0; 16 * 1024];
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return,
            Ok(length) => {
                unread.extend_from_slice(&chunk[..length]);
                seen.lock()
                    .unwrap()
                    .octets
                    .extend_from_slice(&chunk[..length]);
            }
        }
    }
}

pub(super) fn find(octets: &[u8], wanted: &[u8]) -> Option<usize> {
    octets
        .windows(wanted.len())
        .position(|window| window == wanted)
}

/// A request head as the app saw it.
pub(super) struct Head(pub(super) String);

impl Head {
    pub(super) fn line(&self) -> &str {
        self.0.lines().next().unwrap()
    }

    /// Every value of a field.
    pub(super) fn all(&self, name: &str) -> Vec<&str> {
        self.0
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(": "))
            .filter(|(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
            .collect()
    }

    /// The value of a field that is there once.
    #[track_caller]
    pub(super) fn one(&self, name: &str) -> &str {
        let all = self.all(name);
        assert_eq!(all.len(), 1, "{name} in {}", self.0);
        all[0]
    }
}

/// A bound on everything that is waited for.
#[track_caller]
pub(super) fn soon<F: Future>(future: F) -> impl Future<Output = F::Output> {
    let caller = std::panic::Location::caller();
    async move {
        tokio::time::timeout(Duration::from_secs(20), future)
            .await
            .unwrap_or_else(|_| panic!("waited too long at {caller}"))
    }
}

/// Reads one response with `Content-Length` from a connection that stays open.
pub(super) async fn read_response(stream: &mut TcpStream) -> String {
    let mut octets = Vec::new();
    loop {
        if let Some(end) = find(&octets, b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&octets[..end]).to_lowercase();
            let length = head.split("content-length: ").nth(1).map_or(0, |rest| {
                rest.split("\r\n").next().unwrap().parse::<usize>().unwrap()
            });
            if octets.len() >= end + 4 + length {
                return String::from_utf8_lossy(&octets).into_owned();
            }
        }
        let read = soon(stream.read_buf(&mut octets)).await.unwrap();
        assert_ne!(
            read,
            0,
            "closed after {:?}",
            String::from_utf8_lossy(&octets)
        );
    }
}
