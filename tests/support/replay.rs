//! An authorization server that plays a recording: whatever is asked of it, the engine's part answers with the same one.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex, atomic::AtomicUsize, atomic::Ordering},
};

use bytes::Bytes;
use http::{Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};

/// What `interact` hands out.
pub const INTERACTION_HANDLE: &str = "replayed-interaction-handle-0123456789";

pub struct Replay {
    pub address: SocketAddr,
    stage: Arc<Stage>,
    task: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Stage {
    origin: String,
    played: Mutex<(StatusCode, Bytes)>,
    posted: Mutex<Vec<Posted>>,
    interactions: AtomicUsize,
    strangers: Mutex<Vec<String>>,
}

/// What was posted to a form's address.
#[derive(Clone, Debug)]
pub struct Posted {
    /// The whole address, as the recording names it after its move.
    pub href: String,
    pub content_type: String,
    pub body: Value,
}

impl Replay {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stage = Arc::new(Stage {
            origin: format!("http://{address}"),
            ..Stage::default()
        });
        let shared = stage.clone();
        let task = tokio::spawn(async move {
            loop {
                let Ok((stream, _)) = listener.accept().await else {
                    continue;
                };
                stream.set_nodelay(true).unwrap();
                let stage = shared.clone();
                tokio::spawn(async move {
                    let service = service_fn(move |request| {
                        let stage = stage.clone();
                        async move { Ok::<_, Infallible>(stage.answer(request).await) }
                    });
                    let builder =
                        hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
                    // A client that goes away is no failure of the server.
                    let _ = builder
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        Self {
            address,
            stage,
            task,
        }
    }

    pub fn issuer(&self) -> String {
        format!("{}/oauth2/default", self.stage.origin)
    }

    /// Plays a recording from now on, with the status its name gives; returns it as it is sent.
    pub fn play(&self, name: &str, recording: &[u8]) -> Bytes {
        let moved = Bytes::from(moved(
            &String::from_utf8_lossy(recording),
            &self.stage.origin,
        ));
        *self.stage.played.lock().unwrap() = (status_of(name), moved.clone());
        moved
    }

    /// What was posted to forms since this was last asked.
    pub fn posted(&self) -> Vec<Posted> {
        std::mem::take(&mut *self.stage.posted.lock().unwrap())
    }

    /// How often an interaction was begun.
    pub fn interactions(&self) -> usize {
        self.stage.interactions.load(Ordering::SeqCst)
    }

    /// Calls to addresses that no gateway has business with.
    pub fn strangers(&self) -> Vec<String> {
        self.stage.strangers.lock().unwrap().clone()
    }
}

impl Drop for Replay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Stage {
    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        let body = body
            .collect()
            .await
            .map(http_body_util::Collected::to_bytes)
            .unwrap_or_default();
        let issuer = format!("{}/oauth2/default", self.origin);
        let target = head.uri.path_and_query().unwrap().as_str();
        match (head.method.as_str(), head.uri.path()) {
            (
                "GET",
                "/oauth2/default/.well-known/openid-configuration"
                | "/oauth2/default/.well-known/oauth-authorization-server",
            ) => reply(
                StatusCode::OK,
                &json!({
                    "issuer": issuer,
                    "authorization_endpoint": format!("{issuer}/v1/authorize"),
                    "token_endpoint": format!("{issuer}/v1/token"),
                    "userinfo_endpoint": format!("{issuer}/v1/userinfo"),
                    "revocation_endpoint": format!("{issuer}/v1/revoke"),
                    "introspection_endpoint": format!("{issuer}/v1/introspect"),
                    "end_session_endpoint": format!("{issuer}/v1/logout"),
                    "jwks_uri": format!("{issuer}/v1/keys"),
                    "response_types_supported": ["code"],
                    "subject_types_supported": ["public"],
                    "id_token_signing_alg_values_supported": ["RS256"],
                    "code_challenge_methods_supported": ["S256"],
                }),
            ),
            ("GET", "/oauth2/default/v1/keys") => reply(StatusCode::OK, &json!({ "keys": [] })),
            ("POST", "/oauth2/default/v1/interact") => {
                self.interactions.fetch_add(1, Ordering::SeqCst);
                reply(
                    StatusCode::OK,
                    &json!({ "interaction_handle": INTERACTION_HANDLE }),
                )
            }
            ("POST", "/idp/idx/introspect") if is_of_handle(&body) => self.recording(),
            ("POST", path) if path.starts_with("/idp/idx/") => {
                let posted = Posted {
                    href: format!("{}{target}", self.origin),
                    content_type: head
                        .headers
                        .get(header::CONTENT_TYPE)
                        .and_then(|value| value.to_str().ok())
                        .unwrap_or_default()
                        .to_owned(),
                    body: serde_json::from_slice(&body).unwrap_or(Value::Null),
                };
                self.posted.lock().unwrap().push(posted);
                self.recording()
            }
            _ => {
                let stranger = format!("{} {target}", head.method);
                self.strangers.lock().unwrap().push(stranger);
                reply(StatusCode::NOT_FOUND, &json!({ "errorCode": "E0000007" }))
            }
        }
    }

    fn recording(&self) -> Response<Full<Bytes>> {
        let (status, body) = self.played.lock().unwrap().clone();
        Response::builder()
            .status(status)
            .header(
                header::CONTENT_TYPE,
                "application/ion+json; okta-version=1.0.0",
            )
            .body(Full::new(body))
            .unwrap()
    }
}

/// The gateway's own introspect, not a form of the recording that leads to the same address.
fn is_of_handle(body: &[u8]) -> bool {
    let body: BTreeMap<String, Value> = serde_json::from_slice(body).unwrap_or_default();
    body.contains_key("interactionHandle")
}

fn reply(status: StatusCode, body: &Value) -> Response<Full<Bytes>> {
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Full::new(Bytes::from(body.to_string())))
        .unwrap()
}

/// `error-429-…` is sent with 429, everything else with 200.
pub fn status_of(name: &str) -> StatusCode {
    name.strip_prefix("error-")
        .and_then(|rest| rest.split('-').next())
        .and_then(|code| code.parse::<u16>().ok())
        .and_then(|code| StatusCode::from_u16(code).ok())
        .unwrap_or(StatusCode::OK)
}

/// The recording with every `href` on the recorded engine's hosts moved to another origin; where a person is sent
/// elsewhere stays.
fn moved(recording: &str, origin: &str) -> String {
    let mut moved = String::with_capacity(recording.len());
    let mut rest = recording;
    while let Some(found) = rest.find("\"href\"") {
        let (before, after) = rest.split_at(found + "\"href\"".len());
        moved.push_str(before);
        let value = after.trim_start_matches([' ', '\n', '\r', '\t', ':']);
        moved.push_str(&after[..after.len() - value.len()]);
        rest = match value.strip_prefix('"').and_then(engine_path) {
            Some(path) => {
                moved.push('"');
                moved.push_str(origin);
                path
            }
            None => value,
        };
    }
    moved.push_str(rest);
    moved
}

/// What follows the origin, where it is one of the recorded engine's.
fn engine_path(href: &str) -> Option<&str> {
    let rest = href
        .strip_prefix("http://")
        .or_else(|| href.strip_prefix("https://"))?;
    let end = rest.find(['/', '"'])?;
    let (authority, path) = rest.split_at(end);
    let host = authority.split(':').next()?;
    (host == "localhost" || host.ends_with(".okta1.com")).then_some(path)
}
