//! What both ways in make of the octets that a client sends, for the fuzz target that compares them (cargo feature
//! `fuzzing`).

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use futures_util::FutureExt as _;
use http::{HeaderValue, Request, Response, StatusCode, header::CONNECTION};
use http_body_util::{BodyExt as _, Collected};
use hyper::{body::Incoming, ext::ReasonPhrase};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex},
    task::yield_now,
};

use super::{Handler, Peer, Settings, connection::Server, prefixed::Prefixed, watch::Watch};
use crate::body::Body;

/// A connection, from both sides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Every request, as the handler got it.
    pub requests: Vec<Asked>,
    /// The lines of everything that the client was answered, sorted, without those that tell the time.
    pub answers: Vec<String>,
    /// Whether the connection was ended before the client had ended it.
    pub is_over: bool,
}

/// One request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Method, target and version.
    pub line: String,
    /// Its fields, in their order.
    pub fields: Vec<(String, HeaderValue)>,
    /// Its body; `None` where it broke off.
    pub body: Option<Bytes>,
}

/// What becomes of `octets` that arrive in pieces of `step` octets: by the shorter way as far as it goes, and by hyper alone.
/// What is answered depends on the second octet of the path, so that hyper must see to some of it.
pub async fn exchange(octets: &[u8], step: usize) -> [Seen; 2] {
    let settings = Settings::on_loopback();
    let exchange = async |is_short| {
        let notes = Notes::default();
        let (near, far) = duplex(ROOM);
        let served = serve(&settings, notes.clone(), far, is_short);
        let (answers, is_over) = tokio::join!(ask(near, octets, step), served).0;
        let requests = std::mem::take(&mut *notes.lock());
        Seen {
            requests,
            answers,
            is_over,
        }
    };
    [exchange(true).await, exchange(false).await]
}

async fn serve(settings: &Settings, notes: Notes, far: DuplexStream, is_short: bool) {
    let server = Server::new(notes, settings, None);
    let guard = Watch::new(settings).enter();
    let peer = Peer {
        address: settings.listen,
        secure: false,
        certificate: None,
    };
    let mut stream = Prefixed::new(far);
    if is_short {
        return server.exchange_http1(stream, peer, &guard).await;
    }
    while let Some(back) = server.exchange_by_hyper(stream, None, &peer, &guard).await {
        stream = back;
    }
}

/// The client: sends, and hangs up when there is nothing more to be heard. Its end of the line has no delay, so that a few
/// turns are enough.
async fn ask(mut near: DuplexStream, octets: &[u8], step: usize) -> (Vec<String>, bool) {
    for piece in octets.chunks(step.max(1)) {
        if near.write_all(piece).await.is_err() {
            break;
        }
        turns(4).await;
    }
    turns(64).await;
    let mut answers = Vec::new();
    let is_over = loop {
        match near.read_buf(&mut answers).now_or_never() {
            Some(Ok(1..)) => {}
            Some(_) => break true,
            None => break false,
        }
    };
    let text = String::from_utf8_lossy(&answers);
    let mut lines: Vec<_> = text
        .split("\r\n")
        .filter(|line| !line.starts_with("date: "))
        .map(str::to_owned)
        .collect();
    lines.sort();
    (lines, is_over)
}

async fn turns(count: usize) {
    for _ in 0..count {
        yield_now().await;
    }
}

/// Writes down what it is asked, and answers in several ways.
#[derive(Clone, Debug, Default)]
struct Notes(Arc<Mutex<Vec<Asked>>>);

impl Notes {
    fn lock(&self) -> MutexGuard<'_, Vec<Asked>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Handler for Notes {
    async fn handle(self, request: Request<Option<Incoming>>, _peer: Peer) -> Response<Body> {
        let (head, body) = request.into_parts();
        let body = match body {
            Some(body) => body.collect().await.ok().map(Collected::to_bytes),
            None => Some(Bytes::new()),
        };
        let fields = head.headers.iter();
        self.lock().push(Asked {
            line: format!("{} {} {:?}", head.method, head.uri, head.version),
            fields: fields
                .map(|(name, value)| (name.as_str().to_owned(), value.clone()))
                .collect(),
            body,
        });
        answer(head.uri.path().as_bytes().get(1))
    }
}

fn answer(kind: Option<&u8>) -> Response<Body> {
    let text = |octets| Response::new(Body::full(vec![b'x'; octets]));
    match kind {
        Some(b'0') => text(0),
        Some(b'1') => text(LARGE),
        Some(b'2') => {
            let mut response = text(0);
            *response.status_mut() = StatusCode::NO_CONTENT;
            response
        }
        Some(b'3') => {
            let mut response = text(5);
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
            response
        }
        Some(b'4') => {
            let mut response = text(5);
            let reason = ReasonPhrase::from_static(b"Fine");
            response.extensions_mut().insert(reason);
            response
        }
        _ => text(5),
    }
}

/// More than is copied.
const LARGE: usize = 10_000;

/// For everything that is sent and answered.
const ROOM: usize = 16 << 20;
